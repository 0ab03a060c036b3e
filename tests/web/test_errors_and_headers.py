"""What leaves the server, whatever happens: headers, request ids, pages or problem+json, HEAD, tidy addresses."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message

from app.database import Database
from app.errors import BadInput, FieldProblem, Unavailable
from app.main import create_app
from tests.conftest import make_settings


@pytest.fixture
def app(app: FastAPI) -> FastAPI:
    @app.get("/test-raise/{what}")
    def _fail(what: str) -> None:
        if what == "unavailable":
            raise Unavailable("The store is busy.", retry_after=7)
        if what == "bad":
            raise BadInput("year: not a year.", [FieldProblem("year", "not a year", line=3)])
        raise RuntimeError("the secret reason")

    return app


PROBLEM = {"accept": "application/json"}


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/test-raise/boom", "/api/v1/nothing", "/static/app.css", "/healthz"]
)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 16


def test_an_unexpected_error_is_a_page_without_its_reason(client: TestClient) -> None:
    answer = client.get("/test-raise/boom", headers={"accept": "text/html"})
    assert answer.status_code == 500
    assert "secret reason" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-request-id"] in answer.text


def test_an_unexpected_error_for_a_program_is_a_problem_with_a_request_id(client: TestClient) -> None:
    answer = client.get("/test-raise/boom", headers=PROBLEM)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text


def test_a_problem_names_the_field_and_the_line(client: TestClient) -> None:
    body = client.get("/test-raise/bad", headers=PROBLEM).json()
    assert body == {
        "type": "about:blank",
        "title": "The input is not valid",
        "status": 422,
        "detail": "year: not a year.",
        "instance": "/test-raise/bad",
        "errors": [{"field": "year", "message": "not a year", "line": 3}],
    }


def test_unavailable_says_when_to_come_back(client: TestClient) -> None:
    answer = client.get("/test-raise/unavailable")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


@pytest.mark.parametrize(
    "path",
    ["/summaries/{}", "/papers/{}", "/tags/a{}b", "/media/{}.png", "/paths/{}", "/static/{}.css", "/api/v1/papers/{}"],
)
def test_a_nul_in_a_path_is_not_found_at_any_door(client: TestClient, path: str) -> None:
    answer = client.get(path.format("%00"))
    assert answer.status_code == 404
    assert "\0" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert ("problem" in answer.headers["content-type"]) == path.startswith("/api/")


def test_a_nul_in_a_path_is_not_found_on_either_database(filled: Database, tmp_path: Path) -> None:
    url = filled.engine.url.render_as_string(hide_password=False)
    app = create_app(make_settings(tmp_path / "data", database_url=url))
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        for path in ("/summaries/%00", "/papers/a%00b", "/authors/%00", "/api/v1/summaries/%00"):
            assert client.get(path).status_code == 404, path
        assert client.get("/summaries/adam").status_code == 200


def test_half_a_surrogate_pair_in_a_path_is_not_found(app: FastAPI) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/summaries/\ud800", "raw_path": b"/summaries/%ED%A0%80",
        "query_string": b"", "headers": [(b"host", b"127.0.0.1")], "scheme": "http", "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    with ThreadPoolExecutor(1) as pool:  # a browser's loop may be running in this thread
        pool.submit(asyncio.run, app(scope, receive, send)).result()
    app.state.database.close()
    assert sent[0]["status"] == 404


def test_errors_are_not_kept_by_caches(client: TestClient) -> None:
    assert client.get("/nothing").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/summaries/adam", "/api/v1/summaries/adam", "/healthz", "/nothing"])
def test_head_answers_like_get_without_a_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]


def test_a_method_that_is_not_taken_is_405_with_what_is(client: TestClient) -> None:
    answer = client.post("/summaries", headers=PROBLEM)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/summaries/", "/summaries"),
        ("/summaries/adam/?a=1", "/summaries/adam?a=1"),
        ("//evil.example/", "/evil.example"),
    ],
)
def test_a_trailing_slash_leads_to_the_address_without_it_on_this_host(client, path: str, location: str) -> None:
    answer = client.get(f"http://127.0.0.1:8000{path}")
    assert (answer.status_code, answer.headers["location"]) == (308, location)


def test_tracking_parameters_of_mailers_are_forgotten_on_pages_only(client: TestClient) -> None:
    assert client.get("/summaries?utm_source=x&fbclid=y").status_code == 200
    assert client.get("/api/v1/summaries?utm_source=x").status_code == 422


def test_another_host_name_is_refused(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_ready_tells_how_the_index_stands(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert set(answer.json()["search"]) >= {"state", "version", "lag", "stalled"}
