"""The one table: what was measured, beside what, and whether the goal was met."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line; `met` is None where there is no goal, or none at this size of the library."""

    what: str
    measured: str
    reference: str
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        return self.what, self.measured, self.reference, ratio, self.goal, met


HEAD = ("what", "measured", "reference", "ratio", "goal", "met?")


def as_markdown(rows: list[Row]) -> str:
    """Return the table as Markdown with columns of even width, so that it reads well on a terminal too."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]

    def padded(cells: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    return "\n".join(
        [padded(HEAD), "|" + "|".join("-" * (width + 2) for width in widths) + "|", *map(padded, lines[1:])]
    )
