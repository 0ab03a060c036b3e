"""Where two sequences differ: lines of a text, words of a line; the time it takes has a limit whatever they hold.

What stands once in both anchors the comparison (patience); between anchors the shortest way from one to the other is
looked for (Myers, "An O(ND) difference algorithm", 1986) until a budget is spent. What is left then counts as replaced.
NOT here: how a difference is shown (`history.py`), merging (`merging.py`).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

STEPS = 2_000_000  # of the search, about a second
EACH = 400  # what a comparison costs before it begins
FARTHEST = 600  # changes between two anchors


class Budget:
    """What a comparison, or several that belong together, may still spend."""

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    @property
    def spent(self) -> bool:
        return self.left <= 0


class Block(NamedTuple):
    """`size` items from `a` in the one and from `b` in the other are the same."""

    a: int
    b: int
    size: int


class Matcher:
    """The interface of difflib's matcher as merge3 asks for it."""

    def __init__(
        self,
        isjunk: object = None,  # noqa: ARG002
        a: Sequence[str] = (),
        b: Sequence[str] = (),
        autojunk: bool = True,  # noqa: ARG002
    ) -> None:
        self._a, self._b = a, b

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        blocks = [tuple(block) for block in matching_blocks(self._a, self._b)]
        return [*blocks, (len(self._a), len(self._b), 0)]  # type: ignore[list-item]


def matching_blocks(a: Sequence[str], b: Sequence[str], budget: Budget | None = None) -> list[Block]:
    """Return what both have in common in its order, neighbouring items as one block."""
    pairs: list[tuple[int, int]] = []
    budget = budget or Budget()
    budget.left -= EACH
    head = _common(a, b, 0, 0, 1)
    tail = _common(a, b, len(a) - 1, len(b) - 1, -1, least=head)
    end_a, end_b = len(a) - tail, len(b) - tail
    pairs += ((n, n) for n in range(head))
    at_a, at_b = head, head
    for anchor_a, anchor_b in [*_anchors(a, b, head, end_a, end_b), (end_a, end_b)]:
        pairs += _shortest(a, b, at_a, anchor_a, at_b, anchor_b, budget)
        if anchor_a < end_a:
            pairs.append((anchor_a, anchor_b))
        at_a, at_b = anchor_a + 1, anchor_b + 1
    pairs += ((end_a + n, end_b + n) for n in range(tail))
    return _blocks(pairs)


def _common(a: Sequence[str], b: Sequence[str], i: int, j: int, step: int, least: int = 0) -> int:
    """Count the items that are the same from here on, leaving `least` at the beginning of either untouched."""
    count = 0
    while least <= i < len(a) and least <= j < len(b) and a[i] == b[j]:
        i, j, count = i + step, j + step, count + 1
    return count


def _anchors(a: Sequence[str], b: Sequence[str], start: int, end_a: int, end_b: int) -> list[tuple[int, int]]:
    """Return the longest run, in order on both sides, of items that stand once on either side."""
    in_a, in_b = Counter(a[start:end_a]), Counter(b[start:end_b])
    place = {b[j]: j for j in range(start, end_b) if in_b[b[j]] == 1}
    pairs = [(i, place[a[i]]) for i in range(start, end_a) if in_a[a[i]] == 1 and a[i] in place]
    tops: list[int] = []  # the least end of a rising run of each length
    ends: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        at = bisect_left(tops, j)
        tops[at : at + 1], ends[at : at + 1] = [j], [number]
        before.append(ends[at - 1] if at else -1)
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _shortest(
    a: Sequence[str], b: Sequence[str], a0: int, a1: int, b0: int, b1: int, budget: Budget
) -> list[tuple[int, int]]:
    """Return the pairs of a shortest edit between two stretches; none where it is too far or the budget is spent."""
    size_a, size_b = a1 - a0, b1 - b0
    if not size_a or not size_b or budget.spent:
        return []
    reach = {1: 0}
    trail: list[dict[int, int]] = []
    for distance in range(min(size_a + size_b, FARTHEST) + 1):
        trail.append(dict(reach))
        for k in range(-distance, distance + 1, 2):
            down = k == -distance or (k != distance and reach.get(k - 1, -1) < reach.get(k + 1, -1))
            x = reach.get(k + 1, 0) if down else reach.get(k - 1, 0) + 1
            begun = x
            while x < size_a and x - k < size_b and a[a0 + x] == b[b0 + x - k]:
                x += 1
            reach[k] = x
            budget.left -= x - begun + 1
            if x >= size_a and x - k >= size_b:
                return _walk_back(trail, k, x, a0, b0)
        budget.left -= distance
        if budget.spent:
            return []
    return []


def _walk_back(trail: list[dict[int, int]], k: int, x: int, a0: int, b0: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for distance in range(len(trail) - 1, -1, -1):
        reach = trail[distance]
        down = k == -distance or (k != distance and reach.get(k - 1, -1) < reach.get(k + 1, -1))
        before = k + 1 if down else k - 1
        begun = 0 if distance == 0 else (reach[before] if down else reach[before] + 1)
        while x > begun:
            x -= 1
            pairs.append((a0 + x, b0 + x - k))
        if distance:
            x, k = reach[before], before
    return pairs[::-1]


def _blocks(pairs: Sequence[tuple[int, int]]) -> list[Block]:
    blocks: list[Block] = []
    for i, j in pairs:
        last = blocks[-1] if blocks else None
        if last is not None and last.a + last.size == i and last.b + last.size == j:
            blocks[-1] = Block(last.a, last.b, last.size + 1)
        else:
            blocks.append(Block(i, j, 1))
    return blocks
