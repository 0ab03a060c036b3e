"""What reaches the log, and what must not: nothing that opens a door, nothing that was typed into a secret field."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from structlog.testing import capture_logs

from app import logs
from app.database import Database
from app.settings import Settings
from app.web.errors import unexpected
from tests.conftest import make_settings


@pytest.fixture
def production(tmp_path: Path, settings: Settings) -> Iterator[None]:
    """Log as in production while a test runs."""
    base = "https://cairn.example.org"
    logs.configure(make_settings(tmp_path, env="production", secret_key="k" * 40, base_url=base))
    yield
    logs.configure(settings)


@pytest.mark.parametrize("place", ["/invitations/", "/preview/"])
def test_what_is_secret_in_an_address_is_not_logged(client: TestClient, app: FastAPI, place: str) -> None:
    scope = {"type": "http", "method": "GET", "path": f"{place}s3cret/more", "query_string": b"k=s3cret", "app": app}
    request = Request({**scope, "headers": [(b"accept", b"application/json")]})
    with capture_logs() as entries:
        unexpected(request, RuntimeError("broken"))
    assert entries[0]["path"] == f"{place}…/more"
    with capture_logs() as entries:
        unexpected(Request({**request.scope, "path": "/summaries/adam"}), RuntimeError("broken"))
    assert entries[0]["path"] == "/summaries/adam"


@pytest.mark.usefixtures("production")
def test_a_traceback_in_production_holds_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    def _fail(password: str) -> None:
        raise RuntimeError(f"broken after {len(password)} characters")

    try:
        _fail("hunter2-hunter2")
    except RuntimeError as error:
        structlog.get_logger().error("unexpected", exc_info=error)
    line = capsys.readouterr().out
    assert json.loads(line)["exception"][0]["exc_value"] == "broken after 15 characters"
    assert "_fail" in line
    assert "hunter2" not in line


def test_an_error_of_the_database_does_not_repeat_what_was_to_be_written(database: Database) -> None:
    wrong = text("INSERT INTO tombstone (kind, name, stamp) VALUES (NULL, :name, 1)")
    with pytest.raises(IntegrityError) as caught, database.writing() as session:
        session.execute(wrong, {"name": "hunter2-hunter2"})
    assert "tombstone.kind" in str(caught.value)
    assert "hunter2" not in str(caught.value)
