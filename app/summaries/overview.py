"""The library seen from above: how many by year, how shelves overlap, who links to whom. Plain numbers and names.

NOT here: how any of it is drawn (`app/pictures/`).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, cast, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.papers.models import Paper
from app.summaries.connection_models import Link, Prerequisite
from app.summaries.models import FormerSlug, Summary, SummaryCategory, SummaryPaper
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category


@dataclass(frozen=True, slots=True)
class Node:
    """A published summary in a picture; `shelf` is the slug of its main category."""

    id: int
    slug: str
    title: str
    shelf: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A link from one summary to another; `type` may be empty, or `requires` for a prerequisite."""

    source: int
    target: int
    type: str


@dataclass(frozen=True, slots=True)
class YearCount:
    """How many papers of a year have summaries, and the first few of those summaries as (slug, title)."""

    year: int
    count: int
    sample: Sequence[tuple[str, str]]


def papers_by_year(session: Session, sample: int = 40) -> list[YearCount]:
    """Return the years of the papers that are summarised, oldest first, each with up to `sample` summaries."""
    place = func.row_number().over(partition_by=Paper.year, order_by=(Summary.title, Summary.id)).label("place")
    statement = (
        select(Paper.year, Summary.slug, Summary.title, place)
        .join(SummaryPaper, SummaryPaper.paper_id == Paper.id)
        .join(Summary, Summary.id == SummaryPaper.summary_id)
        .where(PUBLIC, Paper.year.is_not(None))
        .distinct()
    )
    ranked = statement.subquery()
    per_year = select(ranked.c.year, func.count()).group_by(ranked.c.year)
    counts: dict[int, int] = {row[0]: row[1] for row in session.execute(per_year)}
    shown: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = select(ranked.c.year, ranked.c.slug, ranked.c.title).where(ranked.c.place <= sample).order_by(ranked.c.place)
    for year, slug, title in session.execute(rows):
        shown[year].append((slug, title))
    return [YearCount(year, counts[year], shown[year]) for year in sorted(counts)]


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
    first, second = aliased(SummaryCategory), aliased(SummaryCategory)
    one, two = aliased(Category), aliased(Category)
    statement = (
        select(one.slug, two.slug, func.count())
        .select_from(first)
        .join(second, second.summary_id == first.summary_id)
        .join(one, one.id == first.category_id)
        .join(two, two.id == second.category_id)
        .join(Summary, Summary.id == first.summary_id)
        .where(PUBLIC, one.slug < two.slug)
        .group_by(one.slug, two.slug)
    )
    return {(a, b): number for a, b, number in session.execute(statement)}


def link_graph(session: Session, limit: int = 120, category: str | None = None) -> tuple[list[Node], list[Edge], int]:
    """Return the most connected published summaries, the links among them, and how many summaries have any link.

    With `category` only those on that shelf. Nodes come by shelf, then title: a circle of them shows the shelves.
    """
    edges = _edges(session)
    degree: Counter[int] = Counter()
    for edge in edges:
        degree[edge.source] += 1
        degree[edge.target] += 1
    if category is not None:
        on_shelf = select(SummaryCategory.summary_id).join(Category).where(Category.slug == category)
        wanted = set(session.scalars(on_shelf))
        degree = Counter({id_: number for id_, number in degree.items() if id_ in wanted})
    chosen = [id_ for id_, _ in sorted(degree.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]]
    nodes = _nodes(session, chosen)
    shown = {node.id for node in nodes}
    return nodes, [edge for edge in edges if edge.source in shown and edge.target in shown], len(degree)


def neighbourhood(session: Session, summary_id: int) -> tuple[list[Node], list[Edge]]:
    """Return the published summaries one link away from this one, itself included, and the links between them all."""
    edges = _edges(session)
    near = {edge.target for edge in edges if edge.source == summary_id}
    near |= {edge.source for edge in edges if edge.target == summary_id}
    ids = sorted({summary_id, *near})
    return _nodes(session, ids), [edge for edge in edges if edge.source in ids and edge.target in ids]


def prerequisites_among(session: Session, ids: Sequence[int]) -> list[tuple[int, int]]:
    """Return (summary, what it requires) for the prerequisites within these summaries."""
    statement = select(Prerequisite.summary_id, Prerequisite.requires_id).where(
        Prerequisite.summary_id.in_(ids), Prerequisite.requires_id.in_(ids)
    )
    return [(asker, required) for asker, required in session.execute(statement)]


def _edges(session: Session) -> list[Edge]:
    """Return every link between two published summaries, once for each direction and type, and the prerequisites."""
    source, target = aliased(Summary), aliased(Summary)
    public = [end.status == "published" for end in (source, target)]
    public += [end.trashed_at.is_(None) for end in (source, target)]
    lands = or_(
        Link.value == target.slug,
        Link.value.in_(select(FormerSlug.slug).where(FormerSlug.summary_id == target.id).scalar_subquery()),
    )
    links = (
        select(Link.source_id, target.id, Link.type)
        .join(source, source.id == Link.source_id)
        .join(target, lands)
        .where(Link.form == "slug", source.id != target.id, *public)
        .distinct()
    )
    required = (
        select(Prerequisite.summary_id, Prerequisite.requires_id)
        .join(source, source.id == Prerequisite.summary_id)
        .join(target, target.id == Prerequisite.requires_id)
        .where(*public)
    )
    found = [Edge(*row) for row in session.execute(links)]
    found += [Edge(asker, needed, "requires") for asker, needed in session.execute(required)]
    return sorted(found, key=lambda edge: (edge.source, edge.target, edge.type))


def _nodes(session: Session, ids: Sequence[int]) -> list[Node]:
    main = (
        select(SummaryCategory.summary_id, Category.slug, Category.position)
        .join(Category, Category.id == SummaryCategory.category_id)
        .where(SummaryCategory.position == 1)
        .subquery()
    )
    statement = (
        select(Summary.id, Summary.slug, Summary.title, func.coalesce(main.c.slug, ""))
        .outerjoin(main, main.c.summary_id == Summary.id)
        .where(Summary.id.in_(ids), PUBLIC)
        .order_by(func.coalesce(main.c.position, 0), main.c.slug, Summary.title, Summary.id)
    )
    return [Node(*row) for row in session.execute(statement)]
