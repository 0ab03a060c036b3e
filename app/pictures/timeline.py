"""Papers by year: a small square for each summary while they can be told apart, bars once there are too many.

Drawn twice: columns for wide screens, rows for narrow ones. A run of years without a paper is folded into a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.pictures.shapes import Box, path, tidy
from app.pictures.words import width

MOST_IN_COLUMN = 40
MOST_SQUARES = 400
LONGEST_RUN = 3  # years without a paper; a longer run is folded

WIDE = 1060
TALL = 250
HEAD = 24  # for the counts above the columns
FOOT = 30  # for the years below them
PITCH = 76
SQUARE = 19
SCALE = 34  # for the numbers beside the bars
LABEL = 12.5

NARROW = 340
ROW = 26
YEARS = 46
COUNTS = 34
UNIT = 12


@dataclass(frozen=True, slots=True)
class Unit:
    """A summary: what its address is made of, its title, whether it stands out."""

    key: str
    label: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Year:
    """What is known of a year; `units` may be fewer than `count`."""

    year: int
    count: int
    marked: int
    units: Sequence[Unit] = ()


@dataclass(frozen=True, slots=True)
class Square:
    unit: Unit
    box: Box


@dataclass(frozen=True, slots=True)
class Column:
    """A year: the `place` that leads to it, its squares or its bar with the marked part, where its count stands."""

    year: Year
    place: Box
    labelled: bool
    counted: bool
    squares: Sequence[Square]
    bar: Box | None
    marked_bar: Box | None
    top: float

    @property
    def middle(self) -> float:
        return tidy(self.place.x + self.place.width / 2)


@dataclass(frozen=True, slots=True)
class Row:
    """The same lying down: squares as path data, one for all and one for the marked; the count stands at `end`."""

    year: Year
    place: Box
    squares: str
    marked_squares: str
    bar: Box | None
    marked_bar: Box | None
    end: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across at a round number."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Both drawings, their viewBoxes, and whether there is a square for each summary; `gaps` are folded years."""

    single: bool
    square: float
    wide: Box
    columns: Sequence[Column]
    column_gaps: Sequence[float]
    base: float
    ticks: Sequence[Tick]
    narrow: Box
    rows: Sequence[Row]
    row_gaps: Sequence[float]


def draw_timeline(years: Sequence[Year]) -> Timeline | None:
    """Draw years that have summaries, oldest first; None where there are none."""
    if not years:
        return None
    most = max(year.count for year in years)
    whole = all(len(year.units) == year.count for year in years)
    single = whole and most <= MOST_IN_COLUMN and sum(year.count for year in years) <= MOST_SQUARES
    slots = _slots(years)
    left = 0 if single else SCALE
    pitch = min(PITCH, (WIDE - left) / len(slots))
    across = 1
    while single and _rows(most, across) * min(SQUARE + 3, (pitch - 6) / across) > TALL:
        across += 1
    unit = min(SQUARE + 3, (pitch - 6) / across)
    columns, gaps = _columns(slots, left, pitch, unit if single else 0, across, most)
    rows, row_gaps = _lines(slots, single, most)
    return Timeline(
        single=single,
        square=tidy(unit * 0.86),
        wide=Box(
            0, 0, tidy(max(left + pitch * len(slots), 240)), HEAD + TALL + FOOT if not single else _height(columns)
        ),
        columns=columns,
        column_gaps=gaps,
        base=columns[0].place.bottom - FOOT,
        ticks=[] if single else _ticks(most),
        narrow=Box(0, 0, NARROW, ROW * len(slots)),
        rows=rows,
        row_gaps=row_gaps,
    )


def _slots(years: Sequence[Year]) -> list[Year | None]:
    """Return the years in order with the empty ones between them; None stands for a run that is folded."""
    slots: list[Year | None] = []
    for before, after in pairwise([None, *years]):
        assert after is not None
        if before is not None:
            missing = range(before.year + 1, after.year)
            slots += [None] if len(missing) > LONGEST_RUN else [Year(year, 0, 0) for year in missing]
        slots.append(after)
    return slots


def _rows(count: int, across: int) -> int:
    return -(-count // across)


def _height(columns: Sequence[Column]) -> float:
    return tidy(columns[0].place.bottom)


def _columns(
    slots: Sequence[Year | None], left: float, pitch: float, unit: float, across: int, most: int
) -> tuple[list[Column], list[float]]:
    """Return the columns and where the folded years are; a `unit` of 0 asks for bars."""
    tall = _rows(most, across) * unit if unit else TALL
    base = HEAD + tall
    every = next(step for step in (1, 2, 5, 10, 20, 50, 1000) if step * pitch >= 34)
    counted = pitch >= width(str(most), LABEL) + 3
    columns, gaps = [], []
    for at, year in enumerate(slots):
        x = left + at * pitch
        if year is None:
            gaps.append(tidy(x + pitch / 2))
            continue
        place = Box(tidy(x), 0, tidy(pitch), tidy(base + FOOT))
        squares = _stack(year, x + (pitch - across * unit) / 2, base, unit, across) if unit else []
        bar = marked = None
        if not unit and year.count:
            bar = _bar(x, pitch, base, year.count / most)
            marked = _bar(x, pitch, base, year.marked / most) if year.marked else None
        top = base - (_rows(year.count, across) * unit if unit else (bar.height if bar else 0))
        labelled = year.year % every == 0
        columns.append(Column(year, place, labelled, counted, squares, bar, marked, tidy(top - 7)))
    return columns, gaps


def _stack(year: Year, x: float, base: float, unit: float, across: int) -> list[Square]:
    side = tidy(unit * 0.86)
    inset = (unit - unit * 0.86) / 2
    x += max(across - len(year.units), 0) * unit / 2  # fewer than a row stand in the middle
    return [
        Square(
            one,
            Box(tidy(x + at % across * unit + inset), tidy(base - (at // across + 1) * unit + inset), side, side),
        )
        for at, one in enumerate(year.units)
    ]


def _bar(x: float, pitch: float, base: float, share: float) -> Box:
    thick = min(pitch * 0.78, 46)
    height = max(share * TALL, 1.5)
    return Box(tidy(x + (pitch - thick) / 2), tidy(base - height), tidy(thick), tidy(height))


def _ticks(most: int) -> list[Tick]:
    """Return two to five lines at round numbers."""
    steps = (lead * 10**power for power in range(9) for lead in (1, 2, 5))
    step = next(step for step in steps if most / step <= 5)
    return [Tick(tidy(HEAD + TALL - value / most * TALL), value) for value in range(step, most + 1, step)]


def _lines(slots: Sequence[Year | None], single: bool, most: int) -> tuple[list[Row], list[float]]:
    room = NARROW - YEARS - COUNTS
    unit = min(UNIT, room / most)
    rows, gaps = [], []
    for at, year in enumerate(slots):
        y = at * ROW
        if year is None:
            gaps.append(y + ROW / 2)
            continue
        place, end = Box(0, y, NARROW, ROW), YEARS + year.count * unit
        squares = marked_squares = ""
        bar = marked = None
        if single:
            squares = _squares(year.marked, year.count, y, unit)
            marked_squares = _squares(0, year.marked, y, unit)
        elif year.count:
            end = YEARS + year.count / most * room
            bar = Box(YEARS, y + 6, tidy(max(end - YEARS, 1.5)), ROW - 12)
            marked = Box(YEARS, y + 6, tidy(year.marked / most * room), ROW - 12) if year.marked else None
        rows.append(Row(year, place, squares, marked_squares, bar, marked, tidy(end + 6)))
    return rows, gaps


def _squares(first: int, after: int, y: float, unit: float) -> str:
    side = tidy(unit * 0.84)
    top = y + (ROW - side) / 2
    drawn = (path("M", YEARS + at * unit, top, "h", side, "v", side, "h", -side, "z") for at in range(first, after))
    return "".join(drawn)
