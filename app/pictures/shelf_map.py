"""Shelves as a map: a circle each, its area the number of summaries, joined where summaries stand on both.

Places come from a small simulation of forces (related shelves pull, all push), which begins from the same places every
time; then circles with their names are moved apart until none overlaps another.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.pictures.shapes import Box, Line, path, tidy
from app.pictures.words import width, wrap

SIZE = 12.5
LINE = 15.0
SMALLEST = 12.0
PAD = 7.0  # between one circle with its name and the next
STRONGEST = 60
STEPS = 6  # of thickness
WORK = 120_000  # pairs looked at in all, which bounds the time
GOLDEN = math.pi * (3 - math.sqrt(5))

Overlap = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Shelf:
    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Stone:
    """A shelf drawn: its circle, its name below it in lines around the same middle, and its joins by thickness."""

    shelf: Shelf
    x: float
    y: float
    radius: float
    box: Box
    lines: Sequence[Line]
    joins: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Join:
    """Two shelves with summaries on both: how many, a thickness from 1 to 6, the line between the circles."""

    one: Shelf
    other: Shelf
    count: int
    step: int
    d: str


@dataclass(frozen=True, slots=True)
class ShelfMap:
    """The map; `undrawn` overlaps, the weakest, have no line."""

    view: Box
    stones: Sequence[Stone]
    joins: Sequence[Join]
    undrawn: int


class _Body:
    """A shelf on the move."""

    def __init__(self, shelf: Shelf, radius: float, room: float) -> None:
        self.shelf, self.radius = shelf, radius
        self.words = wrap(shelf.name, SIZE, room, 3)
        self.half = max(radius, max(width(line, SIZE) for line in self.words) / 2) + PAD / 2
        self.up = radius + PAD / 2
        self.down = radius + 5 + len(self.words) * LINE + PAD / 2
        self.x = self.y = 0.0

    def box(self) -> Box:
        """Return the room it takes, its share of the space around it left out."""
        return Box(
            tidy(self.x - self.half + PAD / 2),
            tidy(self.y - self.radius),
            tidy(2 * self.half - PAD),
            tidy(self.up + self.down - PAD),
        )


@lru_cache(maxsize=8)
def draw_map(shelves: tuple[Shelf, ...], overlaps: tuple[Overlap, ...], wide: float, tall: float) -> ShelfMap | None:
    """Draw the shelves that hold something; a map that is too low for them grows. None where all are empty."""
    filled = [shelf for shelf in shelves if shelf.count]
    if not filled:
        return None
    most = max(shelf.count for shelf in filled)
    largest = max(SMALLEST, min(58.0, wide / 8, math.sqrt(wide * tall / len(filled)) / 3))
    room = min(150.0, wide / 2.9)
    bodies = [_Body(shelf, max(SMALLEST, largest * math.sqrt(shelf.count / most)), room) for shelf in filled]
    need = sum(2 * body.half * (body.up + body.down) for body in bodies)
    tall = max(tall, 1.55 * need / wide, max(body.up + body.down for body in bodies))
    by_key = {body.shelf.key: body for body in bodies}
    known = [(one, other, count) for one, other, count in overlaps if one in by_key and other in by_key and count > 0]
    _settle(bodies, [(by_key[one], by_key[other], count) for one, other, count in known], wide, tall)
    upright = False
    while not _spread(bodies, wide, tall, upright):
        # Sideways there was no room; downwards the map may grow until there is.
        tall, upright = tall * 1.15, True
        for body in bodies:
            body.y *= 1.15
    drawn = sorted(known, key=lambda one: (-one[2], one[0], one[1]))[:STRONGEST]
    joins = _joins(by_key, drawn)
    stones = [_stone(body, joins) for body in bodies]
    return ShelfMap(_view(stones, wide), stones, joins, len(known) - len(drawn))


def _view(stones: Sequence[Stone], wide: float) -> Box:
    top = min(stone.box.y for stone in stones) - 4
    bottom = max(stone.box.bottom for stone in stones) + 6
    return Box(0, tidy(top), wide, tidy(bottom - top))


def _settle(bodies: list[_Body], pulls: list[tuple[_Body, _Body, int]], wide: float, tall: float) -> None:
    """Let related shelves find together: the larger begin in the middle, on a spiral."""
    for at, body in enumerate(sorted(bodies, key=lambda body: (-body.shelf.count, body.shelf.key))):
        share = math.sqrt((at + 0.5) / len(bodies)) * 0.42
        body.x = wide / 2 + wide * share * math.cos(at * GOLDEN)
        body.y = tall / 2 + tall * share * math.sin(at * GOLDEN)
    ideal = math.sqrt(wide * tall / len(bodies)) * 0.8
    # Distances are measured as on a square, so that a map of any shape is filled.
    stretch = wide / tall
    rounds = max(20, min(300, WORK // (len(bodies) ** 2 // 2 + 1)))
    for step in range(rounds):
        forces = {id(body): [0.0, 0.0] for body in bodies}
        for at, one in enumerate(bodies):
            for other in bodies[at + 1 :]:
                _push(forces, one, other, ideal, stretch)
        for one, other, count in pulls:
            close = count / math.sqrt(one.shelf.count * other.shelf.count)
            _pull(forces, one, other, 0.25 + 2.2 * close, ideal)
        most = max(wide, tall) * 0.08 * (1 - step / rounds)
        for body in bodies:
            across, down = forces[id(body)]
            across += (wide / 2 - body.x) * 0.03
            down += (tall / 2 - body.y) * 0.03 * stretch
            far = math.hypot(across, down) or 1.0
            body.x += across / far * min(far, most)
            body.y += down / far * min(far, most)
            _keep_inside(body, wide, tall)


def _push(forces: dict[int, list[float]], one: _Body, other: _Body, ideal: float, stretch: float) -> None:
    across, down = one.x - other.x, (one.y - other.y) * stretch
    far = math.hypot(across, down) or 0.01
    force = ideal * ideal / far
    for body, sign in ((one, 1), (other, -1)):
        forces[id(body)][0] += sign * across / far * force * 0.12
        forces[id(body)][1] += sign * down / far / stretch * force * 0.12


def _pull(forces: dict[int, list[float]], one: _Body, other: _Body, strength: float, ideal: float) -> None:
    across, down = other.x - one.x, other.y - one.y
    far = math.hypot(across, down) or 0.01
    force = strength * far / ideal * 0.06 * far
    for body, sign in ((one, 1), (other, -1)):
        forces[id(body)][0] += sign * across / far * force
        forces[id(body)][1] += sign * down / far * force


def _keep_inside(body: _Body, wide: float, tall: float) -> None:
    body.x = min(max(body.x, body.half), max(wide - body.half, body.half))
    body.y = min(max(body.y, body.up), max(tall - body.down, body.up))


def _spread(bodies: list[_Body], wide: float, tall: float, upright: bool) -> bool:
    """Move overlapping ones apart along the shorter way, or only `upright`; say whether none overlaps any more."""
    rounds = max(30, min(400, WORK // (len(bodies) ** 2 // 2 + 1)))
    for _ in range(rounds):
        moved = False
        for at, one in enumerate(bodies):
            for other in bodies[at + 1 :]:
                moved |= _part(one, other, upright)
        for body in bodies:
            _keep_inside(body, wide, tall)
        if not moved:
            return True
    return not any(_shared(one, other) for at, one in enumerate(bodies) for other in bodies[at + 1 :])


def _shared(one: _Body, other: _Body) -> tuple[float, float] | None:
    """Return how far two reach into each other, across and down; None where they do not."""
    across = one.half + other.half - abs(one.x - other.x)
    down = min(one.y + one.down, other.y + other.down) - max(one.y - one.up, other.y - other.up)
    return (across, down) if across > 0.5 and down > 0.5 else None


def _part(one: _Body, other: _Body, upright: bool) -> bool:
    shared = _shared(one, other)
    if shared is None:
        return False
    across, down = shared
    if across < down and not upright:
        sign = 1 if (one.x, one.shelf.key) < (other.x, other.shelf.key) else -1
        one.x -= sign * (across / 2 + 0.1)
        other.x += sign * (across / 2 + 0.1)
    else:
        sign = 1 if (one.y, one.shelf.key) < (other.y, other.shelf.key) else -1
        one.y -= sign * (down / 2 + 0.1)
        other.y += sign * (down / 2 + 0.1)
    return True


def _joins(by_key: dict[str, _Body], drawn: Sequence[Overlap]) -> list[Join]:
    most = max((count for _, _, count in drawn), default=1)
    joins = []
    for first, second, count in reversed(drawn):  # the strongest last, on top
        one, other = by_key[first], by_key[second]
        step = max(1, math.ceil(count / most * STEPS))
        joins.append(Join(one.shelf, other.shelf, count, step, _line(one, other)))
    return joins


def _line(one: _Body, other: _Body) -> str:
    """Draw from rim to rim, bent a little, so that three in a row do not lie on each other."""
    across, down = other.x - one.x, other.y - one.y
    far = math.hypot(across, down) or 1.0
    begin, end = one.radius / far, other.radius / far
    bend = 0.16 * max(1 - begin - end, 0)
    middle_x = (one.x + across * begin + other.x - across * end) / 2
    middle_y = (one.y + down * begin + other.y - down * end) / 2
    bend_x, bend_y = middle_x - down * bend, middle_y + across * bend
    return path(
        "M", one.x + across * begin, one.y + down * begin,
        "Q", bend_x, bend_y, other.x - across * end, other.y - down * end,
    )  # fmt: skip


def _stone(body: _Body, joins: Sequence[Join]) -> Stone:
    below = body.y + body.radius + 5
    lines = [Line(tidy(body.x), tidy(below + (at + 0.75) * LINE), words) for at, words in enumerate(body.words)]
    by_step: dict[int, str] = {}
    for join in joins:
        if body.shelf in (join.one, join.other):
            by_step[join.step] = by_step.get(join.step, "") + join.d
    return Stone(body.shelf, tidy(body.x), tidy(body.y), tidy(body.radius), body.box(), lines, sorted(by_step.items()))
