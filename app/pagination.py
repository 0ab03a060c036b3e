"""Pages for people (numbered) and cursors for programs (keyset, signed against tinkering only by being checked).

A cursor is opaque to clients: URL-safe base64 of a JSON list, the sort key of the last row seen. NOT here: SQL.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.errors import BadInput, FieldProblem, PageNotFound

T = TypeVar("T")
PAGE_SIZE = 20
MAX_LIMIT = 100
LONGEST_CURSOR = 6000  # a title of 500 characters, each escaped and encoded


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One numbered page: its items, its number from 1, and how many items and pages there are in all."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_position(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_position(self) -> int:
        return min(self.number * self.size, self.total)


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One slice of a list for programs.

    The cursor of what follows is None on the last, that of the slice before is None on the first; it is "" where the
    slice before is the first, which needs none.
    """

    items: Sequence[T]
    total: int
    next_cursor: str | None
    previous_cursor: str | None = None


def check_page(number: int, total: int, size: int = PAGE_SIZE) -> None:
    """Raise PageNotFound for a page past the end; the first page of an empty list exists."""
    if number < 1 or (number > 1 and (number - 1) * size >= total):
        raise PageNotFound(f"There is no page {number}: this list has {max(1, -(-total // size))}.")


def encode_cursor(*key: str | int | float | None, of: str = "") -> str:
    """Return the opaque cursor that stands for a sort key; `of` names its list where others have such keys."""
    text = json.dumps((of, *key) if of else key, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *types: type, of: str = "") -> tuple[str | int | float | None, ...]:
    """Return the sort key in a cursor, checked against the wanted types and list; raises BadInput naming `cursor`.

    A None in the key is accepted only where `types` names NoneType at its place.
    """
    problem = BadInput("The cursor is not one this list gave out.", [FieldProblem("cursor", "not a known cursor")])
    if len(cursor) > LONGEST_CURSOR:
        raise problem
    try:
        key = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise problem from None
    if not isinstance(key, list) or (of and key[:1] != [of]):
        raise problem
    key = key[1:] if of else key
    if len(key) != len(types):
        raise problem
    for part, wanted in zip(key, types, strict=True):
        if type(part) is not wanted or (isinstance(part, int) and abs(part) > 2**62):
            raise problem
        if isinstance(part, str) and not _storable(part):
            raise problem
    return tuple(key)


def _storable(text: str) -> bool:
    """Say whether a database takes this text: no NUL, no half of a surrogate pair."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)
