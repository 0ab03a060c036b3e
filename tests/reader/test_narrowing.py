from app.reader.narrowing import SHOWN, narrow
from app.summaries.facets import FacetValue


def test_addresses_do_not_depend_on_the_order_of_filters() -> None:
    one = narrow("/x", {"tag": ["b", "a"], "category": ["c"]}, {}, {})
    two = narrow("/x", {"category": ["c"], "tag": ["a", "b"]}, {}, {})
    assert one == two
    assert one.pairs == [("category", "c"), ("tag", "a"), ("tag", "b")]


def test_a_kind_of_which_only_one_value_can_hold_is_offered_no_second() -> None:
    counts = {"year": [FacetValue("2017", "2017", 1), FacetValue("2018", "2018", 1)]}
    assert narrow("/x", {}, counts, {}).groups
    assert not narrow("/x", {"year": ["2017"]}, counts, {}).groups


def test_a_long_group_is_folded_and_a_slightly_long_one_is_not() -> None:
    values = [FacetValue(f"t{number}", f"t{number}", 1) for number in range(20)]
    (group,) = narrow("/x", {}, {"tag": values}, {}).groups
    assert (len(group.shown), len(group.rest)) == (SHOWN, 20 - SHOWN)
    (group,) = narrow("/x", {}, {"tag": values[: SHOWN + 2]}, {}).groups
    assert (len(group.shown), len(group.rest)) == (SHOWN + 2, 0)


def test_a_value_without_a_name_is_shown_as_it_is() -> None:
    narrowing = narrow("/x", {"tag": ["gone"], "kind": ["deep-dive"]}, {}, {})
    assert narrowing.words == "Deep dive, gone"
