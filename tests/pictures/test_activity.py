from itertools import pairwise

from app.pictures import draw_activity


def test_months_without_anything_keep_their_place() -> None:
    picture = draw_activity([(2023, 11, 2), (2024, 2, 4)], months=6)
    assert picture is not None
    assert [(month.name, month.count) for month in picture.months] == [
        ("September 2023", 0),
        ("October 2023", 0),
        ("November 2023", 2),
        ("December 2023", 0),
        ("January 2024", 0),
        ("February 2024", 4),
    ]
    assert picture.total == 6
    assert picture.busiest.name == "February 2024"
    assert [year for _, year in picture.years] == [2024]


def test_bars_stand_inside_apart_and_as_high_as_their_counts() -> None:
    picture = draw_activity([(2020 + at // 12, at % 12 + 1, at * 7 % 30) for at in range(40)])
    assert picture is not None
    assert len(picture.months) == 24
    assert all(picture.view.holds(month.bar) for month in picture.months)
    assert not any(one.bar.overlaps(other.bar) for one, other in pairwise(picture.months))
    most = picture.busiest
    for month in picture.months:
        assert month.bar.height == 0 if not month.count else month.bar.height >= 2
        assert abs(month.bar.height - most.bar.height * month.count / most.count) < 2.1


def test_a_month_long_ago_is_not_shown() -> None:
    picture = draw_activity([(1999, 1, 500), (2024, 6, 1)])
    assert picture is not None
    assert picture.total == 1


def test_nothing_published_makes_no_picture() -> None:
    assert draw_activity([]) is None
    assert draw_activity([(2024, 1, 0)]) is None
