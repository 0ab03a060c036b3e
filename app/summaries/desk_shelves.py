"""Shelves as the desk lists them: what readers see on them, and everything else that stands there, the trash included.

NOT here: what readers see of shelves (`shelves.py`), changing them (`curating.py`, `app/taxonomy/service.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.pagination import Page, check_page
from app.summaries.models import Summary, SummaryCategory, SummaryTag
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category, Series, Tag
from app.taxonomy.queries import get_category
from app.taxonomy.slugs import make_slug

TAGS_ON_A_PAGE = 100
MOST_MEANT = 20


@dataclass(frozen=True, slots=True)
class DeskShelf:
    """A category or tag: `published` counts what readers see on it, `all` what stands there in any status."""

    slug: str
    name: str
    description: str
    published: int
    all: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a series, of any status."""

    number: int
    slug: str
    title: str
    status: str
    trashed: bool


@dataclass(frozen=True, slots=True)
class DeskSeries:
    slug: str
    title: str
    description: str
    parts: list[Part] = field(default_factory=list)


def list_categories(session: Session) -> list[DeskShelf]:
    """Return every category in shelf order: one statement."""
    on = select(func.count()).select_from(SummaryCategory).where(SummaryCategory.category_id == Category.id)
    seen = on.join(Summary, Summary.id == SummaryCategory.summary_id).where(PUBLIC)
    statement = select(
        Category.slug, Category.name, Category.description, seen.scalar_subquery(), on.scalar_subquery()
    ).order_by(Category.position, Category.slug)
    return [DeskShelf(*row) for row in session.execute(statement)]


def page_of_tags(session: Session, text: str = "", *, unused: bool = False, page: int = 1) -> Page[DeskShelf]:
    """Return a numbered page of tags by slug, only those whose name holds a text; raises PageNotFound past the end."""
    where: list[ColumnElement[bool]] = []
    if text:
        where.append(Tag.name.icontains(text.replace("\x00", ""), autoescape=True))
    if unused:
        where.append(Tag.id.not_in(select(SummaryTag.tag_id)))
    total = session.scalars(select(func.count()).select_from(Tag).where(*where)).one()
    check_page(page, total, TAGS_ON_A_PAGE)
    on = select(func.count()).select_from(SummaryTag).where(SummaryTag.tag_id == Tag.id)
    seen = on.join(Summary, Summary.id == SummaryTag.summary_id).where(PUBLIC)
    statement = (
        select(Tag.slug, Tag.name, seen.scalar_subquery(), on.scalar_subquery())
        .where(*where)
        .order_by(Tag.slug)
        .limit(TAGS_ON_A_PAGE)
        .offset((page - 1) * TAGS_ON_A_PAGE)
    )
    rows = [DeskShelf(slug, name, "", seen_, all_) for slug, name, seen_, all_ in session.execute(statement)]
    return Page(rows, page, TAGS_ON_A_PAGE, total)


def tags_by_slug(session: Session, slugs: Sequence[str]) -> list[DeskShelf]:
    """Return these tags by slug, with their counts; one that is not there is left out."""
    on = select(func.count()).select_from(SummaryTag).where(SummaryTag.tag_id == Tag.id)
    seen = on.join(Summary, Summary.id == SummaryTag.summary_id).where(PUBLIC)
    statement = select(Tag.slug, Tag.name, seen.scalar_subquery(), on.scalar_subquery())
    rows = session.execute(statement.where(Tag.slug.in_(slugs)).order_by(Tag.slug))
    return [DeskShelf(slug, name, "", seen_, all_) for slug, name, seen_, all_ in rows]


def tags_meant(session: Session, text: str) -> list[DeskShelf]:
    """Return which tag a person means by what they typed: the one of this name or slug, or else those called like it.

    There are MOST_MEANT at most, and none where nothing was typed.
    """
    exact = tags_by_slug(session, [make_slug(text)])
    return exact or (list(page_of_tags(session, text).items)[:MOST_MEANT] if text else [])


def list_series(session: Session) -> list[DeskSeries]:
    """Return every series by slug with its parts in order, of any status: two statements."""
    found = {
        id_: DeskSeries(slug, title, description)
        for id_, slug, title, description in session.execute(
            select(Series.id, Series.slug, Series.title, Series.description).order_by(Series.slug)
        )
    }
    parts = (
        select(Summary.series_id, Summary.part, Summary.slug, Summary.title, Summary.status, Summary.trashed_at)
        .where(Summary.series_id.is_not(None))
        .order_by(Summary.series_id, Summary.part)
    )
    for id_, number, slug, title, status, trashed_at in session.execute(parts):
        found[id_ or 0].parts.append(Part(number or 0, slug, title, status, trashed_at is not None))
    return list(found.values())


def slugs_on(session: Session, slug: str) -> list[str]:
    """Return the slugs of all that stands on a category, the trash left out."""
    statement = (
        select(Summary.slug)
        .join(SummaryCategory, SummaryCategory.summary_id == Summary.id)
        .where(SummaryCategory.category_id == get_category(session, slug).id, Summary.trashed_at.is_(None))
        .order_by(Summary.slug)
    )
    return list(session.scalars(statement))
