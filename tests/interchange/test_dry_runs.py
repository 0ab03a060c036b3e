"""A dry run tells what an import would, for every kind of thing that can be given, and writes not one byte."""

import sqlite3
from pathlib import Path

import pytest

from app.accounts.service import Actor
from app.database import Database
from app.interchange.importing import import_path
from app.settings import Settings
from tests.interchange.folders import PIXEL, small, write
from tests.interchange.test_archives import packed
from tests.interchange.test_bibliographies import ZOTERO
from tests.interchange.test_feeds_and_lists import LIST, RSS

ACTOR = Actor("Irma Importer")
FILES: dict[str, str] = {
    "x.bib": "@misc{kingma2015adam, title={Adam: A Method for Stochastic Optimization}, eprint={1412.6980}}",
    "x.ris": ZOTERO,
    "x.json": '[{"title": "T", "id": "t"}, {"id": "untitled"}]',
    "x.rss": RSS,
    "reading.md": LIST,
    "adam.md": "---\ntags: [new]\n---\n# Adam\n\nRewritten. ![x](gone.png)\n",
}


def everything(settings: Settings) -> list[str]:
    connection = sqlite3.connect(settings.data_dir / "cairn.db")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


@pytest.mark.parametrize("name", [*FILES, "library", "library.zip", "posts"])
def test_a_dry_run_tells_the_same_and_writes_nothing(
    settings: Settings, library: Database, tmp_path: Path, name: str
) -> None:
    write(tmp_path, FILES)
    folder = small(tmp_path / "library")
    packed(tmp_path / "library.zip", {"categories.yaml": (folder / "categories.yaml").read_text(), "summaries/": ""})
    write(tmp_path / "posts", {"a.md": "# A\n\n![p](p.png)\n", "p.png": PIXEL, "b/adam.md": "# B\n"})
    before = everything(settings)
    dry = import_path(library, tmp_path / name, actor=ACTOR, dry_run=True)
    assert everything(settings) == before
    report = import_path(library, tmp_path / name, actor=ACTOR)
    assert (dry.rows, dry.notes) == (report.rows, report.notes)
    assert dry.rows
    after = everything(settings)
    again = import_path(library, tmp_path / name, actor=ACTOR)
    assert {row.outcome for row in again.rows} <= {"unchanged", "refused"}
    assert everything(settings) == after
