"""What the tests of writing share: the people who work on the small library."""

import pytest

from app.accounts.rights import Person
from app.database import Database
from tests.summaries.people import add_cast


@pytest.fixture
def cast(filled: Database) -> dict[str, Person]:
    """Give ada (admin), edith (editor), carl and cora (curators), with accounts in the filled store."""
    with filled.writing() as session:
        return add_cast(session)


@pytest.fixture
def people(library: Database) -> dict[str, Person]:
    """Give the same people in the small library on SQLite alone: for what no database can make different."""
    with library.writing() as session:
        return add_cast(session)
