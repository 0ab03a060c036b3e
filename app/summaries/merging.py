"""Merge two texts that were written over the same revision: what only one side changed is taken from that side.

Fields of one value go by the three-way rule, lists as ordered sets, TLDR and body line by line. Where both changed the
same, neither side wins: in a text both stand between markers, in a field mine stands, and either way the clash is told
with all three. NOT here: who saved what over what (`editing.py`).
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from merge3 import Merge3

from app.summaries.differing import Matcher
from app.summaries.documents import Freshness, Provenance, Source, SummaryDocument

MINE, MIDDLE, THEIRS = "<<<<<<< mine", "=======", ">>>>>>> theirs"
MARKER = re.compile(r"<{7} mine|>{7} theirs")
VERBATIM = ("```", "~~~", "$$")  # what begins and ends a block in which Markdown means nothing
LISTS = ("papers", "categories", "tags", "authors", "requires", "macros", "updates")
TEXTS = ("tldr", "body")
VALUES = ("slug", "title", "kind", "status", "published", "updated", "link")
PARTS: dict[str, type[Source] | type[Provenance] | type[Freshness]] = {
    "source": Source,
    "provenance": Provenance,
    "freshness": Freshness,
}

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Clash:
    """Where both sides changed the same: the field (`provenance.read` within a part), and what it said in all three.

    `line` is that of the opening marker in the merged text, from 1; None where the field is not a text of lines.
    """

    field: str
    base: str
    mine: str
    theirs: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it. The document is not checked again: saving it does that."""

    document: SummaryDocument
    conflicts: tuple[Clash, ...]


def merge(base: SummaryDocument, mine: SummaryDocument, theirs: SummaryDocument) -> Merged:
    """Merge field by field what became of `base` on either side; nothing that either wrote is dropped unseen."""
    sides, clashes, values = (base, mine, theirs), list[Clash](), dict[str, Any]()
    for name in VALUES:
        values[name] = _value(name, _each(sides, name), clashes)
    places = [(side.series, side.part) for side in sides]
    values["series"], values["part"] = _value("series", (places[0], places[1], places[2]), clashes)
    for name, part in PARTS.items():
        parts = _each(sides, name)
        inner = {field: _value(f"{name}.{field}", _each(parts, field), clashes) for field in part.model_fields}
        values[name] = part(**inner)
    for name in LISTS:
        values[name] = _together(*_each(sides, name))
    for name in TEXTS:
        values[name] = _text(name, *_each(sides, name), clashes)
    return Merged(theirs.model_copy(update=values), tuple(clashes))


def marker_lines(text: str) -> list[int]:
    """Return the lines, from 1, on which a marker of an unsolved merge still stands."""
    return [number for number, line in enumerate(text.split("\n"), 1) if MARKER.fullmatch(line)]


def show_marks(text: str) -> str:
    """Return a text whose marks of an open merge are code on lines of their own: line for line the same otherwise.

    Markdown would make headings and quotes of them. In code and in formulas they are left as they are.
    """
    lines, inside, opened = text.split("\n"), "", False
    for at, line in enumerate(lines):
        if line in (MINE, THEIRS):
            opened = line == MINE
        elif line != MIDDLE or not opened:
            inside = _verbatim(line, inside)
            continue
        if not inside:
            lines[at] = f"`{line}`  "
            if at and lines[at - 1].strip():
                lines[at - 1] = lines[at - 1].rstrip() + "  "
    return "\n".join(lines)


def _verbatim(line: str, inside: str) -> str:
    """Return what the next line stands inside of: one of VERBATIM, or nothing."""
    if inside:
        return "" if inside in line else inside
    mark = next((mark for mark in VERBATIM if line.lstrip().startswith(mark)), "")
    return "" if mark == "$$" and line.count(mark) % 2 == 0 else mark


def _each(sides: tuple[Any, Any, Any], name: str) -> tuple[Any, Any, Any]:
    base, mine, theirs = sides
    return getattr(base, name), getattr(mine, name), getattr(theirs, name)


def _value(field: str, sides: tuple[T, T, T], clashes: list[Clash]) -> T:
    base, mine, theirs = sides
    if mine in (base, theirs):
        return theirs
    if theirs != base:
        clashes.append(Clash(field, _shown(base), _shown(mine), _shown(theirs)))
    return mine


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        series, part = value
        return f"{series}, part {part}" if series else ""
    return "" if value is None else str(value)


def _together(base: Sequence[T], mine: Sequence[T], theirs: Sequence[T]) -> tuple[T, ...]:
    """Return the items of both, without those that either took away, in my order where both changed it."""
    if mine in (base, theirs):
        return tuple(theirs)
    if theirs == base:
        return tuple(mine)
    kept = [item for item in mine if item in theirs or item not in base]
    for number, item in enumerate(theirs):
        if item in kept or item in base:
            continue
        before = next((other for other in reversed(theirs[:number]) if other in kept), None)
        kept.insert(kept.index(before) + 1 if before is not None else 0, item)
    return tuple(kept)


def _text(field: str, base: str, mine: str, theirs: str, clashes: list[Clash]) -> str:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    old, ours, other = (text.split("\n") if text else [] for text in (base, mine, theirs))
    merged: list[str] = []
    for region in Merge3(old, ours, other, sequence_matcher=Matcher).merge_regions():
        if region[0] == "unchanged":
            merged += old[region[1] : region[2]]
        elif region[0] in ("a", "same"):
            merged += ours[region[1] : region[2]]
        elif region[0] == "b":
            merged += other[region[1] : region[2]]
        elif len(region) == 7:
            was = old[region[1] : region[2]]
            here, there = ours[region[3] : region[4]], other[region[5] : region[6]]
            clashes.append(Clash(field, "\n".join(was), "\n".join(here), "\n".join(there), len(merged) + 1))
            merged += [MINE, *here, MIDDLE, *there, THEIRS]
    return "\n".join(merged)
