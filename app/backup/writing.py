"""`cairn backup`: every table as it stood at one moment, while others read and write.

Left out: sessions of signed-in browsers and failed logins (everybody signs in again), and the signing key, which is no
row. The search index is not part of a backup: it is made anew. NOT here: the form of the file (`archive.py`).
"""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, MetaData, select, text
from sqlalchemy import Table as Rows

from app.backup.archive import DIGEST, MANIFEST, MARK, Manifest, Table, lines_of, opened, plain, seal, written_beside
from app.database import Database, now
from app.errors import SetupError
from app.schema import revision_of

LEFT_OUT = frozenset({"alembic_version", "login_session", "login_failure"})
BATCH = 200

Progress = Callable[[int, int], None]


def write_backup(database: Database, path: Path, progress: Progress = lambda _done, _total: None) -> Manifest:
    """Write one consistent archive and return what it holds; the file is there whole, or as it was before."""
    if not path.parent.is_dir():
        raise SetupError(f"There is no folder {path.parent}.")
    with written_beside(path) as staged:
        with database.engine.connect() as connection:
            manifest = _write(_one_moment(connection), staged, progress)
        seal(staged)
        with opened(staged) as (archive, _):  # what cannot be read back is no backup
            for table in manifest.tables:
                for _line in lines_of(archive, table):
                    pass
    return manifest


def _one_moment(connection: Connection) -> Connection:
    """Let every statement see the same moment; SQLite's transactions do so anyway."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def _write(connection: Connection, path: Path, progress: Progress) -> Manifest:
    schema = revision_of(connection)
    if schema is None:
        raise SetupError("There is no library here yet: the store has no tables.")
    if connection.dialect.name == "sqlite":
        answer = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
        if answer != "ok":
            raise SetupError(f"The database is damaged ({answer}); `cairn doctor` says more. Nothing was written.")
    metadata = MetaData()
    metadata.reflect(connection)
    wanted = [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        archive.comment = MARK + b"0" * DIGEST
        tables = []
        for number, table in enumerate(wanted):
            progress(number, len(wanted))
            tables.append(_write_table(connection, archive, table))
        manifest = Manifest(
            schema_revision=schema,
            library_version=connection.execute(text("SELECT version FROM library")).scalar_one(),
            made=now(),
            tables=tables,
        )
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))
    return manifest


def _write_table(connection: Connection, archive: zipfile.ZipFile, table: Rows) -> Table:
    digest, rows, size = hashlib.sha256(), 0, 0
    ordered = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as file:
        for row in connection.execute(ordered):
            values = [plain(value) for value in row]
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            file.write(line)
            digest.update(line)
            rows += 1
            size += len(line)
    columns = [column.name for column in table.columns]
    return Table(name=table.name, columns=columns, rows=rows, bytes=size, sha256=digest.hexdigest())
