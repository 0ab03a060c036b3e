"""What was saved last, for the desk's front page. NOT here: the history of one summary (`history.py`), the changes that
programs read (`changes.py`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.summaries.models import Revision, Summary


@dataclass(frozen=True, slots=True)
class Save:
    """One save: of what, which revision, by whom and why."""

    slug: str
    title: str
    status: str
    number: int
    at: dt.datetime
    actor: str
    note: str


def recent_saves(session: Session, limit: int = 10) -> Sequence[Save]:
    """Return the newest revisions of what is not in the trash, the last first."""
    summary = (Summary.slug, Summary.title, Summary.status)
    columns = (*summary, Revision.number, Revision.saved_at, Revision.actor, Revision.note)
    statement = (
        select(*columns)
        .join(Summary, Summary.id == Revision.summary_id)
        .where(Summary.trashed_at.is_(None))
        .order_by(Revision.id.desc())
        .limit(limit)
    )
    return [Save(*row) for row in session.execute(statement)]


def is_empty(session: Session) -> bool:
    """Say whether nobody has written anything yet, the trash included."""
    return session.scalars(select(Summary.id).limit(1)).first() is None
