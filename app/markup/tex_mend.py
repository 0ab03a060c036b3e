r"""Mend what the MathML converter does not understand, token by token, or refuse it with a sentence.

Gaps mended here: mathematics inside ``\text``, operators around commands, environments it lacks, ``\substack``,
line breaks outside an environment, row spacing, plain TeX forms; colours and sizes are left out with a warning.
Not here: environments (``tex_environments``), macros (``tex_expand``), the conversion (``tex``).
"""

# ruff: noqa: ARG001 - the rules share one signature, whatever each needs of it

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.markup.tex_environments import ENVIRONMENTS, environment_end, environment_name, mend_environment
from app.markup.tex_pieces import TAG_NAME, Mending, bracketed, find, group, island, refuse_private, small_matrix
from app.markup.tex_shape import OPENING_SIZES, SIZES
from app.markup.tex_text import COLOURS, INVISIBLE, SWITCHES_WARNED, TEXT_FONTS, drop_colour, mend_text
from app.markup.tex_tokens import TexError, Token, plain, read_argument, read_optional, skip_spaces

ALIASES = {
    r"\mathds": r"\mathbb", r"\mathbbm": r"\mathbb", r"\pmb": r"\boldsymbol", r"\hdots": r"\ldots",
    r"\llap": r"\mathllap",
    r"\rlap": r"\mathrlap", r"\clap": r"\mathclap", r"\bgroup": r"\begingroup", r"\egroup": r"\endgroup",
    r"\operatornamewithlimits": r"\operatorname*", r"\newline": "\\\\", r"\cr": "\\\\", r"\tabularnewline": "\\\\",
    r"\ref": r"\eqref", r"\bold": r"\mathbf", r"\Bbb": r"\mathbb", r"\frak": r"\mathfrak", r"\mathbfit": r"\boldsymbol",
    r"\toprule": r"\hline", r"\midrule": r"\hline", r"\bottomrule": r"\hline", r"\strut": r"\mathstrut",
    r"\symup": r"\mathrm", r"\varlimsup": r"\limsup", r"\varliminf": r"\liminf",
    r"\dotsb": r"\cdots", r"\dotsc": r"\ldots", r"\dotsi": r"\cdots", r"\dotsm": r"\cdots", r"\dotso": r"\ldots",
}  # fmt: skip
_ANGLES = {"<": r"\langle", ">": r"\rangle"}
GROUPS = frozenset({r"\ensuremath", r"\mathnormal", r"\vcenter", r"\hphantom*"})
REFUSED = {
    r"\href": "links belong outside the formula", r"\url": "links belong outside the formula",
    r"\includegraphics": "images belong outside the formula", r"\class": "it is HTML, not TeX",
    r"\style": "it is HTML, not TeX", r"\cssId": "it is HTML, not TeX", r"\htmlId": "it is HTML, not TeX",
    r"\htmlClass": "it is HTML, not TeX", r"\htmlStyle": "it is HTML, not TeX", r"\htmlData": "it is HTML, not TeX",
    r"\require": "packages cannot be loaded", r"\usepackage": "packages cannot be loaded",
    r"\input": "files cannot be read", r"\include": "files cannot be read", r"\write": "files cannot be written",
    r"\csname": "names cannot be built", r"\catcode": "the syntax cannot be changed", r"\unicode": "type the character",
    r"\let": r"write \newcommand", r"\gdef": r"write \newcommand", r"\edef": r"write \newcommand",
    r"\global": r"write \newcommand", r"\long": r"write \newcommand", r"\verb": r"write \texttt{...}",
    r"\cline": r"write \hline", r"\multicolumn": "cells cannot be joined", r"\multirow": "cells cannot be joined",
    r"\rule": "rules cannot be drawn",
}  # fmt: skip


Handler = Callable[[Sequence[Token], int, list[Token], Mending], int]


def mend(tokens: Sequence[Token], mending: Mending) -> list[Token]:
    """Give tokens that the converter understands and that mean the same; TexError where that cannot be."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        text = token.text
        if text[0] != "\\":
            refuse_private(token)
            out.append(_as_delimiter(token, out))
            at += 1
            continue
        text = ALIASES.get(text, text)
        handler = HANDLERS.get(text)
        if handler is not None:
            at = handler(tokens, at, out, mending)
        elif text in REFUSED:
            raise TexError(f"{token.text} is not possible here: {REFUSED[text]}", token.offset)
        elif text in INVISIBLE:
            at += 1
        elif text in (r"\mathllap", r"\mathrlap", r"\mathclap"):
            mending.warn(token, f"{token.text} is left out: its argument stands in place")
            at += 1
        elif text in SWITCHES_WARNED:
            mending.warn(token, f"{token.text} is left out: formulas keep their size and weight")
            at += 1
        else:
            out.append(token._replace(text=text))
            at += 1
    return out


def _as_delimiter(token: Token, out: Sequence[Token]) -> Token:
    r"""``\left<`` and ``\big>`` mean the angle brackets; elsewhere the signs are relations."""
    if token.text in _ANGLES:
        before = next((each.text for each in reversed(out) if each.text != " "), "")
        if before in SIZES or before in OPENING_SIZES:
            return token._replace(text=_ANGLES[token.text])
    return token


_PLAIN_OPERATOR = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -") | {r"\,", r"\ ", r"\;"}


def _operator(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    r"""An operator around more than letters is rendered apart: the converter takes only letters."""
    command = tokens[at]
    at += 1
    starred = ALIASES.get(command.text, command.text).endswith("*")
    if at < len(tokens) and tokens[at].text == "*" and not starred:
        starred = True
        at += 1
    argument, at = read_argument(tokens, at, command)
    if command.text == r"\mathop":
        starred = True
    at = skip_spaces(tokens, at)
    while at < len(tokens) and tokens[at].text in (r"\limits", r"\nolimits"):
        starred = tokens[at].text == r"\limits"
        at = skip_spaces(tokens, at + 1)
    name = command._replace(text=r"\operatorname*" if starred else r"\operatorname")
    if command.text != r"\mathop" and all(token.text in _PLAIN_OPERATOR for token in argument) and argument:
        out.extend([name, *group(argument, command)])
        return at
    if command.text != r"\mathop":
        argument = [command._replace(text=r"\mathrm"), *group(argument, command)]
    out.extend([name, *group([island(mending.mend(argument), mending, command)], command)])
    return at


def _group(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    argument, after = read_argument(tokens, at + 1, tokens[at])
    out.extend(group(mending.mend(argument), tokens[at]))
    return after


def _smash(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    _, after = read_optional(tokens, at + 1)
    argument, after = read_argument(tokens, after, tokens[at])
    out.extend(group(mending.mend(argument), tokens[at]))
    return after


def _substack(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    argument, after = read_argument(tokens, at + 1, tokens[at])
    out.extend(group(small_matrix(mending.mend(argument), tokens[at]), tokens[at]))
    return after


def _plain_environment(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    command = tokens[at]
    start = skip_spaces(tokens, at + 1)
    if start >= len(tokens) or tokens[start].text != "{":
        raise TexError(f"{command.text} lacks an argument", command.offset)
    argument, after = read_argument(tokens, at + 1, command)
    name = {r"\eqalign": "aligned", r"\displaylines": "gathered"}.get(command.text, command.text[1:])
    out.extend(bracketed(name, mending.mend(argument), command))
    return after


def _root(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    of = find(tokens, at, r"\of")
    if of is None:
        raise TexError(r"\root needs \of", tokens[at].offset)
    degree = mending.mend(tokens[at + 1 : of])
    radicand, after = read_argument(tokens, of + 1, tokens[at])
    place = tokens[at]
    out.extend([place._replace(text=r"\sqrt"), place._replace(text="["), *group(degree, place)])
    out.extend([place._replace(text="]"), *group(mending.mend(radicand), place)])
    return after


def _newline(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    r"""A line break may carry ``*`` and a length, which only make room: both are left out."""
    out.append(tokens[at]._replace(text="\\\\"))
    after = at + 1
    if after < len(tokens) and tokens[after].text == "*":
        after += 1
    if after < len(tokens) and tokens[after].text == "[":
        length, end = read_optional(tokens, after)
        if length is not None and _is_length(plain(length)):
            after = end
    return after


def _is_length(text: str) -> bool:
    number = text.strip().removesuffix("em").removesuffix("ex").removesuffix("pt").removesuffix("mm")
    number = number.removesuffix("cm").removesuffix("mu").removesuffix("in").removesuffix("pc").removesuffix("px")
    return number != text.strip() and number.strip().removeprefix("-").replace(".", "", 1).isdigit()


def _optional_dropped(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    r"""``\cfrac[l]`` and ``\underbracket[1pt][2pt]``: the side and the lengths are left out."""
    out.append(tokens[at])
    after = at + 1
    given: list[Token] | None = []
    while given is not None:
        given, after = read_optional(tokens, after)
    return after


def _label(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    argument, after = read_argument(tokens, at + 1, tokens[at])
    name = plain(argument).strip()
    if (
        not name
        or len(name) > 100
        or not all(letter.isascii() and (letter.isalnum() or letter in ":-_.") for letter in name)
    ):
        raise TexError("A label is made of letters, digits and : - _ .", tokens[at].offset)
    command = tokens[at]._replace(text=ALIASES.get(tokens[at].text, tokens[at].text))
    out.extend([command, *group([tokens[at]._replace(text=letter) for letter in name], tokens[at])])
    return after


def _tag(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    """A tag is plain text for the converter; dollars and text commands inside it are taken off."""
    command = tokens[at]
    at += 1
    if at < len(tokens) and tokens[at].text == "*":
        command = command._replace(text=r"\tag*")
        at += 1
    argument, after = read_argument(tokens, at, command)
    symbols = {r"\ast": "*", r"\star": "*", r"\dagger": "†", r"\ddagger": "‡", r"\prime": "′", "'": "′"}
    words = [symbols.get(token.text, token.text) for token in argument]
    words = [word for word in words if word not in ("$", "{", "}") and word not in TEXT_FONTS]
    if not words or any(word[0] == "\\" for word in words):
        raise TexError(r"\tag takes plain text", command.offset)
    # The converter takes letters and digits only, so a name stands in for the words until the MathML is made.
    name = f"{TAG_NAME}{len(mending.tags)}."
    mending.tags.append("".join(words))
    out.extend([command, *group([command._replace(text=letter) for letter in name], command)])
    return after


def _begin(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    begin = tokens[at]
    name, start = environment_name(tokens, at)
    end, after = environment_end(tokens, at, name)
    if name not in ENVIRONMENTS:
        raise TexError(f"The environment {name[:40]} is not known", begin.offset)
    out.extend(mend_environment(name, begin, tokens[start:end], mending))
    return after


def _stray_end(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    name, _ = environment_name(tokens, at)
    raise TexError(rf"\end{{{name[:40]}}} has no \begin", tokens[at].offset)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(TEXT_FONTS, mend_text),
    **dict.fromkeys(COLOURS, drop_colour),
    **dict.fromkeys(GROUPS, _group),
    **dict.fromkeys((r"\operatorname", r"\operatorname*", r"\mathop"), _operator),
    **dict.fromkeys((r"\matrix", r"\pmatrix", r"\cases", r"\eqalign", r"\displaylines"), _plain_environment),
    **dict.fromkeys((r"\label", r"\eqref"), _label),
    r"\tag": _tag,
    r"\smash": _smash,
    r"\substack": _substack,
    r"\root": _root,
    "\\\\": _newline,
    **dict.fromkeys((r"\cfrac", r"\underbracket", r"\overbracket"), _optional_dropped),
    r"\begin": _begin,
    r"\end": _stray_end,
}
