"""Snippets: a title or the telling stretch of a text as HTML, the words found marked with <mark>.

Everything is cut as plain text and escaped afterwards, so an entity is never cut. NOT here: rendering.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import islice

from app.search.analysis import WORD, forms
from app.search.plan import Scored, Starts

WIDTH = 260
LEAD = 60
MANY = 100  # hits looked at in one text
FAR = 40_000  # of a longer text, only the beginning is looked through


@dataclass(frozen=True)
class Marks:
    """What is marked: words with one of these stems, and words that begin so."""

    stems: frozenset[str]
    starts: tuple[str, ...]

    @cached_property
    def candidates(self) -> re.Pattern[str]:
        """Words that begin with a letter that something marked begins with: a stem keeps its word's first letter.

        Letters that may lose an accent are always looked at.
        """
        letters = "".join(
            sorted({letter for what in (*self.stems, *self.starts) for letter in (what[0], what[0].upper())})
        )
        return re.compile(f"(?<![^\\W_])(?=[{re.escape(letters)}\x80-\U0010ffff])(?:{WORD.pattern})")

    def fits(self, word: str) -> str | None:
        """Return what a written word is marked for, or None."""
        raw, stem, extras = forms(word)
        if stem in self.stems:
            return stem
        for start in self.starts:
            if raw.startswith(start):
                return start
        return next((stem for _, stem in extras if stem in self.stems), None)


def marks_of(scored: list[Scored]) -> Marks:
    """Return the marks for what a plan scores."""
    stems = frozenset(term.term for term in scored if not isinstance(term, Starts))
    return Marks(stems, tuple(term.prefix for term in scored if isinstance(term, Starts)))


def _hits(text: str, marks: Marks) -> list[tuple[int, int, str]]:
    if not marks.stems and not marks.starts:
        return []
    found = ((match.span(), marks.fits(match.group())) for match in marks.candidates.finditer(text, 0, FAR))
    hits = ((start, end, what) for (start, end), what in found if what is not None)
    return list(islice(hits, MANY))


def highlight(text: str, marks: Marks) -> str:
    """Return a whole text as HTML with its marks."""
    return _marked(text, 0, len(text), _hits(text, marks))


def excerpt(texts: tuple[str, ...], marks: Marks, width: int = WIDTH) -> str:
    """Return the stretch that shows most of what was searched, from the first text that shows most of it.

    Without any hit it is the beginning of the first text that is not empty.
    """
    best: tuple[int, int, str, list[tuple[int, int, str]]] | None = None
    for text in texts:
        hits = _hits(text, marks)
        for first in range(len(hits)):
            edge = hits[first][0] + width - LEAD
            kinds = {what for start, end, what in hits[first : first + 12] if end <= edge}
            if best is None or len(kinds) > best[0]:
                best = len(kinds), hits[first][0], text, hits
    if best is None:
        text = next((text for text in texts if text.strip()), "")
        return _stretch(text, 0, width, [])
    return _stretch(best[2], best[1], width, best[3])


def _stretch(text: str, focus: int, width: int, hits: list[tuple[int, int, str]]) -> str:
    """Cut about `width` characters around `focus` at spaces, with an ellipsis where something was cut."""
    start = 0 if focus <= LEAD else _space(text, focus - LEAD, focus)
    end = len(text) if start + width >= len(text) else _space_before(text, start + width, max(start, focus))
    inner = _marked(text, start, end, hits)
    return ("… " if start else "") + inner.strip() + (" …" if end < len(text) else "")


def _space(text: str, low: int, high: int) -> int:
    at = text.find(" ", low, high)
    return at + 1 if at >= 0 else high


def _space_before(text: str, high: int, low: int) -> int:
    at = text.rfind(" ", low, high)
    return at if at > low else high


def _marked(text: str, start: int, end: int, hits: list[tuple[int, int, str]]) -> str:
    pieces = []
    at = start
    for first, last, _ in hits:
        if first < start or last > end:
            continue
        pieces += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
        at = last
    pieces.append(escape(text[at:end]))
    return " ".join("".join(pieces).split())
