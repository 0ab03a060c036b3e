"""From draft to archive: the moves between statuses, who may make them, and publishing at a set time.

Each move is a revision and a line in the audit log. NOT here: what publishing asks of a text (`checklist.py`), the
trash (`trash.py`), the thread that looks at the clock (`scheduler.py`).
"""

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.accounts.models import Role
from app.accounts.rights import Person
from app.accounts.service import Actor, record
from app.database import attempt, now
from app.errors import BadInput, CairnError, Conflict, FieldProblem, StaleRevision
from app.summaries.checklist import require_ready
from app.summaries.editing import OPEN, get_for_desk, subject
from app.summaries.models import Summary
from app.summaries.queries import document_for
from app.summaries.service import Saved, problems_of, save_summary, take_turn
from app.summaries.workflow_models import Comment

log = logging.getLogger(__name__)

SCHEDULE = Actor("schedule")
FARTHEST = dt.timedelta(days=5 * 366)
AT_ONCE = 20  # published in one transaction: more are due again at the next look


@dataclass(frozen=True, slots=True)
class Move:
    """A move: its name in the audit log (`summary.<name>`), from where to where, for whom, and the note it leaves."""

    name: str
    origin: tuple[str, ...]
    target: str
    role: Role
    note: str


SUBMIT = Move("submit", ("draft",), "in-review", "curator", "submitted for review")
WITHDRAW = Move("withdraw", ("in-review",), "draft", "curator", "back to a draft")
PUBLISH = Move("publish", OPEN, "published", "editor", "published")
UNPUBLISH = Move("unpublish", ("published", "archived"), "draft", "editor", "taken back to a draft")
ARCHIVE = Move("archive", ("published",), "archived", "editor", "archived")
UNARCHIVE = Move("unarchive", ("archived",), "published", "editor", "taken out of the archive")
MOVES = (SUBMIT, WITHDRAW, PUBLISH, ARCHIVE, UNARCHIVE, UNPUBLISH)


def moves_for(summary: Summary, person: Person) -> list[Move]:
    """Return the moves that this person may make with this summary now."""
    if summary.trashed_at is not None:
        return []
    return [move for move in MOVES if summary.status in move.origin and person.is_at_least(move.role)]


def submit(session: Session, slug: str, person: Person, *, base_revision: int | None = None, note: str = "") -> Saved:
    """Hand a draft over for review."""
    return make_move(session, SUBMIT, slug, person, base_revision=base_revision, note=note)


def withdraw(session: Session, slug: str, person: Person, *, base_revision: int | None = None, note: str = "") -> Saved:
    """Take what is in review back to a draft; a reviewer sends it back in the same way."""
    return make_move(session, WITHDRAW, slug, person, base_revision=base_revision, note=note)


def publish(session: Session, slug: str, person: Person, *, base_revision: int | None = None, note: str = "") -> Saved:
    """Show it to readers; raises BadInput naming each essential point of the checklist that fails."""
    return make_move(session, PUBLISH, slug, person, base_revision=base_revision, note=note)


def archive(session: Session, slug: str, person: Person, *, base_revision: int | None = None, note: str = "") -> Saved:
    """Take it from the readers, who are told that it was there."""
    return make_move(session, ARCHIVE, slug, person, base_revision=base_revision, note=note)


def unarchive(
    session: Session, slug: str, person: Person, *, base_revision: int | None = None, note: str = ""
) -> Saved:
    """Show an archived one again, under its first date."""
    return make_move(session, UNARCHIVE, slug, person, base_revision=base_revision, note=note)


def unpublish(
    session: Session, slug: str, person: Person, *, base_revision: int | None = None, note: str = ""
) -> Saved:
    """Take it back to a draft: to readers it looks as if it had never been."""
    return make_move(session, UNPUBLISH, slug, person, base_revision=base_revision, note=note)


def make_move(
    session: Session, move: Move, slug: str, person: Person, *, base_revision: int | None = None, note: str = ""
) -> Saved:
    """Make a move; made already, it is "unchanged".

    With `base_revision`, only what the person has seen is moved (StaleRevision). Raises NotAllowed, Conflict where the
    status does not allow it. Whoever answers with a page wraps it in `attempt`.
    """
    person.require(move.role)
    take_turn(session)
    summary = get_for_desk(session, slug)
    if summary.trashed_at is not None:
        raise Conflict(f"“{summary.title}” is in the trash; restore it first.")
    if summary.status == move.target:
        return Saved(summary, "unchanged", problems_of(summary), summary.revision)
    if summary.status not in move.origin:
        raise Conflict(f"“{summary.title}” is {summary.status}: it cannot be {move.note} from there.")
    if base_revision and base_revision != summary.revision:
        sentence = f"You looked at revision {base_revision}; revision {summary.revision} was saved in the meantime."
        raise StaleRevision(sentence, summary.revision)
    return _move(session, summary, move, person.actor, note)


def schedule(session: Session, slug: str, moment: dt.datetime, person: Person) -> Summary:
    """Have it published at a moment to come (aware of its time zone); what it lacks is told now, not then."""
    person.require("editor")
    take_turn(session)
    summary = get_for_desk(session, slug)
    if summary.trashed_at is not None or summary.status not in OPEN:
        where = "in the trash" if summary.trashed_at is not None else summary.status
        raise Conflict(f"“{summary.title}” is {where}: there is nothing to schedule.")
    if not now() < moment < now() + FARTHEST:
        sentence = "Choose a moment to come, within the next five years."
        raise BadInput(sentence, [FieldProblem("scheduled", sentence)])
    require_ready(session, summary)
    summary.scheduled_at = moment.replace(microsecond=0)
    record(
        session, person.actor, "summary.schedule", subject(summary.slug), f"for {moment.astimezone(dt.UTC):%F %T} UTC"
    )
    session.flush()
    return summary


def unschedule(session: Session, slug: str, person: Person) -> Summary:
    """Forget the moment; without one nothing happens."""
    person.require("editor")
    take_turn(session)
    summary = get_for_desk(session, slug)
    if summary.scheduled_at is not None:
        summary.scheduled_at = None
        record(session, person.actor, "summary.unschedule", subject(summary.slug))
        session.flush()
    return summary


def is_due(session: Session, moment: dt.datetime) -> bool:
    """Say whether anything waits to be published at this moment."""
    return session.scalars(select(Summary.id).where(Summary.scheduled_at <= moment).limit(1)).first() is not None


def publish_due(session: Session, moment: dt.datetime) -> list[str]:
    """Publish what was scheduled for this moment or before, and return the slugs.

    What cannot be published is set aside: its moment is taken away; a comment and the audit log say why. Two processes
    may do this at once; whichever comes second finds nothing left.
    """
    take_turn(session)
    due = select(Summary.slug).where(Summary.scheduled_at <= moment).order_by(Summary.scheduled_at, Summary.id)
    done: list[str] = []
    for slug in session.scalars(due.limit(AT_ONCE)).all():
        why = ""
        try:
            with attempt(session):
                summary = get_for_desk(session, slug)
                _move(session, summary, PUBLISH, SCHEDULE, "published as scheduled")
        except DBAPIError:
            raise  # the store, not the text: it is tried again
        except CairnError as error:
            why = str(error)
        except Exception as error:
            log.warning("a scheduled summary could not be published: %s", slug, exc_info=True)
            why = f"{type(error).__name__} while it was published"
        if why:
            summary = get_for_desk(session, slug)
            summary.scheduled_at = None
            text = f"It was not published at the moment that was set. {why}"
            session.add(Comment(summary_id=summary.id, author=SCHEDULE.name, text=text))
            record(session, SCHEDULE, "summary.schedule-failed", subject(slug), why)
        else:
            done.append(slug)
    session.flush()
    return done


def list_scheduled(session: Session) -> Sequence[Summary]:
    """Return what waits for its moment, soonest first."""
    waiting = select(Summary).where(Summary.scheduled_at.is_not(None), Summary.trashed_at.is_(None))
    return session.scalars(waiting.order_by(Summary.scheduled_at, Summary.id)).all()


def _move(session: Session, summary: Summary, move: Move, actor: Actor, note: str) -> Saved:
    if move.target == "published":
        require_ready(session, summary)
    document = document_for(session, summary).model_copy(update={"status": move.target})
    saved = save_summary(session, document, actor=actor, note=" ".join(note.split())[:1000] or move.note)
    if move.target not in OPEN:
        summary.scheduled_at = None
    record(session, actor, f"summary.{move.name}", subject(summary.slug), f"revision {saved.revision}")
    session.flush()
    return saved
