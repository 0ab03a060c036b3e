"""Matching: which documents a plan finds. Plain set algebra over posting lists, one part of the snapshot at a time.

NOT here: their order (`ranking.py`).
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

from app.search.grammar import too_complex
from app.search.plan import All, Every, Exact, Minus, Most, Sequence, Some, Starts, Step, Term, YearRange
from app.search.segment import Segment
from app.search.snapshot import Part, Snapshot

MAX_EXPANSIONS = 500

Matches = list[set[int]]
"""For each part of the snapshot, the numbers of the documents found."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Exact values that every hit must have: slugs, years and kinds; several of one kind must all hold."""

    category: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    kind: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    series: tuple[str, ...] = ()

    def pairs(self) -> list[tuple[str, str]]:
        """Return (kind, value) for each filter."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return [(name, str(value)) for name, values in named.items() for value in values]


def match(snapshot: Snapshot, step: Step, filters: Filters) -> Matches:
    """Return what a plan finds under the filters; raises QueryTooComplex where a star stands for too many words."""
    steps = [Exact(kind, value) for kind, value in filters.pairs()]
    whole = Every((*steps, step)) if steps else step
    return [set(part.live & _find(snapshot, part, whole)) for part in snapshot.parts]


def expansions(snapshot: Snapshot, field: str, prefix: str) -> tuple[str, ...]:
    """Return the words of a field that begin so, in rising order; raises QueryTooComplex where they are too many."""

    def collect() -> tuple[str, ...]:
        words: set[str] = set()
        for part in snapshot.parts:
            words.update(part.segment.terms(field, prefix, MAX_EXPANSIONS + 1))
        return tuple(sorted(words))

    found = snapshot.remember(("expansions", field, prefix), collect)
    if len(found) > MAX_EXPANSIONS:
        raise too_complex(f"“{prefix}*” stands for more than {MAX_EXPANSIONS} words; write more of it.")
    return found


def _find(snapshot: Snapshot, part: Part, step: Step) -> set[int] | frozenset[int]:
    segment = part.segment
    match step:
        case All():
            return part.live
        case Term():
            return _any_term(segment, step.fields, (step.term,))
        case Starts():
            return _any_term(segment, (step.field,), expansions(snapshot, step.field, step.prefix))
        case Sequence():
            found: set[int] = set()
            for field in step.fields:
                found |= _in_sequence(segment, field, step.terms)
            return found
        case Exact():
            return _with_value(segment, step)
        case YearRange():
            return _in_years(segment, step)
        case Minus():
            return part.live - _find(snapshot, part, step.part)
        case Some():
            return set[int]().union(*(_find(snapshot, part, inner) for inner in step.parts))
        case Most():
            fits = Counter(number for inner in step.parts for number in _find(snapshot, part, inner))
            return {number for number, count in fits.items() if count >= step.least}
        case Every():
            return _all_of(snapshot, part, step)


def _all_of(snapshot: Snapshot, part: Part, step: Every) -> set[int] | frozenset[int]:
    found: set[int] | frozenset[int] = part.live
    for inner in sorted(step.parts, key=lambda one: isinstance(one, Minus)):
        if not found:
            break
        if isinstance(inner, Minus):
            found = found - _find(snapshot, part, inner.part)
        else:
            found = found & _find(snapshot, part, inner)
    return found


def _any_term(segment: Segment, fields: tuple[str, ...], terms: tuple[str, ...]) -> set[int]:
    return set[int]().union(*(segment.postings(field, term).documents for field in fields for term in terms))


def _in_sequence(segment: Segment, field: str, terms: tuple[str, ...]) -> set[int]:
    postings = [segment.postings(field, term) for term in terms]
    common = set(postings[0].documents).intersection(*(posting.documents for posting in postings[1:]))
    found = set()
    for document in common:
        starts: set[int] | None = None
        for offset, posting in enumerate(postings):
            pointer = posting.pointers[bisect_left(posting.documents, document)]
            shifted = {place - offset for place in segment.places(pointer)}
            starts = shifted if starts is None else starts & shifted
            if not starts:
                break
        if starts:
            found.add(document)
    return found


def _with_value(segment: Segment, step: Exact) -> set[int]:
    values = segment.exact[step.kind]
    if not step.starts:
        return set(values.get(step.value, ()))
    return set[int]().union(*(numbers for value, numbers in values.items() if value.startswith(step.value)))


def _in_years(segment: Segment, step: YearRange) -> set[int]:
    first = step.first if step.first is not None else 0
    last = step.last if step.last is not None else 9999
    years = segment.exact["year"]
    return set[int]().union(*(numbers for year, numbers in years.items() if first <= int(year) <= last))
