"""The desk's list of everything: drafts, what is in review, published, archived, the trash where it is asked for.

A page costs the same number of statements whatever its length. NOT here: what readers may see (`listing.py`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from app.pagination import PAGE_SIZE, Page, check_page
from app.papers.models import Paper
from app.summaries.attention import needing
from app.summaries.models import (
    STATUSES,
    Rendering,
    Revision,
    Summary,
    SummaryCategory,
    SummaryCurator,
    SummaryPaper,
    SummaryTag,
)
from app.summaries.workflow_models import Comment
from app.taxonomy.models import Category, Tag

DeskSort = Literal["saved", "created", "published", "title", "status"]
SORTS: tuple[str, ...] = get_args(DeskSort)
MOST_WORDS = 10

ORDERS: dict[DeskSort, tuple[Any, ...]] = {
    "saved": (Summary.saved_at.desc(), Summary.id.desc()),
    "created": (Summary.created_at.desc(), Summary.id.desc()),
    "published": (Summary.published_at.is_(None), Summary.published_at.desc(), Summary.id.desc()),
    "title": (func.lower(Summary.title), Summary.id),
    "status": (Summary.status, Summary.saved_at.desc(), Summary.id.desc()),
}
# Every complaint of the renderer is worth a look; those of severity "error" stop publishing.
HAS_PROBLEMS = and_(cast(Rendering.problems, Text) != "[]", cast(Rendering.problems, Text) != "null")


@dataclass(frozen=True, slots=True)
class DeskFilters:
    """What the list is narrowed to; everything given must hold.

    `text` is looked for, word by word, in title, slug and TLDR; `author` is a curator as the summary names them; `mine`
    is the id of a person who saved a revision; `need` is a section of what needs a hand (`attention.NEEDS`);
    `trashed` shows the trash and nothing else.
    """

    status: tuple[str, ...] = ()
    kind: str | None = None
    category: str | None = None
    tag: str | None = None
    text: str = ""
    author: str | None = None
    problems: bool = False
    scheduled: bool = False
    mine: int | None = None
    trashed: bool = False
    need: str | None = None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A summary as the desk lists it; `saved_by` made the newest revision, `problems` counts the renderer's complaints,
    `comments` the open ones; `categories` and `tags` are (slug, name), `papers` (key, title).
    """

    id: int
    slug: str
    title: str
    kind: str
    status: str
    revision: int
    saved_at: dt.datetime
    published_at: dt.datetime | None
    scheduled_at: dt.datetime | None
    trashed_at: dt.datetime | None
    saved_by: str
    words: int
    problems: int
    comments: int
    categories: list[tuple[str, str]] = field(default_factory=list)
    tags: list[tuple[str, str]] = field(default_factory=list)
    papers: list[tuple[str, str]] = field(default_factory=list)


def page_of_desk(
    session: Session, filters: DeskFilters, sort: DeskSort = "saved", page: int = 1, size: int = PAGE_SIZE
) -> Page[DeskRow]:
    """Return one numbered page; raises PageNotFound past the end."""
    where = _conditions(filters)
    total = session.scalars(select(func.count()).select_from(Summary).where(*where)).one()
    check_page(page, total, size)
    ids = select(Summary.id).where(*where).order_by(*ORDERS[sort]).limit(size).offset((page - 1) * size)
    return Page(rows_by_ids(session, session.scalars(ids).all()), page, size, total)


def count_by_status(session: Session, filters: DeskFilters) -> dict[str, int]:
    """Return how many there are of each status under the other filters, every status named."""
    where = _conditions(filters, but_status=True)
    rows = session.execute(select(Summary.status, func.count()).where(*where).group_by(Summary.status))
    found = dict(rows.all())
    return {status: found.get(status, 0) for status in STATUSES}


def titles_by_slug(session: Session, slugs: Sequence[str]) -> dict[str, str]:
    """Return slug -> title of these summaries, of any status."""
    return dict(session.execute(select(Summary.slug, Summary.title).where(Summary.slug.in_(slugs))).all())


def rows_by_ids(session: Session, ids: Sequence[int]) -> list[DeskRow]:
    """Return these summaries as rows, in the ids' order: five statements for any number."""
    if not ids:
        return []
    open_comments = (
        select(func.count())
        .select_from(Comment)
        .where(Comment.summary_id == Summary.id, Comment.resolved_at.is_(None))
        .scalar_subquery()
    )
    statement = (
        select(
            Summary.id, Summary.slug, Summary.title, Summary.kind, Summary.status, Summary.revision, Summary.saved_at,
            Summary.published_at, Summary.scheduled_at, Summary.trashed_at, Revision.actor, Rendering.words,
            Rendering.problems, open_comments,
        )
        .outerjoin(Revision, and_(Revision.summary_id == Summary.id, Revision.number == Summary.revision))
        .outerjoin(Rendering, Rendering.summary_id == Summary.id)
        .where(Summary.id.in_(ids))
    )  # fmt: skip
    rows: dict[int, DeskRow] = {}
    for *plain, actor, words, problems, comments in session.execute(statement):
        counted: tuple[Any, ...] = (*plain, actor or "", words or 0, len(problems or ()), comments)
        rows[plain[0]] = DeskRow(*counted)
    for id_, slug, name in session.execute(_shelves(ids)):
        rows[id_].categories.append((slug, name))
    for id_, slug, name in session.execute(_tags(ids)):
        rows[id_].tags.append((slug, name))
    for id_, key, title in session.execute(_papers(ids)):
        rows[id_].papers.append((key, title))
    return [rows[id_] for id_ in ids if id_ in rows]


def _shelves(ids: Sequence[int]) -> Select[int, str, str]:
    return (
        select(SummaryCategory.summary_id, Category.slug, Category.name)
        .join(Category, Category.id == SummaryCategory.category_id)
        .where(SummaryCategory.summary_id.in_(ids))
        .order_by(SummaryCategory.position)
    )


def _tags(ids: Sequence[int]) -> Select[int, str, str]:
    return (
        select(SummaryTag.summary_id, Tag.slug, Tag.name)
        .join(Tag, Tag.id == SummaryTag.tag_id)
        .where(SummaryTag.summary_id.in_(ids))
        .order_by(SummaryTag.position)
    )


def _papers(ids: Sequence[int]) -> Select[int, str, str]:
    return (
        select(SummaryPaper.summary_id, Paper.key, Paper.title)
        .join(Paper, Paper.id == SummaryPaper.paper_id)
        .where(SummaryPaper.summary_id.in_(ids))
        .order_by(SummaryPaper.position)
    )


def _conditions(filters: DeskFilters, but_status: bool = False) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Summary.trashed_at.is_not(None) if filters.trashed else Summary.trashed_at.is_(None)
    ]
    if filters.status and not but_status:
        found.append(Summary.status.in_(filters.status))
    if filters.kind is not None:
        found.append(Summary.kind == filters.kind)
    if filters.category is not None:
        found.append(
            Summary.id.in_(select(SummaryCategory.summary_id).join(Category).where(Category.slug == filters.category))
        )
    if filters.tag is not None:
        found.append(Summary.id.in_(select(SummaryTag.summary_id).join(Tag).where(Tag.slug == filters.tag)))
    if filters.author is not None:
        found.append(Summary.id.in_(select(SummaryCurator.summary_id).where(SummaryCurator.name == filters.author)))
    if filters.mine is not None:
        found.append(Summary.id.in_(select(Revision.summary_id).where(Revision.actor_id == filters.mine)))
    if filters.problems:
        found.append(Summary.id.in_(select(Rendering.summary_id).where(HAS_PROBLEMS)))
    if filters.scheduled:
        found.append(Summary.scheduled_at.is_not(None))
    if filters.need is not None:
        found += needing(filters.need)
    for word in filters.text.replace("\x00", " ").split()[:MOST_WORDS]:
        columns = (Summary.title, Summary.slug, Summary.tldr)
        found.append(or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return found
