"""`cairn restore`: a backup becomes the store, all of it or nothing.

The archive is checked to its last byte before anything is touched. On SQLite a new file is made beside the old one,
examined, and swapped in by one rename; on PostgreSQL everything happens in one transaction. The search index goes
first, for two histories of a library may have the same version. NOT here: the form of the file (`archive.py`).
"""

import json
import os
import secrets
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, MetaData, func, select
from sqlalchemy import Table as Rows
from sqlalchemy.exc import DatabaseError

from app.backup.archive import Manifest, Table, lines_of, opened, stored, sync_folder
from app.backup.writing import write_backup
from app.database import Base, Database, now
from app.errors import CairnError, SetupError
from app.schema import bring_to, check_known, revision_of
from app.settings import Settings

BATCH = 200
KEPT = ("summary", "paper", "category", "user_account")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: what the backup says of itself, and where the former library was put, if there was one."""

    manifest: Manifest
    aside: Path | None


def restore_backup(
    settings: Settings, path: Path, *, force: bool = False, progress: Progress = lambda _done, _total: None
) -> Restored:
    """Make the backup the store; raises SetupError where it is damaged or newer, or where a library would be lost."""
    with opened(path) as (archive, manifest):
        check_known(manifest.schema_revision, "This backup")
        for table in manifest.tables:
            for _line in lines_of(archive, table):
                pass
        database = Database(settings)
        try:
            held = _holds_something(database)
            if held and not force:
                raise SetupError(
                    "There is a library here already. Restore into an empty data folder, or give --force to put the"
                    " one that is here aside."
                )
            if database.engine.dialect.name == "sqlite":
                aside = _into_sqlite(settings, database, archive, manifest, progress)
            else:
                aside = _into_postgres(settings, database, archive, manifest, progress)
            if aside is not None and not held:
                aside.unlink()  # it was empty
                aside = None
            return Restored(manifest, aside)
        finally:
            database.close()


def _holds_something(database: Database) -> bool:
    """Say whether anything would be lost; a database that cannot be read counts as something."""
    place = database.engine.url.database or ""
    if database.engine.dialect.name == "sqlite" and not Path(place).exists():
        return False
    try:
        with database.reading() as session:
            connection = session.connection()
            metadata = MetaData()
            metadata.reflect(connection, only=lambda name, _: name in KEPT)
            return any(
                connection.execute(table.select().limit(1)).first() is not None for table in metadata.tables.values()
            )
    except (CairnError, DatabaseError):
        return True


def _into_sqlite(
    settings: Settings, database: Database, archive: zipfile.ZipFile, manifest: Manifest, progress: Progress
) -> Path | None:
    place = Path(database.engine.url.database or "")
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        database.close()
        _close_for_good(place)
    for left in place.parent.glob(f".{place.name}.*.restoring*"):  # of a restore that was killed
        left.unlink()
    staged = place.with_name(f".{place.name}.{secrets.token_hex(4)}.restoring")
    try:
        staged.touch(mode=0o600, exist_ok=False)
        fresh = Database(settings.model_copy(update={"database_url": f"sqlite:///{staged}"}))
        try:
            with fresh.engine.execution_options(cairn_writing=True).connect() as connection, connection.begin():
                _fill(connection, archive, manifest, progress)
        finally:
            fresh.close()
        _examine(staged)
        database.close()
        _forget_index(settings)
        return _swap(staged, place)
    finally:
        for one in (staged, *(staged.with_name(staged.name + end) for end in ("-wal", "-shm", "-journal"))):
            one.unlink(missing_ok=True)


def _examine(path: Path) -> None:
    """Look the new file over, leave it as a single file, and have it on the disk."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        if not whole or connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise SetupError("What the backup holds does not fit together. Nothing was restored.")
        connection.execute("PRAGMA journal_mode = DELETE")
    finally:
        connection.close()
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _swap(staged: Path, place: Path) -> Path | None:
    """Put the new file in the place of the old one, which stays beside it under a name of its own."""
    aside = None
    if place.exists():
        _close_for_good(place)
        aside = place.with_name(f"{place.name}.before-restore-{now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}")
        _keep(place, aside)
        for end in (
            "-wal",
            "-shm",
        ):  # left by a file too damaged to be closed: the new one must not take them for its own
            left = place.with_name(place.name + end)
            if left.exists():
                left.rename(aside.with_name(aside.name + end))
        sync_folder(place.parent)
    staged.replace(place)
    sync_folder(place.parent)
    return aside


def _keep(place: Path, aside: Path) -> None:
    try:
        aside.hardlink_to(place)
    except OSError:  # a file system without hard links
        shutil.copy2(place, aside)


def _close_for_good(place: Path) -> None:
    """Take everything into the one file; raises SetupError where another process has it open."""
    connection = sqlite3.connect(place, isolation_level=None, timeout=1)
    try:
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise SetupError("The library is in use. Stop the server first, then restore.") from error
        return
    except sqlite3.DatabaseError:
        return  # damaged: it is put aside as it is
    finally:
        connection.close()
    if mode != "delete":
        raise SetupError("The library is in use. Stop the server first, then restore.")


def _into_postgres(
    settings: Settings, database: Database, archive: zipfile.ZipFile, manifest: Manifest, progress: Progress
) -> Path | None:
    aside = None
    if _holds_something(database):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        aside = settings.data_dir / f"before-restore-{now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}.zip"
        write_backup(database, aside)
    _forget_index(settings)
    with database.engine.execution_options(cairn_writing=True).connect() as connection, connection.begin():
        found = MetaData()
        found.reflect(connection, only=lambda name, _: name in Base.metadata.tables or name == "alembic_version")
        found.drop_all(connection)
        _fill(connection, archive, manifest, progress)
    return aside


def _forget_index(settings: Settings) -> None:
    shutil.rmtree(settings.search_dir, ignore_errors=True)


def _fill(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest, progress: Progress) -> None:
    """Make the tables as they were when the backup was made, fill them, and bring them up to date."""
    bring_to(connection, manifest.schema_revision)
    metadata = MetaData()
    metadata.reflect(connection)
    for table in reversed(metadata.sorted_tables):  # what the migrations themselves put there
        if table.name != "alembic_version":
            connection.execute(table.delete())
    for number, table in enumerate(manifest.tables):
        progress(number, len(manifest.tables))
        rows = metadata.tables.get(table.name)
        if rows is None or any(name not in rows.columns for name in table.columns):
            raise SetupError(f"The backup has a table “{table.name}” that its schema does not know.")
        _fill_table(connection, archive, table, rows)
    bring_to(connection, "head")
    assert revision_of(connection) is not None


def _fill_table(connection: Connection, archive: zipfile.ZipFile, table: Table, rows: Rows) -> None:
    aware = connection.dialect.name == "postgresql"
    columns = [rows.columns[name] for name in table.columns]
    given = lines_of(archive, table)
    while lines := list(islice(given, BATCH)):
        made = []
        for line in lines:
            try:
                values = json.loads(line)
                pairs = zip(columns, values, strict=True)
                made.append({column.name: stored(value, column, aware) for column, value in pairs})
            except (ValueError, TypeError) as error:
                raise SetupError(f"The backup's table “{table.name}” has a row that cannot be read.") from error
        connection.execute(rows.insert(), made)
    if aware and "id" in rows.columns:
        _set_sequence(connection, rows)


def _set_sequence(connection: Connection, rows: Rows) -> None:
    """Have PostgreSQL count on from the highest number; SQLite does so by itself."""
    sequence = connection.execute(select(func.pg_get_serial_sequence(rows.name, "id"))).scalar()
    highest = connection.execute(select(func.max(rows.columns["id"]))).scalar()
    if sequence is not None and highest is not None:
        connection.execute(select(func.setval(sequence, highest)))
