"""How much was published in each of the last months, as a row of small bars. NOT here: which month it is now."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.pictures.shapes import Box, tidy

MONTHS = 24
WIDE = 320
HEAD = 14
TALL = 44
FOOT = 18
NAMES = ("January February March April May June July August September October November December").split()


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its bar; a month without anything has a bar of no height."""

    year: int
    month: int
    count: int
    bar: Box

    @property
    def name(self) -> str:
        return f"{NAMES[self.month - 1]} {self.year}"

    @property
    def middle(self) -> float:
        return tidy(self.bar.x + self.bar.width / 2)


@dataclass(frozen=True, slots=True)
class Activity:
    """The months, oldest first, the busiest of them, and where a year begins (as x, year)."""

    view: Box
    base: float
    months: Sequence[Month]
    busiest: Month
    years: Sequence[tuple[float, int]]

    @property
    def total(self) -> int:
        return sum(month.count for month in self.months)


def draw_activity(counts: Sequence[tuple[int, int, int]], months: int = MONTHS) -> Activity | None:
    """Draw the months up to the last of these (year, month, number); None where there are none."""
    known = {year * 12 + month - 1: number for year, month, number in counts if number}
    if not known:
        return None
    last, base, pitch = max(known), HEAD + TALL, WIDE / months
    span = range(last - months + 1, last + 1)
    most = max(known.get(at, 0) for at in span)
    drawn = []
    for place, at in enumerate(span):
        count = known.get(at, 0)
        height = max(count / most * TALL, 2) if count else 0
        bar = Box(tidy(place * pitch + 1), tidy(base - height), tidy(pitch - 2), tidy(height))
        drawn.append(Month(at // 12, at % 12 + 1, count, bar))
    busiest = max(drawn, key=lambda month: month.count)
    years = [(month.bar.x, month.year) for month in drawn if month.month == 1 and month.bar.x < WIDE - 30]
    return Activity(Box(0, 0, WIDE, base + FOOT), base, drawn, busiest, years)
