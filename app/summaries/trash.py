"""The trash: out of sight and back again, or gone for good. NOT here: archiving, which readers are told of."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.accounts.service import record
from app.database import now, stamp
from app.errors import BadInput, Conflict, FieldProblem, NotAllowed
from app.summaries.appearing import bury_slug, note_sight, sight_of
from app.summaries.connection_models import Path, PathStep, Prerequisite
from app.summaries.editing import get_for_desk, keep_revisions, may_edit, subject
from app.summaries.models import Summary
from app.summaries.queries import document_for
from app.summaries.service import save_summary, take_turn


def trash(session: Session, slug: str, person: Person) -> Summary:
    """Put a summary into the trash, where it keeps slug, text and history; done already, nothing happens."""
    summary = _take(session, slug, person)
    if summary.trashed_at is None:
        before = sight_of(summary)
        summary.trashed_at, summary.scheduled_at = now(), None
        note_sight(session, summary, before)
        record(session, person.actor, "summary.trash", subject(summary.slug))
        session.flush()
    return summary


def restore(session: Session, slug: str, person: Person) -> Summary:
    """Take a summary out of the trash as it was; one that lost its last category meanwhile comes back as a draft."""
    summary = _take(session, slug, person)
    if summary.trashed_at is not None:
        before = sight_of(summary)
        summary.trashed_at = None
        record(session, person.actor, "summary.restore", subject(summary.slug))
        session.flush()
        if summary.status == "published" and not summary.shelved:
            summary.status = "draft"
            note = "a draft, for its category is gone"
            save_summary(session, document_for(session, summary), actor=person.actor, note=note)
        note_sight(session, summary, before)
        session.flush()
    return summary


def purge(session: Session, slug: str, person: Person, *, confirm: str) -> None:
    """Delete a summary from the trash for good, history and all; `confirm` is its slug, typed again.

    Summaries that require it and paths with it as a step go on without it; to programs its name stays told as gone.
    """
    person.require("editor")
    summary = _take(session, slug, person)
    if summary.trashed_at is None:
        raise Conflict(f"“{summary.title}” is not in the trash; only what is there can be deleted for good.")
    if confirm.strip() != summary.slug:
        sentence = f"Type “{summary.slug}” to delete it for good."
        raise BadInput(sentence, [FieldProblem("confirm", sentence)])
    asking = session.scalars(select(Prerequisite.summary_id).where(Prerequisite.requires_id == summary.id)).all()
    session.execute(delete(Prerequisite).where(Prerequisite.requires_id == summary.id))
    keep_revisions(session, asking, person, f"“{summary.slug}”, which it required, is gone")
    stepping = select(PathStep.path_id).where(PathStep.summary_id == summary.id)
    for path in session.scalars(select(Path).where(Path.id.in_(stepping))).all():
        path.stamp, path.updated_at = stamp(session), now()
    session.execute(delete(PathStep).where(PathStep.summary_id == summary.id))
    name, title = summary.slug, summary.title
    session.flush()
    session.expunge(summary)
    session.execute(delete(Summary).where(Summary.id == summary.id))
    bury_slug(session, summary, name)
    record(session, person.actor, "summary.purge", subject(name), title[:300])
    session.flush()


def list_trash(session: Session) -> Sequence[Summary]:
    """Return what is in the trash, newest first."""
    return session.scalars(
        select(Summary).where(Summary.trashed_at.is_not(None)).order_by(Summary.trashed_at.desc(), Summary.id.desc())
    ).all()


def _take(session: Session, slug: str, person: Person) -> Summary:
    take_turn(session)
    summary = get_for_desk(session, slug)
    if not may_edit(summary, person):
        raise NotAllowed(f"“{summary.title}” is {summary.status}: only an editor may move it to the trash or back.")
    return summary
