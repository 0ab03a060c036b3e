from itertools import pairwise

import pytest

from app.pictures import Ladder, Rung, draw_ladder
from app.pictures.words import width
from tests.pictures import libraries


def drawn(number: int, lines: int = 1) -> Ladder:
    return draw_ladder(libraries.rungs(number), libraries.links(number), lines=lines)


@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("number", [2, 10, 120])
def test_rungs_stand_below_each_other_with_their_words_inside(number: int, lines: int) -> None:
    picture = drawn(number, lines)
    for step in picture.steps:
        assert picture.view.holds(step.place)
        written = [*step.lines, *([step.note] if step.note else [])]
        assert all(step.place.y < line.y < step.place.bottom for line in written)
        assert all(line.x + width(line.text, 13) <= picture.view.right for line in written)
        assert step.place.y <= step.y <= step.place.bottom
    assert not any(one.place.overlaps(other.place) for one, other in pairwise(picture.steps))
    assert all(step.place.height >= 24 for step in picture.steps)


def test_arcs_stay_in_their_gutter() -> None:
    for step in drawn(120).steps:
        numbers = step.out.replace("M", " ").replace("C", " ").replace("-", " -").split()
        handles = [float(numbers[at + 2]) for at in range(0, len(numbers), 8)]
        # The curve reaches three quarters of the way from the dots to the handles.
        assert all(84 - (84 - handle) * 0.75 >= 0 for handle in handles)


def test_steps_are_numbered_and_headings_are_not() -> None:
    rungs = [Rung(-1, "One", kind="heading"), Rung(5, "Five"), Rung(-2, "Two", kind="heading"), Rung(6, "Six")]
    picture = draw_ladder(rungs, [(5, 6), (5, -2), (6, 99)])
    assert [(step.rung.id, step.number) for step in picture.steps if step.rung.kind == "item"] == [(5, 1), (6, 2)]
    five, six = picture.steps[1], picture.steps[3]
    assert (five.out.count("M"), five.into, six.out, six.into.count("M")) == (1, "", "", 1)
    assert (picture.first, picture.last) == (five.y, six.y)


def test_the_same_rungs_make_the_same_ladder() -> None:
    assert drawn(120) == drawn(120)
    assert draw_ladder([], []).steps == []
