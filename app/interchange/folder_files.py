"""Files of a folder, read with care: no links, no special files, nothing too large, UTF-8 or a sentence why not."""

import os
import stat
from pathlib import Path

from app.interchange.front_matter import problem

MAX_TEXT_BYTES = 16_000_000
MAX_BIBTEX_BYTES = 64_000_000


def list_folder(folder: Path) -> list[os.DirEntry[str]]:
    """Return the entries of a folder by name, hidden ones left out; raises BadInput where it cannot be read."""
    try:
        with os.scandir(folder) as found:
            return sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda entry: entry.name)
    except OSError as error:
        raise problem(f"the folder cannot be read: {error.strerror}", 1) from error


def read_bytes(path: Path, limit: int) -> bytes:
    """Return what a regular file holds; raises BadInput for a link, anything special, or more than `limit` bytes."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise problem("not a plain file", 1)
            data = file.read(limit + 1)
    except OSError as error:
        if path.is_symlink():
            raise problem("a symbolic link; links are not followed", 1) from error
        raise problem(f"the file cannot be read: {error.strerror}", 1) from error
    if len(data) > limit:
        raise problem(f"larger than {limit:,} bytes", 1)
    return data


def read_text(path: Path, limit: int = MAX_TEXT_BYTES) -> str:
    """Return a UTF-8 file's text with plain line ends and without a byte order mark; raises BadInput with a line."""
    return as_text(read_bytes(path, limit))


def as_text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise problem(f"not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}", line) from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def write_file(path: Path, data: bytes) -> bool:
    """Write a file aside and put it in its place, unless it holds these bytes already; return whether it was written.

    The rename outlives a loss of power only after `sync_folder`, which is the caller's to do once for many files.
    """
    try:
        if not path.is_symlink() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
    except FileNotFoundError:
        pass
    aside = path.with_name(f".{path.name}.part")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
    return True


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
