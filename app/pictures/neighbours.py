"""One summary and those one link away: what it refers to on the left, itself, what refers to it on the right.

On narrow screens the same stands below each other: see `draw_ladder`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.pictures.shapes import Box, Line, path, tidy
from app.pictures.words import width, wrap

MIDDLE = 132.0  # of the box with the summary itself
SIZE = 13.0
LINE = 16.0
GAP = 14.0
HEAD = 26.0  # for the words above a column


@dataclass(frozen=True, slots=True)
class Related:
    """A neighbour: `key` for its address, its title, and what leads there, in words."""

    key: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A neighbour drawn: its words (ending at `x` on the left, beginning there on the right) and its curve."""

    related: Related
    x: float
    lines: Sequence[Line]
    note: Line | None
    place: Box
    curve: str


@dataclass(frozen=True, slots=True)
class Side:
    """A column of neighbours; its heading stands at `x`, `y`."""

    x: float
    y: float
    neighbours: Sequence[Neighbour]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The picture; `left_out` neighbours on either side did not fit."""

    view: Box
    middle: Box
    lines: Sequence[Line]
    left: Side
    right: Side
    left_out: int


def draw_neighbours(
    title: str,
    left: Sequence[Related],
    right: Sequence[Related],
    *,
    most: int = 12,
    wide: float = 560,
    side: float = 184,
    lines: int = 2,
) -> Neighbours | None:
    """Draw a summary with up to `most` on each side, first ones first; None where there is nothing on either.

    `side` is the room for a column of neighbours, `lines` the most lines of a title there.
    """
    if not left and not right:
        return None
    words = wrap(title, SIZE, MIDDLE - 20, 5)
    columns = [[(one, wrap(one.label, SIZE, side - 14, lines)) for one in those[:most]] for those in (left, right)]
    heights = [HEAD + sum(_height(one, rows) + GAP for one, rows in column) for column in columns]
    own = len(words) * LINE + 22
    tall = max(*heights, own + 2 * HEAD)
    middle = Box((wide - MIDDLE) / 2, tidy((tall - own) / 2), MIDDLE, tidy(own))
    titles = [Line(wide / 2, tidy(middle.y + 11 + (at + 0.78) * LINE), row) for at, row in enumerate(words)]
    drawn = [
        _side(columns[at], (tall - heights[at]) / 2, x, middle, at == 1) for at, x in enumerate((side, wide - side))
    ]
    left_out = max(len(left) - most, 0) + max(len(right) - most, 0)
    return Neighbours(Box(0, 0, wide, tidy(tall)), middle, titles, drawn[0], drawn[1], left_out)


def _height(one: Related, lines: Sequence[str]) -> float:
    return len(lines) * LINE + (LINE * 0.95 if one.note else 0)


def _side(column: Sequence[tuple[Related, Sequence[str]]], top: float, x: float, middle: Box, right: bool) -> Side:
    """Place the neighbours of a side below each other and below their heading."""
    rim = middle.right if right else middle.x
    y, drawn = top + HEAD, []
    for at, (one, words) in enumerate(column):
        height = _height(one, words)
        lines = [Line(x, tidy(y + (row + 0.78) * LINE), line) for row, line in enumerate(words)]
        note = Line(x, tidy(y + (len(words) + 0.72) * LINE), one.note) if one.note else None
        reach = max(width(words, SIZE) for words in (*words, one.note))
        place = Box(tidy((x if right else x - reach) - 3), tidy(y), tidy(reach + 6), tidy(height))
        here = y + LINE * 0.5
        # The curves meet the box of the summary spread over its side, in the order of the neighbours.
        there = middle.y + middle.height * (at + 1) / (len(column) + 1)
        begin = x - 9 if right else x + 9
        half = (begin + rim) / 2
        curve = path("M", begin, here, "C", half, here, half, there, rim, there)
        drawn.append(Neighbour(one, x, lines, note, place, curve))
        y += height + GAP
    return Side(x, tidy(top + 14), drawn)
