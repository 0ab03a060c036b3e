"""The library from above, and what is related to what."""

from app.database import Database
from app.summaries.overview import (
    link_graph,
    neighbourhood,
    papers_by_year,
    prerequisites_among,
    published_by_month,
    shelf_overlaps,
)
from app.summaries.queries import get_published
from app.summaries.related import related_to
from tests.conftest import StatementCounter
from tests.factories import add_summary


def test_years_count_the_summaries_of_their_papers(filled: Database) -> None:
    with filled.reading() as session:
        years = papers_by_year(session, sample=1)
    assert [(one.year, one.count) for one in years] == [(2014, 1), (2015, 2), (2018, 1)]
    assert years[1].sample == [("adam", "Adam")]


def test_months_count_what_was_published(filled: Database) -> None:
    with filled.reading() as session:
        assert published_by_month(session, months=2) == [(2024, 6, 1), (2024, 7, 1)]


def test_shelves_overlap_where_a_summary_stands_on_both(filled: Database) -> None:
    with filled.reading() as session:
        assert shelf_overlaps(session) == {("optimization", "regularisation"): 1}


def test_the_graph_holds_published_summaries_and_their_links(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="hidden", status="draft", body="[[adam]]")
    with filled.reading() as session:
        nodes, edges, connected = link_graph(session)
        by_id = {node.id: node.slug for node in nodes}
        assert sorted((by_id[e.source], by_id[e.target], e.type) for e in edges) == [
            ("dropout", "adam", "compares"),
            ("scheduler", "warmup", ""),
            ("scheduler", "warmup", "requires"),
            ("warmup", "adam", "builds-on"),
            ("warmup", "adam", "requires"),
        ]
        assert connected == 4
        assert [node.slug for node in link_graph(session, category="regularisation")[0]] == ["dropout"]


def test_a_neighbourhood_is_one_link_wide(filled: Database) -> None:
    with filled.reading() as session:
        nodes, _ = neighbourhood(session, get_published(session, "adam").id)
        assert sorted(node.slug for node in nodes) == ["adam", "dropout", "warmup"]
        ids = [node.id for node in nodes]
        assert len(prerequisites_among(session, ids)) == 1


def test_related_summaries_say_why(filled: Database) -> None:
    with filled.reading() as session:
        related = related_to(session, get_published(session, "adam"))
    reasons = {one.title: one.reasons for one in related}
    assert related[0].title == "Schedules"
    assert "about the same paper" in reasons["Schedules"]
    assert "links here" in reasons["Warm-up"]
    assert "links here" in reasons["Dropout"]
    assert all("secret" not in one.title.lower() for one in related)


def test_related_summaries_cost_a_fixed_number_of_statements(library: Database) -> None:
    counter = StatementCounter(library.engine)
    counts = []
    for more in (2, 10):
        with library.writing() as session:
            for number in range(more):
                add_summary(session, slug=f"m{more}-{number}", papers=("kingma2015adam",), body="[[adam]]")
        with library.reading() as session:
            adam = get_published(session, "adam")
            counter.take()
            related_to(session, adam)
            counts.append(counter.take())
    assert counts[0] == counts[1]
