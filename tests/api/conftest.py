"""What the tests of the JSON API share: one library for all that only reads, one of its own for each that writes."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.database import Database
from app.main import create_app
from app.schema import migrate
from app.search.writing import follow
from app.summaries.assets import save_macro_set
from tests import factories
from tests.conftest import make_settings
from tests.processes import ROOT

sys.path.insert(0, str(ROOT / "docs" / "examples"))  # the example client is imported as people do

Get = Callable[[str], dict[str, Any]]


def fill(session: Session) -> None:
    """Put the small library in place, with a macro set."""
    factories.fill(session)
    save_macro_set(session, "means", "\\newcommand{\\mean}[1]{\\overline{#1}}\n")


@pytest.fixture
def library(database: Database) -> Database:
    with database.writing() as session:
        fill(session)
    return database


@pytest.fixture(scope="session")
def shared_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """Give the application over the small library, indexed; nothing may write to it."""
    made = make_settings(tmp_path_factory.mktemp("api"), trusted_hosts="127.0.0.1,testserver")
    database = Database(made)
    migrate(database)
    with database.writing() as session:
        fill(session)
    database.close()
    app = create_app(made)
    follow(app.state.index, app.state.source)
    yield app
    app.state.database.close()


def _client_of(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture(scope="session")
def client(shared_app: FastAPI) -> Iterator[TestClient]:
    """Give a client of the shared application."""
    with _client_of(shared_app) as it:
        yield it


@pytest.fixture
def own_client(app: FastAPI) -> Iterator[TestClient]:
    """Give a client over a library (the fixture `library`) that the test may change."""
    follow(app.state.index, app.state.source)
    with _client_of(app) as it:
        yield it


@pytest.fixture(scope="session")
def get(client: TestClient) -> Get:
    """Give a function that reads an address under /api/v1, which must answer 200."""

    def read(address: str) -> dict[str, Any]:
        response = client.get(f"/api/v1{address}")
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    return read
