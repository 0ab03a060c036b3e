"""What readers browse by, beside the shelves: authors, names behind slugs, who cites a paper. Published things only."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.addresses import tag_path
from app.database import remembered
from app.errors import Moved, ShelfNotFound
from app.markup import FoundLink, Target
from app.pagination import PAGE_SIZE, Page, check_page
from app.papers.models import Author, Authorship
from app.summaries.connection_models import Citation
from app.summaries.connections import resolve_targets
from app.summaries.facets import FacetValue
from app.summaries.listing import SummaryFilters, conditions
from app.summaries.models import Summary, SummaryPaper, SummaryTag
from app.summaries.shelves import AuthorRow
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category, Series, Tag
from app.tombstones import moved_to

FACET_AUTHORS = FACET_SERIES = 20
Names = dict[tuple[str, str], str]


def author_counts(session: Session, filters: SummaryFilters) -> list[FacetValue]:
    """Count the summaries of a list by the authors of their papers, most first; the first few only."""
    return remembered(session, ("authors", filters), lambda: _count_authors(session, filters))


def _count_authors(session: Session, filters: SummaryFilters) -> list[FacetValue]:
    number = func.count(Summary.id.distinct())
    statement = (
        select(Author.slug, Author.given, Author.family, number)
        .join(Authorship, Authorship.author_id == Author.id)
        .join(SummaryPaper, SummaryPaper.paper_id == Authorship.paper_id)
        .join(Summary, Summary.id == SummaryPaper.summary_id)
        .where(*conditions(filters))
        .group_by(Author.id, Author.slug, Author.given, Author.family)
        .order_by(number.desc(), Author.family, Author.given, Author.id)
        .limit(FACET_AUTHORS)
    )
    return [FacetValue(row[0], f"{row[1]} {row[2]}".strip(), row[3]) for row in session.execute(statement)]


def series_counts(session: Session, filters: SummaryFilters) -> list[FacetValue]:
    """Count the summaries of a list by series, most first; the first few only."""
    return remembered(session, ("series", filters), lambda: _count_series(session, filters))


def _count_series(session: Session, filters: SummaryFilters) -> list[FacetValue]:
    number = func.count()
    statement = (
        select(Series.slug, Series.title, number)
        .join(Summary, Summary.series_id == Series.id)
        .where(*conditions(filters))
        .group_by(Series.id, Series.slug, Series.title)
        .order_by(number.desc(), Series.title)
        .limit(FACET_SERIES)
    )
    return [FacetValue(*row) for row in session.execute(statement)]


def names_of(
    session: Session,
    *,
    categories: Sequence[str] = (),
    tags: Sequence[str] = (),
    authors: Sequence[str] = (),
    series: Sequence[str] = (),
) -> Names:
    """Return (kind, slug) -> the name people see, at most one statement a kind; what readers do not see is left out."""
    found: Names = {}
    if categories:
        statement: Select[str, str] = select(Category.slug, Category.name).where(Category.slug.in_(categories))
        found |= {("category", slug): name for slug, name in session.execute(statement)}
    if tags:
        statement = select(Tag.slug, Tag.name).where(Tag.slug.in_(tags), _is_public())
        found |= {("tag", slug): name for slug, name in session.execute(statement)}
    if authors:
        people = select(Author.slug, Author.given, Author.family).where(Author.slug.in_(authors))
        found |= {("author", slug): f"{given} {family}".strip() for slug, given, family in session.execute(people)}
    if series:
        statement = select(Series.slug, Series.title).where(Series.slug.in_(series))
        found |= {("series", slug): title for slug, title in session.execute(statement)}
    return found


def get_public_tag(session: Session, slug: str) -> Tag:
    """Return a tag that a published summary carries; one that only drafts carry looks like none.

    Raises ShelfNotFound, or Moved where such a tag used to have this slug.
    """
    tag = session.scalars(select(Tag).where(Tag.slug == slug, _is_public())).one_or_none()
    if tag is None:
        target = moved_to(session, "tag", slug)
        if target and session.scalars(select(Tag.id).where(Tag.slug == target, _is_public())).first():
            raise Moved(tag_path(target))
        raise ShelfNotFound(f"There is no tag “{slug[:120]}”.")
    return tag


def _is_public() -> ColumnElement[bool]:
    """Return the condition that a published summary carries the tag: asked for each tag, so it ends at the first."""
    carried = select(SummaryTag.tag_id).join(Summary, Summary.id == SummaryTag.summary_id)
    return carried.where(SummaryTag.tag_id == Tag.id, PUBLIC).exists()


def page_of_authors(session: Session, page: int = 1, size: int = PAGE_SIZE) -> Page[AuthorRow]:
    """Return one numbered page of authors by family and given name; raises PageNotFound past the end."""
    total = session.scalars(select(func.count()).select_from(Author)).one()
    check_page(page, total, size)
    number = select(func.count()).where(Authorship.author_id == Author.id).scalar_subquery()
    statement = (
        select(Author.id, Author.slug, Author.family, Author.given, number)
        .order_by(func.lower(Author.family), Author.given, Author.id)  # or de Jong would stand behind Zhou
        .limit(size)
        .offset((page - 1) * size)
    )
    return Page([AuthorRow(*row) for row in session.execute(statement)], page, size, total)


def citing_summaries(session: Session, key: str) -> list[tuple[str, str]]:
    """Return (slug, title) of the published summaries whose bodies cite this paper, by title."""
    statement = (
        select(Summary.slug, Summary.title)
        .where(Summary.id.in_(select(Citation.source_id).where(Citation.key == key)), PUBLIC)
        .order_by(Summary.title, Summary.id)
    )
    return [(slug, title) for slug, title in session.execute(statement)]


def find_named(session: Session, words: str) -> Target | None:
    """Return what a slug, a citation key, `arxiv:...` or `doi:...` names, or None where it is only words."""
    if not words or " " in words:
        return None
    found = resolve_targets(session, [FoundLink(name, None, 0, None) for name in (words, f"@{words}")])
    return found.get(words) or found.get(f"@{words}")
