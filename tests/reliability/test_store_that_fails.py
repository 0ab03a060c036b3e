"""A store that takes nothing more: reading goes on, a save says so and keeps what was typed, nothing is half there.

SQLite itself says that it is full or cannot be written to. NOT here: the search index on a full disk (`tests/search/`).
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, text

from app.accounts.sessions import open_session
from app.database import Database
from app.web.cookies import PLAIN_NAME
from tests.desk.forms import edit_form, save
from tests.factories import add_user

TYPED = "Words that took an afternoon. " * 20_000


@pytest.fixture
def editor(app: FastAPI, library: Database) -> Iterator[TestClient]:
    with library.writing() as session:
        token = open_session(session, add_user(session, role="editor"))
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    with TestClient(
        app, base_url="http://127.0.0.1:8000", headers=headers, raise_server_exceptions=False, follow_redirects=False
    ) as it:
        it.cookies.set(PLAIN_NAME, token, domain="127.0.0.1", path="/")
        yield it


def full(connection: Any) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")


def free(connection: Any) -> None:
    connection.execute("PRAGMA max_page_count = 1000000")


def read_only(connection: Any) -> None:
    connection.execute("PRAGMA query_only = 1")


def writable(connection: Any) -> None:
    connection.execute("PRAGMA query_only = 0")


def _told_each(app: FastAPI, say: Callable[[Any], None]) -> Callable[[], None]:
    """Have every connection told so from now on, and return what ends that."""
    engine = app.state.database.engine

    def checkout(connection: Any, *_: object) -> None:
        say(connection)

    event.listen(engine, "checkout", checkout)
    return lambda: event.remove(engine, "checkout", checkout)


def state(library: Database) -> list[Any]:
    with library.reading() as session:
        rows = session.execute(text("SELECT summary_id, number, sha256 FROM revision ORDER BY summary_id, number"))
        version = session.execute(text("SELECT version FROM library")).one()
        audit = session.execute(text("SELECT count(*) FROM audit_entry")).one()
        return [*map(tuple, rows), tuple(version), tuple(audit)]


@pytest.mark.parametrize(
    ("fails", "mends", "sentence"),
    [(full, free, "The disk is full."), (read_only, writable, "cannot be written to")],
    ids=["full", "read-only"],
)
def test_a_save_is_refused_with_the_text_kept_and_reading_goes_on(
    app: FastAPI, library: Database, editor: TestClient, fails: Any, mends: Any, sentence: str
) -> None:
    form, before = edit_form(editor, "adam"), state(library)
    end = _told_each(app, fails)
    refused = save(editor, "adam", form, body=TYPED)
    assert refused.status_code == 503
    assert sentence in refused.text
    assert "Nothing was saved" in refused.text
    assert TYPED.strip()[:2000] in refused.text
    assert refused.headers["retry-after"].isdigit()
    assert refused.headers["x-request-id"]
    assert "Traceback" not in refused.text
    for path in ("/", "/summaries/adam", "/summaries/dropout", "/search?q=units", "/admin/summaries/adam", "/healthz"):
        assert editor.get(path).status_code == 200, path
    assert state(library) == before
    end()

    end = _told_each(app, mends)
    form["base_revision"] = edit_form(editor, "adam")["base_revision"]
    assert save(editor, "adam", form, body=TYPED).status_code == 303
    end()
    with library.reading() as session:
        assert session.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    assert len(state(library)) == len(before) + 1


def test_a_program_is_told_to_come_back(app: FastAPI, library: Database, client: TestClient) -> None:
    from app.accounts.service import Actor
    from app.accounts.tokens import create_token

    with library.writing() as session:
        user = add_user(session, role="editor")
        _, token = create_token(session, user.email, "write", actor=Actor("x"))
    before = state(library)
    end = _told_each(app, read_only)
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/tags", json={"slug": "new-tag", "name": "New tag"}, headers=headers)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"].isdigit()
    assert answer.json()["request_id"]
    assert state(library) == before
    end()
