"""Snippets: a title or the telling stretch of a text as HTML, the words found marked with <mark>.

Everything is cut as plain text and escaped afterwards, so an entity is never cut. NOT here: rendering.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import islice

from app.search.analysis import WORD, forms
from app.search.plan import Scored, Starts

WIDTH = 260
LEAD = 60
SHORT = 80  # a text shorter than this says little by itself
MANY = 100  # hits looked at in one text
FAR_LEAD = 100
SPACES = re.compile(r"\s+")
# Between words: not beside a sign that joins the parts of a formula.
GAPS = re.compile(r"(?<=[\w.,;:!?)”\"’'%])\s+(?=[\"“‘(]?\w)")
SENTENCES = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?[A-Z])")
FAR = 40_000  # of longer texts, only the beginning is looked through


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


def _hits(text: str, marks: Marks, most: int = FAR) -> list[tuple[int, int, str]]:
    if not marks.stems and not marks.starts:
        return []
    found = ((match.span(), marks.fits(match.group())) for match in marks.candidates.finditer(text, 0, most))
    hits = ((start, end, what) for (start, end), what in found if what is not None)
    return list(islice(hits, MANY))


def highlight(text: str, marks: Marks) -> str:
    """Return a whole text as HTML with its marks."""
    return _marked(text, 0, len(text), _hits(text, marks))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A place in a text; lesser shows less: first what the title does not show already, then everything."""

    more: int
    shows: int
    long: bool
    focus: int
    text: str
    hits: list[tuple[int, int, str]]

    @property
    def worth(self) -> tuple[int, int, bool]:
        return self.more, self.shows, self.long


def excerpt(texts: tuple[str, ...], marks: Marks, title: str = "", width: int = WIDTH) -> str:
    """Return the stretch that shows most of what was searched: of the first text, where title and it show as much.

    Without any hit it is the beginning of the first text that is not empty. Of many texts, only the first ones are
    looked through.
    """
    known = {what for *_, what in _hits(title, marks)}
    best = _Stretch(0, 0, True, 0, next((text for text in texts if text.strip()), ""), [])
    left = FAR
    for place, text in enumerate(texts):
        if left <= 0:
            break
        found = max(_stretches(text, marks, known, width, left), key=lambda one: one.worth, default=best)
        if found.more > best.more or (found.worth > best.worth and (place == 0 or best.text is not texts[0])):
            best = found
        left -= len(text)
    return _cut(best, width)


def _stretches(text: str, marks: Marks, known: set[str], width: int, most: int) -> Iterator[_Stretch]:
    hits = _hits(text, marks, most)
    for first, (at, _, _) in enumerate(hits):
        edge = at + width - LEAD
        kinds = {what for _, end, what in hits[first : first + 12] if end <= edge}
        yield _Stretch(len(kinds - known), len(kinds), len(text) >= SHORT, at, text, hits)


def _cut(stretch: _Stretch, width: int) -> str:
    """Cut about `width` characters, from a sentence's beginning where one is near, else between words.

    An ellipsis stands where something was cut; the end of a text is shown with what stands before it.
    """
    text = stretch.text
    focus = min(stretch.focus, max(len(text) - width + LEAD, 0))
    start = 0 if focus <= LEAD else _beginning(text, focus)
    wanted = max(start + width, focus + width - LEAD)
    end = len(text) if wanted >= len(text) else _ending(text, max(start, focus), wanted)
    inner = _marked(text, start, end, stretch.hits)
    return ("… " if start else "") + inner.strip() + (" …" if end < len(text) else "")


def _beginning(text: str, focus: int) -> int:
    for gaps, back in ((SENTENCES, FAR_LEAD), (GAPS, LEAD), (SPACES, LEAD)):
        found = gaps.search(text, max(focus - back, 0), focus + 1)
        if found is not None:
            return found.end()
    return focus


def _ending(text: str, low: int, high: int) -> int:
    for gaps in (GAPS, SPACES):
        found = [gap.start() for gap in gaps.finditer(text, low, high + 1) if gap.start() > low]
        if found:
            return found[-1]
    return high


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
