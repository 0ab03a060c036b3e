"""The library that ships, loaded once into a database and an index of its own."""

from collections.abc import Iterator

import pytest

from app.accounts.service import Actor
from app.database import Database
from app.interchange.importing import import_path
from app.schema import migrate
from app.search.following import bring_up_to_date
from app.settings import ROOT, Settings
from tests.conftest import make_settings


@pytest.fixture(scope="package")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Database]]:
    settings = make_settings(tmp_path_factory.mktemp("seeds"))
    database = Database(settings)
    migrate(database)
    report = import_path(database, ROOT / "seeds", actor=Actor("tests"))
    assert [f"{row.file}: {row.sentence}" for row in report.refused] == []
    bring_up_to_date(settings, database)
    yield settings, database
    database.close()
