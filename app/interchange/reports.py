"""What an import did: a row for everything that was read, and the counts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

RowOutcome = Literal["added", "changed", "unchanged", "refused"]
RowKind = Literal["category", "series", "macro set", "picture", "paper", "summary", "path", "file"]


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one thing; `line` counts from 1, `file` is named from the folder that was imported."""

    kind: RowKind
    name: str
    outcome: RowOutcome
    sentence: str
    file: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something in a file that was not kept, or was kept as something else: a construct without a counterpart here."""

    file: str
    line: int | None
    sentence: str


@dataclass(slots=True)
class Report:
    """What became of every row, and, in the order of the files, what in them could not be mapped."""

    rows: list[Row] = field(default_factory=list)
    dry_run: bool = False
    notes: list[Note] = field(default_factory=list)

    @property
    def refused(self) -> list[Row]:
        return [row for row in self.rows if row.outcome == "refused"]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows had each outcome, all four named."""
        counted = Counter(row.outcome for row in self.rows)
        return {outcome: counted[outcome] for outcome in ("added", "changed", "unchanged", "refused")}

    def summary(self) -> str:
        """Return the counts as words: “12 added, 1 refused”."""
        told = [f"{number} {outcome}" for outcome, number in self.counts.items() if number]
        return ", ".join(told) or "nothing to import"
