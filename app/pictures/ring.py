"""The link graph as a ring: summaries on a circle, shelf by shelf, and chords bent towards the middle.

A ring is the same for the same data, takes one pass, and can be read at ten summaries and at a hundred and twenty.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.pictures.shapes import Box, around, dot, path, tidy
from app.pictures.words import shorten, width

SIZE = 12.0
HEADING = 11.0
SLOT = 15.5  # along the circle, for a line of words
SMALLEST = 130.0
LONGEST = 250.0  # of a label
GAP = 0.5  # slots between shelves
MARGIN = 6
DOT = 2.6
BIGGEST = 7.0


@dataclass(frozen=True, slots=True)
class Member:
    """A summary on the ring: `key` for its address, its title, its shelf, and how connected it is."""

    id: int
    key: str
    label: str
    group: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Spoke:
    """A member drawn: its dot, its label turned outwards (ending at the ring where `flipped`), its chords.

    `out` are the chords to what it links to, `into` those from what links to it alone, `far` the dots at their ends.
    """

    member: Member
    x: float
    y: float
    radius: float
    turn: float
    flipped: bool
    label: str
    out: str
    into: str
    far: str


@dataclass(frozen=True, slots=True)
class Arc:
    """A shelf's part of the ring, with its name turned outwards in front of its first member."""

    group: str
    name: str
    d: str
    x: float
    y: float
    turn: float
    flipped: bool


@dataclass(frozen=True, slots=True)
class Ring:
    view: Box
    radius: float
    spokes: Sequence[Spoke]
    arcs: Sequence[Arc]


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place on the circle, by its angle from the top, clockwise."""

    angle: float
    radius: float

    @property
    def x(self) -> float:
        return self.radius * math.sin(self.angle)

    @property
    def y(self) -> float:
        return -self.radius * math.cos(self.angle)

    @property
    def flipped(self) -> bool:
        return self.angle > math.pi

    @property
    def turn(self) -> float:
        """Return the degrees by which words here are turned; never upside down."""
        return math.degrees(self.angle) - 90 - (180 if self.flipped else 0)


def draw_ring(members: Sequence[Member], links: Sequence[tuple[int, int]], names: Mapping[str, str]) -> Ring | None:
    """Draw members, which come group by group, and the links among them (from id, to id); None where there are none."""
    if not members:
        return None
    groups = [(group, list(those)) for group, those in groupby(members, key=lambda member: member.group)]
    slots = len(members) + len(groups) * (1 + GAP)
    radius = max(SMALLEST, slots * SLOT / math.tau)
    spots: dict[int, _Spot] = {}
    arcs = []
    at = GAP / 2
    for group, those in groups:
        end = at + len(those) + 1
        # Read downwards, the name comes first: clockwise on the right, on the left it is the last.
        name_last = at + end > slots
        for place, member in enumerate(those, start=0 if name_last else 1):
            spots[member.id] = _Spot((at + place + 0.5) / slots * math.tau, radius)
        name_at = _Spot((end - 0.5 if name_last else at + 0.5) / slots * math.tau, radius)
        arcs.append(_arc(group, names.get(group, "No shelf"), at / slots, end / slots, name_at))
        at = end + GAP
    out, into, far = _chords(spots, links)
    most = max(member.weight for member in members)
    spokes = [
        _spoke(member, spots[member.id], most, (out[member.id], into[member.id], far[member.id])) for member in members
    ]
    boxes = [*map(label_box, spokes), *map(label_box, arcs), Box(-radius, -radius, 2 * radius, 2 * radius)]
    return Ring(around(boxes, MARGIN), tidy(radius), spokes, arcs)


def _spoke(member: Member, spot: _Spot, most: int, lines: tuple[str, str, str]) -> Spoke:
    dot_radius = DOT + (BIGGEST - DOT) * math.sqrt(member.weight / most) if most else DOT
    label = shorten(member.label, SIZE, LONGEST)
    return Spoke(member, tidy(spot.x), tidy(spot.y), tidy(dot_radius), tidy(spot.turn), spot.flipped, label, *lines)


def _arc(group: str, name: str, start: float, end: float, spot: _Spot) -> Arc:
    """Draw a shelf's part of the circle between two shares of the whole turn; its name stands at `spot`."""
    radius = spot.radius
    one, other = _Spot(start * math.tau, radius), _Spot(min(end, 0.9999) * math.tau, radius)
    large = 1 if (end - start) > 0.5 else 0
    d = path("M", one.x, one.y, "A", radius, radius, 0, large, 1, other.x, other.y)
    return Arc(group, shorten(name, HEADING, LONGEST), d, tidy(spot.x), tidy(spot.y), tidy(spot.turn), spot.flipped)


def label_box(one: Spoke | Arc) -> Box:
    """Return the upright box around a label that stands outside the ring."""
    words, size = (one.label, SIZE) if isinstance(one, Spoke) else (one.name, HEADING)
    begin, end = 11.0, 11.0 + width(words, size)
    turn = math.radians(one.turn)
    sign = -1 if one.flipped else 1
    xs = [one.x + sign * reach * math.cos(turn) for reach in (begin, end)]
    ys = [one.y + sign * reach * math.sin(turn) for reach in (begin, end)]
    half = size / 2
    return Box(min(xs) - half, min(ys) - half, abs(xs[0] - xs[1]) + size, abs(ys[0] - ys[1]) + size)


def _chords(
    spots: Mapping[int, _Spot], links: Sequence[tuple[int, int]]
) -> tuple[defaultdict[int, str], defaultdict[int, str], defaultdict[int, str]]:
    out: defaultdict[int, str] = defaultdict(str)
    into: defaultdict[int, str] = defaultdict(str)
    far: defaultdict[int, str] = defaultdict(str)
    pairs = {pair: None for pair in links if pair[0] != pair[1] and pair[0] in spots and pair[1] in spots}
    for one, other in pairs:
        curve = _chord(spots[one], spots[other])
        out[one] += curve
        far[one] += dot(spots[other].x, spots[other].y)
        if (other, one) not in pairs:
            into[other] += curve
            far[other] += dot(spots[one].x, spots[one].y)
    return out, into, far


def _chord(one: _Spot, other: _Spot) -> str:
    """Bend towards the middle: opposite ones pass through it, close ones stay near the rim."""
    apart = abs(one.angle - other.angle)
    apart = min(apart, math.tau - apart)
    middle = (one.angle + other.angle) / 2 + (math.pi if abs(one.angle - other.angle) > math.pi else 0)
    bend = _Spot(middle, one.radius * 0.82 * (1 - math.sin(apart / 2)))
    return path("M", one.x, one.y, "Q", bend.x, bend.y, other.x, other.y)
