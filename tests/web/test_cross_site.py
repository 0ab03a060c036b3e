"""No change for a page of another site, and no way off this one through `next`."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.web.cross_site import local_path

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
HERE = "http://127.0.0.1:8000"
FOREIGN: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HERE},
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:8001"},
    {"Origin": "https://127.0.0.1:8000"},
    {"Origin": "null"},
    {"Origin": ""},
    {},  # a browser too old to say
)


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    for method in UNSAFE:
        app.add_api_route("/test-change", lambda: "changed", methods=[method])
    return TestClient(app, base_url=HERE, raise_server_exceptions=False, follow_redirects=False)


@pytest.mark.parametrize("method", UNSAFE)
def test_a_browser_that_does_not_come_from_here_is_refused(client: TestClient, method: str) -> None:
    for said in FOREIGN:
        answer = client.request(method, "/test-change", headers={**BROWSER, **said, "Accept": "text/html"})
        assert answer.status_code == 403, said
        assert "not sent from a page of this library" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "content-security-policy" in answer.headers


def test_a_page_of_ours_may(client: TestClient) -> None:
    for method in UNSAFE:
        for said in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": HERE}):
            assert client.request(method, "/test-change", headers={**BROWSER, **said}).json() == "changed"


def test_the_address_that_this_server_is_reached_at_counts_behind_a_proxy_too(client: TestClient) -> None:
    said = {**BROWSER, "Host": "localhost:8000", "Origin": HERE}
    assert client.post("/test-change", headers=said).status_code == 200
    assert client.post("/test-change", headers={**said, "Origin": "http://localhost:8000"}).status_code == 200


def test_two_origins_are_none(client: TestClient) -> None:
    headers = [*BROWSER.items(), ("Origin", HERE), ("Origin", "https://evil.example")]
    assert client.post("/test-change", headers=headers).status_code == 403


def test_what_is_no_browser_acts_for_itself(client: TestClient) -> None:
    assert client.post("/test-change").status_code == 200


def test_logging_in_for_somebody_else_is_refused(client: TestClient) -> None:
    form = {"email": "eve@example.org", "password": "her own password"}
    answer = client.post("/login", data=form, headers={**BROWSER, "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_api_is_for_other_sites_too(client: TestClient) -> None:
    elsewhere = {**BROWSER, "Sec-Fetch-Site": "cross-site", "Origin": "https://other.example"}
    for path in ("/api/v1/summaries", "/api/v1/nothing"):
        assert "not sent from a page" not in client.post(path, headers=elsewhere).text
    assert client.post("/api/v1x", headers={**BROWSER, "Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_a_program_is_refused_with_a_problem(client: TestClient) -> None:
    answer = client.post("/login", headers={"Origin": "https://evil.example", "Accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 403


def test_reading_is_open_to_everybody(client: TestClient) -> None:
    assert client.get("/", headers={**BROWSER, "Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        "", "admin", "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n/evil.example", "\t//evil.example", "/\r\nSet-Cookie: a=b", "/a\0b", "/\x7f", "/\x85",
        "javascript:alert(1)", "/\ud800", "/" + "a" * 2000, " //evil.example", "http:/evil", "/a\\..\\b",
    ],
)  # fmt: skip
def test_what_might_lead_off_this_server_is_not_followed(asked: str) -> None:
    assert local_path(asked, "/admin") == "/admin"


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/", "/"),
        ("/admin/audit?actor=Ada%20L&since=2026-01-01", "/admin/audit?actor=Ada%20L&since=2026-01-01"),
        ("/search?q=élan vital", "/search?q=%C3%A9lan%20vital"),
        ("/papers/a//b", "/papers/a//b"),
        ("/search?q=https://evil.example", "/search?q=https://evil.example"),
    ],
)
def test_a_path_of_ours_is_followed(asked: str, led: str) -> None:
    assert local_path(asked, "/admin") == led
