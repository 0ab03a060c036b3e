"""The pages' JSON is the API's, at the pages' own addresses."""

from fastapi.testclient import TestClient

from app.api.answers import API

PATHS = [
    "/summaries", "/summaries?category=optimization&sort=title&limit=2", "/summaries/adam", "/papers",
    "/papers/kingma2015adam", "/authors", "/authors/jimmy-ba", "/categories", "/categories/optimization", "/tags",
    "/tags/optimiser", "/series/in-two-parts", "/paths", "/paths/a-path", "/search?q=adam",
]  # fmt: skip


def test_every_page_has_the_json_that_the_api_has(client: TestClient) -> None:
    for path in PATHS:
        page, _, query = path.partition("?")
        twin = client.get(f"{page}.json" + (f"?{query}" if query else ""))
        same = client.get(API + path)
        assert twin.status_code == same.status_code == 200, path
        assert twin.headers["content-type"] == "application/json"
        assert twin.headers["access-control-allow-origin"] == "*"
        assert {**twin.json(), "next": None} == {**same.json(), "next": None}, path
        assert client.get(path, headers={"Accept": "application/json"}).json() == twin.json(), path


def test_following_next_stays_with_the_page(client: TestClient) -> None:
    url: str | None = "/summaries.json?limit=2&category=optimization"
    seen: list[str] = []
    while url is not None:
        answer = client.get(url).json()
        seen += [item["slug"] for item in answer["items"]]
        url = answer["next"]
        assert url is None or url.startswith("http://127.0.0.1:8000/summaries.json?")
    assert sorted(seen) == ["adam", "dropout", "reading-list", "scheduler", "warmup"]


def test_errors_are_problems_in_json(client: TestClient) -> None:
    for path, status in (
        ("/summaries/nothing.json", 404),
        ("/summaries/archived-one.json", 410),
        ("/tags.json?x=1", 422),
    ):
        answer = client.get(path, headers={"Accept": "*/*"})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
