"""What needs a hand, for the desk's front page: counts, and the first rows of each.

The number of statements is fixed. NOT here: the full lists behind it (`desk_listing.py`, `wanted.py`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Text, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from app.database import now
from app.papers.models import Paper
from app.summaries.connection_models import Citation, Link
from app.summaries.models import FormerSlug, Rendering, Summary, SummaryCategory, SummaryPaper
from app.summaries.visibility import PUBLIC
from app.summaries.workflow_models import Comment

FIRST = 5
STALE_AFTER = dt.timedelta(days=14)
HERE = Summary.trashed_at.is_(None)
SEEN_SOON = and_(HERE, Summary.status.in_(("in-review", "published")))
HAS_ERRORS = cast(Rendering.problems, Text).contains('"severity": "error"', autoescape=True)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at: the slug or key, the title, and when it was saved, is due, or began to wait."""

    name: str
    title: str
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of thing to look at: `of` says what its items are."""

    name: str
    label: str
    of: str
    count: int
    first: Sequence[Item]


def attention(session: Session, first: int = FIRST) -> list[Section]:
    """Return every section, in the order the desk shows them; two statements each."""
    about_papers = select(SummaryPaper.summary_id)
    on_shelves = select(SummaryCategory.summary_id)
    with_errors = select(Rendering.summary_id).where(HAS_ERRORS)
    summarised = select(SummaryPaper.paper_id).join(Summary, Summary.id == SummaryPaper.summary_id).where(HERE)
    waiting = select(Comment.summary_id).where(Comment.resolved_at.is_(None), Comment.created_at < now() - STALE_AFTER)
    newest = (Summary.saved_at.desc(), Summary.id.desc())

    def summaries(
        name: str, label: str, *where: ColumnElement[bool], at: Any = Summary.saved_at, order: Any = newest
    ) -> Section:
        statement = select(Summary.slug, Summary.title, at).where(HERE, *where)
        return _section(session, name, label, "summary", statement, order, first)

    return [
        summaries("drafts", "Drafts", Summary.status == "draft"),
        summaries(
            "in-review", "Waiting for review", Summary.status == "in-review", order=(Summary.saved_at, Summary.id)
        ),
        summaries(
            "scheduled",
            "Scheduled",
            Summary.scheduled_at.is_not(None),
            at=Summary.scheduled_at,
            order=(Summary.scheduled_at, Summary.id),
        ),
        summaries("comments", "Comments left open for two weeks", Summary.id.in_(waiting)),
        summaries("formulas", "Formulas that do not compile", Summary.id.in_(with_errors)),
        summaries("links", "Links and citations that lead nowhere", SEEN_SOON, _has_dead_end()),
        summaries(
            "outdated",
            "Contested or superseded, without a word by what",
            Summary.freshness.in_(("contested", "superseded")),
            Summary.freshness_by == "",
        ),
        summaries(
            "no-paper",
            "Paper summaries without a paper",
            Summary.kind == "paper-summary",
            Summary.id.not_in(about_papers),
        ),
        summaries("no-shelf", "Published, but on no shelf", PUBLIC, Summary.id.not_in(on_shelves)),
        _section(
            session,
            "papers",
            "Papers without a summary",
            "paper",
            select(Paper.key, Paper.title, Paper.created_at).where(Paper.id.not_in(summarised)),
            (Paper.created_at.desc(), Paper.id.desc()),
            first,
        ),
    ]


def _section(
    session: Session, name: str, label: str, of: str, statement: Select[*tuple[Any, ...]], order: Any, first: int
) -> Section:
    count = session.scalars(select(func.count()).select_from(statement.subquery())).one()
    rows = session.execute(statement.order_by(*order).limit(first)) if count else ()
    return Section(name, label, of, count, [Item(*row) for row in rows])


def _has_dead_end() -> ColumnElement[bool]:
    """Whether a text links to or cites what a reader cannot open: matched in the store, as readers' links are."""
    target = Summary.__table__.alias("target")
    public = (target.c.status == "published", target.c.trashed_at.is_(None))
    slugs = select(target.c.slug).where(*public)
    former = select(FormerSlug.slug).join(target, target.c.id == FormerSlug.summary_id).where(*public)
    alive = [and_(Link.form == "slug", or_(Link.value.in_(slugs), Link.value.in_(former)))]
    for form, column in (("key", Paper.key), ("arxiv", Paper.arxiv_id), ("doi", Paper.doi)):
        known = select(cast(column, String)).where(column.is_not(None))
        alive.append(and_(Link.form == literal(form), Link.value.in_(known)))
    dead = select(Link.source_id).where(~or_(*alive))
    uncited = select(Citation.source_id).where(Citation.key.not_in(select(Paper.key)))
    return or_(Summary.id.in_(dead), Summary.id.in_(uncited))
