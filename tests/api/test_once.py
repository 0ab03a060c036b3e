"""Idempotency keys: the same request again is answered the same, and nothing is ever done twice."""

import datetime as dt
import threading
from pathlib import Path
from typing import Any

import pytest
from cairn_client import Cairn, Reply
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import KeptAnswer
from app.database import Database, now
from app.summaries.models import Revision, Summary
from tests.api.server import bearer, serving

SUMMARY = {"slug": "once", "title": "Once", "body": "Only once."}


@pytest.fixture
def client(app: Any) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False)


def test_the_same_request_again_gets_the_same_answer(client: TestClient, library: Database) -> None:
    headers = bearer(library, "curator") | {"Idempotency-Key": "a key of mine"}
    first, again = (client.post("/api/v1/summaries", json=SUMMARY, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    for name in ("etag", "location", "content-type", "link"):
        assert again.headers[name] == first.headers[name]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    with library.reading() as session:
        assert session.scalar(select(func.count()).select_from(KeptAnswer)) == 1


def test_another_request_under_the_key_is_refused(client: TestClient, library: Database) -> None:
    headers = bearer(library, "curator") | {"Idempotency-Key": "k"}
    client.post("/api/v1/summaries", json=SUMMARY, headers=headers)
    for answer in (
        client.post("/api/v1/summaries", json=SUMMARY | {"title": "Twice"}, headers=headers),
        client.post("/api/v1/papers", json=SUMMARY, headers=headers),
        client.put("/api/v1/summaries/once", json=SUMMARY, headers=headers | {"If-Match": "*"}),
    ):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    other = bearer(library, "editor") | {"Idempotency-Key": "k"}  # keys are each person's own
    assert client.post("/api/v1/tags", json={"slug": "x", "name": "x"}, headers=other).status_code == 201


def test_put_patch_and_delete_are_done_once_too(client: TestClient, library: Database) -> None:
    editor = bearer(library, "editor")
    etag = client.get("/api/v1/summaries/adam", headers=editor).headers["etag"]
    patch = editor | {"If-Match": etag, "Idempotency-Key": "p"}
    first, again = (client.patch("/api/v1/summaries/adam", json={"title": "A"}, headers=patch) for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    gone = editor | {"If-Match": first.headers["etag"], "Idempotency-Key": "d"}
    assert [client.delete("/api/v1/summaries/adam", headers=gone).status_code for _ in range(2)] == [204, 204]


def test_a_refusal_is_not_kept(client: TestClient, library: Database) -> None:
    headers = bearer(library, "curator") | {"Idempotency-Key": "k"}
    assert client.post("/api/v1/summaries", json={"slug": "once"}, headers=headers).status_code == 422
    assert client.post("/api/v1/summaries", json=SUMMARY, headers=headers).status_code == 201


def test_a_key_is_forgotten_after_a_day(client: TestClient, library: Database) -> None:
    headers = bearer(library, "curator") | {"Idempotency-Key": "k"}
    client.post("/api/v1/summaries", json=SUMMARY, headers=headers)
    with library.writing() as session:
        session.execute(update(KeptAnswer).values(created_at=now() - dt.timedelta(hours=24)))
    assert client.post("/api/v1/summaries", json=SUMMARY, headers=headers).status_code == 409


def test_what_is_no_key_is_refused(client: TestClient, library: Database) -> None:
    writing = bearer(library, "curator")
    for key in ("", " ", "é", "x" * 256, "a\tb"):
        headers = [*writing.items(), ("Idempotency-Key", key.encode("latin-1"))]
        answer = client.post("/api/v1/summaries", json=SUMMARY, headers=headers)  # type: ignore[arg-type]
        assert answer.status_code == 422, key


def test_twins_at_the_same_moment_make_one(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        answers: list[Reply] = []

        def send() -> None:
            client = Cairn(server.base, server.token)
            answers.append(client.send("POST", "/api/v1/summaries", SUMMARY, {"Idempotency-Key": "twins"}))
            client.close()

        threads = [threading.Thread(target=send) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [answer.status for answer in answers] == [201] * 6
        assert len({answer.body for answer in answers}) == 1
        assert sorted("Idempotency-Replayed" in answer.headers for answer in answers) == [False] + [True] * 5
        with server.database.reading() as session:
            once = select(func.count()).select_from(Revision).join(Summary, Summary.id == Revision.summary_id)
            assert session.scalar(once.where(Summary.slug == "once")) == 1


def test_a_change_and_its_answer_are_kept_together_or_not_at_all(client: TestClient, library: Database) -> None:
    """As where the process ends just before the commit: neither is there, and the same request does it then."""
    headers = bearer(library, "curator") | {"Idempotency-Key": "k"}

    def fail(_session: Session) -> None:
        raise RuntimeError("no commit today")

    event.listen(Session, "before_commit", fail)
    try:
        assert client.post("/api/v1/summaries", json=SUMMARY, headers=headers).status_code == 500
    finally:
        event.remove(Session, "before_commit", fail)
    with library.reading() as session:
        assert session.scalar(select(func.count()).select_from(KeptAnswer)) == 0
        assert session.scalar(select(func.count()).select_from(Summary).where(Summary.slug == "once")) == 0
    answer = client.post("/api/v1/summaries", json=SUMMARY, headers=headers)
    assert (answer.status_code, "idempotency-replayed" in answer.headers) == (201, False)
