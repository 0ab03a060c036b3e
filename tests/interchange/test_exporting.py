"""Export: the same library gives the same bytes, and only what an export wrote is ever removed."""

import os
from pathlib import Path

import pytest
from sqlalchemy import update

from app.accounts.service import Actor
from app.database import Database, now
from app.errors import BadInput, Unavailable
from app.interchange.exporting import export_library
from app.interchange.importing import import_path
from app.schema import migrate
from app.settings import ROOT
from app.summaries.models import Summary
from tests.conftest import make_settings
from tests.interchange.folders import contents, small, summary, write

ACTOR = Actor("Edgar Exporter")


@pytest.fixture
def another(tmp_path: Path) -> Database:
    folder = tmp_path / "another-data"
    folder.mkdir()
    database = Database(make_settings(folder))
    migrate(database)
    return database


def test_an_export_imported_elsewhere_and_exported_again_is_the_same_bytes(
    filled: Database, another: Database, tmp_path: Path
) -> None:
    counts = export_library(filled, tmp_path / "one")
    report = import_path(another, tmp_path / "one", actor=ACTOR)
    assert report.refused == []
    assert report.counts["added"] == sum(counts.values()) == len(report.rows)
    assert export_library(another, tmp_path / "two") == counts
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    another.close()


def test_the_seeds_make_the_same_journey(database: Database, another: Database, tmp_path: Path) -> None:
    import_path(database, ROOT / "seeds", actor=ACTOR)
    export_library(database, tmp_path / "one")
    assert import_path(database, tmp_path / "one", actor=ACTOR).counts["unchanged"] > 100
    assert import_path(another, tmp_path / "one", actor=ACTOR).refused == []
    export_library(another, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    another.close()


def test_importing_an_export_into_its_own_library_changes_nothing(database: Database, tmp_path: Path) -> None:
    import_path(database, small(tmp_path / "library"), actor=ACTOR)
    export_library(database, tmp_path / "out")
    assert import_path(database, tmp_path / "out", actor=ACTOR).summary() == "9 unchanged"


def test_exporting_over_a_former_export_writes_only_what_changed(database: Database, tmp_path: Path) -> None:
    import_path(database, small(tmp_path / "library"), actor=ACTOR)
    out = tmp_path / "out"
    export_library(database, out)
    for path in out.rglob("*"):
        os.utime(path, (0, 0))
    import_path(database, write(tmp_path / "more", {"summaries/adam.md": summary("Anew")}), actor=ACTOR)
    export_library(database, out)
    assert [path.name for path in out.rglob("*.*") if path.stat().st_mtime > 0] == ["adam.md"]


def test_what_no_longer_belongs_is_removed_and_what_is_not_ours_stays(database: Database, tmp_path: Path) -> None:
    import_path(database, small(tmp_path / "library"), actor=ACTOR)
    out = tmp_path / "out"
    export_library(database, out)
    ours = contents(out)
    theirs: dict[str, str | bytes] = {
        "README.md": "mine",
        ".git/config": "mine",
        "summaries/notes.txt": "mine",
        "extra/x.md": "mine",
    }
    write(out, theirs)
    write(out, {"summaries/gone.md": "x", "paths/gone.md": "x", "media/gone.png": "x", "summaries/.adam.md.part": "x"})
    export_library(database, out)
    assert contents(out) == ours | {name: str(text).encode() for name, text in theirs.items()}


def test_an_empty_library_is_an_export_too(database: Database, tmp_path: Path) -> None:
    export_library(database, tmp_path / "out")
    assert contents(tmp_path / "out") == {"library.json": b'{"format": "cairn-library", "version": 1}\n'}
    assert import_path(database, tmp_path / "out", actor=ACTOR).summary() == "nothing to import"


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(database: Database, tmp_path: Path) -> None:
    folder = write(tmp_path / "thesis", {"chapter.md": "years of work"})
    with pytest.raises(BadInput, match="neither empty nor a former export"):
        export_library(database, folder)
    write(folder, {"library.json": '{"format": "something else"}'})
    with pytest.raises(BadInput, match="not a former export"):
        export_library(database, folder)
    with pytest.raises(BadInput, match="is a file"):
        export_library(database, folder / "chapter.md")
    assert sorted(contents(folder)) == ["chapter.md", "library.json"]


def test_a_link_in_the_place_of_a_folder_is_not_written_through(database: Database, tmp_path: Path) -> None:
    export_library(database, tmp_path / "out")
    outside = write(tmp_path / "outside", {"precious.md": "x"})
    (tmp_path / "out" / "summaries").symlink_to(outside)
    with pytest.raises(BadInput, match="is not a folder"):
        export_library(database, tmp_path / "out")
    assert list(contents(outside)) == ["precious.md"]


def test_a_link_in_the_place_of_a_file_is_replaced_and_its_target_left_alone(
    database: Database, tmp_path: Path
) -> None:
    import_path(database, small(tmp_path / "library"), actor=ACTOR)
    outside = write(tmp_path / "outside", {"precious.md": "x"})
    out = tmp_path / "out"
    export_library(database, out)
    expected = contents(out)
    (out / "summaries/adam.md").unlink()
    (out / "summaries/adam.md").symlink_to(outside / "precious.md")
    export_library(database, out)
    assert contents(out) == expected
    assert contents(outside) == {"precious.md": b"x"}


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(database: Database, tmp_path: Path) -> None:
    import_path(database, small(tmp_path / "library"), actor=ACTOR)
    export_library(database, tmp_path / "out")
    (tmp_path / "out/summaries/adam.md").unlink()
    (tmp_path / "out/summaries/adam.md").mkdir()
    with pytest.raises(Unavailable, match="could not be written"):
        export_library(database, tmp_path / "out")


def test_trash_is_left_out_with_what_leads_to_it(database: Database, another: Database, tmp_path: Path) -> None:
    import_path(database, small(tmp_path / "library"), actor=ACTOR)
    with database.writing() as session:
        session.execute(update(Summary).where(Summary.slug == "adam").values(trashed_at=now()))
    export_library(database, tmp_path / "out")
    assert not (tmp_path / "out/summaries/adam.md").exists()
    report = import_path(another, tmp_path / "out", actor=ACTOR)
    assert report.refused == []
    assert "adam" not in (tmp_path / "out/paths/way.md").read_text()
    another.close()


def test_progress_ends_at_its_total(database: Database, tmp_path: Path) -> None:
    import_path(database, small(tmp_path / "library"), actor=ACTOR)
    told: list[tuple[int, int]] = []
    export_library(database, tmp_path / "out", progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    assert all(done <= total for done, total in told)
