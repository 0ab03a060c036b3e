"""What the tests of the reader's door share."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.database import Database
from app.main import create_app
from app.schema import migrate
from app.search.following import bring_up_to_date
from app.settings import Settings
from tests import factories
from tests.conftest import make_settings

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def quiet_client(app: FastAPI) -> TestClient:
    """Give a client without starting what an application does in the background."""
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def still(app: FastAPI, settings: Settings, library: Database) -> Iterator[TestClient]:
    """Give a client over a small library of the test's own, with a finished index."""
    bring_up_to_date(settings, library)
    yield quiet_client(app)
    app.state.database.close()


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Give a client over one small library that many tests look at and none changes."""
    settings = make_settings(tmp_path_factory.mktemp("shown"))
    app = create_app(settings)
    database: Database = app.state.database
    migrate(database)
    with database.writing() as session:
        factories.fill(session)
    bring_up_to_date(settings, database)
    yield quiet_client(app)
    database.close()


@pytest.fixture(scope="session")
def licensed(shown: TestClient) -> Iterator[TestClient]:
    """Give a client over the library of `shown` as a host serves it who tells the licence of its texts."""
    assert isinstance(shown.app, FastAPI)
    app = create_app(shown.app.state.settings.model_copy(update={"license_url": LICENCE}))
    yield quiet_client(app)
    app.state.database.close()
