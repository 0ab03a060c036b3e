from itertools import pairwise

import pytest

from app.pictures import Neighbours, draw_neighbours
from tests.pictures import libraries


def drawn(left: int, right: int, roomy: bool = False) -> Neighbours:
    room = {"wide": 1060, "side": 390, "lines": 1} if roomy else {}
    picture = draw_neighbours(
        "A summary with a title", libraries.related(left), libraries.related(right), most=12, **room
    )
    assert picture is not None
    return picture


@pytest.mark.parametrize("roomy", [False, True])
@pytest.mark.parametrize(("left", "right"), [(1, 0), (0, 1), (3, 12), (12, 2), (40, 40)])
def test_both_sides_stand_inside_and_clear_of_the_middle(left: int, right: int, roomy: bool) -> None:
    picture = drawn(left, right, roomy)
    assert picture.view.holds(picture.middle)
    assert all(picture.middle.y < line.y < picture.middle.bottom for line in picture.lines)
    for side in (picture.left, picture.right):
        places = [one.place for one in side.neighbours]
        assert all(picture.view.holds(place) for place in places)
        assert not any(place.overlaps(picture.middle) for place in places)
        assert not any(one.overlaps(other) for one, other in pairwise(places))
        assert all(side.y < place.y for place in places)
        assert side.y >= 10


def test_those_that_do_not_fit_are_counted() -> None:
    picture = drawn(15, 13)
    assert (len(picture.left.neighbours), len(picture.right.neighbours), picture.left_out) == (12, 12, 4)
    assert drawn(2, 2).left_out == 0


def test_a_summary_alone_makes_no_picture() -> None:
    assert draw_neighbours("Alone", [], []) is None
