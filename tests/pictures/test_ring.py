import math
from itertools import pairwise

import pytest

from app.pictures import Ring, draw_ring
from app.pictures.ring import label_box
from tests.pictures import libraries

NAMES = {f"shelf-{at}": f"Shelf with quite a long name {at}" for at in range(9)}


def drawn(number: int) -> Ring:
    picture = draw_ring(libraries.members(number), libraries.links(number), NAMES)
    assert picture is not None
    return picture


@pytest.mark.parametrize("number", [1, 2, 10, 67, 120])
def test_every_label_and_dot_stands_inside_the_picture(number: int) -> None:
    picture = drawn(number)
    assert all(picture.view.holds(label_box(one)) for one in [*picture.spokes, *picture.arcs])
    assert picture.view.width < 1250


@pytest.mark.parametrize("number", [2, 10, 67, 120])
def test_labels_have_a_line_of_the_circle_each(number: int) -> None:
    picture = drawn(number)
    angles = sorted(math.atan2(one.y, one.x) for one in [*picture.spokes, *picture.arcs])
    assert all((after - before) * picture.radius >= 14.5 for before, after in pairwise(angles))


def test_no_label_is_upside_down() -> None:
    assert all(-90 <= one.turn <= 90 for one in [*drawn(120).spokes, *drawn(120).arcs])


def test_members_keep_their_order_and_each_shelf_has_its_part_of_the_circle() -> None:
    picture = drawn(67)
    assert [spoke.member for spoke in picture.spokes] == libraries.members(67)
    assert [arc.name for arc in picture.arcs] == [NAMES[f"shelf-{at}"] for at in range(9)]


def test_each_link_is_a_chord_of_its_source_and_lights_up_at_its_target() -> None:
    links = [(1, 2), (2, 1), (3, 1), (1, 1), (1, 99)]
    picture = draw_ring(libraries.members(3), links, NAMES)
    assert picture is not None
    chords = {spoke.member.id: (spoke.out.count("M"), spoke.into.count("M")) for spoke in picture.spokes}
    assert chords == {1: (1, 1), 2: (1, 0), 3: (1, 0)}
    assert {spoke.member.id: spoke.far.count("M") for spoke in picture.spokes} == {1: 2, 2: 1, 3: 1}


def test_nothing_makes_no_picture_and_the_same_makes_the_same() -> None:
    assert draw_ring([], [], {}) is None
    assert drawn(120) == drawn(120)
