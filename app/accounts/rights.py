"""Who somebody is, and what a role may do: the one place that orders the roles.

A curator writes drafts and submits them; an editor publishes and curates the shelves; an admin also manages people,
tokens and the audit log. NOT here: how somebody proves who they are (`sessions.py`, `tokens.py`), and rules that depend
on the state of a summary (`app/summaries/`).
"""

from dataclasses import dataclass

from app.accounts.models import Role
from app.accounts.service import Actor
from app.errors import NotAllowed

ROLES: tuple[Role, ...] = ("curator", "editor", "admin")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account who is signed in, or whose token came with a request, and the address it came from."""

    id: int
    email: str
    name: str
    role: Role
    address: str = ""

    @property
    def actor(self) -> Actor:
        """How the record names this person."""
        return Actor(self.name or self.email, self.id, self.address)

    def is_at_least(self, role: Role) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)

    def require(self, role: Role) -> None:
        """Raise NotAllowed where this person's role does not reach so far."""
        if not self.is_at_least(role):
            raise NotAllowed(f"This needs the role {role}; yours is {self.role}.")
