"""What is gone for good, or has another name now: kept so that programs that mirror or harvest the library learn of it.

A summary in the trash, archived or withdrawn still has its row and its stamp; a tombstone stands for a name that no row
has any more. NOT here: the redirect of a page (each domain leads its own former names on).
"""

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import String, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import Base, stamp

Kind = Literal["summary", "paper", "author", "category", "tag", "series", "path", "macro-set", "picture"]


class Tombstone(Base):
    """A name that is gone; `moved_to` is the name to use instead, where there is one."""

    __tablename__ = "tombstone"

    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    moved_to: Mapped[str | None] = mapped_column(String(200))
    stamp: Mapped[int] = mapped_column(index=True)


def bury(session: Session, kind: Kind, name: str, moved_to: str | None = None, *, hidden: bool = False) -> None:
    """Note that this name is gone, and lead those who moved to it before on to where it went.

    With `hidden`, nobody meets what has the new name: where that one was gone, it stays so.
    """
    version = stamp(session)
    if moved_to is not None and not hidden:
        unbury(session, kind, moved_to)
    lead_on(session, kind, name, moved_to)
    session.merge(Tombstone(kind=kind, name=name, moved_to=moved_to, stamp=version))
    session.flush()


def lead_on(session: Session, kind: Kind, name: str, target: str | None) -> None:
    """Lead what moved to this name on to another, or nowhere, leaving no trace of the name itself: nobody met it."""
    for earlier in session.scalars(select(Tombstone).where(Tombstone.kind == kind, Tombstone.moved_to == name)):
        earlier.moved_to = None if earlier.name == target else target  # a name leads nowhere rather than to itself
        earlier.stamp = stamp(session)
    session.flush()


def unbury(session: Session, kind: Kind, name: str) -> int:
    """Forget that this name was gone, for something has it again; return the version it went at, 0 where it had not."""
    buried = session.get(Tombstone, (kind, name))
    if buried is None:
        return 0
    went = buried.stamp
    session.delete(buried)
    session.flush()
    return went


def moved_to(session: Session, kind: Kind, name: str) -> str | None:
    """Return the name to use instead of one that is gone."""
    statement = select(Tombstone.moved_to).where(Tombstone.kind == kind, Tombstone.name == name)
    return session.scalars(statement).one_or_none()


def moved_names(session: Session, names: Iterable[tuple[Kind, str]]) -> dict[tuple[str, str], str]:
    """Return (kind, name) -> the name to use instead, for those of these that moved."""
    asked = list(names)
    if not asked:
        return {}
    statement = select(Tombstone.kind, Tombstone.name, Tombstone.moved_to).where(
        tuple_(Tombstone.kind, Tombstone.name).in_(asked), Tombstone.moved_to.is_not(None)
    )
    return {(kind, name): target or "" for kind, name, target in session.execute(statement)}
