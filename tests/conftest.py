"""What every test may ask for: a migrated database, a small library, a client of the real application."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from app.main import create_app
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from app.database import Database
from app.schema import migrate
from app.settings import Settings, load_settings
from tests import factories


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own CAIRN_* variables and .env out of the tests."""
    import os

    for name in list(os.environ):
        if name.startswith("CAIRN_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def make_settings(folder: Path, **overrides: object) -> Settings:
    return load_settings(_env_file=None, data_dir=folder, **overrides)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path / "data")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """Give a migrated, empty SQLite store."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def library(database: Database) -> Database:
    """Give a store with the small fixed library of `factories.fill`."""
    with database.writing() as session:
        factories.fill(session)
    return database


@pytest.fixture
def app(settings: Settings, library: Database) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Give a client of the whole application over the small library; server errors are answers, not exceptions."""
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False) as it:
        yield it


class StatementCounter:
    """Count the SQL statements that an engine runs."""

    def __init__(self, engine: Engine) -> None:
        self.statements: list[str] = []
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            self.statements.append(statement)

    def take(self) -> int:
        """Return how many there were since the last time."""
        number = len(self.statements)
        self.statements.clear()
        return number
