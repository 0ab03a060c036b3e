"""Plain text and the TeX that stands for it in a BibTeX field; `decode(encode(text)) == text`.

Maths between dollars is kept as it is. NOT here: BibTeX syntax, names, or TeX in the bodies of summaries.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from pylatexenc.latex2text import get_default_latex_context_db

MAX_DEPTH = 20
LONGEST_MATHS = 2000

COMBINING = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "b": "\u0331",
    "d": "\u0323", "t": "\u0361",
}  # fmt: skip
DOTLESS = {"ı": "i", "ȷ": "j"}
WORDS = {
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~",
    "textasciicircum": "^", "textquotesingle": "'", "textdollar": "$", "textunderscore": "_", "LaTeX": "LaTeX",
    "TeX": "TeX", "BibTeX": "BibTeX", "slash": "/", "j": "ȷ", "i": "ı", "ae": "æ", "AE": "Æ", "textless": "<",
    "textgreater": ">", "textbar": "|", "space": " ",
}  # fmt: skip
# Commands that only say how their argument looks: the argument stays, the look goes.
LOOKS = frozenset(
    "emph textit textbf textsc texttt textrm textsf textsl textup textmd textnormal text mbox hbox em it bf sc tt rm "
    "sf sl itshape bfseries scshape ttfamily rmfamily sffamily upshape normalfont protect relax noopsort url path "
    "ensuremath uppercase MakeUppercase lowercase".split()
)
SYMBOLS = {"&": "&", "%": "%", "#": "#", "_": "_", "$": "$", "{": "{", "}": "}", " ": " ", ",": " ", "\n": " "}
SYMBOLS |= {"-": "", "/": "", "\\": " ", "!": "", ";": " ", ":": " ", "@": "", "*": ""}
LIGATURES = {"---": "—", "--": "–", "``": "“", "''": "”"}
ESCAPES = {
    "\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}", "%": "\\%", "&": "\\&",
    "#": "\\#", "_": "\\_", "$": "\\$", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}",
    "@": "{@}",  # bare, some readers take “@ {...}” for the start of an entry
}  # fmt: skip
_ESCAPE = str.maketrans(ESCAPES)
VERBATIM = {key: ESCAPES[key] for key in "\\{}"}
_WORD = re.compile(r"\\([A-Za-z]+)\*?[ \n]*")
_PLAIN = re.compile(r"[^\\{}$~`'-]+")
_LIGATURE = re.compile(r"---?|``|''")
_MATHS = re.compile(r"\$((?:[^$\\]|\\.)*)\$", re.DOTALL)
_TITLE_WORDS = re.compile(r"(?P<space>(?:-+|\s+)*)(?P<word>[^\s-]*)")
_AROUND = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_UNESCAPE = re.compile(r"\\(textbackslash|textbraceleft|textbraceright|textasciitilde|[_%&#$~{}])(?:\{\})?|[{}]")


def decode(source: str, depth: int = 0) -> str:
    """Return the plain text of a piece of TeX: accents become letters, braces go, `$...$` and unknown commands stay."""
    out: list[str] = []
    at = 0
    while at < len(source):
        plain = _PLAIN.match(source, at)
        if plain:
            out.append(plain[0])
            at = plain.end()
            continue
        char = source[at]
        if char == "\\":
            text, at = _command(source, at, depth)
            out.append(text)
        elif char == "$" and (maths := _MATHS.match(source, at)):
            out.append(maths[0])
            at = maths.end()
        elif ligature := _LIGATURE.match(source, at):
            out.append(LIGATURES[ligature[0]])
            at = ligature.end()
        else:
            out.append({"{": "", "}": "", "~": " "}.get(char, char))
            at += 1
    return "".join(out)


def _command(source: str, at: int, depth: int) -> tuple[str, int]:
    """Read the command at this backslash; return its text and the position behind it."""
    symbol = source[at + 1 : at + 2]
    if symbol == "(" and (end := source.find("\\)", at, at + LONGEST_MATHS)) > 0 and "$" not in source[at:end]:
        return f"${source[at + 2 : end]}$", end + 2
    word = _WORD.match(source, at)
    name = word[1] if word else symbol
    behind = word.end() if word else at + 2
    if name in COMBINING and depth < MAX_DEPTH:
        base, end = _argument(source, behind)
        letters = decode(base, depth + 1)
        if letters and letters[0].isalpha():
            first = DOTLESS.get(letters[0], letters[0])
            return unicodedata.normalize("NFC", first + COMBINING[name]) + letters[1:], end
        if name in SYMBOLS or not word:
            return SYMBOLS.get(name, ""), behind
    if not word:
        return SYMBOLS.get(symbol, "\\" + symbol), behind
    text = _word_text(name)
    if text is not None:
        return text, behind
    if source[behind : behind + 1] == "{" and depth < MAX_DEPTH:
        inside, end = _argument(source, behind)
        if end > behind:
            return f"\\{name}{{{decode(inside, depth + 1)}}}", end
    return source[at:behind], behind


def _argument(source: str, at: int) -> tuple[str, int]:
    """Return what stands at this position as an argument: a group's inside, a command, or one character."""
    while source[at : at + 1] in (" ", "\n"):
        at += 1
    if source[at : at + 1] == "{":
        level = 0
        for end in range(at, min(len(source), at + 400)):
            level += {"{": 1, "}": -1}.get(source[end], 0)
            if level == 0:
                return source[at + 1 : end], end + 1
        return "", at
    if source[at : at + 1] == "\\":
        word = _WORD.match(source, at)
        end = word.end() if word else at + 2
        return source[at:end], end
    return source[at : at + 1], at + 1


@cache
def _word_text(name: str) -> str | None:
    """Return the text of a command word, empty where it is only a look, None where it is not known."""
    if name in LOOKS:
        return ""
    if name in WORDS:
        return WORDS[name]
    spec = _symbols().get_macro_spec(name)
    text = getattr(spec, "simplify_repl", None)
    return text if isinstance(text, str) and text and "%" not in text else None


@cache
def _symbols() -> Any:
    return get_default_latex_context_db()


def encode(text: str) -> str:
    """Return TeX that prints this plain text; letters stay UTF-8, `$...$` stays as it is."""
    return "".join(piece if is_maths else _escaped(piece) for is_maths, piece in _pieces(text))


def encode_title(text: str) -> str:
    """Return a title as TeX in which braces keep every capital but the first letter's: a style that writes titles like
    sentences would make “shapley” of Shapley, and nobody can tell names from other words.
    """
    pieces = list(_pieces(text))
    return "".join(
        piece if is_maths else _protected(piece, opens=not any(part for _, part in pieces[:number]))
        for number, (is_maths, piece) in enumerate(pieces)
    )


def encode_verbatim(text: str) -> str:
    """Return an address or identifier for a field that TeX does not typeset: only braces and backslashes change."""
    return "".join(VERBATIM.get(char, char) for char in text)


def decode_verbatim(source: str) -> str:
    """Read such a field, forgiving the escapes that some programs put into addresses all the same."""
    return _UNESCAPE.sub(lambda match: ESCAPED.get(match[1], match[1]) if match[1] else "", source).strip()


ESCAPED = {"textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "textasciitilde": "~"}


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Split a text into maths that can stand as it is, and the rest."""
    start = at = 0
    while (at := text.find("$", at)) >= 0:
        maths = _MATHS.match(text, at)
        if maths and _can_stand(maths[1]):
            yield False, text[start:at]
            yield True, maths[0]
            start = at = maths.end()
        else:
            at += 1
    yield False, text[start:]


def _can_stand(maths: str) -> bool:
    """Say whether braces balance, for programs that count an escaped brace as one and for those that do not."""
    if "@" in maths:
        return False
    for counted in (maths, re.sub(r"\\.", "", maths)):
        level = 0
        for char in counted:
            level += {"{": 1, "}": -1}.get(char, 0)
            if level < 0:
                return False
        if level:
            return False
    return not re.search(r"\\\\[{}]", maths)


def _escaped(text: str) -> str:
    escaped = text.translate(_ESCAPE)
    return re.sub(r"(?<=([-`']))(?=\1)", "{}", escaped)  # so that no two of them become one sign


def _protected(text: str, *, opens: bool) -> str:
    """Put braces around words with capitals, one pair around several that stand together; `opens`: at the beginning."""
    out: list[str] = []
    group = False  # whether what was written last is a group that another word may join
    for match in _TITLE_WORDS.finditer(text):
        before, core, after = _AROUND.fullmatch(match["word"]).groups()  # type: ignore[union-attr]  # it matches anything
        between = match["space"]
        if not _is_at_risk(core, first=opens and not match.start("word")):
            out.append(_escaped(between) + _escaped(match["word"]))
            group = False
            continue
        if group and not before and between in (" ", "-"):
            out[-1] = f"{out[-1][:-1]}{between}{_escaped(core)}}}"
        else:
            out.append(f"{_escaped(between)}{_escaped(before)}{{{_escaped(core)}}}")
        group = not after
        out[-1] += _escaped(after)
    return "".join(out)


def _is_at_risk(core: str, *, first: bool) -> bool:
    """Say whether a style could take a capital from a word, or give the title's first word (mixup, iPhone) one."""
    return any(char.isupper() or char.istitle() for char in core[1 if first else 0 :]) or (first and core[:1].islower())
