r"""Text inside formulas: ``\text`` and its kin, with mathematics in it; colours, which are left out.

Not here: the rest of a formula (``tex_mend``).
"""

# ruff: noqa: ARG001 - the rules share one signature, whatever each needs of it

from __future__ import annotations

from collections.abc import Sequence

from app.markup.tex_pieces import Mending, find, group, refuse_private
from app.markup.tex_tokens import TexError, Token, read_argument, read_optional

TEXT_FONTS = {
    r"\text": r"\text", r"\mbox": r"\text", r"\hbox": r"\text", r"\textnormal": r"\text", r"\textup": r"\text",
    r"\textmd": r"\text", r"\textrm": r"\text", r"\textbf": r"\textbf", r"\textit": r"\textit", r"\emph": r"\textit",
    r"\textsl": r"\textit", r"\texttt": r"\texttt", r"\textsf": r"\textsf", r"\textsc": r"\text",
}  # fmt: skip
COLOURS = {
    r"\color": 1, r"\textcolor": 1, r"\colorbox": 1, r"\fcolorbox": 2, r"\pagecolor": 1, r"\definecolor": 3,
}  # fmt: skip
# Left out without a word, because leaving it out changes nothing a reader can see.
INVISIBLE = frozenset(
    {
        r"\relax",
        r"\allowbreak",
        r"\nobreak",
        r"\xspace",
        r"\protect",
        r"\displaybreak",
        r"\nolinebreak",
        r"\unskip",
        r"\/",
        r"\-",
    }
)
SWITCHES_WARNED = frozenset(
    {r"\tiny", r"\scriptsize", r"\footnotesize", r"\small", r"\normalsize", r"\large", r"\Large", r"\LARGE", r"\huge",
     r"\Huge", r"\boldmath", r"\unboldmath"}
)  # fmt: skip


def mend_text(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    r"""``\text{if $x > 0$}`` becomes ``{\text{if }x > 0}``: the converter has no mathematics in text."""
    command = tokens[at]
    argument, after = read_argument(tokens, at + 1, command)
    font = command._replace(text=TEXT_FONTS[command.text])
    pieces: list[Token] = []
    words: list[Token] = []
    index = 0

    def end_words() -> None:
        if words:
            pieces.extend([font, *group(words, command)])
            words.clear()

    while index < len(argument):
        token = argument[index]
        closing = {"$": "$", r"\(": r"\)"}.get(token.text)
        if closing is not None:
            end = find(argument, index + 1, closing)
            if end is None:
                raise TexError(f"This {token.text} inside {command.text} is never closed", token.offset)
            end_words()
            pieces.extend(group(mending.mend(argument[index + 1 : end]), command))
            index = end + 1
        elif token.text in (r"\ensuremath", r"\eqref", r"\ref"):
            inner, index = read_argument(argument, index + 1, token)
            end_words()
            keep = inner if token.text == r"\ensuremath" else [token._replace(text=r"\eqref"), *group(inner, token)]
            pieces.extend(group(mending.mend(keep), command))
        elif token.text in COLOURS:
            index = drop_colour(argument, index, words, mending)
        elif token.text in TEXT_FONTS:
            inner, _ = read_argument(argument, index + 1, token)
            if any(each.text in ("$", r"\(", r"\ensuremath") for each in inner):
                end_words()
                index = mend_text(argument, index, pieces, mending)
            else:
                words.append(token._replace(text=TEXT_FONTS[token.text]))
                index += 1
        else:
            words.extend(_text_token(token, mending))
            index += 1
    end_words()
    out.extend(pieces if len(pieces) and pieces.count(font) == 1 and pieces[0] is font else group(pieces, command))
    return after


def _text_token(token: Token, mending: Mending) -> list[Token]:
    """Give what stands for one token of plain text: signs that only mean something in mathematics are escaped."""
    if token.text in ("_", "&", "#"):
        return [token._replace(text="\\" + token.text)]
    if token.text == " ":
        # The converter would swallow a space after a sign such as \\%.
        return [token._replace(text="~")]
    if token.text == "^":
        return [token._replace(text=r"\textasciicircum"), *group([], token)]
    if token.text in INVISIBLE or token.text in SWITCHES_WARNED:
        return []
    if token.text == r"\LaTeX" or token.text == r"\TeX":
        return [token._replace(text=letter) for letter in token.text[1:]]
    refuse_private(token)
    return [token]


def drop_colour(tokens: Sequence[Token], at: int, out: list[Token], mending: Mending) -> int:
    command = tokens[at]
    mending.warn(command, f"{command.text} is left out: formulas take the colour of the page")
    _, after = read_optional(tokens, at + 1)
    for _ in range(COLOURS[command.text]):
        _, after = read_argument(tokens, after, command)
    return after
