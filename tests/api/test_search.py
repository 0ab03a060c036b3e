"""The search as data: order, filters, facets, highlights, slices, and what it says when something is odd."""

import shutil

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.database import Database
from app.search.writing import follow
from tests import factories
from tests.api.conftest import Get


def slugs(answer: dict[str, object]) -> list[str]:
    return [item["slug"] for item in answer["items"]]  # type: ignore[index, attr-defined]


def test_a_word_finds_what_has_it_with_the_word_marked(get: Get) -> None:
    answer = get("/search?q=momentum")
    assert slugs(answer) == ["adam"]
    item = answer["items"][0]
    assert item["score"] > 0
    assert item["tldr"]["text"].startswith("Momentum")
    assert [each["field"] for each in item["highlights"]] == ["text"]
    assert "<mark>Momentum</mark>" in item["highlights"][0]["html"]
    assert (answer["total"], answer["next"], answer["degraded"], answer["notes"]) == (1, None, False, [])


def test_a_word_of_the_title_is_marked_in_the_title(get: Get) -> None:
    found = {item["slug"]: item["highlights"] for item in get("/search?q=dropout")["items"]}
    assert {"field": "title", "html": "<mark>Dropout</mark>"} in found["dropout"]


def test_highlights_are_escaped(own_client: TestClient, app: FastAPI, library: Database) -> None:
    with library.writing() as session:
        factories.add_summary(session, slug="odd", title="Odd <b>&</b> title", tldr="An odd <script>alert(1)</script>.")
    follow(app.state.index, app.state.source)
    (item,) = own_client.get("/api/v1/search?q=odd").json()["items"]
    text = " ".join(each["html"] for each in item["highlights"])
    assert "<mark>Odd</mark> &lt;b&gt;" in text
    assert "<script" not in text
    assert "<b>" not in text


def test_no_query_lists_everything_newest_first(get: Get) -> None:
    assert slugs(get("/search")) == ["scheduler", "warmup", "reading-list", "dropout", "adam"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("tag=optimiser", {"scheduler", "adam"}),
        ("tag=optimiser&tag=schedule", {"scheduler"}),
        ("category=regularisation", {"dropout"}),
        ("kind=link", {"reading-list"}),
        ("year=2014", {"dropout"}),
        ("author=jimmy-ba", {"scheduler", "adam"}),
        ("series=in-two-parts", {"scheduler", "warmup"}),
        ("q=slowly&series=in-two-parts&year=2015", {"scheduler"}),
        ("q=year:2014", {"dropout"}),
        ("q=secretword", set()),
    ],
)
def test_filters_combine_with_the_query(get: Get, query: str, wanted: set[str]) -> None:
    answer = get(f"/search?{query}")
    assert set(slugs(answer)) == wanted
    assert answer["total"] == len(wanted)


def test_facets_count_all_results_and_say_what_people_see(get: Get) -> None:
    facets = get("/search?limit=1")["facets"]
    assert facets["category"] == [
        {"value": "optimization", "label": "Optimization", "count": 5},
        {"value": "regularisation", "label": "Regularisation", "count": 1},
    ]
    assert {"value": "jimmy-ba", "label": "Jimmy Ba", "count": 2} in facets["author"]
    assert facets["series"] == [{"value": "in-two-parts", "label": "In two parts", "count": 2}]
    assert {"value": "deep-dive", "label": "deep-dive", "count": 2} in facets["kind"]
    assert "secret-tag" not in {each["value"] for each in facets["tag"]}


def test_slices_join_to_the_whole(get: Get) -> None:
    whole = get("/search?q=slowly+OR+units+OR+momentum+OR+list")
    seen, answer = [], get("/search?q=slowly+OR+units+OR+momentum+OR+list&limit=1")
    while True:
        seen += slugs(answer)
        assert answer["total"] == whole["total"]
        if answer["next"] is None:
            break
        answer = get(answer["next"].removeprefix("http://127.0.0.1:8000/api/v1"))
    assert seen == slugs(whole)
    assert len(seen) == whole["total"] == 5


def test_a_misspelt_word_is_suggested_rightly(get: Get) -> None:
    answer = get("/search?q=momentun")
    assert (answer["total"], answer["suggestion"]) == (0, "momentum")


def test_what_was_read_differently_is_told(get: Get) -> None:
    assert len(get("/search?q=colour:red+adam")["notes"]) == 1


@pytest.mark.parametrize(
    "query", ["x" * 501, " OR ".join(["word"] * 100), "(" * 60 + "a", "ab* cd* ef* gh* ij* kl*", "NOT " * 120 + "a"]
)
def test_a_query_bomb_is_a_problem_400_or_an_answer(client: TestClient, query: str) -> None:
    response = client.get("/api/v1/search", params={"q": query})
    if response.status_code != 200:
        assert response.status_code == 400
        assert response.headers["content-type"] == "application/problem+json"
        assert [error["field"] for error in response.json()["errors"]] == ["q"]


def test_the_longest_bomb_is_refused(client: TestClient) -> None:
    assert client.get("/api/v1/search", params={"q": "x" * 501}).status_code == 400


def test_without_an_index_it_answers_from_the_store_and_says_so(app: FastAPI) -> None:
    shutil.rmtree(app.state.settings.search_dir, ignore_errors=True)
    client = TestClient(app, base_url="http://127.0.0.1:8000")  # no lifespan: nothing rebuilds it meanwhile
    answer = client.get("/api/v1/search?q=momentum").json()
    assert slugs(answer) == ["adam"]
    assert answer["degraded"] is True
    assert answer["notes"]
    app.state.database.close()


def test_a_summary_withdrawn_after_it_was_indexed_is_not_shown(app: FastAPI, library: Database) -> None:
    follow(app.state.index, app.state.source)
    with library.writing() as session:
        factories.add_summary(session, status="draft", papers=("kingma2015adam",))
    client = TestClient(app, base_url="http://127.0.0.1:8000")
    assert slugs(client.get("/api/v1/search?q=momentum").json()) == []
    app.state.database.close()
