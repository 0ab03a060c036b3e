from fastapi.testclient import TestClient

from app.database import Database
from app.main import create_app
from app.settings import Settings
from tests.reader.conftest import quiet_client
from tests.reader.pages import get


def test_the_front_page_says_what_this_is_and_leads_everywhere(shown: TestClient) -> None:
    page = get(shown, "/")
    assert page.words("title") == ["Cairn: a library of paper summaries"]
    links = page.links("main")
    assert links["5 summaries"] == "/summaries"
    assert links["3 papers on record"] == "/papers"
    assert links["Optimization 5"] == "/categories/optimization"
    assert "Empty shelf 0" not in links
    assert links["A path"] == "/paths/a-path"
    assert links["In two parts"] == "/series/in-two-parts"
    assert page.words("article//h3")[0] == "Schedules"


def test_an_empty_library_is_not_an_empty_page(settings: Settings, database: Database) -> None:
    app = create_app(settings)
    client = quiet_client(app)
    for path in ("/", "/summaries", "/papers", "/authors", "/categories", "/tags", "/paths", "/search?q=x", "/about"):
        assert get(client, path).status == 200, path
    assert "Nothing has been published yet" in get(client, "/").html
    app.state.database.close()


def test_the_icon_is_found_at_its_old_address_too(shown: TestClient) -> None:
    answer = shown.get("/favicon.ico")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<svg")


def test_robots_are_kept_from_the_thousand_ways_to_narrow_a_list(shown: TestClient) -> None:
    answer = shown.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Disallow: /search" in answer.text
