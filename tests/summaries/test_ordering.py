"""Reading orders, and the papers nobody has summarised yet."""

from hypothesis import given
from hypothesis import strategies as st

from app.database import Database
from app.summaries.ordering import in_order, way_to
from app.summaries.queries import get_published
from app.summaries.wanted import wanted_papers
from tests.factories import add_paper, add_summary


def test_what_to_read_first_reaches_as_far_as_the_prerequisites(filled: Database) -> None:
    with filled.reading() as session:
        assert [one.title for one in way_to(session, get_published(session, "scheduler").id)] == ["Adam", "Warm-up"]
        assert way_to(session, get_published(session, "adam").id) == []


def test_steps_keep_their_order_where_nothing_speaks_against_it() -> None:
    assert in_order([3, 1, 2], []) == [3, 1, 2]
    assert in_order([3, 1, 2], [(3, 2), (1, 9)]) == [2, 3, 1]


@given(st.permutations(range(12)), st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11))))
def test_no_prerequisite_ever_comes_after_what_requires_it(ids: list[int], pairs: set[tuple[int, int]]) -> None:
    acyclic = {(a, b) for a, b in pairs if a > b}
    order = in_order(ids, acyclic)
    assert sorted(order) == list(range(12))
    assert all(order.index(needed) < order.index(asker) for asker, needed in acyclic)


def test_papers_that_are_named_but_not_summarised_are_wanted(filled: Database) -> None:
    with filled.writing() as session:
        add_paper(session, key="wanted2020", title="Wanted", arxiv_id="2001.00001")
        add_summary(session, slug="names-it", title="Names it", body="[@wanted2020] and [[arxiv:2001.00001]].")
        add_summary(session, slug="names-it-too", title="Names it too", body="[[@wanted2020]].")
        add_summary(session, slug="hidden", title="Hidden", status="draft", body="[@wanted2020]")
    with filled.reading() as session:
        wanted = wanted_papers(session)
    assert [one.paper.key for one in wanted] == ["wanted2020"]
    assert [title for _, title in wanted[0].named_by] == ["Names it", "Names it too"]
