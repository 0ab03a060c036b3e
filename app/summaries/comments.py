"""Remarks of reviewers on a summary. Never part of the library: readers do not see them and no export holds them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.accounts.service import record
from app.database import now
from app.errors import BadInput, FieldProblem, NotFound
from app.summaries.editing import get_for_desk, subject
from app.summaries.models import Summary
from app.summaries.workflow_models import Comment

LONGEST = 10_000


def add_comment(session: Session, slug: str, text: str, person: Person) -> Comment:
    """Leave a remark; every curator may, on any summary they may know."""
    text = text.replace("\r\n", "\n").strip()
    sentence = ""
    if not text:
        sentence = "Write something first."
    elif len(text) > LONGEST:
        sentence = f"A comment has at most {LONGEST:,} characters."
    elif "\x00" in text:
        sentence = "A comment must not contain a NUL character."
    if sentence:
        raise BadInput(sentence, [FieldProblem("text", sentence)])
    summary = get_for_desk(session, slug)
    comment = Comment(summary_id=summary.id, author_id=person.id, author=person.actor.name, text=text)
    session.add(comment)
    record(session, person.actor, "comment.add", subject(summary.slug))
    session.flush()
    return comment


def resolve_comment(session: Session, slug: str, id_: int, person: Person) -> Comment:
    """Mark a remark as dealt with; marked already, it stays as it is."""
    comment = _get(session, slug, id_)
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by = now(), person.actor.name
        record(session, person.actor, "comment.resolve", subject(slug))
        session.flush()
    return comment


def reopen_comment(session: Session, slug: str, id_: int, person: Person) -> Comment:
    comment = _get(session, slug, id_)
    if comment.resolved_at is not None:
        comment.resolved_at, comment.resolved_by = None, ""
        record(session, person.actor, "comment.reopen", subject(slug))
        session.flush()
    return comment


def list_comments(session: Session, summary: Summary) -> Sequence[Comment]:
    """Return the remarks on a summary, open ones first, each in the order they were made."""
    statement = select(Comment).where(Comment.summary_id == summary.id)
    return session.scalars(statement.order_by(Comment.resolved_at.is_not(None), Comment.id)).all()


def _get(session: Session, slug: str, id_: int) -> Comment:
    summary = get_for_desk(session, slug)
    statement = select(Comment).where(Comment.id == id_, Comment.summary_id == summary.id)
    comment = session.scalars(statement).one_or_none()
    if comment is None:
        raise NotFound("There is no such comment on this summary.")
    return comment
