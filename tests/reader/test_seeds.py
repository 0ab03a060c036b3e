"""The library that ships, as readers see it."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.accounts.service import Actor
from app.database import Database
from app.interchange.importing import import_path
from app.main import create_app
from app.schema import migrate
from app.search.following import bring_up_to_date
from app.settings import ROOT
from tests.conftest import make_settings
from tests.reader.conftest import quiet_client
from tests.reader.pages import Page, get


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = make_settings(tmp_path_factory.mktemp("seeds"))
    app = create_app(settings)
    database: Database = app.state.database
    migrate(database)
    import_path(database, ROOT / "seeds", actor=Actor("tests"))
    bring_up_to_date(settings, database)
    yield quiet_client(app)
    database.close()


@pytest.fixture(scope="module")
def summaries(seeds: TestClient) -> list[Page]:
    slugs = sorted(path.stem for path in (ROOT / "seeds" / "summaries").glob("*.md"))
    return [get(seeds, f"/summaries/{slug}") for slug in slugs]


def test_every_summary_is_a_correct_page(summaries: list[Page]) -> None:
    assert len(summaries) >= 12
    assert [page.response.url for page in summaries if page.status != 200] == []
    for page in summaries:
        ids = [element.get("id") for element in page.root.iter() if element.get("id")]
        assert len(ids) == len(set(ids)), page.response.url
        assert page.words("section[@class='tldr']"), page.response.url


def test_no_formula_link_or_citation_is_broken(summaries: list[Page]) -> None:
    broken = ("tex-error", "missing-link", "missing-citation")
    assert [(str(page.response.url), name) for page in summaries for name in broken if name in page.html] == []


def test_every_place_that_a_summary_leads_to_exists(seeds: TestClient, summaries: list[Page]) -> None:
    places = {address for page in summaries for address in page.links("main").values()}
    here = sorted({place.partition("#")[0] for place in places if place.startswith("/")})
    assert len(here) > 50
    assert [place for place in here if seeds.get(place).status_code != 200] == []


def test_every_shelf_path_and_series_is_a_correct_page(seeds: TestClient) -> None:
    lists = [get(seeds, path) for path in ("/categories", "/paths", "/")]
    kinds = ("/categories/", "/paths/", "/series/")
    places = {address for page in lists for address in page.links("main").values() if address.startswith(kinds)}
    assert len(places) >= 23
    assert [place for place in sorted(places) if get(seeds, place).status != 200] == []


@pytest.mark.parametrize("query", ["attention", "author:hinton", "year:2017..2018", '"label smoothing"', "adam OR sgd"])
def test_searches_of_the_library_find_something(seeds: TestClient, query: str) -> None:
    assert get(seeds, f"/search?q={query.replace(' ', '+')}").words("article//h2")
