r"""What keeps the converter from running away, checked and mended before every call to it.

math-core 0.9 recurses on the machine's stack (a few hundred levels end the process, and no exception can be caught),
and looks for the partner of an opening delimiter by trying: each one without a partner doubles its time (thirty of them
take a minute, and nothing can interrupt it). Hence the two functions here. Not here: macros, gaps, the call itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.markup.tex_commands import NESTING
from app.markup.tex_tokens import TexError, Token

MAX_DEPTH = 60
# Commands that may nest what follows them (\hat x, \sqrt\sqrt x, \sum, \log, \dots).
MAX_NESTING_COMMANDS = 300
MAX_UNMATCHED = 2

_WITH_ARGUMENT = ("\\math", "\\wide", "\\over", "\\under", "\\bold", "\\frac", "\\dfrac", "\\tfrac", "\\sqrt", "\\hat",
                  "\\bar", "\\tilde", "\\vec", "\\bm")  # fmt: skip
_GROUP_OPENS = frozenset({"{", r"\left", r"\begin", r"\begingroup"})
_GROUP_CLOSES = frozenset({"}", r"\right", r"\end", r"\endgroup"})
_TEXT_OPENERS = {
    "(": "(", "[": "[", r"\{": r"\{", r"\lbrace": r"\{", r"\lbrack": "[", r"\lparen": "(", r"\lvert": "|",
    r"\lVert": "‖",
    r"\langle": "⟨", r"\lang": "⟨", r"\lAngle": "⟪", r"\llangle": "⟪", r"\lceil": "⌈", r"\lfloor": "⌊",
    r"\llbracket": "⟦", r"\lBrace": "⦃", r"\lgroup": "⟮", r"\llparenthesis": "⦇", r"\lmoustache": "⎰",
    r"\ulcorner": "⌜", r"\llcorner": "⌞",
    **{sign: sign for sign in "⟨⌊⌈⟦⦅⟮⟪⎰⌜⌞❲⦃⧘⟬"},
}  # fmt: skip
_CLOSERS = frozenset({")", "]", r"\}", "⟩", "⌋", "⌉", "⟧"}) | {
    "\\" + name
    for name in """rbrace rbrack rparen rvert rVert rangle rang rAngle rrangle rceil rfloor rrbracket rBrace rgroup
    rrparenthesis rmoustache urcorner lrcorner""".split()
}
# After one of these a delimiter is only a sign; \bigl and its like open as the delimiter itself would.
SIZES = frozenset(
    {r"\left", r"\right", r"\middle"}
    | {f"\\{big}{side}" for big in ("big", "Big", "bigg", "Bigg") for side in ("", "m", "r")}
)
OPENING_SIZES = frozenset({r"\bigl", r"\Bigl", r"\biggl", r"\Biggl"})
_BARRIERS = frozenset({"&", "\\\\", r"\begin", r"\end", r"\left", r"\right", r"\middle"})


def check_shape(tokens: Sequence[Token]) -> None:
    """Refuse what is nested so deeply, by groups or by commands in a row, that converting it could end the process."""
    depth = nesting = 0
    for index, token in enumerate(tokens):
        text = token.text
        if text in _GROUP_OPENS:
            depth += 1
            if depth > MAX_DEPTH:
                raise TexError(f"The formula is nested more than {MAX_DEPTH} deep", token.offset)
        elif text in _GROUP_CLOSES:
            depth -= 1
        elif text in NESTING and not _is_braced(tokens, index):
            nesting += 1
            if nesting > MAX_NESTING_COMMANDS:
                raise TexError(f"Too many commands such as {text} in one formula", token.offset)


def _is_braced(tokens: Sequence[Token], index: int) -> bool:
    """Tell whether a command's argument, an accent's or a font's, stands in braces: then it nests nothing else."""
    return index + 1 < len(tokens) and tokens[index + 1].text == "{" and tokens[index].text.startswith(_WITH_ARGUMENT)


def tame_openers(tokens: list[Token]) -> list[Token]:
    """Turn the opening delimiters of a formula into plain signs where too many have no partner."""
    if _unmatched(tokens) <= MAX_UNMATCHED:
        return tokens
    out: list[Token] = []
    before = ""
    for index, token in enumerate(tokens):
        text = token.text
        if text in OPENING_SIZES and index + 1 < len(tokens) and tokens[index + 1].text in _TEXT_OPENERS:
            out.append(token._replace(text=text[:-1]))
        elif text in _TEXT_OPENERS and before not in SIZES and before not in OPENING_SIZES:
            sign = [token._replace(text=r"\text"), token._replace(text="{"), token._replace(text=_TEXT_OPENERS[text])]
            out.extend([*sign, token._replace(text="}")])
        else:
            out.append(token)
        if text != " ":
            before = text
    return out


def _unmatched(tokens: Sequence[Token]) -> int:
    """Count the opening delimiters without a partner in the same group, in the worst cell of the formula."""
    worst = lost = 0
    open_in_groups = [0]
    before = ""
    for token in tokens:
        text = token.text
        if text in _BARRIERS:
            worst = max(worst, lost + sum(open_in_groups))
            lost = 0
            open_in_groups = [0] * len(open_in_groups)
        elif text == "{":
            open_in_groups.append(0)
        elif text == "}" and len(open_in_groups) > 1:
            lost += open_in_groups.pop()
        elif text in _TEXT_OPENERS and before not in SIZES:
            open_in_groups[-1] += 1
        elif text in _CLOSERS and before not in ("\\left", "\\middle") and open_in_groups[-1]:
            open_in_groups[-1] -= 1
        if text != " ":
            before = text
    return max(worst, lost + sum(open_in_groups))
