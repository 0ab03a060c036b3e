"""What pictures share: boxes, tidy numbers, and the few curves."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; a picture's own is its viewBox."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def holds(self, other: "Box", slack: float = 0.2) -> bool:
        """Say whether another box lies within this one; rounding may cost it `slack`."""
        return (
            self.x - slack <= other.x
            and self.y - slack <= other.y
            and other.right <= self.right + slack
            and other.bottom <= self.bottom + slack
        )

    def overlaps(self, other: "Box", slack: float = 0.2) -> bool:
        """Say whether two boxes share more than `slack` in both directions."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return across > slack and down > slack


@dataclass(frozen=True, slots=True)
class Line:
    """A line of words: where it begins (or ends, as the picture says) on its base line."""

    x: float
    y: float
    text: str


def around(boxes: Iterable[Box], margin: float) -> Box:
    """Return the smallest box with whole numbers around all of these."""
    found = list(boxes)
    left = int(min(box.x for box in found) - margin - 1)
    top = int(min(box.y for box in found) - margin - 1)
    right = int(max(box.right for box in found) + margin + 1)
    bottom = int(max(box.bottom for box in found) + margin + 1)
    return Box(left, top, right - left, bottom - top)


def tidy(value: float) -> float:
    """Return a coordinate with one decimal, and none where it is whole: pages carry thousands of them."""
    rounded = round(value, 1)
    whole = int(rounded)
    return whole if whole == rounded else rounded


def path(*parts: object) -> str:
    """Return path data from letters and numbers, with no more spaces than needed."""
    words = [part if isinstance(part, str) else f"{tidy(float(str(part)))}" for part in parts]
    text = words[0]
    for before, word in pairwise(words):
        glued = before[-1].isalpha() or word[0].isalpha() or word[0] == "-"
        text += word if glued else f" {word}"
    return text


def dot(x: float, y: float) -> str:
    """Return a path that a round line cap shows as a dot."""
    return path("M", x, y, "h0")
