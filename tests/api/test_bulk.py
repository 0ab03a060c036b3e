"""Many things at once: lines in any order, a report of each, nothing half done."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.write_description import EXAMPLES
from app.database import Database, library_version
from app.interchange import json_lines
from tests.api.server import bearer

LINES = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def headers(library: Database) -> dict[str, str]:
    return bearer(library, "editor") | LINES


def line(kind: str, **changes: Any) -> str:
    return json.dumps({"type": kind, "document": EXAMPLES[kind] | changes})  # type: ignore[index]


def send(client: TestClient, headers: dict[str, str], *lines: str, query: str = "") -> list[dict[str, Any]]:
    answer = client.post(f"/api/v1/import{query}", content="\n".join(lines).encode(), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson"), answer.text
    return [json.loads(row) for row in answer.text.splitlines()]


def test_lines_in_any_order_are_made_then_changed_then_unchanged(client: TestClient, headers: dict[str, str]) -> None:
    needing = line("summary", slug="later", requires=["weight-averaging"], series="averages", part=1,
                   macros=["means"], papers=["polyak1992acceleration"], categories=["averaging"])  # fmt: skip
    lines = [line("path"), needing, line("summary", categories=["averaging"]), line("paper"), "", line("series"),
             line("category"), line("tag"), line("macro-set", name="means", source="\\newcommand{\\m}{m}")]  # fmt: skip
    rows = send(client, headers, *lines)
    assert rows.pop()["counts"] == {"added": 7, "changed": 1, "unchanged": 0, "refused": 0}
    assert sorted(row["line"] for row in rows) == [1, 2, 3, 4, 6, 7, 8, 9]
    order = [row["name"] for row in rows if row["type"] == "summary"]
    assert order == ["weight-averaging", "later"]
    assert send(client, headers, *lines)[-1]["counts"] == {"added": 0, "changed": 0, "unchanged": 8, "refused": 0}
    detail = client.get("/api/v1/summaries/later", headers=headers).json()
    assert detail["document"]["requires"] == ["weight-averaging"]
    assert detail["revision"] == 1


def test_a_line_that_is_refused_says_why_and_the_rest_goes_on(client: TestClient, headers: dict[str, str]) -> None:
    rows = send(
        client, headers, "{", '{"type": "author", "document": {}}', '{"type": "tag"}', '{"type": "tag", "x": 1}',
        line("category", colour="red"), line("summary", requires=["nowhere"]), line("paper"), line("paper"), "[]",
    )  # fmt: skip
    assert rows.pop()["counts"] == {"added": 1, "changed": 0, "unchanged": 0, "refused": 8}
    told = {row["line"]: row for row in rows}
    assert [told[n]["errors"][0]["field"] for n in (1, 2, 3, 4, 5, 6, 9)] == [
        "line", "type", "document", "x", "colour", "requires", "line"
    ]  # fmt: skip
    assert (told[5]["type"], told[5]["name"]) == ("category", "averaging")
    assert "line 7" in told[8]["detail"]
    assert told[1]["detail"] == "line: is not JSON: Expecting property name enclosed in double quotes at column 2."
    assert told[7]["outcome"] == "added"


def test_lines_that_end_as_on_windows_after_a_byte_order_mark_are_read(
    client: TestClient, headers: dict[str, str]
) -> None:
    body = "\ufeff" + "\r\n".join([line("tag"), "", line("paper"), ""])
    answer = client.post("/api/v1/import", content=body.encode(), headers=headers)
    assert json.loads(answer.text.splitlines()[-1])["counts"]["added"] == 2


def test_what_a_later_line_takes_away_is_tried_again(client: TestClient, headers: dict[str, str]) -> None:
    first = line("paper", key="one", doi="10.1000/one")
    assert send(client, headers, first)[-1]["counts"]["added"] == 1
    rows = send(client, headers, line("paper", key="a-first", doi="10.1000/one"), line("paper", key="one", doi=None))
    assert [row["outcome"] for row in rows[:-1]] == ["changed", "added"]


def test_summaries_that_require_one_another_in_a_circle_are_refused(
    client: TestClient, headers: dict[str, str]
) -> None:
    rows = send(client, headers, line("summary", slug="a", requires=["b"]), line("summary", slug="b", requires=["a"]))
    assert rows[-1]["counts"]["refused"] == 2


def test_a_dry_run_reports_the_same_and_keeps_nothing(
    client: TestClient, headers: dict[str, str], library: Database
) -> None:
    lines = [line("summary", categories=["averaging"]), line("category"), line("paper"), "{"]
    with library.reading() as session:
        before = library_version(session)
    tried = send(client, headers, *lines, query="?dry_run=true")
    with library.reading() as session:
        assert library_version(session) == before
    assert client.get("/api/v1/summaries/weight-averaging", headers=headers).status_code == 404
    done = send(client, headers, *lines)
    assert tried[:-1] == done[:-1]
    assert (tried[-1]["dry_run"], done[-1]["dry_run"], tried[-1]["counts"]) == (True, False, done[-1]["counts"])


def test_only_an_editor_imports_and_only_lines(client: TestClient, library: Database, headers: dict[str, str]) -> None:
    body = line("tag").encode()
    curator = bearer(library, "curator") | LINES
    assert client.post("/api/v1/import", content=body, headers=curator).status_code == 403
    assert client.post("/api/v1/import", content=body, headers=LINES).status_code == 401
    other = headers | {"Content-Type": "application/json"}
    assert client.post("/api/v1/import", content=body, headers=other).status_code == 415
    declared = headers | {"Content-Length": "300000000"}
    assert client.post("/api/v1/import", content=body, headers=declared).status_code == 413
    got = client.get("/api/v1/import")
    assert (got.status_code, got.headers["allow"]) == (405, "OPTIONS, POST")


def test_a_line_too_long_and_lines_too_many_are_told(
    client: TestClient, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_lines, "LONGEST_LINE", 400)
    monkeypatch.setattr(json_lines, "MOST_LINES", 3)
    tags = [json.dumps({"type": "tag", "document": {"slug": f"t{n}", "name": f"t{n}"}}) for n in range(4)]
    rows = send(client, headers, tags[0], '{"type": "' + "x" * 5000 + '"}', tags[1], tags[2], tags[3])
    assert rows.pop()["counts"] == {"added": 2, "changed": 0, "unchanged": 0, "refused": 2}
    assert {row["line"]: row["outcome"] for row in rows} == {1: "added", 2: "refused", 3: "added", 4: "refused"}
