"""A ladder: rungs of words one below the other, and arcs on the left from rung to rung.

Draws the library's links on narrow screens, and a reading path with what each step needs. NOT here: the ring, which
draws the same links where there is room.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from app.pictures.shapes import Box, Line, dot, path, tidy
from app.pictures.words import wrap

Kind = Literal["item", "heading"]


@dataclass(frozen=True, slots=True)
class Rung:
    """What stands on a rung: an id for the arcs, words, a note below them; a heading has no arcs."""

    id: int
    label: str
    note: str = ""
    kind: Kind = "item"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A rung drawn: its whole `place`, its dot, its words; the arcs that go out, those that come in, their far dots."""

    rung: Rung
    number: int
    place: Box
    x: float
    y: float
    radius: float
    lines: Sequence[Line]
    note: Line | None
    out: str
    into: str
    far: str


@dataclass(frozen=True, slots=True)
class Ladder:
    view: Box
    steps: Sequence[Step]
    first: float
    last: float


def draw_ladder(
    rungs: Sequence[Rung],
    links: Sequence[tuple[int, int]],
    *,
    wide: float = 340,
    gutter: float = 84,
    size: float = 13,
    lines: int = 1,
    row: float = 26,
    dot_radius: float = 4,
) -> Ladder:
    """Draw rungs in their order with an arc for each link (from id, to id); links to unknown ids are left out.

    `gutter` is the room for the arcs, `size` that of the letters, `row` the least height of a rung.
    """
    room = wide - gutter - dot_radius - 10
    places: list[tuple[Rung, tuple[str, ...], Box]] = []
    y = 2.0
    for rung in rungs:
        words = wrap(rung.label, size, room, lines)
        height = max(row, (len(words) + bool(rung.note)) * size * 1.3 + size * 0.7)
        if rung.kind == "heading" and places:
            height += row * 0.4
        places.append((rung, words, Box(0, tidy(y), wide, tidy(height))))
        y += height
    at = {rung.id: _height_of_dot(box, words, size) for rung, words, box in places if rung.kind == "item"}
    out, into, far = _arcs(at, links, gutter)
    steps = [
        _step(rung, number, words, box, gutter, dot_radius, size, (out[rung.id], into[rung.id], far[rung.id]))
        for number, (rung, words, box) in zip(_numbers(rungs), places, strict=True)
    ]
    ends = [step.y for step in steps if step.rung.kind == "item"] or [0.0]
    return Ladder(Box(0, 0, wide, tidy(y + 2)), steps, ends[0], ends[-1])


def _numbers(rungs: Sequence[Rung]) -> list[int]:
    numbers, number = [], 0
    for rung in rungs:
        number += rung.kind == "item"
        numbers.append(number)
    return numbers


def _height_of_dot(box: Box, words: Sequence[str], size: float) -> float:
    return tidy(box.y + size * 0.95 if len(words) > 1 else box.y + min(box.height, size * 2) / 2)


def _step(
    rung: Rung,
    number: int,
    words: Sequence[str],
    box: Box,
    x: float,
    dot_radius: float,
    size: float,
    arcs: tuple[str, str, str],
) -> Step:
    begin = x + dot_radius + 10
    if rung.kind == "heading":
        foot = tidy(box.bottom - size * 0.6)
        return Step(rung, number, box, x, foot, dot_radius, [Line(begin, foot, " ".join(words))], None, "", "", "")
    y = _height_of_dot(box, words, size)
    base = y + size * 0.35
    lines = [Line(begin, tidy(base + at * size * 1.3), word) for at, word in enumerate(words)]
    note = Line(begin, tidy(base + len(words) * size * 1.3), rung.note) if rung.note else None
    return Step(rung, number, box, x, y, dot_radius, lines, note, *arcs)


def _arcs(
    at: dict[int, float], links: Sequence[tuple[int, int]], gutter: float
) -> tuple[defaultdict[int, str], defaultdict[int, str], defaultdict[int, str]]:
    """Return each rung's arcs out, arcs in, and dots at their far ends."""
    out: defaultdict[int, str] = defaultdict(str)
    into: defaultdict[int, str] = defaultdict(str)
    far: defaultdict[int, str] = defaultdict(str)
    pairs = {pair: None for pair in links if pair[0] in at and pair[1] in at and pair[0] != pair[1]}
    longest = max((abs(at[one] - at[other]) for one, other in pairs), default=1)
    for one, other in pairs:
        depth = 10 + (gutter - 18) * (abs(at[one] - at[other]) / longest) ** 0.5
        # A cubic curve reaches three quarters of the way to its handles.
        handle = gutter - depth / 0.75
        curve = path("M", gutter, at[one], "C", handle, at[one], handle, at[other], gutter, at[other])
        out[one] += curve
        far[one] += dot(gutter, at[other])
        if (other, one) not in pairs:
            into[other] += curve
            far[other] += dot(gutter, at[one])
    return out, into, far
