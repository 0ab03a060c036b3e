"""Zip archives: a library folder in one file, unpacked with care and packed the same way every time.

Everything is checked in the archive's own list (names, kinds, sizes, ratios, overlaps, counts) before anything is
written, and what is written is counted again. NOT here: what the files mean (`import_plan.py`, `exporting.py`).
"""

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from app.database import Database
from app.errors import BadInput
from app.interchange import library_folder as layout
from app.interchange.exporting import iter_files, one_snapshot

MAX_ARCHIVE_BYTES = 512_000_000
MAX_FILES = 60_000
MAX_FILE_BYTES = 64_000_000
MAX_TOTAL_BYTES = 1_000_000_000
MAX_RATIO = 200
SMALL = 1_000_000  # below this, any ratio is harmless
MAX_DEPTH = 12
MAX_NAME_BYTES = 200
_END = b"PK\x05\x06"
_END_LENGTH, _LOCATOR_LENGTH, _LIST_ENTRY = 22, 20, 500
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the earliest that the format can say; a real one would differ each time
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OverflowError)


def is_archive(name: str) -> bool:
    return name.lower().endswith(".zip")


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give a temporary folder with what a zip archive holds (or with what the only folder in it holds).

    Raises BadInput, before anything is written, where the archive is damaged, too large, or holds a name, a link or a
    kind of file that has no place in a library.
    """
    with tempfile.TemporaryDirectory(prefix="cairn-") as name:
        folder = Path(name)
        try:
            with path.open("rb") as file:
                _unpack(file, path.name, folder)
        except OSError as error:
            raise BadInput(f"{path.name} cannot be unpacked: {error.strerror or 'it cannot be written'}.") from error
        yield _inner(folder)


def _unpack(file: IO[bytes], name: str, folder: Path) -> None:
    try:
        _check_end(file)
        with zipfile.ZipFile(file) as archive:
            members = _checked(archive.infolist())
            for member, place in members:
                target = folder.joinpath(*place.parts)
                if member.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                else:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    _write(archive, member, target)
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from error
    except _BROKEN as error:
        raise BadInput(f"{name} is not a zip archive that can be read, or it is damaged.") from error


def _check_end(file: IO[bytes]) -> None:
    """Refuse what would make the list of members itself too much to read."""
    size = file.seek(0, 2)
    if size > MAX_ARCHIVE_BYTES:
        raise BadInput(f"the archive is larger than {MAX_ARCHIVE_BYTES:,} bytes")
    file.seek(max(0, size - _END_LENGTH - _LOCATOR_LENGTH))
    tail = file.read()
    end = tail[-_END_LENGTH:]
    if len(end) < _END_LENGTH or not end.startswith(_END) or end[-2:] != b"\0\0":
        raise BadInput("this is no zip archive, or its end is missing, or it carries a comment")
    if tail.startswith(b"PK\x06\x07"):
        raise BadInput("archives of the zip64 kind are not read")
    if int.from_bytes(end[12:16], "little") > MAX_FILES * _LIST_ENTRY:
        raise BadInput(f"the archive holds more than {MAX_FILES:,} files")


def _checked(members: Sequence[zipfile.ZipInfo]) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Return the members to unpack, each with its place; raises BadInput naming the first that must not be."""
    if len(members) > MAX_FILES:
        raise BadInput(f"the archive holds more than {MAX_FILES:,} files")
    if sum(member.file_size for member in members) > MAX_TOTAL_BYTES:
        raise BadInput(f"unpacked, the archive would be larger than {MAX_TOTAL_BYTES:,} bytes")
    behind = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < behind:
            raise BadInput(f"“{member.filename[:120]}” overlaps another file in the archive")
        behind = member.header_offset + member.compress_size
    found: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for member in members:
        place = _place(member)
        if place in found and not (member.is_dir() and found[place].is_dir()):
            raise BadInput(f"“{place}” is in the archive twice")
        found[place] = member
    for place in found:
        for parent in place.parents:
            if parent in found and not found[parent].is_dir():
                raise BadInput(f"“{parent}” is both a file and a folder")
    return [(member, place) for place, member in found.items() if not _is_hidden(place)]


def _place(member: zipfile.ZipInfo) -> PurePosixPath:
    name = member.filename
    shown = "".join(char if char.isprintable() else "?" for char in name[:120])
    parts = name.removesuffix("/").split("/")
    if name != member.orig_filename or "\\" in name or ":" in parts[0] or not name.isprintable():
        raise BadInput(f"“{shown}” is not a name that is unpacked")
    if any(part in ("", ".", "..") or len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES for part in parts):
        raise BadInput(f"“{shown}” leads out of the archive, or has a part that is no name")
    if len(parts) > MAX_DEPTH:
        raise BadInput(f"“{shown}” is nested too deeply")
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadInput(f"“{shown}” is a link or a special file")
    if member.flag_bits & 0x1:
        raise BadInput(f"“{shown}” is encrypted")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInput(f"“{shown}” is packed in a way that is not read")
    if member.file_size > MAX_FILE_BYTES:
        raise BadInput(f"“{shown}” is larger than {MAX_FILE_BYTES:,} bytes")
    if member.file_size > SMALL and member.file_size > MAX_RATIO * max(1, member.compress_size):
        raise BadInput(f"“{shown}” is packed more than {MAX_RATIO} times over")
    return PurePosixPath(*parts)


def _is_hidden(place: PurePosixPath) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in place.parts)


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    left = member.file_size
    with archive.open(member) as packed, target.open("xb") as file:
        while piece := packed.read(min(1_000_000, left + 1)):
            left -= len(piece)
            if left < 0:
                raise BadInput(f"“{member.filename[:120]}” holds more than the archive says")
            file.write(piece)


def _inner(folder: Path) -> Path:
    """Return the only folder inside, as people make archives of a folder; else the folder itself."""
    inside = list(folder.iterdir())
    if len(inside) == 1 and inside[0].is_dir() and inside[0].name not in layout.FOLDERS:
        return inside[0]
    return folder


def export_zip(database: Database, file: IO[bytes]) -> None:
    """Write the library folder as a zip archive into a file open for writing; equal libraries give equal bytes."""
    try:
        with (
            database.reading() as session,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=False) as archive,
        ):
            one_snapshot(session)
            _add(archive, layout.MANIFEST, layout.manifest().encode())
            for _, name, data, _ in iter_files(session):
                _add(archive, name, data)
    except zipfile.LargeZipFile as error:
        raise BadInput("The library is too large for a zip archive; use `cairn export`.") from error


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MOMENT)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
