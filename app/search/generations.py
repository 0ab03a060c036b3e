"""The index on disk: generations of segment files, and the signed pointer that names what counts.

    search/current            the pointer: a manifest and its signature, replaced atomically after everything is synced
    search/gen-3/<name>.seg   a segment; <name>.txt its texts
    search.lock               beside the folder, so that deleting the folder does not part those who hold the lock

A reader believes only bytes whose size and digest stand in a manifest signed with this installation's secret: nothing
foreign and nothing damaged reaches the engine, whose files hold pickles. A crash at any point leaves the old pointer or
the new one; files that no pointer names are purged by the next writer. NOT here: what is in a segment, catching up.
"""

import contextlib
import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from app.search.errors import IndexBusy, IndexDamaged
from app.search.segment import Segment, read_parts
from app.search.whoosh_engine import ENGINE

FORMAT = 1
_MAX_POINTER = 64_000_000
_GENERATION = re.compile(r"gen-([0-9]+)")
_CHUNK = 1 << 20


def _fingerprint() -> str:
    """What the form of an index hangs on: an index with another fingerprint is rebuilt."""
    digest = hashlib.blake2b(f"{FORMAT} {ENGINE} {unicodedata.unidata_version}".encode(), digest_size=16)
    for module in ("analysis", "documents", "building", "segment", "whoosh_engine"):
        digest.update(Path(__file__).with_name(f"{module}.py").read_bytes())
    return digest.hexdigest()


FINGERPRINT = _fingerprint()


@dataclass(frozen=True, slots=True)
class Entry:
    """A segment that counts: its name, the sizes and digests of its two files, the numbers deleted from it."""

    name: str
    size: int
    digest: str
    texts_size: int
    texts_digest: str
    deleted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the index consists of, and the library version it holds; `set_aside` are summaries that could not be cut."""

    generation: int
    version: int
    entries: tuple[Entry, ...]
    set_aside: tuple[int, ...] = ()


class Generations:
    """The folder of an index. Reading needs nothing; writing needs the lock."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self.folder = folder
        self.pointer = folder / "current"
        self._key = hashlib.blake2b(secret, digest_size=32, person=b"cairn search").digest()

    @contextmanager
    def lock(self, wait: float) -> Iterator[None]:
        """Hold the right to write; raises IndexBusy where another process has it for longer than `wait` seconds."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder.with_name(f"{self.folder.name}.lock"), timeout=wait):
                yield
        except Timeout:
            raise IndexBusy("Another process is writing the search index.") from None

    def identity(self) -> tuple[int, int, int] | None:
        """Return what changes whenever the pointer is replaced; None where there is none."""
        try:
            found = self.pointer.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read(self) -> Manifest:
        """Read the pointer; raises IndexDamaged where it is missing, not ours or of an older form."""
        try:
            with self.pointer.open("rb") as file:
                signature, _, body = file.read(_MAX_POINTER).partition(b"\n")
        except OSError as error:
            raise IndexDamaged(f"there is no index: {error.strerror}") from None
        if not hmac.compare_digest(signature, self._sign(body)):
            raise IndexDamaged("the pointer was not written by this installation, or was damaged")
        content = json.loads(body)
        if content.pop("fingerprint") != FINGERPRINT:
            raise IndexDamaged("the index is of an older form")
        entries = tuple(Entry(**{**entry, "deleted": tuple(entry["deleted"])}) for entry in content.pop("entries"))
        return Manifest(**{**content, "entries": entries, "set_aside": tuple(content["set_aside"])})

    def _sign(self, body: bytes) -> bytes:
        return hashlib.blake2b(body, key=self._key, digest_size=32).hexdigest().encode()

    def publish(self, manifest: Manifest) -> None:
        """Make a manifest the one that counts; its files are synced already."""
        body = json.dumps({**asdict(manifest), "fingerprint": FINGERPRINT}).encode()
        staged = self.folder / f"current.{secrets.token_hex(4)}"
        _write(staged, self._sign(body) + b"\n" + body)
        staged.replace(self.pointer)
        _sync_folder(self.folder)

    def new_generation(self) -> int:
        """Make the folder of a new generation and return its number."""
        if self.folder.exists() and not self.folder.is_dir():
            self.folder.unlink()
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.pointer.is_dir():
            _remove(self.pointer)
        numbers = [int(match[1]) for path in self.folder.iterdir() if (match := _GENERATION.fullmatch(path.name))]
        generation = max(numbers, default=0) + 1
        self.home(generation).mkdir()
        _sync_folder(self.folder)
        return generation

    def home(self, generation: int) -> Path:
        return self.folder / f"gen-{generation}"

    def write(self, generation: int, data: bytes, texts: bytes) -> Entry:
        """Write a segment's files and sync them."""
        name = secrets.token_hex(8)
        home = self.home(generation)
        _write(home / f"{name}.seg", data)
        _write(home / f"{name}.txt", texts)
        _sync_folder(home)
        return Entry(name, len(data), _digest(data), len(texts), _digest(texts))

    def load(self, generation: int, entry: Entry) -> Segment:
        """Read a segment into memory; raises IndexDamaged where its files are not as they were written."""
        home = self.home(generation)
        try:
            with (home / f"{entry.name}.seg").open("rb") as segment:
                header, parts = read_parts(segment, entry.size)
            file = os.open(home / f"{entry.name}.txt", os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise IndexDamaged(f"a segment is missing: {error.strerror}") from None
        try:
            if _digest(header, *parts.values()) != entry.digest or _digest_of_file(file) != entry.texts_digest:
                raise IndexDamaged("a segment was damaged")
            return Segment(parts, file)
        except BaseException:
            os.close(file)
            raise

    def in_place(self, manifest: Manifest) -> bool:
        """Say whether every file of a manifest is there and has its size (its content is checked on reading)."""
        home = self.home(manifest.generation)
        try:
            return all(
                (home / f"{entry.name}.seg").stat().st_size == entry.size
                and (home / f"{entry.name}.txt").stat().st_size == entry.texts_size
                for entry in manifest.entries
            )
        except OSError:
            return False

    def purge(self, manifest: Manifest) -> None:
        """Remove what the manifest does not name; readers that still hold such files keep them."""
        home = self.home(manifest.generation)
        named = {f"{entry.name}.{ending}" for entry in manifest.entries for ending in ("seg", "txt")}
        with contextlib.suppress(OSError):
            for path in list(self.folder.iterdir()):
                if path not in (home, self.pointer):
                    _remove(path)
            for path in list(home.iterdir()):
                if path.name not in named:
                    _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _digest(*pieces: bytes) -> str:
    digest = hashlib.blake2b(digest_size=20)
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _digest_of_file(file: int) -> str:
    digest = hashlib.blake2b(digest_size=20)
    at = 0
    while chunk := os.pread(file, _CHUNK, at):
        digest.update(chunk)
        at += len(chunk)
    return digest.hexdigest()


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
