"""How two documents of a summary differ, word by word, as data: the page draws it, a program may read it.

The time it takes is bounded: what is too far apart to be compared word by word is told as taken out and put in.
NOT here: where documents come from (`history.py`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.summaries.differing import Block, Budget, matching_blocks
from app.summaries.documents import SummaryDocument
from app.summaries.merging import PARTS

CONTEXT = 3  # lines around a change
MOST_WORDS = 40_000  # of one change: beyond that its lines are told whole
WORD = re.compile(r"\s+|\w+|[^\w\s]")
Kind = Literal["equal", "delete", "insert"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stayed, was taken out, or was put in."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs (`provenance.read` within a part)."""

    field: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines of the body around a change; the numbers are of its first line in the old and the new body, from 1."""

    old_line: int
    new_line: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs between two documents; the body in hunks."""

    fields: tuple[FieldChange, ...]
    body: tuple[Hunk, ...]

    @property
    def same(self) -> bool:
        return not self.fields and not self.body


def compare(old: SummaryDocument, new: SummaryDocument) -> Comparison:
    """Return the differences from one document to another, field by field."""
    budget = Budget()
    before, after = dict(_shown(old)), dict(_shown(new))
    fields = tuple(
        FieldChange(name, word_runs(before[name], after[name], budget))
        for name in before
        if before[name] != after[name]
    )
    return Comparison(fields, tuple(_hunks(old.body.split("\n"), new.body.split("\n"), budget)))


def word_runs(old: str, new: str, budget: Budget | None = None) -> tuple[Run, ...]:
    """Return the way from one text to another in words, deletions before insertions."""
    if old == new:
        return (Run("equal", old),) if old else ()
    budget = budget or Budget()
    if budget.spent:
        return tuple(run for run in (Run("delete", old), Run("insert", new)) if run.text)
    words, others = WORD.findall(old), WORD.findall(new)
    near = len(words) + len(others) <= MOST_WORDS
    blocks = matching_blocks(words, others, budget) if near else []
    runs: list[tuple[str, str, str]] = []  # what was taken out, what was put in, what stayed after it
    at_a = at_b = 0
    for block in [*blocks, Block(len(words), len(others), 0)]:
        out, put = "".join(words[at_a : block.a]), "".join(others[at_b : block.b])
        stayed = "".join(words[block.a : block.a + block.size])
        if runs and (out or put) and runs[-1][2].isspace() and "\n" not in runs[-1][2] and (runs[-1][0] or runs[-1][1]):
            blank = runs[-1][2]  # a blank between two changes belongs to both: otherwise sentences fall to pieces
            runs[-1] = (runs[-1][0] + blank + out, runs[-1][1] + blank + put, stayed)
        else:
            runs.append((out, put, stayed))
        at_a, at_b = block.a + block.size, block.b + block.size
    kinds: tuple[Kind, Kind, Kind] = ("delete", "insert", "equal")
    return tuple(Run(kind, text) for run in runs for kind, text in zip(kinds, run, strict=True) if text)


def _shown(document: SummaryDocument) -> Iterator[tuple[str, str]]:
    """Give every field but the body as text."""
    for name in SummaryDocument.model_fields:
        value = getattr(document, name)
        if name in PARTS:
            yield from ((f"{name}.{inner}", str(getattr(value, inner) or "")) for inner in PARTS[name].model_fields)
        elif name == "updates":
            yield name, "\n".join(f"{update.date}: {update.text}" for update in value)
        elif name != "body":
            yield name, ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _hunks(old: Sequence[str], new: Sequence[str], budget: Budget) -> Iterator[Hunk]:
    changes: list[tuple[int, int, int, int]] = []
    at_a = at_b = 0
    for block in [*matching_blocks(old, new, budget), Block(len(old), len(new), 0)]:
        if block.a > at_a or block.b > at_b:
            changes.append((at_a, block.a, at_b, block.b))
        at_a, at_b = block.a + block.size, block.b + block.size
    group: list[tuple[int, int, int, int]] = []
    for change in changes:
        if group and change[0] - group[-1][1] > 2 * CONTEXT:
            yield _hunk(old, new, group, budget)
            group = []
        group.append(change)
    if group:
        yield _hunk(old, new, group, budget)


def _hunk(old: Sequence[str], new: Sequence[str], group: Sequence[tuple[int, int, int, int]], budget: Budget) -> Hunk:
    before = min(CONTEXT, group[0][0], group[0][2])
    start, new_start = group[0][0] - before, group[0][2] - before
    runs: list[Run] = []

    def stayed(lines: Sequence[str]) -> None:
        if lines:
            runs.append(Run("equal", _whole(lines)))

    at = start
    for a0, a1, b0, b1 in group:
        stayed(old[at:a0])
        runs.extend(word_runs(_whole(old[a0:a1]), _whole(new[b0:b1]), budget))
        at = a1
    stayed(old[at : at + CONTEXT])
    return Hunk(start + 1, new_start + 1, tuple(runs))


def _whole(lines: Sequence[str]) -> str:
    return "".join(line + "\n" for line in lines)
