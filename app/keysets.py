"""Slices of a list in the store: what follows a row in the order of its keys, and where the slice before began.

A row that comes or goes in between is neither repeated nor does it push another out. NOT here: how a place in a list is
written for programs (`pagination.py`), which rows there are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, or_
from sqlalchemy.orm import Session

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows, the key after which the next slice begins (None on the last) and the previous one.

    `previous` is () where the slice before is the first, and None on the first itself.
    """

    rows: Sequence[Row[Any]]
    next: Key | None
    previous: Key | None

    def cursors(self, encode: Callable[[Key], str]) -> tuple[str | None, str | None]:
        """Return the cursors of the next slice and of the one before, as `Slice` has them."""
        return (
            None if self.next is None else encode(self.next),
            encode(self.previous) if self.previous else None if self.previous is None else "",
        )


def stretch(
    session: Session,
    wanted: Select[*tuple[Any, ...]],
    keys: Sequence[SQLColumnExpression[Any]],
    after: Key | None,
    limit: int,
    *,
    descending: bool = False,
) -> Stretch:
    """Return at most `limit` rows after a key, all keys rising or all falling; each row bears its keys at its end."""
    statement = wanted.add_columns(*keys).order_by(*_order(keys, descending)).limit(limit + 1)
    if after is not None:
        statement = statement.where(_beyond(keys, after, descending))
    found = session.execute(statement).all()
    following = tuple(found[limit - 1][-len(keys) :]) if len(found) > limit else None
    previous = None if after is None else _previous(session, wanted, keys, after, limit, descending)
    return Stretch(found[:limit], following, previous)


def _previous(
    session: Session,
    wanted: Select[*tuple[Any, ...]],
    keys: Sequence[SQLColumnExpression[Any]],
    after: Key,
    limit: int,
    descending: bool,
) -> Key:
    """Return the key after which the slice that ends with `after` begins; () where nothing stands before it."""
    at = and_(*(key == part for key, part in zip(keys, after, strict=True)))
    back = wanted.with_only_columns(*keys).where(or_(_beyond(keys, after, not descending), at))
    found = session.execute(back.order_by(*_order(keys, not descending)).limit(limit + 1)).all()
    return tuple(found[limit]) if len(found) > limit else ()


def _order(keys: Sequence[SQLColumnExpression[Any]], descending: bool) -> list[ColumnElement[Any]]:
    return [key.desc() if descending else key.asc() for key in keys]


def _beyond(keys: Sequence[SQLColumnExpression[Any]], border: Key, descending: bool) -> ColumnElement[bool]:
    """Return the condition that a row's keys come after the border, the first key counting most."""
    cases = []
    for at, (key, part) in enumerate(zip(keys, border, strict=True)):
        same = [one == known for one, known in zip(keys[:at], border[:at], strict=True)]
        cases.append(and_(*same, key < part if descending else key > part))
    return or_(*cases)
