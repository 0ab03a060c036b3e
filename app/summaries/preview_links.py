"""Links by which somebody without an account reads an unpublished summary until they expire.

The token is given out once and only its hash is kept. NOT here: the page it leads to.
"""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_secret, new_secret
from app.accounts.rights import Person
from app.accounts.service import record
from app.database import now
from app.errors import BadInput, Conflict, FieldProblem, NotFound
from app.summaries.editing import get_for_desk, subject
from app.summaries.models import Summary
from app.summaries.queries import find_for_edit
from app.summaries.workflow_models import PreviewLink

DAYS = 14
MOST_DAYS = 90
MOST = 20  # of one summary at a time


def make_preview_link(session: Session, slug: str, person: Person, *, days: int = DAYS) -> tuple[PreviewLink, str]:
    """Make a link and return it with its token, which nobody can ask for again."""
    if not 1 <= days <= MOST_DAYS:
        sentence = f"A preview link lasts from 1 to {MOST_DAYS} days."
        raise BadInput(sentence, [FieldProblem("days", sentence)])
    summary = get_for_desk(session, slug)
    if summary.trashed_at is not None:
        raise Conflict(f"“{summary.title}” is in the trash; restore it first.")
    if sum(is_open(link) for link in list_preview_links(session, summary)) >= MOST:
        raise Conflict(f"There are {MOST} preview links to this summary already; revoke one first.")
    token = new_secret()
    link = PreviewLink(
        summary_id=summary.id,
        token_hash=hash_secret(token),
        created_by=person.actor.name,
        expires_at=now() + dt.timedelta(days=days),
    )
    session.add(link)
    record(
        session,
        person.actor,
        "preview-link.make",
        subject(summary.slug),
        "for 1 day" if days == 1 else f"for {days} days",
    )
    session.flush()
    return link, token


def get_previewed(session: Session, token: str) -> Summary:
    """Return the whole summary that a token leads to, whatever its status.

    A token that is unknown, expired or revoked, or leads into the trash, looks the same: NotFound.
    """
    link = session.scalars(select(PreviewLink).where(PreviewLink.token_hash == hash_secret(token))).one_or_none()
    if link is not None and is_open(link):
        slug = session.scalars(select(Summary.slug).where(Summary.id == link.summary_id)).one()
        summary = find_for_edit(session, slug)
        if summary is not None and summary.trashed_at is None:
            return summary
    raise NotFound("This preview link does not lead anywhere, or no longer does. Ask whoever sent it for a new one.")


def revoke_preview_link(session: Session, slug: str, id_: int, person: Person) -> PreviewLink:
    """End a link now; ended already, it stays as it is."""
    summary = get_for_desk(session, slug)
    statement = select(PreviewLink).where(PreviewLink.id == id_, PreviewLink.summary_id == summary.id)
    link = session.scalars(statement).one_or_none()
    if link is None:
        raise NotFound("There is no such preview link to this summary.")
    if link.revoked_at is None:
        link.revoked_at = now()
        record(session, person.actor, "preview-link.revoke", subject(summary.slug))
        session.flush()
    return link


def is_open(link: PreviewLink) -> bool:
    """Whether the link still leads to its summary."""
    return link.revoked_at is None and link.expires_at > now()


def list_preview_links(session: Session, summary: Summary) -> Sequence[PreviewLink]:
    """Return every link made to a summary, newest first, those that ended too."""
    statement = select(PreviewLink).where(PreviewLink.summary_id == summary.id)
    return session.scalars(statement.order_by(PreviewLink.id.desc())).all()
