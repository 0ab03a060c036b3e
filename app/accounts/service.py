"""Accounts: who acts, and the writes on people, as the host makes them from a shell.

NOT here: what one person may do to another (`people.py`), sessions, tokens, invitations.
"""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from app.accounts.hashing import LONGEST_PASSWORD, hash_password
from app.accounts.models import AuditEntry, Invitation, LoginSession, Role, User
from app.accounts.passwords import COMMON
from app.database import now
from app.errors import BadInput, Conflict, FieldProblem, NotFound

EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s.\x00-\x1f\x7f]+(?:\.[^@\s.\x00-\x1f\x7f]+)*")
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a name for the record, the account and the network address where there is one."""

    name: str
    user_id: int | None = None
    address: str = ""


def create_user(session: Session, email: str, role: Role, password: str, *, actor: Actor, name: str = "") -> User:
    """Make an account; raises BadInput naming the field, or Conflict where the address has one."""
    address = check_email(email)
    check_password(password, address)
    if session.scalars(select(User.id).where(User.email == address)).first() is not None:
        raise Conflict(f"There is already an account for {address}.")
    user = User(email=address, name=check_name(name), role=role, password_hash=hash_password(password))
    session.add(user)
    record(session, actor, "user.create", address, f"role {role}")
    session.flush()
    return user


def set_password(session: Session, email: str, password: str, *, actor: Actor) -> None:
    """Change a password, and end every session of its owner and every link to set another."""
    user = get_user(session, email)
    check_password(password, user.email)
    user.password_hash = hash_password(password)
    session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))
    of_password = (*_open_links(user.email), Invitation.purpose == "password")
    session.execute(update(Invitation).where(*of_password).values(revoked_at=now()))
    record(session, actor, "user.set-password", user.email)
    session.flush()


def disable_user(session: Session, email: str, *, actor: Actor) -> None:
    """Disable an account, end its sessions and its links; its tokens stop because the account is disabled."""
    user = get_user(session, email)
    user.disabled_at = user.disabled_at or now()
    session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))
    session.execute(update(Invitation).where(*_open_links(user.email)).values(revoked_at=now()))
    record(session, actor, "user.disable", user.email)
    session.flush()


def enable_user(session: Session, email: str, *, actor: Actor) -> None:
    """Let a disabled account log in again; its tokens that still hold work again too."""
    user = get_user(session, email)
    if user.disabled_at is not None:
        user.disabled_at = None
        record(session, actor, "user.enable", user.email)
    session.flush()


def set_role(session: Session, email: str, role: Role, *, actor: Actor) -> None:
    """Give an account a role; it holds from the next request on."""
    user = get_user(session, email)
    if user.role != role:
        record(session, actor, "user.role", user.email, f"{user.role} to {role}")
        user.role = role
    session.flush()


def _open_links(email: str) -> tuple[ColumnElement[bool], ...]:
    return Invitation.email == email, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)


def get_user(session: Session, email: str) -> User:
    user = session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()
    if user is None:
        raise NotFound(f"There is no account for {email[:254]}.")
    return user


def list_users(session: Session) -> list[User]:
    return list(session.scalars(select(User).order_by(User.email)))


def any_user(session: Session) -> bool:
    return session.scalars(select(User.id).limit(1)).first() is not None


def check_name(name: str) -> str:
    """Return a person's name without blanks around it; raises BadInput, naming `name`, where it is too long."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        sentence = f"A name has at most {LONGEST_NAME} characters."
        raise BadInput(sentence, [FieldProblem("name", sentence)])
    return name


def check_email(email: str) -> str:
    """Return an e-mail address as it is stored; raises BadInput, naming `email`, for what is none."""
    address = email.strip().lower()
    if len(address) > 254 or not EMAIL.fullmatch(address):
        raise BadInput(f"“{email[:80]}” is not an e-mail address.", [FieldProblem("email", "not an e-mail address")])
    return address


def check_password(password: str, email: str) -> None:
    """Raise BadInput, naming `password`, where a password is too short, too long or too common."""
    sentence = ""
    if len(password) < 10:
        sentence = "A password has at least 10 characters."
    elif len(password.encode()) > LONGEST_PASSWORD:
        sentence = "A password has at most 1,024 bytes."
    elif password.lower() in COMMON or password.lower() in (email, email.partition("@")[0]) or len(set(password)) < 4:
        sentence = "This password is too easy to guess."
    if sentence:
        raise BadInput(sentence, [FieldProblem("password", sentence)])


def record(session: Session, actor: Actor, action: str, subject: str, detail: str = "") -> None:
    """Append one line to the audit log."""
    session.add(
        AuditEntry(
            actor_id=actor.user_id,
            actor=actor.name[:254],
            action=action,
            subject=subject[:300],
            detail=detail,
            address=actor.address[:45],
        )
    )
