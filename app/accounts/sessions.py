"""Sessions: signed-in browsers. Only the hash of what the cookie carries is stored.

A session ends by itself after 12 hours without use and 14 days in any case, by logging out, and with the account's
password or the account. NOT here: the cookie (`app/web/cookies.py`), who may log in (`login.py`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import cast

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from app.accounts.hashing import hash_secret, new_secret
from app.accounts.models import LoginSession, Role, User
from app.accounts.rights import Person
from app.accounts.service import record
from app.database import now
from app.errors import NotFound

IDLE = dt.timedelta(hours=12)
ABSOLUTE = dt.timedelta(days=14)
SEEN_EVERY = dt.timedelta(minutes=5)
LONGEST_AGENT = 300


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a session belongs to, and which one it is; `stale` where its use should be noted again."""

    person: Person
    session_id: int
    stale: bool


def open_session(session: Session, user: User, *, address: str = "", user_agent: str = "") -> str:
    """Open a session for somebody who proved who they are, and return the token for the cookie: the only time it is."""
    forget_ended(session)
    token = new_secret()
    session.add(
        LoginSession(
            user_id=user.id,
            token_hash=hash_secret(token),
            expires_at=now() + ABSOLUTE,
            address=address[:45],
            user_agent=user_agent[:LONGEST_AGENT],
        )
    )
    session.flush()
    return token


def find_signed_in(session: Session, token: str, *, address: str = "") -> SignedIn | None:
    """Return who is behind a token, if its session still holds and the account is not disabled."""
    moment = now()
    row = session.scalars(
        select(LoginSession)
        .join(LoginSession.user)
        .options(joinedload(LoginSession.user))
        .where(
            LoginSession.token_hash == hash_secret(token),
            LoginSession.expires_at > moment,
            LoginSession.seen_at > moment - IDLE,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return SignedIn(as_person(row.user, address), row.id, moment - row.seen_at >= SEEN_EVERY)


def note_use(session: Session, session_id: int) -> None:
    """Put the session's last use to now; the caller does so every few minutes only (`SignedIn.stale`)."""
    session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now()))


def list_sessions(session: Session, person: Person) -> list[LoginSession]:
    """List the sessions of a person that still hold, the last used first."""
    moment = now()
    return list(
        session.scalars(
            select(LoginSession)
            .where(
                LoginSession.user_id == person.id,
                LoginSession.expires_at > moment,
                LoginSession.seen_at > moment - IDLE,
            )
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
    )


def log_out(session: Session, token: str, *, address: str = "") -> None:
    """End the session of this token, if there is one, because its owner asked for it."""
    user_id = forget_session(session, token)
    if user_id is not None:
        person = as_person(session.get_one(User, user_id), address)
        record(session, person.actor, "session.close", person.email)


def forget_session(session: Session, token: str) -> int | None:
    """End the session of this token without a word about it; return the id of its owner's account."""
    of_token = LoginSession.token_hash == hash_secret(token)
    return session.scalars(delete(LoginSession).where(of_token).returning(LoginSession.user_id)).one_or_none()


def end_session(session: Session, session_id: int, *, person: Person) -> None:
    """End one of the person's own sessions; raises NotFound for one that is not theirs or has ended."""
    mine = LoginSession.user_id == person.id
    found = session.scalars(delete(LoginSession).where(LoginSession.id == session_id, mine).returning(LoginSession.id))
    if found.one_or_none() is None:
        raise NotFound("This session has ended already.")
    record(session, person.actor, "session.end", person.email)


def end_other_sessions(session: Session, keep: int, *, person: Person) -> None:
    """End every session of a person but one."""
    session.execute(delete(LoginSession).where(LoginSession.user_id == person.id, LoginSession.id != keep))
    record(session, person.actor, "session.end-others", person.email)


def forget_ended(session: Session) -> None:
    """Remove the rows of sessions that no longer hold."""
    moment = now()
    over = or_(LoginSession.expires_at <= moment, LoginSession.seen_at <= moment - IDLE)
    session.execute(delete(LoginSession).where(over))


def as_person(user: User, address: str = "") -> Person:
    """Return the person of an account."""
    return Person(user.id, user.email, user.name, cast(Role, user.role), address)
