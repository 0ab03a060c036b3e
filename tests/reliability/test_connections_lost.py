"""Connections to the store that are all in use, or cut by its server while people write.

NOT here: clients' connections to this server (`tests/web/test_connections.py`).
"""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.service import Actor
from app.accounts.tokens import create_token
from app.database import Database
from app.main import create_app
from app.taxonomy.models import Tag
from tests.conftest import make_settings
from tests.factories import add_user, fill
from tests.postgres import drop_database, make_database

KILL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


def test_where_every_connection_is_in_use_it_says_so_soon_and_lives(app: FastAPI, client: TestClient) -> None:
    database: Database = app.state.database
    assert client.get("/summaries/adam").status_code == 200
    with ExitStack() as held:
        while sum(database.connections()) < 16 or database.connections()[1]:
            held.enter_context(database.reading()).connection()
        answer = client.get("/summaries/dropout")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "2"
        assert answer.headers["x-request-id"]
        assert database.engine.pool.timeout() == 2  # type: ignore[attr-defined]
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
    assert database.connections()[0] == 0
    assert client.get("/summaries/dropout").status_code == 200
    assert client.get("/readyz").status_code == 200


@pytest.fixture
def on_postgres(postgres_server: str, postgres_template: str, tmp_path: Path) -> Iterator[tuple[str, Database]]:
    url = make_database(postgres_server, "t_lost", postgres_template)
    database = Database(make_settings(tmp_path / "data", database_url=url))
    with database.writing() as session:
        fill(session)
    yield url, database
    database.close()
    drop_database(postgres_server, "t_lost")


@pytest.mark.postgres
def test_cut_by_the_server_while_people_write_each_write_is_there_or_was_refused(
    on_postgres: tuple[str, Database], tmp_path: Path
) -> None:
    url, database = on_postgres
    with database.writing() as session:
        user = add_user(session, role="editor")
        _, token = create_token(session, user.email, "write", actor=Actor("x"))
    headers = {"Authorization": f"Bearer {token}"}
    answers: list[tuple[str, int]] = []
    app = create_app(make_settings(tmp_path / "data", database_url=url))
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:

        def write(writer: int) -> None:
            for at in range(25):
                name = f"tag-{writer}-{at}"
                answer = client.post("/api/v1/tags", json={"slug": name, "name": name}, headers=headers)
                answers.append((name, answer.status_code))

        writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        for thread in writers:
            thread.start()
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as admin:
            seen = 0
            while any(thread.is_alive() for thread in writers):
                if any(status == 201 for _, status in answers[seen:]):  # between two cuts somebody got through
                    seen = len(answers)
                    admin.execute(KILL, ["t_lost"])
                time.sleep(0.01)
        assert seen, "nothing was ever cut"
        reads = [client.get(f"/summaries?year={year}").status_code for year in (2014, 2014, 2015)]
        assert reads[1:] == [200, 200]
    assert {status for _, status in answers} <= {201, 503}
    with database.reading() as session:
        stored = list(session.scalars(select(Tag.slug).where(Tag.slug.startswith("tag-"))))
    assert {name for name, status in answers if status == 201} <= set(stored)
    assert len(stored) == len(set(stored)) <= len(answers)
    assert any(status == 201 for _, status in answers)
