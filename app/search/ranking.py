"""Ranking: BM25F over exact statistics, so that a plain scan of the same documents gives the same order.

    score = called + all words + freshness * sum over scored terms of  idf * tf * (K1 + 1) / (tf + K1)
    tf    = sum over fields of  weight * count / (1 - b + b * length / mean length)
    idf   = ln(1 + (N - n + 0.5) / (n + 0.5))       n of the N documents have the term in one of its fields

`called` is 0 except where the whole query is what a summary is called (`CALLED`; each step is more than any sum can
reach, so that who types a title finds it first, superseded or not). `all words` is 0 except where documents with only
some of the words were taken in (`ALL_WORDS`; more than any sum, less than a step). For a word with a star, `count` is
the number of different words it stands for that the document has. Scores are rounded to six decimals; equals go by the
day of publication, newest first, then by id, highest first. (Robertson and Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond", 2009, section 3.6.) NOT here: which documents match.
"""

import heapq
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product

from app.search.matching import Matches, expansions
from app.search.plan import Plan, Scored, Starts
from app.search.segment import Segment
from app.search.snapshot import Snapshot

K1 = 1.2
FIELD_WEIGHTS = {"title": 5.0, "tldr": 2.5, "names": 2.0, "body": 1.0}
START_WEIGHTS = {"words": 1.0, "titlewords": 5.0}
# A summary's own title; that of the one paper it is about; either of these up to its colon; that of one of its papers.
CALLED = {"title": 40_000.0, "paper": 30_000.0, "short": 20_000.0, "among": 10_000.0}
ALL_WORDS = 5_000.0
DECIMALS = 6


@dataclass(frozen=True, slots=True, order=True)
class RankKey:
    """A document's place in the order; lesser comes first. Stable paging goes on after the last key seen."""

    minus_score: float
    minus_day: int
    minus_id: int

    @property
    def id(self) -> int:
        return -self.minus_id

    @property
    def score(self) -> float:
        return -self.minus_score


@dataclass(frozen=True, slots=True)
class Ranked:
    """One document of the answer and where its segment keeps it."""

    key: RankKey
    part: int
    number: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the order: the key to go on after (None at the end), and the one before it (None for the top)."""

    shown: tuple[Ranked, ...]
    next: RankKey | None
    previous: RankKey | None


@dataclass(frozen=True, slots=True)
class Tier:
    """Documents ranked by one plan; `worth` is added to the score of each."""

    matches: Matches
    plan: Plan
    worth: float = 0.0


def rank(
    snapshot: Snapshot,
    tiers: Iterable[Tier],
    *,
    limit: int,
    offset: int = 0,
    after: RankKey | None = None,
) -> Stretch:
    """Return a stretch of the matches in rank order: `limit` of them from `offset` on, or those after a key."""
    keys = chain.from_iterable(_keys(snapshot, tier) for tier in tiers)
    if after is None:
        ordered = heapq.nsmallest(limit + offset + 1, keys)[offset:]
        previous = None
    else:
        border = (after.minus_score, after.minus_day, after.minus_id)
        scored = list(keys)
        ordered = heapq.nsmallest(limit + 1, (key for key in scored if key[:3] > border))
        before = heapq.nlargest(limit + 1, (key[:3] for key in scored if key[:3] <= border))
        previous = RankKey(*before[-1]) if len(before) > limit else None
    shown = tuple(Ranked(RankKey(*key[:3]), key[3], key[4]) for key in ordered[:limit])
    return Stretch(shown, shown[-1].key if shown and len(ordered) > limit else None, previous)


def _keys(snapshot: Snapshot, tier: Tier) -> Iterator[tuple[float, int, int, int, int]]:
    plan, worth = tier.plan, tier.worth
    weights = [_idf(snapshot, term) for term in plan.scored]
    for place, found in enumerate(tier.matches):
        segment = snapshot.parts[place].segment
        scores: dict[int, float] = {}
        for term, weight in zip(plan.scored, weights, strict=True):
            _add(snapshot, place, found, term, weight, scores)
        called = _called(segment, plan.names)
        factors, days, ids = segment.factors, segment.days, segment.ids
        for number in found:
            score = called.get(number, 0.0) + worth + scores.get(number, 0.0) * factors[number]
            yield -round(score, DECIMALS), -days[number], -ids[number], place, number


def _called(segment: Segment, names: tuple[str, ...]) -> dict[int, float]:
    """Return what each document that is called so gets for it, by its number."""
    known = segment.exact["called"]
    found: dict[int, float] = {}
    for (how, worth), name in product(CALLED.items(), names):
        for number in known.get(f"{how} {name}", ()):
            found.setdefault(number, worth)
    return found


def _add(snapshot: Snapshot, place: int, found: set[int], term: Scored, idf: float, scores: dict[int, float]) -> None:
    """Add one term's part to the scores of the documents found."""
    segment = snapshot.parts[place].segment
    frequencies = _start_counts(snapshot, segment, term) if isinstance(term, Starts) else {}
    if not isinstance(term, Starts):
        divisors = snapshot.divisors[place]
        for field in term.fields:
            postings = segment.postings(field, term.term)
            weight, divide = FIELD_WEIGHTS[field], divisors[field]
            for number, count in zip(postings.documents, postings.counts, strict=True):
                if number in found:
                    frequencies[number] = frequencies.get(number, 0.0) + weight * count / divide[number]
    for number, frequency in frequencies.items():
        if number in found:
            scores[number] = scores.get(number, 0.0) + idf * frequency * (K1 + 1) / (frequency + K1)


def _start_counts(snapshot: Snapshot, segment: Segment, term: Starts) -> dict[int, float]:
    weight = START_WEIGHTS[term.field]
    counts: dict[int, float] = {}
    for word in expansions(snapshot, term.field, term.prefix):
        for number in segment.postings(term.field, word).documents:
            counts[number] = counts.get(number, 0.0) + weight
    return counts


def document_frequency(snapshot: Snapshot, term: Scored) -> int:
    """Return how many documents have the term in one of its fields."""

    def count() -> int:
        if isinstance(term, Starts):
            pairs = [(term.field, word) for word in expansions(snapshot, term.field, term.prefix)]
        else:
            pairs = [(field, term.term) for field in term.fields]
        total = 0
        for part in snapshot.parts:
            having = set[int]().union(*(part.segment.postings(*pair).documents for pair in pairs))
            total += len(having - part.deleted)
        return total

    return snapshot.remember(("frequency", term), count)


def _idf(snapshot: Snapshot, term: Scored) -> float:
    having = document_frequency(snapshot, term)
    return math.log(1 + (snapshot.count - having + 0.5) / (having + 0.5))
