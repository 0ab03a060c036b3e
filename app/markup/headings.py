"""Headings with unique addresses and levels a page can use, whatever level the author began with.

Not here: rendering what stands in a heading.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

TOP_LEVEL = 2
LOWEST_LEVEL = 6
# Addresses that the page around the body may carry itself, or that other parts of the body do.
_RESERVED = frozenset(
    {"main", "content", "contents", "top", "search", "nav", "header", "footer", "toc", "q", "cite", "references"}
)
_RESERVED_PREFIXES = ("fn", "fnref", "ref-", "eq-", "page-")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a body: its level on the page, its address, its inline HTML, its words."""

    level: int
    id: str
    html: str
    text: str


class HeadingLevels:
    """Give each heading its level: the first is the top one, going down never skips a level."""

    def __init__(self) -> None:
        self._open: list[int] = []

    def level(self, written: int) -> int:
        """Give the level on the page for a heading written with some level."""
        while self._open and self._open[-1] >= written:
            self._open.pop()
        self._open.append(written)
        return min(LOWEST_LEVEL, TOP_LEVEL + len(self._open) - 1)


class HeadingIds:
    """Give each heading an address that no other has."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._used: set[str] = set()

    def id(self, text: str) -> str:
        """Make an address out of a heading's words."""
        base = slug(text) or "section"
        if base in _RESERVED or re.fullmatch(r"(fn|fnref)\d+", base) or base.startswith(_RESERVED_PREFIXES[2:]):
            base = f"section-{base}"
        candidate = base
        while candidate in self._used:
            self._counts[base] = self._counts.get(base, 1) + 1
            candidate = f"{base}-{self._counts[base]}"
        self._used.add(candidate)
        return candidate


def slug(text: str) -> str:
    """Reduce words to letters, digits and hyphens, at most 80 of them."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"[^\w\s-]", "", text)
    return re.sub(r"[\s_-]+", "-", text)[:80].strip("-")
