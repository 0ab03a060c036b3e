"""What one person may do to another's account, and to their own. An admin always remains.

NOT here: what the host does from a shell (`service.py`), links to join (`invitations.py`), one's password (`login.py`).
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import service
from app.accounts.models import LoginSession, Role, User
from app.accounts.rights import Person
from app.accounts.service import check_name, record
from app.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list of people, and when they were last signed in, where a session of theirs still tells."""

    user: User
    seen_at: dt.datetime | None


def list_people(session: Session, *, person: Person) -> list[PersonRow]:
    """List everybody: those who may log in first, by name."""
    person.require("admin")
    seen = select(LoginSession.user_id, func.max(LoginSession.seen_at).label("at")).group_by(LoginSession.user_id)
    last = seen.subquery()
    rows = session.execute(select(User, last.c.at).outerjoin(last, last.c.user_id == User.id))
    people = [PersonRow(user, at) for user, at in rows]
    return sorted(people, key=lambda row: (row.user.disabled_at is not None, row.user.name.lower(), row.user.email))


def get_person(session: Session, user_id: int, *, person: Person) -> User:
    """Return an account for an admin to work on; raises NotFound."""
    person.require("admin")
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("There is no such person.")
    return user


def change_role(session: Session, user_id: int, role: Role, *, person: Person) -> User:
    """Give a person a role; raises Conflict where no admin would remain."""
    user = get_person(session, user_id, person=person)
    if role != "admin":
        _keep_an_admin(session, user)
    service.set_role(session, user.email, role, actor=person.actor)
    return user


def disable_person(session: Session, user_id: int, *, person: Person) -> User:
    """Disable a person: their sessions end and their tokens stop. Raises Conflict where no admin would remain."""
    user = get_person(session, user_id, person=person)
    _keep_an_admin(session, user)
    service.disable_user(session, user.email, actor=person.actor)
    return user


def enable_person(session: Session, user_id: int, *, person: Person) -> User:
    """Let a disabled person log in again."""
    user = get_person(session, user_id, person=person)
    service.enable_user(session, user.email, actor=person.actor)
    return user


def change_own_name(session: Session, name: str, *, person: Person) -> None:
    """Change the name that is shown on what a person writes from now on."""
    user = session.get_one(User, person.id)
    if user.name != check_name(name):
        record(session, person.actor, "user.name", user.email, f"“{user.name}” to “{check_name(name)}”")
        user.name = check_name(name)
    session.flush()


def _keep_an_admin(session: Session, user: User) -> None:
    """Raise Conflict where this is the last admin who may log in; two admins who remove each other take turns."""
    admins = session.scalars(
        select(User.id)
        .where(User.role == "admin", User.disabled_at.is_(None))
        .order_by(User.id)
        .with_for_update()  # PostgreSQL looks again once the other one is done; SQLite's writers queue anyway
    ).all()
    if list(admins) == [user.id]:
        raise Conflict(f"{user.name or user.email} is the last admin. Make somebody else an admin first.")
