"""An import whose process is killed: what is there is whole, and running it again gives the whole library."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from app.accounts.service import Actor
from app.database import Database
from app.interchange.exporting import export_library
from app.interchange.importing import import_path
from app.schema import migrate
from app.settings import ROOT
from app.summaries.queries import iter_documents
from tests.conftest import make_settings
from tests.interchange.folders import CATEGORIES, contents, summary, write

SUMMARIES = 160
PATIENCE = 250
# Runs a command of ours and kills its own process as soon as it writes while so many rows of a table are committed.
KILLED_WITH = """
import os, signal, sqlite3, sys
from sqlalchemy import Engine, event
store, table, enough = sys.argv.pop(1), sys.argv.pop(1), int(sys.argv.pop(1))
reader = sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=100)
@event.listens_for(Engine, "before_cursor_execute")
def count(connection, cursor, statement, parameters, context, many):
    if statement.startswith("INSERT"):
        if reader.execute(f"SELECT count(*) FROM {table}").fetchone()[0] >= enough:
            os.kill(os.getpid(), signal.SIGKILL)
from app.cli import main
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a library of a few batches, each summary requiring the one before."""
    files: dict[str, str | bytes] = {"categories.yaml": CATEGORIES}
    files["papers.bib"] = "".join(f"@misc{{k{number}, title={{T {number}}}}}\n" for number in range(60))
    for number in range(SUMMARIES):
        before = f"requires: [s-{number - 1}]\n" if number else ""
        files[f"summaries/s-{number}.md"] = summary(f"S {number}", before, f"Then $x_{{{number}}}$ and [[s-0]].")
    return write(tmp_path_factory.mktemp("big") / "library", files)


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Give the export of an import that nobody disturbed."""
    data = tmp_path_factory.mktemp("calm")
    database = opened(data)
    assert import_path(database, folder, actor=Actor("Calm")).refused == []
    export_library(database, data / "out")
    database.close()
    return contents(data / "out")


def opened(data: Path) -> Database:
    database = Database(make_settings(data))
    migrate(database)
    return database


def command(data: Path, *arguments: str, how: tuple[str, ...] = ("-m", "app.cli")) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "CAIRN_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, *how, *arguments],
        env=environment,
        cwd=data,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(("table", "enough"), [("paper", 0), ("paper", 50), ("summary", 1), ("summary", 100)])
def test_a_killed_import_leaves_whole_rows_and_running_it_again_finishes(
    folder: Path, whole: dict[str, bytes], tmp_path: Path, table: str, enough: int
) -> None:
    database = opened(tmp_path)
    store = Path(str(database.engine.url.database))
    killed = command(tmp_path, str(store), table, str(enough), "import", str(folder), how=("-c", KILLED_WITH))
    assert killed.wait(PATIENCE) == -signal.SIGKILL
    with closing(sqlite3.connect(store)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    export_library(database, tmp_path / "half")
    half = contents(tmp_path / "half")
    assert {name for name in half if name.startswith("summaries/")} <= set(whole)
    assert all(text == whole[name] for name, text in half.items() if name.startswith("summaries/"))
    assert command(tmp_path, "import", str(folder)).wait(PATIENCE) == 0
    export_library(database, tmp_path / "half")
    assert contents(tmp_path / "half") == whole
    with database.reading() as session:
        assert sum(1 for _ in iter_documents(session)) == SUMMARIES
    database.close()


@pytest.mark.parametrize("enough", [1, 40, 120])
def test_a_killed_export_is_finished_by_the_next(
    folder: Path, whole: dict[str, bytes], tmp_path: Path, enough: int
) -> None:
    database = opened(tmp_path)
    import_path(database, folder, actor=Actor("Calm"))
    out = tmp_path / "out"
    process = command(tmp_path, "export", str(out))
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if (out / "summaries").exists() and len(list((out / "summaries").iterdir())) >= enough:
            break
    process.kill()
    process.wait(PATIENCE)
    written = contents(out)
    assert all(text == whole[name] for name, text in written.items() if not Path(name).name.startswith("."))
    export_library(database, out)
    assert contents(out) == whole
    database.close()
