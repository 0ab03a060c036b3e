from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.pictures import Shelf, ShelfMap, draw_map
from tests.pictures import libraries

SIZES = [(1060, 620), (340, 760)]


def check(picture: ShelfMap) -> None:
    for stone in picture.stones:
        assert picture.view.holds(stone.box), stone.shelf
        assert stone.box.x <= stone.x - stone.radius + 0.2
        assert stone.x + stone.radius <= stone.box.right + 0.2
        assert all(stone.box.y < line.y <= stone.box.bottom for line in stone.lines)
    for one, other in combinations(picture.stones, 2):
        assert not one.box.overlaps(other.box), (one.shelf, other.shelf)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("number", [2, 5, 21, 60])
def test_no_circle_or_name_covers_another(number: int, size: tuple[float, float]) -> None:
    picture = draw_map(libraries.shelves(number), libraries.overlaps(number), *size)
    assert picture is not None
    check(picture)
    assert picture.view.width == size[0]


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2000), st.text("abcdef ", max_size=70)), min_size=1, max_size=14),
    st.data(),
    st.sampled_from(SIZES),
)
def test_no_circle_or_name_covers_another_whatever_the_shelves(
    found: list[tuple[int, str]], data: st.DataObject, size: tuple[float, float]
) -> None:
    shelves = tuple(Shelf(f"k{at}", name.strip() or "x", count) for at, (count, name) in enumerate(found))
    keys = [(f"k{one}", f"k{other}") for one, other in combinations(range(len(found)), 2)]
    counts = data.draw(st.lists(st.integers(0, 50), min_size=len(keys), max_size=len(keys)))
    overlaps = tuple((*pair, count) for pair, count in zip(keys, counts, strict=True))
    picture = draw_map(shelves, overlaps, *size)
    assert (picture is None) == (not any(shelf.count for shelf in shelves))
    if picture is not None:
        check(picture)


def test_areas_and_thicknesses_follow_the_counts() -> None:
    shelves = (Shelf("a", "A", 100), Shelf("b", "B", 25), Shelf("c", "C", 100))
    picture = draw_map(shelves, (("a", "b", 1), ("a", "c", 20), ("b", "c", 9)), 1060, 620)
    assert picture is not None
    radius = {stone.shelf.key: stone.radius for stone in picture.stones}
    assert radius["a"] == radius["c"]
    assert abs(radius["a"] / radius["b"] - 2) < 0.02
    assert [(join.count, join.step) for join in picture.joins] == [(1, 1), (9, 3), (20, 6)]


def test_related_shelves_lie_closer_than_others() -> None:
    shelves = tuple(Shelf(key, key, 20) for key in "abcdef")
    overlaps = (("a", "b", 15), ("c", "d", 15), ("e", "f", 15), ("a", "d", 1), ("b", "f", 1))
    picture = draw_map(shelves, overlaps, 1060, 620)
    assert picture is not None
    at = {stone.shelf.key: complex(stone.x, stone.y) for stone in picture.stones}
    near = max(abs(at["a"] - at["b"]), abs(at["c"] - at["d"]), abs(at["e"] - at["f"]))
    assert near < abs(at["a"] - at["c"])
    assert near < abs(at["a"] - at["e"])


def test_only_the_strongest_overlaps_have_a_line_and_the_others_are_counted() -> None:
    picture = draw_map(libraries.shelves(40), libraries.overlaps(40), 1060, 620)
    assert picture is not None
    counts = [count for one, other, count in libraries.overlaps(40) if count]
    filled = {shelf.key for shelf in libraries.shelves(40) if shelf.count}
    known = [one for one in libraries.overlaps(40) if one[0] in filled and one[1] in filled]
    assert len(picture.joins) == 60
    assert picture.undrawn == len(known) - 60
    assert min(join.count for join in picture.joins) >= sorted(counts)[-80]


def test_empty_shelves_are_left_out() -> None:
    picture = draw_map((Shelf("a", "A", 1), Shelf("b", "B", 0)), (("a", "b", 0),), 340, 760)
    assert picture is not None
    assert [stone.shelf.key for stone in picture.stones] == ["a"]
    assert draw_map((Shelf("b", "B", 0),), (), 340, 760) is None


def test_the_same_shelves_make_the_same_map() -> None:
    again = draw_map.__wrapped__(libraries.shelves(21), libraries.overlaps(21), 1060, 620)
    assert draw_map(libraries.shelves(21), libraries.overlaps(21), 1060, 620) == again
