from itertools import combinations, pairwise

import pytest

from app.pictures import Timeline, Unit, Year, draw_timeline
from app.pictures.shapes import Box
from tests.pictures import libraries


def drawn(total: int) -> Timeline:
    picture = draw_timeline(libraries.years(total))
    assert picture is not None
    return picture


@pytest.mark.parametrize("total", [1, 10, 72, 400, 5000])
def test_everything_stands_inside_and_apart(total: int) -> None:
    picture = drawn(total)
    for column in picture.columns:
        boxes = [column.place, *(square.box for square in column.squares)]
        boxes += [bar for bar in (column.bar, column.marked_bar) if bar]
        assert all(picture.wide.holds(box) for box in boxes)
        assert all(column.place.holds(square.box) for square in column.squares)
        assert not any(one.box.overlaps(other.box) for one, other in combinations(column.squares, 2))
        assert column.top >= 0
    assert not any(one.place.overlaps(other.place) for one, other in pairwise(picture.columns))
    for row in picture.rows:
        assert picture.narrow.holds(row.place)
        assert all(row.place.holds(bar) for bar in (row.bar, row.marked_bar) if bar)
        assert row.end < picture.narrow.right - 20
    assert not any(one.place.overlaps(other.place) for one, other in pairwise(picture.rows))


def test_there_is_a_square_for_each_summary_while_they_can_be_told_apart() -> None:
    picture = drawn(72)
    assert picture.single
    assert sum(len(column.squares) for column in picture.columns) == 72
    assert sum(row.squares.count("z") + row.marked_squares.count("z") for row in picture.rows) == 72
    assert sum(row.marked_squares.count("z") for row in picture.rows) == sum(y.marked for y in libraries.years(72))


def test_too_many_for_a_square_each_become_bars_as_high_as_their_counts() -> None:
    picture = drawn(5000)
    assert not picture.single
    assert not any(column.squares for column in picture.columns)
    heights = {column.year.count: column.bar.height for column in picture.columns if column.bar}
    most = max(heights)
    assert all(abs(height / heights[most] - count / most) < 0.01 for count, height in heights.items())
    assert 2 <= len(picture.ticks) <= 5
    assert all(tick.y >= 0 for tick in picture.ticks)


def test_one_crowded_year_makes_all_years_bars() -> None:
    crowded = Year(2020, 41, 0, [Unit(str(at), "A title") for at in range(40)])
    picture = draw_timeline([Year(2019, 1, 0, [Unit("a", "A title")]), crowded])
    assert picture is not None
    assert not picture.single


def test_empty_years_keep_their_place_and_long_runs_of_them_are_folded() -> None:
    one = [Unit("a", "A title")]
    picture = draw_timeline([Year(year, 1, 0, one) for year in (1943, 1986, 1988, 1992)])
    assert picture is not None
    assert [column.year.year for column in picture.columns] == [1943, *range(1986, 1993)]
    assert len(picture.column_gaps) == len(picture.row_gaps) == 1


def test_labels_of_years_and_counts_have_room() -> None:
    picture = drawn(5000)
    labelled = [column.middle for column in picture.columns if column.labelled]
    assert labelled
    assert all(after - before >= 34 for before, after in pairwise(labelled))
    assert not any(column.counted for column in picture.columns)


def test_nothing_makes_no_picture() -> None:
    assert draw_timeline([]) is None


def test_the_same_years_make_the_same_picture() -> None:
    assert drawn(300) == drawn(300)


def test_a_few_squares_stand_in_the_middle_of_their_year() -> None:
    picture = drawn(72)
    for column in picture.columns:
        if len(column.squares) == 1:
            box: Box = column.squares[0].box
            assert abs(box.x + box.width / 2 - column.middle) < 0.5
