"""Backups: consistent while others write, the same on both databases, refused where a byte differs, all or nothing."""

import json
import os
import random
import signal
import sqlite3
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import LoginSession, User
from app.accounts.service import Actor, create_user
from app.backup.archive import DIGEST, MARK, seal
from app.backup.restoring import restore_backup
from app.backup.writing import write_backup
from app.database import Database, library_version, stamp
from app.doctor import examine
from app.errors import SetupError
from app.interchange.exporting import export_library
from app.schema import migrate
from app.settings import Settings
from app.summaries.asset_models import Media
from app.summaries.models import Revision, Summary
from tests import factories
from tests.conftest import make_settings
from tests.postgres import drop_database, make_database

PICTURE = bytes(range(256)) * 20


def exported(database: Database, folder: Path) -> dict[str, bytes]:
    export_library(database, folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def add_more(session: Session) -> None:
    create_user(session, "ann@example.org", "admin", "a long enough password", actor=Actor("shell"))
    session.add(Media(name="x.png", content_type="image/png", data=PICTURE, sha256="0" * 64, stamp=stamp(session)))


def settings_of(folder: Path, database: Database | None = None) -> Settings:
    folder.mkdir(exist_ok=True)
    url = database.engine.url.render_as_string(hide_password=False) if database is not None else ""
    return make_settings(folder, database_url=url)


def refused(settings: Settings, path: Path, force: bool = False) -> str:
    with pytest.raises(SetupError) as raised:
        restore_backup(settings, path, force=force)
    return str(raised.value)


@pytest.fixture
def backup(library: Database, tmp_path: Path) -> Path:
    with library.writing() as session:
        add_more(session)
    write_backup(library, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


def test_a_backup_of_either_database_becomes_a_library_on_sqlite(filled: Database, tmp_path: Path) -> None:
    with filled.writing() as session:
        add_more(session)
        user = session.scalars(select(User)).one()
        session.add(LoginSession(user_id=user.id, token_hash="0" * 64, expires_at=user.created_at))
    write_backup(filled, tmp_path / "backup.zip")
    settings = settings_of(tmp_path / "new")
    done = restore_backup(settings, tmp_path / "backup.zip")
    assert done.aside is None
    restored = Database(settings)
    assert exported(restored, tmp_path / "b") == exported(filled, tmp_path / "a")
    with filled.reading() as one, restored.reading() as other:
        assert library_version(one) == library_version(other)
        for column in (Revision.sha256, User.password_hash, Media.data, Summary.saved_at, Summary.stamp):
            ordered = select(column).order_by(column.class_.id)
            assert one.scalars(ordered).all() == other.scalars(ordered).all()
        assert other.scalars(select(LoginSession)).all() == []
    assert [finding for finding in examine(settings, restored) if finding.place == "database"] == []
    restored.close()


@pytest.mark.postgres
def test_a_backup_of_sqlite_becomes_a_library_on_postgresql(
    backup: Path, library: Database, postgres_server: str, tmp_path: Path
) -> None:
    url = make_database(postgres_server, "restored")
    settings = make_settings(tmp_path / "pg", database_url=url)
    assert restore_backup(settings, backup).aside is None
    restored = Database(settings)
    assert exported(restored, tmp_path / "b") == exported(library, tmp_path / "a")
    with restored.writing() as session:  # the sequences go on from where the rows end
        factories.add_summary(session, slug="brand-new", title="New")
        create_user(session, "bob@example.org", "curator", "a long enough password", actor=Actor("shell"))
    assert "library here already" in refused(settings, backup)
    done = restore_backup(settings, backup, force=True)
    assert done.aside is not None
    with zipfile.ZipFile(done.aside) as aside:
        assert b"brand-new" in aside.read("tables/summary.jsonl")
    with restored.reading() as session:
        assert session.scalars(select(Summary).where(Summary.slug == "brand-new")).all() == []
    restored.close()
    drop_database(postgres_server, "restored")


def test_a_backup_while_others_write_is_of_one_moment(filled: Database, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set() and number < 500:
            with filled.writing() as session:
                for slug in ("adam", "dropout"):
                    session.execute(update(Summary).where(Summary.slug == slug).values(tldr=f"{number}"))
                stamp(session)
            number += 1

    with filled.writing() as session:
        session.execute(update(Summary).where(Summary.slug.in_(["adam", "dropout"])).values(tldr="start"))
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            write_backup(filled, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        writer.join()
    for number in range(3):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
            manifest = json.loads(archive.read("manifest.json"))
            columns = next(table["columns"] for table in manifest["tables"] if table["name"] == "summary")
            rows = [dict(zip(columns, json.loads(line), strict=True)) for line in archive.open("tables/summary.jsonl")]
            versions = [json.loads(line)[0] for line in archive.open("tables/library_change.jsonl")]
        assert len({row["tldr"] for row in rows if row["slug"] in ("adam", "dropout")}) == 1
        assert max(versions) == manifest["library_version"]


def test_a_backup_with_any_byte_changed_or_missing_is_refused_and_nothing_is_touched(
    backup: Path, tmp_path: Path
) -> None:
    whole = backup.read_bytes()
    settings = settings_of(tmp_path / "new")
    other = tmp_path / "other.zip"
    chance = random.Random(7)
    places = {*range(0, 60), *range(len(whole) - 160, len(whole)), *chance.sample(range(len(whole)), 150)}
    for place in sorted(places):
        other.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << place % 8)]) + whole[place + 1 :])
        assert refused(settings, other)
    for length in (0, 1, 84, 200, len(whole) // 2, len(whole) - DIGEST, len(whole) - 1):
        other.write_bytes(whole[:length])
        assert "cut short" in refused(settings, other)
    other.write_bytes(whole + b"x")
    assert refused(settings, other)
    assert list((tmp_path / "new").iterdir()) == []


def forge(backup: Path, to: Path, change: dict[str, bytes], leave: str = "") -> Path:
    """Write an archive whose seal is right although its content is not what we would write."""
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        made.comment = MARK + b"0" * DIGEST
        for name in source.namelist():
            if name != leave:
                made.writestr(name, change.pop(name, None) or source.read(name))
        for name, content in change.items():
            made.writestr(name, content)
    seal(to)
    return to


def test_an_archive_that_is_newer_or_not_ours_is_refused(backup: Path, tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "new")
    to = tmp_path / "forged.zip"
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    for wrong, sentence in (
        ({"format_version": 2}, "newer version"),
        ({"schema_revision": "9999"}, "newer version"),
        ({"format": "other"}, "not a backup"),
        ({"surprise": 1}, "not a backup"),
    ):
        assert sentence in refused(
            settings, forge(backup, to, {"manifest.json": json.dumps(manifest | wrong).encode()})
        )
    assert "not a backup" in refused(settings, forge(backup, to, {}, leave="manifest.json"))
    assert "not a backup" in refused(settings, forge(backup, to, {}, leave="tables/summary.jsonl"))
    assert "not a backup" in refused(settings, forge(backup, to, {"../../escape": b"x"}))
    assert "not a backup" in refused(settings, forge(backup, to, {"tables/paper.jsonl": b"[]\n"}))
    bomb = json.dumps(manifest | {"tables": [{**manifest["tables"][0], "name": "x", "bytes": 10**9}]}).encode()
    assert "not a backup" in refused(settings, forge(backup, to, {"manifest.json": bomb}))
    to.write_bytes(b"PK nonsense")
    assert refused(settings, to)
    assert "cannot be read" in refused(settings, tmp_path / "nowhere.zip")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_library_is_replaced_only_by_force_and_then_kept_aside(
    backup: Path, library: Database, settings: Settings
) -> None:
    with library.writing() as session:
        factories.add_summary(session, slug="written-later", title="Written later")
    (settings.search_dir / "gen-1").mkdir(parents=True)
    assert "library here already" in refused(settings, backup)
    assert "in use" in refused(settings, backup, force=True)
    assert (settings.search_dir / "gen-1").exists()
    library.close()
    done = restore_backup(settings, backup, force=True)
    assert not settings.search_dir.exists()
    assert done.aside is not None
    with sqlite3.connect(done.aside) as former:
        assert former.execute("SELECT count(*) FROM summary WHERE slug = 'written-later'").fetchone() == (1,)
    former.close()
    restored = Database(settings)
    with restored.reading() as session:
        assert session.scalars(select(Summary).where(Summary.slug == "written-later")).all() == []
    restored.close()


def test_a_damaged_database_is_put_aside_as_it_is(backup: Path, library: Database, settings: Settings) -> None:
    library.close()
    place = settings.data_dir / "cairn.db"
    place.write_bytes(b"nonsense" * 1000)
    assert refused(settings, backup)
    done = restore_backup(settings, backup, force=True)
    assert done.aside is not None
    assert done.aside.read_bytes() == b"nonsense" * 1000
    restored = Database(settings)
    with restored.reading() as session:
        assert session.scalars(select(Summary.slug)).all()
    restored.close()


def killed_at(event: int, settings: Settings, backup: Path) -> bool:
    """Restore in a child that is killed at its n-th step on files; say whether it was."""
    child = os.fork()
    if child == 0:
        left = event

        def count(name: str, _arguments: object) -> None:
            nonlocal left
            if name in ("os.rename", "os.link", "os.remove", "shutil.rmtree", "sqlite3.connect"):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        code = 1
        try:
            restore_backup(settings, backup, force=True)
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_a_restore_that_is_killed_leaves_the_old_library_or_the_new(
    backup: Path, library: Database, settings: Settings
) -> None:
    with library.writing() as session:
        factories.add_summary(session, slug="written-later", title="Written later")
    library.close()
    seen = set()
    for event in range(40):
        killed = killed_at(event, settings, backup)
        with sqlite3.connect(settings.data_dir / "cairn.db") as found:
            assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            is_old = found.execute("SELECT count(*) FROM summary WHERE slug = 'written-later'").fetchone()[0]
            assert found.execute("SELECT count(*) FROM summary").fetchone()[0] == 9 + is_old
        found.close()
        seen.add(bool(is_old))
        if not killed:
            break
    else:
        raise AssertionError("the restore never came to its end")
    assert seen == {True, False}
    assert not list(settings.data_dir.glob(".*restoring*"))


def test_a_backup_that_cannot_be_written_leaves_the_former_one(
    backup: Path, library: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = backup.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.backup.writing.seal", fail)
    with pytest.raises(SetupError, match="No space left"):
        write_backup(library, backup)
    assert backup.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_store_without_tables_has_nothing_to_back_up(tmp_path: Path) -> None:
    database = Database(settings_of(tmp_path / "empty"))
    with pytest.raises(SetupError, match="no library"):
        write_backup(database, tmp_path / "x.zip")
    database.close()


def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    from app.schema import bring_to, check_schema

    old = Database(settings_of(tmp_path / "old"))
    with old.engine.execution_options(cairn_writing=True).connect() as connection, connection.begin():
        bring_to(connection, "0001")
    write_backup(old, tmp_path / "old.zip")
    old.close()
    settings = settings_of(tmp_path / "new")
    restore_backup(settings, tmp_path / "old.zip")
    restored = Database(settings)
    assert check_schema(restored) is None
    assert migrate(restored) is False
    restored.close()
