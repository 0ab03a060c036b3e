from fastapi.testclient import TestClient

from app.database import Database
from tests import factories
from tests.reader.pages import get


def test_every_shelf_is_listed_in_order_with_its_count(shown: TestClient) -> None:
    page = get(shown, "/categories")
    assert page.words("ul[@class='shelf-list']//h2") == [
        "Optimization 5 summaries",
        "Regularisation 1 summary",
        "Empty shelf empty",
    ]


def test_a_shelf_shows_what_stands_on_it_and_how_to_narrow_it(shown: TestClient) -> None:
    page = get(shown, "/categories/optimization")
    assert page.words("h1") == ["Optimization"]
    assert len(page.all("article")) == 5
    assert page.links("aside")["schedule 2"] == "/summaries?category=optimization&tag=schedule"


def test_an_empty_shelf_leads_to_the_others(shown: TestClient) -> None:
    page = get(shown, "/categories/empty-shelf")
    assert page.status == 200
    assert "the others" in page.links("main")


def test_tags_are_those_of_published_summaries(shown: TestClient) -> None:
    page = get(shown, "/tags")
    assert page.words("ul[@class='index-columns leaders']/li") == [
        "neural networks 1",
        "optimiser 2",
        "Regularisation 1",
        "schedule 2",
        "survey 1",
    ]


def test_a_tag_shows_what_carries_it(shown: TestClient) -> None:
    assert len(get(shown, "/tags/schedule").all("article")) == 2


def test_a_series_shows_its_parts_in_order(shown: TestClient) -> None:
    page = get(shown, "/series/in-two-parts")
    assert page.words("ol[@class='steps']//h2") == ["Warm-up", "Schedules"]


def test_a_path_shows_its_steps_with_their_notes(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        factories.add_path(
            session, slug="noted", title="Noted",
            steps=[{"summary": "adam", "note": "Start here."}, {"summary": "a-draft", "note": "Not yet."},
                   {"summary": "warmup", "note": "Then this."}],
        )  # fmt: skip
    page = get(still, "/paths/noted")
    assert page.words("ol[@class='steps']//h2") == ["Adam", "Warm-up"]
    assert page.words("span[@class='step-number']") == ["1", "2"]
    assert "Start here." in page.html
    assert "Not yet." not in page.html
    assert page.words("p[@class='list-count']")[0].startswith("2 steps")


def test_a_path_puts_what_is_required_before_what_requires_it(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        factories.add_path(session, "scheduler", "dropout", "adam", "warmup", slug="muddled", title="Muddled")
    page = get(still, "/paths/muddled")
    assert page.words("ol[@class='steps']//h2") == ["Adam", "Warm-up", "Schedules", "Dropout"]


def test_paths_and_series_are_listed_together(shown: TestClient) -> None:
    links = get(shown, "/paths").links("main")
    assert links["A path"] == "/paths/a-path"
    assert links["In two parts"] == "/series/in-two-parts"
