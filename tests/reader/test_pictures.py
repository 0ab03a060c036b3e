import gzip

import httpx2
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app.database import Database
from app.main import create_app
from app.pictures import Member, Related, Unit, Year, draw_ladder, draw_map, draw_neighbours, draw_ring, draw_timeline
from app.reader.pictures import activity_of, drawn_path_of, vicinity_of
from app.reader.steps import steps_of_path
from app.settings import Settings
from app.summaries.overview import Edge, Graph, Node
from app.summaries.queries import get_published
from app.web.static_files import bundle
from app.web.templating import render
from tests import factories
from tests.conftest import StatementCounter
from tests.pictures import libraries
from tests.reader.conftest import quiet_client
from tests.reader.pages import Page, get, heading_levels, parse

PICTURES = [
    "/timeline",
    "/timeline?category=regularisation",
    "/timeline?category=",
    "/timeline?category=empty-shelf",
    "/map",
    "/graph",
    "/graph?category=optimization",
    "/graph?category=empty-shelf",
    "/graph?around=adam",
    "/graph?around=reading-list",
]
SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 60 * 1024  # of the 80 KB that a page may cost with its style and scripts


def marks(page: Page, name: str) -> list[str]:
    """Return the titles of every link of a class inside the pictures."""
    links = [a for a in page.root.iter() if a.tag.removeprefix(SVG) == "a" and name in (a.get("class") or "").split()]
    return [(next(one for one in a if one.tag.removeprefix(SVG) == "title").text or "").strip() for a in links]


def table(page: Page) -> list[list[str]]:
    """Return the cells of every row of the table behind a picture."""
    rows = [row for row in page.all("details//table//tr") if row.find("td") is not None]
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in rows]


@pytest.mark.parametrize("path", PICTURES)
def test_every_picture_is_a_correct_page(shown: TestClient, path: str) -> None:
    page = get(shown, path)
    assert page.status == 200
    assert len(page.all("h1")) == 1
    assert heading_levels(page) == [1]
    assert page.meta("description")
    ids = [element.get("id") for element in page.root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert "style=" not in page.html
    assert not [element for element in page.root.iter() if element.tag == "script" and not element.get("src")]


@pytest.mark.parametrize("path", PICTURES)
def test_every_link_in_a_picture_has_a_title_and_leads_somewhere(shown: TestClient, path: str) -> None:
    page = get(shown, path)
    links = [a for svg in page.root.iter() if svg.tag.removeprefix(SVG) == "svg" for a in svg.iter()
             if a.tag.removeprefix(SVG) == "a"]  # fmt: skip
    for href in sorted({a.get("href") or "" for a in links}):
        assert shown.get(href).status_code == 200, href
    assert all(any(one.tag.removeprefix(SVG) == "title" and one.text for one in a) for a in links)
    keyboard = {a.get("href") for a in links if a.get("tabindex") != "-1"}
    pointer = {a.get("href") for a in links if a.get("tabindex") == "-1"}
    behind = {a.get("href") for a in page.all("details//a")}
    assert pointer <= keyboard | behind


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/timeline?category=nothing", 404),
        ("/timeline?colour=red", 422),
        ("/map?category=optimization", 422),
        ("/graph?category=nothing", 404),
        ("/graph?around=nothing", 404),
        ("/graph?around=a-draft", 404),
        ("/graph?around=archived-one", 410),
        ("/graph?around=adam&category=optimization", 422),
    ],
)
def test_what_there_is_not_is_an_error_page(shown: TestClient, path: str, status: int) -> None:
    assert get(shown, path).status == status


def test_the_timeline_and_its_table_say_the_same(shown: TestClient) -> None:
    page = get(shown, "/timeline")
    words = ["2014: 1 summary", "2015: 2 summaries", "2018: 1 summary"]
    assert marks(page, "pic-year") == words * 2
    assert table(page) == [["2014", "1", "Dropout"], ["2015", "2", "AdamSchedules"], ["2018", "1", "Schedules"]]
    assert page.links("table")["2015"] == "/summaries?year=2015"


def test_the_list_of_a_year_holds_as_many_as_the_timeline_says(shown: TestClient) -> None:
    for cells in table(get(shown, "/timeline")):
        listed = get(shown, f"/summaries?year={cells[0]}")
        assert len(listed.all("article")) == int(cells[1])


def test_a_shelf_stands_out_on_the_timeline(shown: TestClient) -> None:
    page = get(shown, "/timeline?category=regularisation")
    assert marks(page, "pic-year")[:2] == ["2014: 1 of 1 summary", "2015: 0 of 2 summaries"]
    assert [cells[:3] for cells in table(page)] == [["2014", "1", "1"], ["2015", "0", "2"], ["2018", "0", "1"]]
    assert page.links("table")["2014"] == "/summaries?category=regularisation&year=2014"
    assert [option.get("value") for option in page.all("option") if option.get("selected") is not None] == [
        "regularisation"
    ]


def test_the_map_and_its_table_say_the_same(shown: TestClient) -> None:
    page = get(shown, "/map")
    assert marks(page, "pic-stone") == ["Optimization: 5 summaries", "Regularisation: 1 summary"] * 2
    assert marks(page, "pic-join") == ["1 on both Optimization and Regularisation"] * 2
    assert table(page) == [
        ["Optimization", "5", "Regularisation 1"],
        ["Regularisation", "1", "Optimization 1"],
        ["Empty shelf", "0", ""],
    ]
    assert "Empty shelf" in page.links("figcaption")


def test_the_graph_and_its_table_say_the_same(shown: TestClient) -> None:
    page = get(shown, "/graph")
    titles = ["Adam", "Schedules", "Warm-up", "Dropout"]
    assert marks(page, "pic-spoke") == titles * 2
    assert table(page) == [
        ["Adam", "0", "2", ""],
        ["Schedules", "1", "0", "Warm-up"],
        ["Warm-up", "1", "1", "Adam"],
        ["Dropout", "1", "0", "Adam"],
    ]
    assert page.html.count('class="pic-chord"') == 2 * 3


def test_the_graph_around_a_summary_says_what_leads_where(shown: TestClient) -> None:
    page = get(shown, "/graph?around=warmup")
    assert marks(page, "pic-near") == ["Adam (read first)", "Schedules (asks for this first)"]
    assert table(page) == [["Refers to", "Adam", "read first"], ["Referred to by", "Schedules", "asks for this first"]]
    alone = get(shown, "/graph?around=reading-list")
    assert "It refers to no other summary" in alone.html


def test_drafts_and_the_trash_are_in_no_picture(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        for status in ("draft", "in-review", "archived"):
            factories.add_summary(
                session, slug=f"hidden-{status}", title="Secret", status=status, papers=("kingma2015adam",),
                categories=("optimization", "empty-shelf"), body="[[adam]] [[dropout]]", requires=("warmup",),
            )  # fmt: skip
    for path in PICTURES:
        page = get(still, path)
        assert page.status == 200
        assert "ecret" not in page.html, path
        assert "hidden" not in " ".join(page.links("main").values())
    assert table(get(still, "/timeline"))[1][:2] == ["2015", "2"]
    assert table(get(still, "/map"))[2] == ["Empty shelf", "0", ""]
    assert table(get(still, "/graph"))[0][2] == "2"


def test_an_empty_library_says_so(settings: Settings, database: Database) -> None:
    app = create_app(settings)
    client = quiet_client(app)
    for path in ("/timeline", "/map", "/graph"):
        page = get(client, path)
        assert page.status == 200
        assert len(page.all("p[@class='empty']")) == 1
        assert "<figure" not in page.html
    with database.reading() as session:
        assert activity_of(session) is None
    app.state.database.close()


def test_titles_are_shown_as_text(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        factories.add_category(session, slug="evil", name='<script>alert(1)</script>"', position=9)
        factories.add_summary(
            session, slug="evil", title='<img src=x onerror="alert(1)">', papers=("kingma2015adam",),
            categories=("evil", "optimization"), body="[[adam]]",
        )  # fmt: skip
    for path in ["/timeline", "/map", "/graph", "/graph?around=evil", "/graph?around=adam", "/graph?category=evil"]:
        page = get(still, path)
        assert "alert(1)" in page.html, path
        assert not page.all("img")
        assert all(script.get("src") for script in page.all("script"))


@pytest.mark.parametrize(
    "path", ["/timeline", "/map", "/graph", "/graph?category=regularisation", "/graph?around=adam"]
)
def test_a_picture_of_twenty_costs_as_many_statements_as_one_of_ten(
    still: TestClient, app: FastAPI, library: Database, path: str
) -> None:
    counter = StatementCounter(app.state.database.engine)
    counts = []
    for start in (0, 10):
        with library.writing() as session:
            for at in range(start, start + 10):
                factories.add_summary(
                    session, slug=f"more-{at}", title=f"More {at}", papers=("kingma2015adam",),
                    categories=("regularisation", "optimization"), body="[[adam]] and [[dropout]]",
                )  # fmt: skip
        counter.take()
        assert get(still, path).status == 200
        counts.append(counter.take())
    assert 0 < counts[0] == counts[1] <= 14


# The pieces for other pages


def piece(app: FastAPI, name: str, **context: object) -> Page:
    """Render a piece as a page of its own, for it to be parsed strictly."""
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "app": app}
    html = bytes(render(Request(scope), name, **context).body).decode()
    html = f"<!doctype html><title>A piece</title><main>{html}</main>"
    return Page(httpx2.Response(200, text=html), parse(html))


def test_a_path_is_drawn_as_its_steps(app: FastAPI, library: Database) -> None:
    with library.reading() as session:
        path = drawn_path_of(session, steps_of_path(session, "a-path"))
    page = piece(app, "reader/_path_steps.html", drawn_path=path)
    assert marks(page, "pic-spoke") == ["Adam", "Warm-up", "Schedules"] * 2
    assert table(page) == [["1", "Adam", ""], ["2", "Warm-up", "1"], ["3", "Schedules", "2"]]


def test_a_path_of_one_step_is_not_drawn(library: Database) -> None:
    with library.writing() as session:
        factories.add_path(session, "adam", "a-draft", slug="short")
    with library.reading() as session:
        assert drawn_path_of(session, steps_of_path(session, "short")) is None


def test_a_summary_is_drawn_among_its_neighbours(app: FastAPI, library: Database) -> None:
    with library.writing() as session:
        for at in range(12):
            factories.add_summary(session, slug=f"more-{at:02}", title=f"More {at:02}", body="[[adam]]")
    with library.reading() as session:
        adam = get_published(session, "adam")
        vicinity = vicinity_of(session, adam.id, adam.slug, adam.title)
    page = piece(app, "reader/_neighbourhood.html", vicinity=vicinity)
    # What is read first, what builds on it and what compares stand before what only mentions it.
    assert marks(page, "pic-near")[:3] == ["Warm-up (asks for this first)", "Dropout (compares with this)", "More 00"]
    assert len(marks(page, "pic-near")) == len(marks(page, "pic-spoke")) == len(table(page)) == 8
    assert page.words("figcaption") == ["6 more are not drawn. The graph around this summary"]


def test_a_summary_that_links_both_ways_stands_once(library: Database) -> None:
    with library.writing() as session:
        factories.add_summary(session, slug="one", title="One", body="[[builds-on: two]]")
        factories.add_summary(session, slug="two", title="Two", body="[[one]]")
    with library.reading() as session:
        one, two = get_published(session, "one"), get_published(session, "two")
        first = vicinity_of(session, one.id, one.slug, one.title)
        second = vicinity_of(session, two.id, two.slug, two.title)
    assert first is not None
    assert second is not None
    assert (first.refers_to, first.referred_by) == ([Related("two", "Two", "builds on it, both ways")], [])
    assert (second.refers_to, second.referred_by) == ([], [Related("one", "One", "builds on this, both ways")])


def test_the_activity_chart_says_in_words_what_it_shows(app: FastAPI, library: Database) -> None:
    with library.reading() as session:
        activity = activity_of(session)
    page = piece(app, "reader/_activity.html", activity=activity)
    assert 'aria-label="5 published from August 2022 to July 2024, most in March 2024: 1"' in page.html
    assert [cells for cells in table(page) if cells[1] != "0"] == [
        [f"{name} 2024", "1"] for name in ("March", "April", "May", "June", "July")
    ]


# At 5,000 summaries


def whole_page(app: FastAPI, name: str, **context: object) -> Page:
    scope = {"type": "http", "method": "GET", "path": "/graph", "headers": [], "query_string": b"", "app": app}
    html = bytes(render(Request(scope), name, **context).body).decode()
    return Page(httpx2.Response(200, text=html), parse(html))


def weight(page: Page) -> int:
    """Return what a page costs compressed, with the style of the pictures."""
    return len(gzip.compress(page.html.encode(), 6)) + len(gzip.compress(bundle("app.css"), 6))


@pytest.mark.parametrize(("first", "each", "single"), [(1985, 10, True), (1950, 67, False)])
def test_the_timeline_stays_small(app: FastAPI, first: int, each: int, single: bool) -> None:
    titles = [Unit(f"a-summary-{at}", libraries.title(at)) for at in range(40)]
    years = [Year(year, each, 0, titles[:each]) for year in range(first, 2025)]
    page = whole_page(
        app, "reader/timeline.html", years=years, picture=draw_timeline(years), shelf=None, shelves=[],
        left_out=(1_000, [(unit.key, unit.label) for unit in titles]),
    )  # fmt: skip
    assert weight(page) < LARGEST
    assert ("too many for a mark each" in page.html) == (not single)


def test_the_map_stays_small(app: FastAPI) -> None:
    shelves, overlaps = libraries.shelves(60), libraries.overlaps(60)
    shared = {shelf.key: [(other, 7) for other in shelves] for shelf in shelves}
    pictures = [draw_map(shelves, overlaps, *size) for size in ((1060, 620), (340, 760))]
    page = whole_page(app, "reader/map.html", shelves=shelves, shared=shared, wide=pictures[0], narrow=pictures[1])
    assert weight(page) < LARGEST
    assert "The 60 strongest overlaps have a line" in page.html


def test_the_graph_stays_small(app: FastAPI) -> None:
    members: list[Member] = libraries.members(120, groups=21)
    links = libraries.links(120, most=410)[:400]
    assert len(links) == 400
    names = {f"shelf-{at}": f"A shelf with a long name {at}" for at in range(21)}
    graph = Graph(
        [Node(one.id, one.key, one.label, one.group) for one in members],
        [Edge(*pair, ("builds-on",)) for pair in links],
        5000,
        1234,
        {one.id: (7, 11) for one in members},
    )
    refers = {one.id: [target for source, target in links if source == one.id] for one in members}
    page = whole_page(
        app, "reader/graph.html", summary=None, shelf=None, shelves=[], graph=graph, refers=refers,
        ring=draw_ring(members, links, names), ladder=draw_ladder(libraries.rungs(120), links),
    )  # fmt: skip
    assert weight(page) < LARGEST
    assert "the 120 most connected of 5,000 summaries" in page.html
    assert "Of 1,234 connections between them the 400 most telling are drawn" in page.html


def test_a_hub_shows_no_more_than_fits() -> None:
    everyone = libraries.related(5000)
    drawn = draw_neighbours("A hub", [], everyone, most=40, wide=1060, side=390, lines=1)
    assert drawn is not None
    assert drawn.left_out == 4960
    assert len(drawn.right.neighbours) == 40


def test_the_timeline_says_which_summaries_it_leaves_out(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        factories.add_paper(session, key="undated", title="Undated", year=None, arxiv_id=None)
        factories.add_summary(session, slug="of-undated", title="Of an undated paper", papers=("undated",))
    page = get(still, "/timeline")
    assert page.links("details")["Of an undated paper"] == "/summaries/of-undated"
    dated = {"Adam", "Dropout", "Schedules"}
    named = page.words("details[@class='pic-data'][2]//li")
    assert "Of an undated paper" in named
    assert not dated & set(named)
    said = page.words("details[@class='pic-data'][2]/summary")
    assert said == [f"Not on the timeline: {len(named)} summaries"]
