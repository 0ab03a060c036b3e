"""/metrics: what it counts, that it names nothing private, and that it is well formed."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Give a client of an application of which nothing runs in the background: the index would empty the cache."""
    yield TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    app.state.database.close()


def told(client: TestClient) -> dict[tuple[str, ...], float]:
    """Return every sample as (name, label=value, ...) -> number; the parser is the library's own."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["cache-control"] == "no-store"
    return {
        (sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_the_template_of_their_route(client: TestClient) -> None:
    client.get("/summaries/adam")
    client.get("/summaries/nothing")
    client.get("/api/v1/summaries/adam")
    client.get("/no/such/place")
    client.get("/static/icon.svg")
    client.request("NONSENSE", "/")
    found = told(client)
    assert found["cairn_requests_total", "method=GET", "route=/summaries/{slug}", "status=200"] == 1
    assert found["cairn_requests_total", "method=GET", "route=/summaries/{slug}", "status=404"] == 1
    assert found["cairn_requests_total", "method=GET", "route=/api/v1/summaries/{slug}", "status=200"] == 1
    assert found["cairn_requests_total", "method=GET", "route=none", "status=404"] == 1
    assert found["cairn_requests_total", "method=GET", "route=/static", "status=200"] == 1
    assert found["cairn_request_seconds_count", "route=/summaries/{slug}"] == 2
    assert not [name for name in found if any("NONSENSE" in part for part in name)]


def test_answers_from_the_page_cache_are_counted_there(client: TestClient) -> None:
    etag = client.get("/summaries/adam").headers["etag"]
    client.get("/summaries/adam")
    client.get("/summaries/adam", headers={"If-None-Match": etag})
    found = told(client)
    assert found["cairn_page_cache_answers_total", "status=200"] == 1
    assert found["cairn_page_cache_answers_total", "status=304"] == 1
    assert found["cairn_page_cache_misses_total",] == 1
    assert found["cairn_page_cache_entries",] == 1
    assert found["cairn_requests_total", "method=GET", "route=/summaries/{slug}", "status=200"] == 1


def test_the_library_is_told_in_numbers_only(client: TestClient) -> None:
    client.get("/summaries/a-draft")
    found = told(client)
    assert found["cairn_summaries", "status=published"] == 5
    assert found["cairn_summaries", "status=draft"] == 1
    assert found["cairn_summaries", "status=trash"] == 1
    assert found["cairn_library_version",] >= 1
    assert ("cairn_search_index_lag",) in found
    assert ("cairn_database_connections_in_use",) in found
    assert not re.search("a-draft|secret|adam", client.get("/metrics").text)


def test_two_applications_in_one_process_count_apart(app: FastAPI, client: TestClient) -> None:
    from app.main import create_app

    client.get("/about")
    other = create_app(app.state.settings)
    assert other.state.metrics.registry is not app.state.metrics.registry
    other.state.database.close()
