"""What the mending of TeX is built from: groups, environments, and pieces set aside to be rendered alone.

Not here: deciding what needs mending (``tex_mend``, ``tex_text``, ``tex_environments``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.markup.tex_tokens import TexError, Token

# Characters of Unicode's private area stand in the TeX for pieces that are put into the MathML afterwards.
SMALL_MARK = "\ue001"
SMASH_MARK = "\ue002"
ISLAND_FIRST = 0xE100
MAX_ISLANDS = 200
TAG_NAME = "cairn.tag."


@dataclass(slots=True)
class Mending:
    """What mending one formula leaves behind: remarks (offset, sentence) and islands rendered apart."""

    display: bool
    mend_tokens: Callable[[Sequence[Token], Mending], list[Token]]
    warnings: list[tuple[int, str]] = field(default_factory=list)
    islands: list[list[Token]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def mend(self, tokens: Sequence[Token]) -> list[Token]:
        """Mend a piece inside of what is being mended."""
        return self.mend_tokens(tokens, self)

    def warn(self, token: Token, message: str) -> None:
        if len(self.warnings) < 20 and (token.offset, message) not in self.warnings:
            self.warnings.append((token.offset, message))


def group(tokens: Sequence[Token], at: Token) -> list[Token]:
    """Put braces around tokens."""
    return [at._replace(text="{"), *tokens, at._replace(text="}")]


def island(tokens: list[Token], mending: Mending, at: Token) -> Token:
    """Set a piece aside to be rendered alone, and give the character that stands for it."""
    if len(mending.islands) >= MAX_ISLANDS:
        raise TexError("Too many operators around commands", at.offset)
    mending.islands.append(tokens)
    return at._replace(text=chr(ISLAND_FIRST + len(mending.islands) - 1))


def small_matrix(body: list[Token], at: Token) -> list[Token]:
    """Write a matrix in script size: a marked one, made small in the MathML."""
    mark = [at._replace(text=r"\text"), *group([at._replace(text=SMALL_MARK)], at)]
    return [*mark, *bracketed("matrix", body, at)]


def bracketed(name: str, body: Sequence[Token], at: Token, argument: str = "") -> list[Token]:
    r"""Write ``\begin{name}...\end{name}`` around tokens."""
    letters = group([at._replace(text=letter) for letter in name], at)
    given = group([at._replace(text=letter) for letter in argument], at) if argument else []
    return [at._replace(text=r"\begin"), *letters, *given, *body, at._replace(text=r"\end"), *letters]


def find(tokens: Sequence[Token], at: int, closing: str) -> int | None:
    """Give the index of the next token that reads so, or None."""
    for index in range(at, len(tokens)):
        if tokens[index].text == closing:
            return index
    return None


def refuse_private(token: Token) -> None:
    """Refuse the characters that stand for pieces here; no font has them anyway."""
    if "\ue000" <= token.text[0] <= "\uf8ff":
        raise TexError("A character from Unicode's private area cannot be shown", token.offset)
