"""The fixed cast of the desk's tests: an admin, an editor, two curators."""

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.rights import Person


def add_person(session: Session, name: str, role: str) -> Person:
    """Make an account without hashing a password, for that takes its time."""
    user = User(email=f"{name.lower()}@example.org", name=name, role=role, password_hash="none")
    session.add(user)
    session.flush()
    return Person(user.id, user.email, name, role)


def add_cast(session: Session) -> dict[str, Person]:
    roles = {"Ada": "admin", "Edith": "editor", "Carl": "curator", "Cora": "curator"}
    return {name.lower(): add_person(session, name, role) for name, role in roles.items()}
