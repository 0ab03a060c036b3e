"""Autosaved text: what one person has in a form, kept every few seconds, so that a crash loses at most that.

One draft a person and form. NOT here: the browser's own copy, and saving for good (`editing.py`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import attempt, now
from app.errors import BadInput, Conflict, FieldProblem
from app.summaries.models import FormerSlug, Summary
from app.summaries.workflow_models import Draft

MAX_BYTES = 2_000_000
MOST = 100  # of one person
LONGEST_KEY = 160


@dataclass(frozen=True, slots=True)
class MyDraft:
    """A draft in the list of what somebody left open; `stale` where the summary was saved by anyone since."""

    draft: Draft
    slug: str | None
    title: str
    stale: bool


def keep(session: Session, person: Person, key: str, form: dict[str, Any], base_revision: int | None) -> Draft:
    """Keep what is in a form under its key: the slug of a summary, or a one-time value for a new one.

    Raises BadInput naming the field where it is too large or cannot be kept, Conflict where somebody has too many.
    """
    _check(key, form)
    key = _present(session, key)
    summary_id = session.scalars(select(Summary.id).where(Summary.slug == key)).one_or_none()
    values = {"form": form, "base_revision": base_revision or 0, "summary_id": summary_id, "saved_at": now()}
    mine = (Draft.user_id == person.id, Draft.key == key)
    if _rewrite(session, mine, values):
        return session.scalars(select(Draft).where(*mine), execution_options={"populate_existing": True}).one()
    if session.scalars(select(func.count()).select_from(Draft).where(Draft.user_id == person.id)).one() >= MOST:
        raise Conflict(f"You have {MOST} unsaved forms; save or discard one first.")
    try:
        with attempt(session):
            session.add(Draft(user_id=person.id, key=key, **values))
            session.flush()
    except IntegrityError:  # another window of the same person was first
        _rewrite(session, mine, values)
    return session.scalars(select(Draft).where(*mine), execution_options={"populate_existing": True}).one()


def find(session: Session, person: Person, key: str) -> Draft | None:
    """Return this person's draft of a form."""
    mine = (Draft.user_id == person.id, Draft.key == _present(session, key))
    return session.scalars(select(Draft).where(*mine)).one_or_none()


def drop(session: Session, person: Person, key: str) -> bool:
    """Forget a draft, and say whether there was one: the form was saved, or is not wanted any more."""
    mine = (Draft.user_id == person.id, Draft.key == _present(session, key))
    gone = session.execute(delete(Draft).where(*mine).returning(Draft.id))
    return gone.first() is not None


def list_mine(session: Session, person: Person) -> Sequence[MyDraft]:
    """Return what this person left open, newest first."""
    statement = (
        select(Draft, Summary.slug, Summary.title, Summary.revision)
        .outerjoin(Summary, Summary.id == Draft.summary_id)
        .where(Draft.user_id == person.id)
        .order_by(Draft.saved_at.desc(), Draft.id.desc())
    )
    return [
        MyDraft(
            draft,
            slug,
            str(draft.form.get("title") or title or ""),
            slug is not None and revision != draft.base_revision,
        )
        for draft, slug, title, revision in session.execute(statement)
    ]


def _present(session: Session, key: str) -> str:
    """Return the slug that a summary has by now; a form that was open meanwhile goes on under the one it had."""
    led = select(Summary.slug).join(FormerSlug, FormerSlug.summary_id == Summary.id).where(FormerSlug.slug == key)
    return session.scalars(led).one_or_none() or key


def _rewrite(session: Session, mine: Sequence[Any], values: dict[str, Any]) -> bool:
    statement = update(Draft).where(*mine).values(**values).returning(Draft.id)
    return session.execute(statement, execution_options={"synchronize_session": False}).first() is not None


def _check(key: str, form: dict[str, Any]) -> None:
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise BadInput("This form has no name.", [FieldProblem("key", f"1 to {LONGEST_KEY} characters")])
    try:
        size = len(json.dumps(form, ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError):
        raise BadInput("This form holds what cannot be kept.", [FieldProblem("form", "not plain text")]) from None
    if size > MAX_BYTES:
        sentence = f"This is more than {MAX_BYTES // 1_000_000} MB and was not kept."
        raise BadInput(sentence, [FieldProblem("form", sentence)])
