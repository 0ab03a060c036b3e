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


NEEDS = {
    "drafts": "Drafts",
    "in-review": "Waiting for review",
    "scheduled": "Scheduled",
    "comments": "Comments left open for two weeks",
    "formulas": "Formulas that do not compile",
    "links": "Links and citations that lead nowhere",
    "outdated": "Contested or superseded, without a word by what",
    "no-paper": "Paper summaries without a paper",
    "no-shelf": "Published, but in no category",
}
NEWEST = (Summary.saved_at.desc(), Summary.id.desc())
# What waits is listed longest first, and what is scheduled soonest first.
ORDERS: dict[str, tuple[Any, ...]] = {
    "in-review": (Summary.saved_at, Summary.id),
    "scheduled": (Summary.scheduled_at, Summary.id),
}


def attention(session: Session, first: int = FIRST) -> list[Section]:
    """Return every section, in the order the desk shows them; two statements each."""
    sections = []
    for name, label in NEEDS.items():
        at = Summary.scheduled_at if name == "scheduled" else Summary.saved_at
        statement = select(Summary.slug, Summary.title, at).where(HERE, *needing(name))
        sections.append(_section(session, name, label, "summary", statement, ORDERS.get(name, NEWEST), first))
    summarised = select(SummaryPaper.paper_id).join(Summary, Summary.id == SummaryPaper.summary_id).where(HERE)
    papers = select(Paper.key, Paper.title, Paper.created_at).where(Paper.id.not_in(summarised))
    order = (Paper.created_at.desc(), Paper.id.desc())
    return [*sections, _section(session, "papers", "Papers without a summary", "paper", papers, order, first)]


def needing(name: str) -> list[ColumnElement[bool]]:
    """Return what is true of the summaries in a section, one of NEEDS."""
    match name:
        case "drafts":
            return [Summary.status == "draft"]
        case "in-review":
            return [Summary.status == "in-review"]
        case "scheduled":
            return [Summary.scheduled_at.is_not(None)]
        case "comments":
            old = Comment.created_at < now() - STALE_AFTER
            return [Summary.id.in_(select(Comment.summary_id).where(Comment.resolved_at.is_(None), old))]
        case "formulas":
            return [Summary.id.in_(select(Rendering.summary_id).where(HAS_ERRORS))]
        case "links":
            return [SEEN_SOON, _has_dead_end()]
        case "outdated":
            return [Summary.freshness.in_(("contested", "superseded")), Summary.freshness_by == ""]
        case "no-paper":
            return [Summary.kind == "paper-summary", Summary.id.not_in(select(SummaryPaper.summary_id))]
        case "no-shelf":
            return [PUBLIC, Summary.id.not_in(select(SummaryCategory.summary_id))]
    raise KeyError(name)


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
