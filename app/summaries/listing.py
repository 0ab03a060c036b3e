"""Lists of published summaries: filters, orders, pages for people, slices for programs.

A list reads only the columns it shows, in a number of statements that does not grow with its length.
NOT here: counts of what a list holds (`facets.py`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from app.errors import BadInput, FieldProblem
from app.keysets import Key, stretch
from app.pagination import PAGE_SIZE, Page, Slice, check_page, decode_cursor, encode_cursor
from app.papers.models import Author, Authorship, Paper
from app.summaries.excerpts import for_lists
from app.summaries.models import Rendering, Summary, SummaryCategory, SummaryPaper, SummaryTag
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category, Series, Tag

Sort = Literal["newest", "oldest", "updated", "title"]
NOT_OURS = BadInput("The cursor is not one this list gave out.", [FieldProblem("cursor", "not a known cursor")])


@dataclass(frozen=True, slots=True)
class SummaryFilters:
    """What a list is narrowed to; everything given must hold. Slugs and keys; `year` is the papers' year; a `status`
    stands in the place of what readers may see: the door has asked who may.
    """

    category: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    kind: str | None = None
    year: int | None = None
    author: str | None = None
    series: str | None = None
    paper: str | None = None
    modified_since: dt.datetime | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper as a list names it; `authors` are (slug, name, family) in the paper's order."""

    key: str
    title: str
    year: int | None
    venue: str
    arxiv_id: str | None
    doi: str | None
    authors: Sequence[tuple[str, str, str]] = ()

    @property
    def short_authors(self) -> str:
        families = [family for _, _, family in self.authors]
        if len(families) > 2:
            return f"{families[0]} et al."
        return " and ".join(families)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A summary as lists show it; `categories` and `tags` are (slug, name)."""

    id: int
    slug: str
    title: str
    kind: str
    tldr_html: str
    tldr_text: str
    published_at: dt.datetime
    updated_at: dt.datetime | None
    saved_at: dt.datetime
    freshness: str
    written_by: str
    words: int
    formulas: int
    link: str | None
    papers: list[PaperLine] = field(default_factory=list)
    categories: list[tuple[str, str]] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)

    @property
    def tldr_short(self) -> str:
        return for_lists(self.tldr_html)


ORDERS: dict[Sort, tuple[Any, bool]] = {
    "newest": (Summary.published_at, True),
    "oldest": (Summary.published_at, False),
    "updated": (Summary.saved_at, True),
    "title": (Summary.title, False),
}


def page_of_summaries(
    session: Session, filters: SummaryFilters, sort: Sort = "newest", page: int = 1, size: int = PAGE_SIZE
) -> Page[SummaryRow]:
    """Return one numbered page; raises PageNotFound past the end."""
    total = count(session, filters)
    check_page(page, total, size)
    key, descending = ORDERS[sort]
    ids = (
        select(Summary.id)
        .where(*conditions(filters))
        .order_by(*((key.desc(), Summary.id.desc()) if descending else (key, Summary.id)))
        .limit(size)
        .offset((page - 1) * size)
    )
    return Page(list_by_ids(session, session.scalars(ids).all()), page, size, total)


def slice_of_summaries(
    session: Session, filters: SummaryFilters, sort: Sort = "newest", cursor: str | None = None, limit: int = PAGE_SIZE
) -> Slice[SummaryRow]:
    """Return what follows a cursor: no row twice and none left out, whatever is published in between."""
    key, descending = ORDERS[sort]
    if filters.status is not None and key is Summary.published_at:
        key = Summary.created_at  # a draft has no other date
    after = None
    if cursor is not None:
        of, last, last_id = decode_cursor(cursor, str, str, int)
        if of != sort:
            raise NOT_OURS
        after = (str(last) if sort == "title" else _moment(str(last)), last_id)
    wanted = select(Summary.id).where(*conditions(filters))
    found = stretch(session, wanted, (key, Summary.id), after, limit, descending=descending)
    rows = list_by_ids(session, [row[0] for row in found.rows], visible=seen(filters))

    def encode(at: Key) -> str:
        return encode_cursor(sort, at[0] if sort == "title" else at[0].isoformat(), at[1])

    return Slice(rows, count(session, filters), *found.cursors(encode))


def _moment(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise NOT_OURS from None


def count(session: Session, filters: SummaryFilters) -> int:
    return session.scalars(select(func.count()).select_from(Summary).where(*conditions(filters))).one()


def conditions(filters: SummaryFilters) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of these filters, visibility included."""
    found: list[ColumnElement[bool]] = [seen(filters)]

    def within(statement: Select[int]) -> None:
        found.append(Summary.id.in_(statement))

    for slug in filters.category:
        within(select(SummaryCategory.summary_id).join(Category).where(Category.slug == slug))
    for slug in filters.tag:
        within(select(SummaryTag.summary_id).join(Tag).where(Tag.slug == slug))
    if filters.kind is not None:
        found.append(Summary.kind == filters.kind)
    papers = select(SummaryPaper.summary_id).join(Paper, Paper.id == SummaryPaper.paper_id)
    if filters.year is not None:
        within(papers.where(Paper.year == filters.year))
    if filters.paper is not None:
        within(papers.where(Paper.key == filters.paper))
    if filters.author is not None:
        by = papers.join(Authorship, Authorship.paper_id == Paper.id).join(Author, Author.id == Authorship.author_id)
        within(by.where(Author.slug == filters.author))
    if filters.series is not None:
        found.append(Summary.series_id.in_(select(Series.id).where(Series.slug == filters.series)))
    if filters.modified_since is not None:
        found.append(Summary.saved_at >= filters.modified_since)
    return found


def seen(filters: SummaryFilters) -> ColumnElement[bool]:
    """Return the condition of what a list under these filters may show."""
    return PUBLIC if filters.status is None else and_(Summary.status == filters.status, Summary.trashed_at.is_(None))


def list_by_ids(session: Session, ids: Sequence[int], visible: ColumnElement[bool] = PUBLIC) -> list[SummaryRow]:
    """Return the visible ones of these summaries as rows, in the ids' order: five statements for any number."""
    if not ids:
        return []
    columns = (
        select(
            Summary.id, Summary.slug, Summary.title, Summary.kind, Rendering.tldr_html, Rendering.tldr_text,
            Summary.published_at, Summary.updated_at, Summary.saved_at, Summary.freshness, Summary.written_by,
            Rendering.words, Rendering.formulas, Summary.link,
        )
        .join(Rendering, Rendering.summary_id == Summary.id)
        .where(Summary.id.in_(ids), visible)
    )  # fmt: skip
    rows = {row.id: SummaryRow(*cast(tuple[Any, ...], row)) for row in session.execute(columns)}
    shelves = (
        select(SummaryCategory.summary_id, Category.slug, Category.name)
        .join(Category, Category.id == SummaryCategory.category_id)
        .where(SummaryCategory.summary_id.in_(rows))
        .order_by(SummaryCategory.position)
    )
    for id_, slug, name in session.execute(shelves):
        rows[id_].categories.append((slug, name))
    labels = (
        select(SummaryTag.summary_id, Tag.slug, Tag.name)
        .join(Tag, Tag.id == SummaryTag.tag_id)
        .where(SummaryTag.summary_id.in_(rows))
        .order_by(SummaryTag.position)
    )
    for id_, slug, name in session.execute(labels):
        rows[id_].tags.append((slug, name))
    about = (
        select(
            SummaryPaper.summary_id,
            Paper.id,
            Paper.key,
            Paper.title,
            Paper.year,
            Paper.venue,
            Paper.arxiv_id,
            Paper.doi,
        )
        .join(Paper, Paper.id == SummaryPaper.paper_id)
        .where(SummaryPaper.summary_id.in_(rows))
        .order_by(SummaryPaper.position)
    )
    pairs = session.execute(about).all()
    authors = authors_of(session, {pair.id for pair in pairs})
    for id_, paper_id, key, title, year, venue, arxiv_id, doi in pairs:
        line = PaperLine(key, title, year, venue, arxiv_id, doi, authors.get(paper_id, ()))
        rows[id_].papers.append(line)
    return [rows[id_] for id_ in ids if id_ in rows]


def authors_of(session: Session, paper_ids: set[int]) -> dict[int, list[tuple[str, str, str]]]:
    """Return the authors of each paper in order, as (slug, name, family)."""
    statement = (
        select(Authorship.paper_id, Author.slug, Author.given, Author.family)
        .join(Author, Author.id == Authorship.author_id)
        .where(Authorship.paper_id.in_(paper_ids))
        .order_by(Authorship.paper_id, Authorship.position)
    )
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for paper_id, slug, given, family in session.execute(statement):
        found[paper_id].append((slug, f"{given} {family}".strip(), family))
    return found
