"""A snapshot: the index as it stood at one commit, for any number of readers; replaced as a whole, never refreshed.

It is a few segments with the documents of each that were deleted since, and the exact statistics over what is left.
NOT here: how a snapshot comes from disk (`index.py`).
"""

from __future__ import annotations  # array[int] cannot be evaluated in Python 3.11

import threading
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from app.search.building import build
from app.search.documents import TEXT_FIELDS, SearchDocument
from app.search.segment import Segment

T = TypeVar("T")
FIELD_LENGTH_WEIGHT = {"title": 0.5, "tldr": 0.5, "names": 0.0, "body": 0.75}
REMEMBERED = 2_000


@dataclass(frozen=True)
class Part:
    """A segment and the numbers of its deleted documents."""

    segment: Segment
    deleted: frozenset[int]

    @cached_property
    def live(self) -> frozenset[int]:
        return frozenset(range(self.segment.count)) - self.deleted

    @property
    def count(self) -> int:
        return self.segment.count - len(self.deleted)

    def total_length(self, field: str) -> int:
        lengths: array[int] = self.segment.lengths[field]
        return sum(lengths) - sum(lengths[number] for number in self.deleted)


class Snapshot:
    """The parts of the index at one library version; `partial` says that some texts were not taken in."""

    def __init__(self, parts: Iterable[Part], version: int, partial: bool = False) -> None:
        self.parts = tuple(parts)
        self.version = version
        self.partial = partial
        self.count = sum(part.count for part in self.parts)
        self._lock = threading.Lock()
        self._memory: dict[object, object] = {}

    @cached_property
    def average_lengths(self) -> dict[str, float]:
        """Field -> mean number of words over the documents that are left; 0 where there are none."""
        return {
            field: sum(part.total_length(field) for part in self.parts) / self.count if self.count else 0.0
            for field in TEXT_FIELDS
        }

    @cached_property
    def divisors(self) -> list[dict[str, array[float]]]:
        """For each part, field -> per document what a term's count is divided by: 1 at the mean length."""
        rows = []
        for part in self.parts:
            row = {}
            for field, weight in FIELD_LENGTH_WEIGHT.items():
                mean = self.average_lengths[field] or 1.0
                lengths = part.segment.lengths[field]
                row[field] = array("d", [1.0 - weight + weight * length / mean for length in lengths])
            rows.append(row)
        return rows

    def remember(self, key: object, make: Callable[[], T]) -> T:
        """Return what `make` gave for this key before, or make it now. Right for as long as the snapshot lives."""
        with self._lock:
            if key in self._memory:
                return self._memory[key]  # type: ignore[return-value]
        value = make()
        with self._lock:
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            self._memory[key] = value
        return value

    def find(self, document_id: int) -> tuple[int, int] | None:
        """Return (part, number) of a document, or None."""
        for place, part in enumerate(self.parts):
            number = part.segment.numbers.get(document_id)
            if number is not None and number not in part.deleted:
                return place, number
        return None


def snapshot_of(documents: Iterable[SearchDocument], version: int = 0, partial: bool = False) -> Snapshot:
    """Make a snapshot in memory only."""
    segment = build(documents)
    return Snapshot([Part(segment, frozenset())] if segment.count else [], version, partial)
