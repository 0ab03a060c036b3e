"""Asking: a query and filters in, ranked ids with counts, facets and snippets out.

The doors join the ids back to the store, which decides what is visible (`summaries.queries.list_by_ids`); the counts
are the index's. Where no index can be read, `search` answers from a plain look at the documents given by `fallback`.
NOT here: the store, URLs, HTML around a snippet.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

from app.search import syntax
from app.search.analysis import fold
from app.search.asking import ENOUGH, is_question
from app.search.documents import FACETS, SearchDocument
from app.search.errors import IndexDamaged, SearchUnavailable
from app.search.grammar import Parsed, parse
from app.search.matching import Filters, Matches, match
from app.search.plan import ease_plan, make_plan
from app.search.ranking import ALL_WORDS, Ranked, RankKey, Tier, rank
from app.search.snapshot import Snapshot, snapshot_of
from app.search.snippets import Marks, excerpt, highlight, marks_of
from app.search.spelling import respell

NOTICES = (
    "The search index is being rebuilt; until then the library is looked through plainly.",
    "The library is large: some summaries, or their texts, were left out of this look.",
)
EASED = "No summary has all of these words; these have most of those that matter."
NO_ANSWER = "No summary has all the words of this question; these have at least half of those that matter."
FEW_ANSWERS = (
    "Few summaries have all the words of this question, "
    "so those with at least half of the words that matter are here too."
)
PLAIN_DOCUMENTS = 1_500  # that a plain look takes in: it answers within a second or two, whatever the library's size
PLAIN_CHARACTERS = 1_000_000  # of body text that a plain look cuts into words; beyond it titles, TLDRs and names count


class Readable(Protocol):
    """What is asked of an index (`index.SearchIndex`)."""

    def snapshot(self) -> Snapshot: ...

    def while_missing(self, make: Callable[[], Snapshot]) -> Snapshot: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: the summary's id, its score, its place for paging, and two pieces of safe HTML."""

    id: int
    score: float
    key: RankKey
    title_html: str
    excerpt_html: str


@dataclass(frozen=True, slots=True)
class Results:
    """An answer. `facets` is kind -> value -> count over all matches, biggest first.

    `next` is the key to go on after; where a key was gone on after, `previous` is the one before, None for the top.
    """

    query: str
    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, dict[str, int]]
    notes: tuple[str, ...] = ()
    suggestion: str | None = None
    library_version: int = 0
    degraded: bool = False
    next: RankKey | None = None
    previous: RankKey | None = None

    @property
    def ids(self) -> list[int]:
        return [hit.id for hit in self.hits]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked beside the query."""

    filters: Filters = field(default_factory=Filters)
    limit: int = 20
    offset: int = 0
    after: RankKey | None = None
    with_snippets: bool = True


def search(
    index: Readable,
    query: str | syntax.Node,
    request: Request | None = None,
    *,
    fallback: Callable[[], Iterable[SearchDocument]] | None = None,
) -> Results:
    """Answer a query; raises QueryTooComplex, and SearchUnavailable where there is neither index nor fallback."""
    parsed = Parsed(query) if not isinstance(query, str) else parse(query)
    request = request or Request()
    try:
        snapshot = index.snapshot()
    except SearchUnavailable:
        if fallback is None:
            raise
        stopgap = index.while_missing(lambda: plain_snapshot(fallback()))
        return _answer(stopgap, parsed, request, degraded=True)
    return _answer(snapshot, parsed, request)


def plain_search(
    documents: Iterable[SearchDocument], query: str | syntax.Node, request: Request | None = None
) -> Results:
    """Answer a query from documents alone, in the same language and order; marked as degraded."""
    parsed = Parsed(query) if not isinstance(query, str) else parse(query)
    return _answer(plain_snapshot(documents), parsed, request or Request(), degraded=True)


def plain_snapshot(documents: Iterable[SearchDocument]) -> Snapshot:
    """Take documents into memory for a while; keep it for several queries. Its cost is bounded, see `partial`."""
    taken: list[SearchDocument] = []
    characters, partial = 0, False
    for document in documents:
        if len(taken) == PLAIN_DOCUMENTS:
            partial = True
            break
        characters += len(document.body)
        partial = characters > PLAIN_CHARACTERS
        taken.append(_without_body(document) if partial else document)
    return snapshot_of(taken, partial=partial)


def _without_body(document: SearchDocument) -> SearchDocument:
    values = {name: getattr(document, name) for name in document.__slots__}
    return SearchDocument(**{**values, "body": "", "prose": ()})


def _answer(snapshot: Snapshot, parsed: Parsed, request: Request, degraded: bool = False) -> Results:
    plan, asked = make_plan(parsed.node), is_question(parsed.node)
    matches = match(snapshot, plan.step, request.filters)
    exact = total = sum(map(len, matches))
    tiers = [Tier(matches, plan)]
    eased = ease_plan(parsed.node) if asked or not exact else None
    if eased is not None and exact < ENOUGH:
        wide = match(snapshot, eased.step, request.filters)
        total = sum(map(len, wide))
        rest = [more - found for more, found in zip(wide, matches, strict=True)]
        tiers = [Tier(matches, plan, ALL_WORDS), Tier(rest, eased)]
        matches = wide
    found = rank(snapshot, tiers, limit=request.limit, offset=request.offset, after=request.after)
    marks = marks_of((eased or plan).scored)
    return Results(
        query=str(parsed.node),
        hits=tuple(_hit(snapshot, one, marks, request.with_snippets) for one in found.shown),
        total=total,
        facets=count_facets(snapshot, matches),
        notes=(
            *parsed.notes,
            *((_eased_note(asked, exact),) if total > exact else ()),
            *(NOTICES[: 1 + snapshot.partial] if degraded else ()),
        ),
        suggestion=None if exact else _suggestion(snapshot, parsed.node, request.filters),
        library_version=snapshot.version,
        degraded=degraded,
        next=found.next,
        previous=found.previous,
    )


def _eased_note(asked: bool, exact: int) -> str:
    return EASED if not asked else FEW_ANSWERS if exact else NO_ANSWER


def count_facets(snapshot: Snapshot, matches: Matches) -> dict[str, dict[str, int]]:
    """Return, for each kind of facet, how many of the matches have each value; biggest first, then by value."""
    facets = {}
    for kind in FACETS:
        counts: Counter[str] = Counter()
        for part, found in zip(snapshot.parts, matches, strict=True):
            values = part.segment.values[kind]
            counts.update(chain.from_iterable(values[number] for number in found))
        facets[kind] = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    return facets


def _hit(snapshot: Snapshot, one: Ranked, marks: Marks, with_snippets: bool) -> Hit:
    segment = snapshot.parts[one.part].segment
    title_html = excerpt_html = ""
    if with_snippets:
        title_html = highlight(segment.titles[one.number], marks)
        try:
            excerpt_html = excerpt(segment.text(one.number), marks, segment.titles[one.number])
        except (OSError, IndexDamaged):
            excerpt_html = ""  # its file was damaged under us: the hit is right all the same, and the index is remade
    return Hit(one.key.id, one.key.score, one.key, title_html, excerpt_html)


def _suggestion(snapshot: Snapshot, node: syntax.Node, filters: Filters) -> str | None:
    changed = respell(snapshot, node)
    if changed is None or not any(match(snapshot, make_plan(changed).step, filters)):
        return None
    return str(changed)


def suggest(index: Readable, typed: str, limit: int = 8) -> list[tuple[int, str]]:
    """Return (id, title) of titles that have every typed word at a word's beginning; those that begin so first.

    Empty where no index can be read: completing is a comfort.
    """
    words = fold(typed[:100]).split()
    if not words:
        return []
    try:
        snapshot = index.snapshot()
    except SearchUnavailable:
        return []
    whole = " ".join(words)
    needles = [f" {word}" for word in words]
    found = []
    for part in snapshot.parts:
        segment = part.segment
        for number, title in enumerate(segment.folded_titles):
            spaced = f" {title.replace('-', ' ')}"
            if all(needle in spaced for needle in needles) and number not in part.deleted:
                order = (not title.startswith(whole), -segment.days[number], -segment.ids[number])
                found.append((order, segment.ids[number], segment.titles[number]))
    return [(id_, title) for _, id_, title in sorted(found)[:limit]]
