"""Shelves with what stands on them: categories, tags, series, papers and authors with their counts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.keysets import stretch
from app.markup import FoundLink
from app.pagination import PAGE_SIZE, Page, Slice, check_page, decode_cursor, encode_cursor
from app.papers.models import Author, Authorship, Paper
from app.summaries.connection_models import Link
from app.summaries.connections import resolve_targets
from app.summaries.listing import authors_of
from app.summaries.models import Summary, SummaryCategory, SummaryPaper, SummaryTag
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category, Series, Tag


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category, tag or series with the number of published summaries on it."""

    id: int
    slug: str
    name: str
    description: str
    count: int


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper as lists show it; `authors` are (slug, name, family), `summaries` (slug, title)."""

    id: int
    key: str
    title: str
    kind: str
    year: int | None
    venue: str
    arxiv_id: str | None
    doi: str | None
    updated_at: dt.datetime
    authors: Sequence[tuple[str, str, str]]
    summaries: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """An author with the number of their papers in the library."""

    id: int
    slug: str
    family: str
    given: str
    papers: int

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()


def list_categories(session: Session) -> list[Shelf]:
    """Return every category in shelf order, empty ones too."""
    number = (
        select(func.count())
        .select_from(SummaryCategory)
        .join(Summary, Summary.id == SummaryCategory.summary_id)
        .where(SummaryCategory.category_id == Category.id, PUBLIC)
        .scalar_subquery()
    )
    statement = select(Category.id, Category.slug, Category.name, Category.description, number)
    return [Shelf(*row) for row in session.execute(statement.order_by(Category.position, Category.slug))]


def list_tags(session: Session) -> list[Shelf]:
    """Return the tags that published summaries carry, by name."""
    number = func.count()
    statement = (
        select(Tag.id, Tag.slug, Tag.name, number)
        .join(SummaryTag, SummaryTag.tag_id == Tag.id)
        .join(Summary, Summary.id == SummaryTag.summary_id)
        .where(PUBLIC)
        .group_by(Tag.id, Tag.slug, Tag.name)
        .order_by(Tag.slug)
    )
    return [Shelf(id_, slug, name, "", count) for id_, slug, name, count in session.execute(statement)]


def list_series(session: Session) -> list[Shelf]:
    number = (
        select(func.count())
        .select_from(Summary)
        .where(Summary.series_id == Series.id, PUBLIC)
        .correlate(Series)
        .scalar_subquery()
    )
    statement = select(Series.id, Series.slug, Series.title, Series.description, number).order_by(Series.slug)
    return [Shelf(*row) for row in session.execute(statement)]


def series_parts(session: Session, series_id: int) -> list[int]:
    """Return the ids of a series' published parts in order."""
    statement = select(Summary.id).where(Summary.series_id == series_id, PUBLIC).order_by(Summary.part)
    return list(session.scalars(statement))


def page_of_papers(
    session: Session, page: int = 1, size: int = PAGE_SIZE, author_id: int | None = None
) -> Page[PaperRow]:
    """Return papers, newest year first; with `author_id` only that author's."""
    where = _papers_where(author_id)
    total = session.scalars(select(func.count()).select_from(Paper).where(*where)).one()
    check_page(page, total, size)
    ids = session.scalars(
        select(Paper.id)
        .where(*where)
        .order_by(func.coalesce(Paper.year, 0).desc(), Paper.key)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return Page(papers_by_ids(session, ids), page, size, total)


def slice_of_papers(
    session: Session,
    cursor: str | None,
    limit: int,
    *,
    author: str | None = None,
    year: int | None = None,
    modified_since: dt.datetime | None = None,
    among: Sequence[int] | None = None,
) -> Slice[PaperRow]:
    """Return the papers by key that follow a cursor; with `among` of these ids alone."""
    where: list[ColumnElement[bool]] = []
    if author is not None:
        by = select(Authorship.paper_id).join(Author, Author.id == Authorship.author_id).where(Author.slug == author)
        where.append(Paper.id.in_(by))
    if year is not None:
        where.append(Paper.year == year)
    if modified_since is not None:
        where.append(Paper.updated_at >= modified_since)
    if among is not None:
        where.append(Paper.id.in_(among))
    total = session.scalars(select(func.count()).select_from(Paper).where(*where)).one()
    after = None if cursor is None else decode_cursor(cursor, str)
    found = stretch(session, select(Paper.id).where(*where), (Paper.key,), after, limit)
    rows = papers_by_ids(session, [row[0] for row in found.rows])
    return Slice(rows, total, *found.cursors(lambda key: encode_cursor(*key)))


def papers_by_ids(session: Session, ids: Sequence[int]) -> list[PaperRow]:
    """Return these papers as rows, in the order of the ids: three statements for any number."""
    columns = (
        Paper.id, Paper.key, Paper.title, Paper.kind, Paper.year, Paper.venue, Paper.arxiv_id, Paper.doi,
        Paper.updated_at,
    )  # fmt: skip
    rows = {row.id: row for row in session.execute(select(*columns).where(Paper.id.in_(ids)))}
    authors = authors_of(session, set(rows))
    about: dict[int, list[tuple[str, str]]] = {}
    statement = (
        select(SummaryPaper.paper_id, Summary.slug, Summary.title)
        .join(Summary, Summary.id == SummaryPaper.summary_id)
        .where(SummaryPaper.paper_id.in_(rows), PUBLIC)
        .order_by(Summary.published_at, Summary.id)
    )
    for paper_id, slug, title in session.execute(statement):
        about.setdefault(paper_id, []).append((slug, title))
    return [PaperRow(*rows[id_], authors.get(id_, ()), about.get(id_, ())) for id_ in ids if id_ in rows]


def _papers_where(author_id: int | None) -> list[ColumnElement[bool]]:
    if author_id is None:
        return []
    return [Paper.id.in_(select(Authorship.paper_id).where(Authorship.author_id == author_id))]


def slice_of_authors(session: Session, cursor: str | None, limit: int) -> Slice[AuthorRow]:
    """Return the authors by family and given name that follow a cursor."""
    total = session.scalars(select(func.count()).select_from(Author)).one()
    number = select(func.count()).where(Authorship.author_id == Author.id).scalar_subquery()
    statement = select(Author.id, Author.slug, Author.family, Author.given, number)
    after = None if cursor is None else decode_cursor(cursor, str, str, int, of="authors")
    keys = (Author.family, Author.given, Author.id)
    found = stretch(session, statement, keys, after, limit)
    rows = [AuthorRow(*row[: -len(keys)]) for row in found.rows]
    return Slice(rows, total, *found.cursors(lambda key: encode_cursor(*key, of="authors")))


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the library holds, as readers see it."""

    summaries: int
    papers: int
    authors: int
    categories: int
    tags: int
    series: int


def count_library(session: Session) -> Counts:
    def number(model: type, *where: object) -> int:
        return session.scalars(select(func.count()).select_from(model).where(*where)).one()  # type: ignore[arg-type]

    tags = (
        select(func.count(SummaryTag.tag_id.distinct()))
        .join(Summary, Summary.id == SummaryTag.summary_id)
        .where(PUBLIC)
    )
    return Counts(
        summaries=number(Summary, PUBLIC),
        papers=number(Paper),
        authors=number(Author),
        categories=number(Category),
        tags=session.scalars(tags).one(),
        series=number(Series),
    )


def numbered_parts(session: Session, series_id: int) -> list[tuple[int, str, str]]:
    """Return (part, slug, title) of a series' published parts in order."""
    statement = select(Summary.part, Summary.slug, Summary.title).where(Summary.series_id == series_id, PUBLIC)
    return [(part or 0, slug, title) for part, slug, title in session.execute(statement.order_by(Summary.part))]


@dataclass(frozen=True, slots=True)
class OutgoingLink:
    """A link as a body makes it: its target as written, its type or "", and where it leads (None: nowhere yet)."""

    target: str
    type: str
    url: str | None
    title: str | None


def links_of(session: Session, summary_id: int) -> list[OutgoingLink]:
    """Return the links in a summary's text, in their order, each once: six statements at most."""
    prefixes = {"arxiv": "arxiv:", "doi": "doi:", "key": "@", "slug": ""}
    statement = select(Link.form, Link.value, Link.type).where(Link.source_id == summary_id).order_by(Link.position)
    written = dict.fromkeys((prefixes[form] + value, type_) for form, value, type_ in session.execute(statement))
    found = resolve_targets(session, [FoundLink(target, None, 0, None) for target, _ in written])
    return [
        OutgoingLink(target, type_, found[target].url, found[target].title)
        if target in found
        else OutgoingLink(target, type_, None, None)
        for target, type_ in written
    ]
