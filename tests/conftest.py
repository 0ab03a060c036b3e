"""What every test may ask for: a migrated database, a small library, a client of the real application."""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck
from hypothesis import settings as chance
from playwright.sync_api import Browser
from sqlalchemy import Engine, event

from app.database import Database
from app.schema import migrate
from app.settings import Settings, load_settings
from tests import factories
from tests.chromium import CHROMIUM, MISSING, running_chromium
from tests.postgres import drop_database, make_database, running_server

# What lands is judged by the same examples every time, everywhere, on however slow a machine;
# `pytest --hypothesis-profile=chance` goes on looking for new ones.
chance.register_profile("chance", deadline=None, suppress_health_check=[HealthCheck.too_slow])
chance.register_profile("same", chance.get_profile("chance"), derandomize=True)
chance.load_profile("same")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own CAIRN_* variables and .env out of the tests."""
    for name in list(os.environ):
        if name.startswith("CAIRN_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def make_settings(folder: Path, **overrides: object) -> Settings:
    return load_settings(_env_file=None, data_dir=folder, **overrides)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path / "data")


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of a migrated, empty SQLite store, to copy: migrating anew costs ten times as much."""
    folder = tmp_path_factory.mktemp("empty")
    database = Database(make_settings(folder))
    migrate(database)
    database.close()
    return folder / "cairn.db"


@pytest.fixture
def database(settings: Settings, empty_store: Path) -> Iterator[Database]:
    """Give a migrated, empty SQLite store."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(empty_store, settings.data_dir / "cairn.db")
    database = Database(settings)
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
    from app.main import create_app  # here, so that a test of one domain needs no door

    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Give a client of the whole application over the small library; server errors are answers, not exceptions."""
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False) as it:
        yield it


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give Debian's Chromium; the test fails where it is missing."""
    with running_chromium() as browser:
        yield browser


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


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a real PostgreSQL server, started for this test run."""
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the name of a migrated, empty database to copy from."""
    url = make_database(postgres_server, "cairn_template")
    folder = tmp_path_factory.mktemp("pg-template")
    database = Database(make_settings(folder, database_url=url))
    migrate(database)
    database.close()
    return "cairn_template"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give a migrated, empty store: once on SQLite, once on PostgreSQL."""
    folder = tmp_path / "store"
    folder.mkdir()
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("empty_store"), folder / "cairn.db")
        database = Database(make_settings(folder))
        yield database
        database.close()
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    name = f"t_{secrets.token_hex(6)}"
    database = Database(make_settings(folder, database_url=make_database(server, name, template)))
    yield database
    database.close()
    drop_database(server, name)


@pytest.fixture
def filled(store: Database) -> Database:
    """Give the small fixed library on both kinds of store."""
    with store.writing() as session:
        factories.fill(session)
    return store


def without_chromium() -> bool:
    """Return whether the browser's tests are left out; in CI they run, and fail, all the same."""
    return not CHROMIUM.exists() and not os.environ.get("CI")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the browser's tests last: while Playwright's own loop lives in this thread, no other test can run one."""
    items.sort(key=lambda item: "chromium" in getattr(item, "fixturenames", ()))
    if not without_chromium():
        return
    away = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=away)
    items[:] = [item for item in items if item not in away]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where nothing but the browser's tests was asked for and there is no browser, nothing went wrong."""
    if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and without_chromium():
        session.exitstatus = pytest.ExitCode.OK


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in a sentence what was left out; not as a warning, for those are errors here."""
    if without_chromium():
        terminalreporter.write_line(MISSING)
