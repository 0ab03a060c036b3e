"""TeX source as tokens, each remembering where it came from, and tokens as TeX again.

Not here: what a command means (``tex_expand``, ``tex_mend``) and MathML (``tex``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class TexError(Exception):
    """A formula that cannot be shown: a sentence, and the offset in the formula it speaks of."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Token(NamedTuple):
    r"""A control sequence (``\alpha``, ``\,``), a brace, one character, a ``#1``, or one space.

    ``offset`` is where it stands in the source (for an expanded one: where the macro was called);
    ``depth`` counts the macros it came out of.
    """

    text: str
    offset: int
    depth: int = 0

    @property
    def is_command(self) -> bool:
        return self.text[0] == "\\"

    @property
    def is_word(self) -> bool:
        """Tell whether it is a command made of letters, which swallows the spaces after it."""
        return self.text[0] == "\\" and self.text[-1].isascii() and self.text[-1].isalpha()


_TOKEN = re.compile(r"\\(?:[A-Za-z]+|.)|\s+|%[^\n]*(?:\n[ \t]*)?|#[1-9]|.", re.DOTALL)


def tokenise(source: str) -> list[Token]:
    """Split TeX into tokens; comments vanish, a run of white space is one space."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(source):
        text = match.group()
        if text[0] == "%":
            continue
        if text.isspace():
            text = " "
            if tokens and (tokens[-1].text == " " or tokens[-1].is_word):
                continue
        elif text[0] == "\\" and text[1:].isspace():
            text = "\\ "
        elif text == "\\":
            raise TexError("A backslash stands alone at the end", match.start())
        tokens.append(Token(text, match.start()))
    return tokens


def skip_spaces(tokens: Sequence[Token], at: int) -> int:
    """Give the index of the first token from ``at`` on that is not a space."""
    while at < len(tokens) and tokens[at].text == " ":
        at += 1
    return at


def closing_brace(tokens: Sequence[Token], at: int) -> int:
    """Give the index of the brace that closes the one at ``at``; TexError where there is none."""
    depth = 0
    for index in range(at, len(tokens)):
        text = tokens[index].text
        if text == "{":
            depth += 1
        elif text == "}":
            depth -= 1
            if depth == 0:
                return index
    raise TexError("This { is never closed", tokens[at].offset)


def read_argument(tokens: Sequence[Token], at: int, owner: Token) -> tuple[list[Token], int]:
    """Read one argument (a group without its braces, or one token) and the index after it."""
    at = skip_spaces(tokens, at)
    if at >= len(tokens) or tokens[at].text in ("}", "&"):
        raise TexError(f"{owner.text} lacks an argument", owner.offset)
    if tokens[at].text != "{":
        return [tokens[at]], at + 1
    end = closing_brace(tokens, at)
    return list(tokens[at + 1 : end]), end + 1


def read_optional(tokens: Sequence[Token], at: int) -> tuple[list[Token] | None, int]:
    """Read ``[...]`` where one follows, braces balanced; None and the same index where not."""
    start = skip_spaces(tokens, at)
    if start >= len(tokens) or tokens[start].text != "[":
        return None, at
    depth = 0
    for index in range(start + 1, len(tokens)):
        text = tokens[index].text
        if text == "{":
            depth += 1
        elif text == "}":
            depth -= 1
        elif text == "]" and depth == 0:
            return list(tokens[start + 1 : index]), index + 1
    raise TexError("This [ is never closed", tokens[start].offset)


def plain(tokens: Iterable[Token]) -> str:
    """Write tokens as TeX."""
    return written(tokens).text


class Written(NamedTuple):
    """TeX text with, for each token, where it starts in the text and in the source."""

    text: str
    starts: list[int]
    offsets: list[int]

    def source_offset(self, position: int) -> int:
        """Give the place in the source that a position in the text came from."""
        index = bisect_right(self.starts, position) - 1
        return self.offsets[index] if index >= 0 else 0


def written(tokens: Iterable[Token]) -> Written:
    r"""Write tokens as TeX that means the same: a space keeps ``\alpha`` and ``x`` apart."""
    parts: list[str] = []
    starts: list[int] = []
    offsets: list[int] = []
    length = 0
    after_word = False
    for token in tokens:
        text = token.text
        if after_word and text[0].isascii() and text[0].isalpha():
            parts.append(" ")
            length += 1
        starts.append(length)
        offsets.append(token.offset)
        parts.append(text)
        length += len(text)
        after_word = token.is_word
    return Written("".join(parts), starts, offsets)
