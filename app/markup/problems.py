"""What can be wrong in a source, and where. Not here: deciding that something is wrong."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing the author should look at; line and column count from 1 in the given source."""

    line: int
    column: int
    message: str
    severity: Severity = "error"


class LineIndex:
    """Turn an offset in a text into a line and a column, both from 1."""

    def __init__(self, source: str) -> None:
        self._starts = [0]
        at = source.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = source.find("\n", at + 1)

    def locate(self, offset: int) -> tuple[int, int]:
        """Give the line and column of an offset counted in characters."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
