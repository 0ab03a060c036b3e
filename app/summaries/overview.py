"""The library seen from above: how many by year, how shelves overlap, who links to whom. Plain numbers and names.

NOT here: how any of it is drawn (`app/pictures/`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    cast,
    extract,
    false,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from app.papers.models import Paper
from app.summaries.connection_models import Link, Prerequisite
from app.summaries.models import FormerSlug, Summary, SummaryCategory, SummaryPaper
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category

# What says most about a connection comes first; a plain link has no type.
TYPES = ("requires", "builds-on", "supersedes", "contradicts", "replicates", "compares", "")


@dataclass(frozen=True, slots=True)
class Node:
    """A published summary in a picture; `shelf` is the slug of its main category."""

    id: int
    slug: str
    title: str
    shelf: str


@dataclass(frozen=True, slots=True)
class Edge:
    """What leads from one summary to another; `types` are the links' types and `requires`, the most telling first."""

    source: int
    target: int
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Part of the link graph: `connected` summaries have a link in all, `links` pairs of `nodes` are linked in all.

    `degrees` counts, for each node, the summaries it links to and those that link to it, shown or not.
    """

    nodes: Sequence[Node]
    edges: Sequence[Edge]
    connected: int
    links: int
    degrees: dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class YearCount:
    """How many summaries are about papers of a year, how many of them stand on the shelf asked for, and the first few.

    Each of the few is (slug, title, whether it stands on that shelf); those that do come first.
    """

    year: int
    count: int
    on_shelf: int
    sample: Sequence[tuple[str, str, bool]]


def papers_by_year(session: Session, sample: int = 40, category: str | None = None) -> list[YearCount]:
    """Return the years of the papers that are summarised, oldest first, each with up to `sample` summaries.

    A summary of two papers of one year counts once there, as in the list of that year.
    """
    on_shelf = Summary.id.in_(_standing_on(category)) if category is not None else false()
    pairs = (
        select(Paper.year, Summary.id, Summary.slug, Summary.title, cast(on_shelf, Integer).label("marked"))
        .join(SummaryPaper, SummaryPaper.paper_id == Paper.id)
        .join(Summary, Summary.id == SummaryPaper.summary_id)
        .where(PUBLIC, Paper.year.is_not(None))
        .distinct()
        .subquery()
    )
    counts = session.execute(
        select(pairs.c.year, func.count(), func.sum(pairs.c.marked)).group_by(pairs.c.year).order_by(pairs.c.year)
    ).all()
    order = (pairs.c.marked.desc(), pairs.c.title, pairs.c.id)
    place = func.row_number().over(partition_by=pairs.c.year, order_by=order).label("place")
    ranked = select(pairs, place).subquery()
    shown: dict[int, list[tuple[str, str, bool]]] = defaultdict(list)
    rows = select(ranked.c.year, ranked.c.slug, ranked.c.title, ranked.c.marked).where(ranked.c.place <= sample)
    for year, slug, title, marked in session.execute(rows.order_by(ranked.c.year, ranked.c.place)):
        shown[year].append((slug, title, bool(marked)))
    return [YearCount(year, count, marked, shown[year]) for year, count, marked in counts]


def without_year(session: Session, sample: int = 40) -> tuple[int, Sequence[tuple[str, str]]]:
    """Return how many published summaries are about no paper with a year, and (slug, title) of the first few."""
    dated = select(SummaryPaper.summary_id).join(Paper, Paper.id == SummaryPaper.paper_id)
    left_out = (PUBLIC, Summary.id.not_in(dated.where(Paper.year.is_not(None))))
    number = session.scalars(select(func.count()).select_from(Summary).where(*left_out)).one()
    few = select(Summary.slug, Summary.title).where(*left_out).order_by(Summary.title, Summary.id).limit(sample)
    return number, [(slug, title) for slug, title in session.execute(few)]


def published_by_month(session: Session, months: int = 24) -> list[tuple[int, int, int]]:
    """Return (year, month, number published) for the most recent months that have any, oldest first."""
    year = cast(extract("year", Summary.published_at), Integer)
    month = cast(extract("month", Summary.published_at), Integer)
    statement = (
        select(year, month, func.count()).where(PUBLIC).group_by(year, month).order_by(year.desc(), month.desc())
    )
    return [(row[0], row[1], row[2]) for row in session.execute(statement.limit(months))][::-1]


def shelf_overlaps(session: Session) -> dict[tuple[str, str], int]:
    """Return how many published summaries stand on both of two categories, by their slugs in alphabetical order."""
    statement = (
        select(SummaryCategory.summary_id, Category.slug)
        .join(Category, Category.id == SummaryCategory.category_id)
        .join(Summary, Summary.id == SummaryCategory.summary_id)
        .where(PUBLIC)
    )
    standing: dict[int, list[str]] = defaultdict(list)
    for id_, slug in session.execute(statement):
        standing[id_].append(slug)
    # Counted here: a join of the table with itself cost SQLite thirty times as much at 5,000 summaries.
    found = Counter(pair for shelves in standing.values() for pair in combinations(sorted(shelves), 2))
    return {pair: found[pair] for pair in sorted(found)}


def link_graph(session: Session, limit: int = 120, most_links: int = 400, category: str | None = None) -> Graph:
    """Return the most connected published summaries and what leads from one to another, the most telling first.

    With `category` only those on that shelf. Nodes come by shelf, then title: a circle of them shows the shelves.
    """
    types = _types_by_pair(session, [_PUBLIC_ENDS])
    going, coming = Counter(source for source, _ in types), Counter(target for _, target in types)
    degree = going + coming
    inside = degree
    if category is not None:
        wanted: set[int] = set(session.scalars(_standing_on(category)))
        inside = Counter(id_ for pair in types if wanted.issuperset(pair) for id_ in pair)
        degree = Counter({id_: number for id_, number in degree.items() if id_ in wanted})
    chosen = sorted(degree, key=lambda id_: (-inside[id_], -degree[id_], id_))[:limit]
    nodes = _nodes(session, chosen)
    shown = {node.id for node in nodes}
    among = _edges({pair: found for pair, found in types.items() if shown.issuperset(pair)})
    among.sort(key=lambda edge: (TYPES.index(edge.types[0]), -degree[edge.source] - degree[edge.target]))
    degrees = {id_: (going[id_], coming[id_]) for id_ in shown}
    return Graph(nodes, among[:most_links], len(degree), len(among), degrees)


def neighbourhood(session: Session, summary_id: int) -> tuple[list[Node], list[Edge]]:
    """Return a summary with those one link away from it, itself included, and what leads to and from it."""
    # Two narrow questions, not one with an OR: each end has an index of its own.
    ends = [and_(_PUBLIC_ENDS, end.id == summary_id) for end in (_source, _target)]
    types = _types_by_pair(session, ends)
    return _nodes(session, {summary_id, *(id_ for pair in types for id_ in pair)}), _edges(types)


def prerequisites_among(session: Session, ids: Sequence[int]) -> list[tuple[int, int]]:
    """Return (summary, what it requires) for the prerequisites within these summaries."""
    statement = select(Prerequisite.summary_id, Prerequisite.requires_id).where(
        Prerequisite.summary_id.in_(ids), Prerequisite.requires_id.in_(ids)
    )
    return [(asker, required) for asker, required in session.execute(statement)]


def _standing_on(category: str) -> Select[int]:
    on = SummaryCategory.category_id == Category.id
    return select(SummaryCategory.summary_id).join(Category, on).where(Category.slug == category)


_source, _target = aliased(Summary), aliased(Summary)
_PUBLIC_ENDS = and_(
    _source.status == literal_column("'published'"),
    _target.status == literal_column("'published'"),
    _source.trashed_at.is_(None),
    _target.trashed_at.is_(None),
    _source.id != _target.id,
)


def _types_by_pair(session: Session, wheres: Sequence[ColumnElement[bool]]) -> dict[tuple[int, int], set[str]]:
    """Return (source, target) -> types of what leads from one summary to another: one statement.

    A link leads to a summary by its slug, by a former slug, or by the paper it is about; a prerequisite leads too.
    Each way is a select of its own, so that each goes by an index.
    """
    ends = (_source.id, _target.id)
    written = select(*ends, Link.type).select_from(Link).join(_source, _source.id == Link.source_id)
    by_former = written.join(FormerSlug, and_(Link.form == "slug", Link.value == FormerSlug.slug))
    ways = [
        written.join(_target, and_(Link.form == "slug", Link.value == _target.slug)),
        by_former.join(_target, _target.id == FormerSlug.summary_id),
    ]
    for form, column in (("key", Paper.key), ("arxiv", Paper.arxiv_id), ("doi", Paper.doi)):
        by_paper = written.join(Paper, and_(Link.form == form, Link.value == column))
        about = by_paper.join(SummaryPaper, SummaryPaper.paper_id == Paper.id)
        ways.append(about.join(_target, _target.id == SummaryPaper.summary_id))
    required: Select[int, int, str] = select(*ends, literal_column("'requires'")).select_from(Prerequisite)
    asked = required.join(_source, _source.id == Prerequisite.summary_id)
    ways.append(asked.join(_target, _target.id == Prerequisite.requires_id))
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for source, target, type_ in session.execute(union_all(*(way.where(where) for way in ways for where in wheres))):
        found[source, target].add(type_)
    return found


def _edges(types: Mapping[tuple[int, int], Collection[str]]) -> list[Edge]:
    return [Edge(*pair, tuple(sorted(types[pair], key=TYPES.index))) for pair in sorted(types)]


def _nodes(session: Session, ids: Collection[int]) -> list[Node]:
    main = (SummaryCategory.summary_id == Summary.id) & (SummaryCategory.position == 1)
    statement = (
        select(Summary.id, Summary.slug, Summary.title, func.coalesce(Category.slug, ""))
        .outerjoin(SummaryCategory, main)
        .outerjoin(Category, Category.id == SummaryCategory.category_id)
        .where(Summary.id.in_(ids), PUBLIC)
        .order_by(func.coalesce(Category.position, 0), Category.slug, Summary.title, Summary.id)
    )
    return [Node(*row) for row in session.execute(statement)]
