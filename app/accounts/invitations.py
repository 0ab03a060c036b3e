"""One-time links: to join with a role, or to set a new password. Only the hash of what a link carries is stored.

A link ends by being used, by being revoked, by a newer one for the same address, and by its date. How it reaches the
person is the admin's business: Cairn sends no mail.
"""

import datetime as dt
from typing import Literal, cast

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_secret, new_secret
from app.accounts.models import Invitation, Role, User
from app.accounts.people import get_person
from app.accounts.rights import Person
from app.accounts.service import Actor, check_email, create_user, get_user, record, set_password
from app.database import now
from app.errors import Conflict, NotFound

Purpose = Literal["join", "password"]
LIFE: dict[Purpose, dt.timedelta] = {"join": dt.timedelta(days=7), "password": dt.timedelta(days=1)}
LONGEST_SECRET = 100
GONE = "This link has been used, has expired or was taken back. An admin of this library can send you a new one."


def invite(session: Session, email: str, role: Role, *, person: Person) -> tuple[Invitation, str]:
    """Make a link with which somebody joins; return it with its secret, the only time that is told.

    Raises BadInput for what is no address, Conflict where it has an account.
    """
    person.require("admin")
    address = check_email(email)
    if session.scalars(select(User.id).where(User.email == address)).first() is not None:
        raise Conflict(f"There is already an account for {address}.")
    return _make(session, "join", address, role, person)


def offer_new_password(session: Session, user_id: int, *, person: Person) -> tuple[Invitation, str]:
    """Make a link with which a person sets a new password; return it with its secret, the only time that is told."""
    user = get_person(session, user_id, person=person)
    if user.disabled_at is not None:
        raise Conflict(f"{user.name or user.email} is disabled; enable the account first.")
    return _make(session, "password", user.email, cast(Role, user.role), person)


def list_open(session: Session, *, person: Person) -> list[Invitation]:
    """List the links that may still be used, the newest first."""
    person.require("admin")
    return list(session.scalars(select(Invitation).where(*_open()).order_by(Invitation.id.desc())))


def revoke(session: Session, invitation_id: int, *, person: Person) -> Invitation:
    """Take a link back; raises NotFound where it cannot be used any more anyway."""
    person.require("admin")
    invitation = session.scalars(select(Invitation).where(Invitation.id == invitation_id, *_open())).one_or_none()
    if invitation is None:
        raise NotFound("This link cannot be used any more.")
    invitation.revoked_at = now()
    record(session, person.actor, "invitation.revoke", invitation.email, invitation.purpose)
    session.flush()
    return invitation


def get_invitation(session: Session, secret: str) -> Invitation:
    """Return the link that carries this secret, if it may still be used; raises NotFound, and never says why."""
    found = None
    if len(secret) <= LONGEST_SECRET:
        wanted = select(Invitation).where(Invitation.token_hash == hash_secret(secret), *_open())
        found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound(GONE)
    return found


def accept(session: Session, secret: str, password: str, *, name: str = "", address: str = "") -> User:
    """Use a link: make the account, or set its password. Return whose it is. Raises NotFound and BadInput."""
    invitation = get_invitation(session, secret)
    # Only one of two who come at once finds it unused; what fails below is undone with the rest.
    taken = update(Invitation).where(Invitation.id == invitation.id, *_open()).values(used_at=now())
    if session.scalars(taken.returning(Invitation.id)).one_or_none() is None:
        raise NotFound(GONE)
    actor = Actor(name.strip() or invitation.email, None, address)
    if invitation.purpose == "join":
        user = create_user(session, invitation.email, cast(Role, invitation.role), password, actor=actor, name=name)
    else:
        user = get_user(session, invitation.email)
        if user.disabled_at is not None:
            raise NotFound(GONE)
        set_password(session, user.email, password, actor=Actor(user.name or user.email, user.id, address))
    return user


def _make(session: Session, purpose: Purpose, email: str, role: Role, person: Person) -> tuple[Invitation, str]:
    session.execute(
        update(Invitation).where(Invitation.email == email, Invitation.purpose == purpose, *_open()).values(
            revoked_at=now()
        )
    )  # fmt: skip
    secret = new_secret()
    invitation = Invitation(
        purpose=purpose,
        email=email,
        role=role,
        token_hash=hash_secret(secret),
        invited_by=person.email,
        expires_at=now() + LIFE[purpose],
    )
    session.add(invitation)
    record(session, person.actor, "invitation.create", email, f"to join as {role}" if purpose == "join" else purpose)
    session.flush()
    return invitation, secret


def _open() -> tuple[ColumnElement[bool], ...]:
    return Invitation.used_at.is_(None), Invitation.revoked_at.is_(None), Invitation.expires_at > now()
