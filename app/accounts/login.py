"""Logging in: the one thing here that takes several transactions, for no writer waits while a password is checked.

An account that does not exist, one that is disabled and a wrong password are told in the same words, after the same
time.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.hashing import hash_password, is_outdated, is_password
from app.accounts.models import User
from app.accounts.rights import Person
from app.accounts.service import Actor, check_password, get_user, record, set_password
from app.accounts.sessions import forget_session, open_session
from app.accounts.throttle import begin_try, forget_failures, record_failure
from app.database import Database
from app.errors import BadInput, FieldProblem, WrongLogin

LONGEST_EMAIL = 254


def log_in(
    database: Database, email: str, password: str, *, address: str, user_agent: str = "", replacing: str | None = None
) -> str:
    """Return the token of a new session; the one whose token is `replacing` ends.

    Raises WrongLogin, and TooManyRequests where somebody must wait.
    """
    email = email.strip().lower()
    with database.writing() as session:
        begin_try(session, email, address)
    with database.reading() as session:
        user = _find_active(session, email)
        password_hash = user.password_hash if user else None
    if not is_password(password_hash, password) or password_hash is None:
        with database.writing() as session:
            record_failure(session, email if user else None, address)
        raise WrongLogin
    outdated = hash_password(password) if is_outdated(password_hash) else None
    with database.writing() as session:
        user = _find_active(session, email)
        if user is None or user.password_hash != password_hash:  # disabled or changed while the password was checked
            raise WrongLogin
        forget_failures(session, email, address)
        user.password_hash = outdated or user.password_hash
        if replacing:
            forget_session(session, replacing)
        record(session, Actor(user.name or user.email, user.id, address), "session.open", user.email)
        return open_session(session, user, address=address, user_agent=user_agent)


def confirm_password(database: Database, email: str, password: str, *, address: str) -> bool:
    """Return whether this is the password of somebody who is signed in: as slow, and throttled like logging in."""
    with database.writing() as session:
        begin_try(session, email, address)
    with database.reading() as session:
        user = _find_active(session, email)
    if not is_password(user.password_hash if user else None, password):
        with database.writing() as session:
            record_failure(session, email if user else None, address)
        return False
    with database.writing() as session:
        forget_failures(session, email, address)
    return True


def change_own_password(
    database: Database, person: Person, current: str, password: str, *, user_agent: str = ""
) -> str:
    """Change a person's password, end every session of theirs, and return the token of a new one for this browser.

    Raises BadInput, naming `current` or `password`, and TooManyRequests as for logging in.
    """
    check_password(password, person.email)
    if not confirm_password(database, person.email, current, address=person.address):
        sentence = "This is not your present password."
        raise BadInput(sentence, [FieldProblem("current", sentence)])
    with database.writing() as session:
        set_password(session, person.email, password, actor=person.actor)
        user = get_user(session, person.email)
        return open_session(session, user, address=person.address, user_agent=user_agent)


def _find_active(session: Session, email: str) -> User | None:
    if len(email) > LONGEST_EMAIL or "\0" in email:
        return None
    found = select(User).where(User.email == email, User.disabled_at.is_(None))
    return session.scalars(found).one_or_none()
