"""The form of a backup: a zip archive that carries the digest of every byte of itself, so that none can change unseen.

    manifest.json           format version, schema, library version, moment, and for each table its columns and rows
    tables/<table>.jsonl    a JSON list for each row: text, numbers, null; moments and days in ISO 8601, bytes in base64

The zip comment, which ends the file, is MARK and the SHA-256 of all bytes before the digest. The form is the same for
SQLite and PostgreSQL. NOT here: where rows come from (`writing.py`) and go to (`restoring.py`).
"""

import base64
import datetime as dt
import hashlib
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Column
from sqlalchemy.types import Date, DateTime, LargeBinary

from app.errors import SetupError

FORMAT = 1
MARK = b"cairn-backup sha256:"
DIGEST = 64
MANIFEST = "manifest.json"
MAX_MANIFEST = 4_000_000
MAX_LINE = 256_000_000
MAX_RATIO = 200  # of all that is packed to the archive; beyond what is small enough to be harmless
SMALL = 200_000_000
CHUNK = 1_000_000


class Table(BaseModel):
    """A table in a backup: its columns in the order of its rows' values, how many rows, and what its file weighs."""

    model_config = ConfigDict(extra="forbid")

    name: str
    columns: list[str]
    rows: int
    bytes: int
    sha256: str

    @property
    def member(self) -> str:
        return f"tables/{self.name}.jsonl"


class Manifest(BaseModel):
    """What a backup says of itself; `tables` stand in the order in which they can be filled."""

    model_config = ConfigDict(extra="forbid")

    format: str = "cairn-backup"
    format_version: int = FORMAT
    schema_revision: str
    library_version: int
    made: dt.datetime
    tables: list[Table]


def seal(path: Path) -> None:
    """Write the digest into the place that was left for it, and have all of it on the disk."""
    with path.open("r+b") as file:
        size = path.stat().st_size
        digest = _digest_of(file, size - DIGEST)
        file.seek(size - DIGEST)
        file.write(digest)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def written_beside(path: Path) -> Iterator[Path]:
    """Give a new file beside this one, for its owner only, and put it in its place at the end, or take it away."""
    staged = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        staged.touch(mode=0o600, exist_ok=False)
        yield staged
        staged.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise SetupError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        staged.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Give the archive and its manifest, checked to the last byte; raises SetupError where anything differs."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        _check_digest(file, path)
        try:
            with zipfile.ZipFile(file) as archive:
                yield archive, _check_members(archive, path)
        except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
            raise _not_ours(path) from error


def _check_digest(file: Any, path: Path) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - DIGEST - len(MARK)))
    end = file.read()
    if not end.startswith(MARK):
        raise SetupError(f"{path} is not a whole backup of Cairn: it was cut short, or is something else.")
    if end[len(MARK) :] != _digest_of(file, size - DIGEST):
        raise SetupError(f"{path} is damaged: it is not what was written. Nothing was restored.")
    file.seek(0)


def _digest_of(file: Any, size: int) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    while size > 0 and (chunk := file.read(min(CHUNK, size))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest().encode()


def _check_members(archive: zipfile.ZipFile, path: Path) -> Manifest:
    members = {one.filename: one for one in archive.infolist()}
    if MANIFEST not in members or members[MANIFEST].file_size > MAX_MANIFEST:
        raise _not_ours(path)
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except ValidationError as error:
        raise _not_ours(path) from error
    if manifest.format != "cairn-backup":
        raise _not_ours(path)
    if manifest.format_version > FORMAT:
        raise SetupError(f"{path} was made by a newer version of Cairn. Install that version or newer.")
    named = {table.member: table for table in manifest.tables}
    if set(members) != {MANIFEST, *named} or len(members) != len(archive.infolist()):
        raise _not_ours(path)
    if any(members[name].file_size != table.bytes for name, table in named.items()):
        raise _not_ours(path)
    packed = sum(one.compress_size for one in members.values())
    if sum(one.file_size for one in members.values()) > SMALL + packed * MAX_RATIO:
        raise SetupError(f"{path} would unpack to far more than a library holds. Nothing was restored.")
    return manifest


def _not_ours(path: Path) -> SetupError:
    return SetupError(f"{path} is not a backup of Cairn.")


def lines_of(archive: zipfile.ZipFile, table: Table) -> Iterator[bytes]:
    """Give the rows of a table as they were written; raises SetupError where they are not what the manifest says."""
    digest, rows = hashlib.sha256(), 0
    with archive.open(table.member) as file:
        while line := file.readline(MAX_LINE):
            digest.update(line)
            rows += 1
            yield line
    if rows != table.rows or digest.hexdigest() != table.sha256:
        raise SetupError(f"The backup's table “{table.name}” is not what was written. Nothing was restored.")


def plain(value: Any) -> Any:
    """Return a value as JSON carries it."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime):  # before date, of which it is one
        aware = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
        return aware.isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def stored(value: Any, column: Column[Any], aware: bool) -> Any:
    """Return a value as its column takes it; `aware` where the database keeps time zones."""
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value, validate=True)
    if isinstance(column.type, DateTime):
        moment = dt.datetime.fromisoformat(value)
        return moment if aware else moment.astimezone(dt.UTC).replace(tzinfo=None)
    return dt.date.fromisoformat(value) if isinstance(column.type, Date) else value
