"""The library from above, and what is related to what."""

from app.database import Database
from app.summaries.models import FormerSlug
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
from tests.factories import add_paper, add_summary


def test_years_count_the_summaries_of_their_papers(filled: Database) -> None:
    with filled.reading() as session:
        years = papers_by_year(session, sample=1)
    assert [(one.year, one.count, one.on_shelf) for one in years] == [(2014, 1, 0), (2015, 2, 0), (2018, 1, 0)]
    assert years[1].sample == [("adam", "Adam", False)]


def test_a_summary_of_two_papers_of_a_year_counts_once_there(filled: Database) -> None:
    with filled.writing() as session:
        add_paper(session, key="other2015", year=2015, arxiv_id=None)
        add_summary(session, slug="both", title="Both", papers=("kingma2015adam", "other2015"))
    with filled.reading() as session:
        assert [one.count for one in papers_by_year(session) if one.year == 2015] == [3]


def test_what_stands_on_a_shelf_is_counted_and_comes_first(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="zeal", title="Zeal", papers=("kingma2015adam",), categories=("regularisation",))
    with filled.reading() as session:
        years = {one.year: one for one in papers_by_year(session, sample=2, category="regularisation")}
    assert [(years[year].count, years[year].on_shelf) for year in (2014, 2015, 2018)] == [(1, 1), (3, 1), (1, 0)]
    assert years[2015].sample == [("zeal", "Zeal", True), ("adam", "Adam", False)]


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
        graph = link_graph(session)
        by_id = {node.id: node.slug for node in graph.nodes}
        assert [(by_id[e.source], by_id[e.target], e.types) for e in graph.edges] == [
            ("warmup", "adam", ("requires", "builds-on")),
            ("scheduler", "warmup", ("requires", "")),
            ("dropout", "adam", ("compares",)),
        ]
        assert (graph.connected, graph.links) == (4, 3)
        assert {by_id[id_]: both for id_, both in graph.degrees.items()} == {
            "adam": (0, 2), "warmup": (1, 1), "scheduler": (1, 0), "dropout": (1, 0)
        }  # fmt: skip
        assert [node.slug for node in link_graph(session, category="regularisation").nodes] == ["dropout"]


def test_a_graph_too_large_keeps_the_most_connected_and_the_most_telling(filled: Database) -> None:
    with filled.reading() as session:
        graph = link_graph(session, limit=3, most_links=1)
        assert sorted(node.slug for node in graph.nodes) == ["adam", "dropout", "warmup"]
        assert [edge.types for edge in graph.edges] == [("requires", "builds-on")]
        assert (graph.connected, graph.links) == (4, 2)


def test_a_link_leads_by_a_former_slug_and_by_the_paper_too(filled: Database) -> None:
    with filled.writing() as session:
        session.add(FormerSlug(slug="adam-of-old", summary_id=get_published(session, "adam").id))
        body = "[[adam-of-old]], [[compares: arxiv:1904.09237]], [[builds-on: @srivastava2014dropout]], [[itself]]"
        add_summary(session, slug="itself", title="Itself", body=body)
    with filled.reading() as session:
        nodes, edges = neighbourhood(session, get_published(session, "itself").id)
        by_id = {node.id: node.slug for node in nodes}
        assert sorted((by_id[edge.target], edge.types) for edge in edges) == [
            ("adam", ("",)), ("dropout", ("builds-on",)), ("scheduler", ("compares",))
        ]  # fmt: skip
        assert {by_id[edge.source] for edge in edges} == {"itself"}


def test_a_neighbourhood_is_one_link_wide(filled: Database) -> None:
    with filled.reading() as session:
        nodes, edges = neighbourhood(session, get_published(session, "adam").id)
        assert sorted(node.slug for node in nodes) == ["adam", "dropout", "warmup"]
        assert sorted(edge.types for edge in edges) == [("compares",), ("requires", "builds-on")]
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
