"""How many summaries there are, those that readers do not see included: for whoever runs the server."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.summaries.models import STATUSES, Summary

TRASH = "trash"


def count_by_status(session: Session) -> dict[str, int]:
    """Return the number of summaries in each status, and in the trash, which is apart from all of them."""
    place = case((Summary.trashed_at.is_not(None), TRASH), else_=Summary.status)
    found: dict[str, int] = dict(list(session.execute(select(place, func.count()).group_by(place))))
    return {name: found.get(name, 0) for name in (*STATUSES, TRASH)}
