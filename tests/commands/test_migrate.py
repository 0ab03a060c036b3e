"""Migrating: whole or not at all, whenever it is killed."""

import pytest
from sqlalchemy import inspect

from app.database import Base, Database
from app.schema import check_schema
from tests.conftest import make_settings
from tests.processes import cairn, cairn_killed_at


@pytest.mark.parametrize("statement", [0, 1, 5, 20, 45, 60])
def test_a_migration_killed_between_two_statements_can_be_run_again(tmp_path, statement: int) -> None:
    import app.models  # noqa: F401

    folder = tmp_path / "data"
    folder.mkdir()
    assert cairn_killed_at(statement, folder, "migrate") == -9
    again = cairn(folder, "migrate")
    assert again.returncode == 0, again.stderr
    database = Database(make_settings(folder))
    assert check_schema(database) is None
    assert set(Base.metadata.tables) <= set(inspect(database.engine).get_table_names())
    database.close()


def test_migrating_twice_says_that_there_was_nothing_to_do(tmp_path) -> None:
    assert "brought up to date" in cairn(tmp_path / "data", "migrate").stdout
    assert "is up to date" in cairn(tmp_path / "data", "migrate").stdout


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    done = cairn(tmp_path / "file" / "data", "migrate")
    assert done.returncode == 1
    assert "cannot be made" in done.stderr
    assert "Traceback" not in done.stderr
