"""Answers kept under idempotency keys: the same request again is answered the same, and nothing is done twice.

An answer is kept in the transaction of the change it tells of, so there is never one without the other. Whoever asks
holds the turn of writers already (`app.summaries.service.take_turn`), so of two at once the second finds the answer of
the first. NOT here: what a request is made of (`app/api/`).
"""

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import KeptAnswer
from app.accounts.rights import Person
from app.database import now

KEPT_FOR = dt.timedelta(hours=24)


def find_kept(session: Session, person: Person, key: str) -> KeptAnswer | None:
    """Return what this person's program was answered under this key within the last day."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.created_at <= now() - KEPT_FOR))
    mine = (KeptAnswer.user_id == person.id, KeptAnswer.key == key)
    return session.scalars(select(KeptAnswer).where(*mine)).one_or_none()


def keep_answer(
    session: Session, person: Person, key: str, digest: str, *, status: int, headers: dict[str, str], body: str
) -> None:
    """Keep an answer for a day; `digest` is the sha256 (hex) of the request it belongs to."""
    kept = KeptAnswer(user_id=person.id, key=key, request_sha256=digest, status=status, headers=headers, body=body)
    session.add(kept)
    session.flush()
