"""Uploads kept aside: what somebody sent to be imported lies in the data folder for an hour, under a name that nobody
guesses, for the one session that sent it.

Next to the files lies what is known of the work on them, so that any process of this server can tell: the order, how
far it is, the two reports. Whoever works holds a lock that ends with its process. NOT here: the work
(`import_jobs.py`).
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import IO, Any, Literal

from app.errors import BadInput, FieldProblem, NotFound
from app.interchange.foreign_plan import BIBLIOGRAPHIES, FEEDS
from app.interchange.importing import MAX_UPLOAD_BYTES
from app.interchange.posts import ENDINGS

LIFE = 3600.0
MOST_FILES = 1000
LONGEST_NAME = 200
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
ALONE = (".zip", *BIBLIOGRAPHIES, *FEEDS, *ENDINGS)
FOLDER = "uploads"
TOKEN = re.compile(r"[0-9a-f]{32}")
What = Literal["check", "import"]
Phase = Literal["checking", "checked", "importing", "done", "interrupted"]


@dataclass(frozen=True, slots=True)
class Order:
    """How an upload is to be imported; `recorded_as` is the name in the history, the person's own where it is empty."""

    publish: bool = False
    recorded_as: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An upload: its folder, what people call it, whose it is (person and session), when it came and what is wanted."""

    token: str
    folder: Path
    name: str
    owner: tuple[int, int]
    at: float
    order: Order
    single: str

    @property
    def path(self) -> Path:
        """What is imported: the one file, or the folder of all of them."""
        return self.folder / "files" / self.single if self.single else self.folder / "files"


@dataclass(frozen=True, slots=True)
class State:
    """How far an upload is. `report` is that of the newest work (rows, notes, counts), `problem` why there is none."""

    phase: Phase
    what: What
    done: int = 0
    total: int = 0
    report: dict[str, Any] | None = None
    problem: str = ""


def hold(data_dir: Path, files: Sequence[tuple[str, IO[bytes]]], owner: tuple[int, int], order: Order) -> Held:
    """Keep files that were sent as (name, content); raises BadInput naming `files` for what is never imported."""
    names = [_plain(name) for name, _ in files]
    _check(names)
    sweep(data_dir)
    root = data_dir / FOLDER
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    token = secrets.token_hex(16)
    folder = root / token
    (folder / "files").mkdir(mode=0o700, parents=True)
    try:
        left = MAX_UPLOAD_BYTES
        for name, (_, source) in zip(names, files, strict=True):
            with (folder / "files" / name).open("xb") as target:
                shutil.copyfileobj(source, target, 1_000_000)
                left -= target.tell()
            if left < 0:
                raise _wrong(f"That is more than {MAX_UPLOAD_BYTES // 1_000_000:,} MB in all.")
        shown = names[0] if len(names) == 1 else f"{len(names)} files"
        held = Held(token, folder, shown, owner, time.time(), order, names[0] if len(names) == 1 else "")
        _note(held)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return held


def get_held(data_dir: Path, token: str, owner: tuple[int, int]) -> Held:
    """Return an upload of this person and session; raises NotFound for any other, and for one that is too old."""
    folder = data_dir / FOLDER / token
    found = read(folder, "about") if TOKEN.fullmatch(token) else None
    if found is None or tuple(found["owner"]) != owner or _is_over(folder, found["at"]):
        raise NotFound("There is no such upload. One is kept for an hour, for the session that sent it.")
    return Held(
        token, folder, found["name"], owner, found["at"], Order(**found["order"]), found["single"]
    )  # fmt: skip


def list_held(data_dir: Path, owner: tuple[int, int]) -> list[Held]:
    """Return the uploads of this person and session, the newest first."""
    found = []
    for folder in _folders(data_dir):
        try:
            found.append(get_held(data_dir, folder.name, owner))
        except NotFound:
            continue
    return sorted(found, key=lambda held: -held.at)


def change_order(held: Held, order: Order) -> Held:
    """Note that an upload is wanted otherwise; what was found out about it before does not count any more."""
    changed = Held(held.token, held.folder, held.name, held.owner, held.at, order, held.single)
    _note(changed)
    (held.folder / "check.json").unlink(missing_ok=True)
    return changed


def drop(held: Held) -> None:
    """Forget an upload; one that is worked on stays."""
    lock = take_lock(held.folder)
    if lock is not None:
        shutil.rmtree(held.folder, ignore_errors=True)
        os.close(lock)


def sweep(data_dir: Path) -> None:
    """Remove uploads that are too old and nobody works on."""
    for folder in _folders(data_dir):
        about = read(folder, "about")
        at = about["at"] if about else folder.stat().st_mtime
        if _is_over(folder, at):
            shutil.rmtree(folder, ignore_errors=True)


def state_of(held: Held) -> State:
    """Return how far an upload is."""
    running = read(held.folder, "running")
    if running is not None and not _is_locked(held.folder):
        running = read(held.folder, "running")  # it may have ended in between
        if running is not None and not _is_locked(held.folder):
            return State("interrupted", running["what"], running["done"], running["total"])
    if running is not None:
        what: What = running["what"]
        return State("checking" if what == "check" else "importing", what, running["done"], running["total"])
    for name, phase, what in (("import", "done", "import"), ("check", "checked", "check")):
        if (told := read(held.folder, name)) is not None:
            return State(phase, what, report=told.get("report"), problem=told.get("problem", ""))  # type: ignore[arg-type]
    return State("interrupted", "check")


def take_lock(folder: Path) -> int | None:
    """Return a descriptor that holds the work on this folder until it is closed; None where somebody else has it."""
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    for _ in range(5):  # whoever only looks has it for a moment
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return descriptor
    os.close(descriptor)
    return None


def write(folder: Path, name: str, value: dict[str, Any]) -> None:
    """Put a note in its place whole: whoever reads it sees the former one or this."""
    aside = folder / f".{name}.part"
    aside.write_text(json.dumps(value))
    aside.replace(folder / f"{name}.json")


def read(folder: Path, name: str) -> dict[str, Any] | None:
    """Return a note; None where there is none."""
    try:
        found = json.loads((folder / f"{name}.json").read_text())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _note(held: Held) -> None:
    about = {"name": held.name, "owner": held.owner, "at": held.at, "order": asdict(held.order), "single": held.single}
    write(held.folder, "about", about)


def _folders(data_dir: Path) -> list[Path]:
    root = data_dir / FOLDER
    return [folder for folder in root.iterdir() if TOKEN.fullmatch(folder.name)] if root.is_dir() else []


def _is_over(folder: Path, at: float) -> bool:
    """An hour after it came, and after the last work on it ended."""
    if not folder.is_dir():
        return True
    newest = max([at, *(file.stat().st_mtime for file in folder.glob("*.json"))])
    return time.time() - newest > LIFE and not _is_locked(folder)


def _is_locked(folder: Path) -> bool:
    try:
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _plain(name: str) -> str:
    plain = PurePath(name.replace("\\", "/")).name
    if not plain or not plain.isprintable() or plain.startswith(".") or len(plain.encode()) > LONGEST_NAME:
        raise _wrong("One of the files has no name that could be used.")
    return plain


def _check(names: Sequence[str]) -> None:
    if not names:
        raise _wrong("Choose a file first.")
    if len(names) > MOST_FILES:
        raise _wrong(f"More than {MOST_FILES:,} files: put them into a zip archive.")
    if len({name.lower() for name in names}) < len(names):
        raise _wrong("Two of the files have the same name.")
    kinds = [PurePath(name).suffix.lower() for name in names]
    if len(names) == 1 and kinds[0] not in ALONE:
        raise _wrong(f"{names[0]} cannot be imported: send {_listed(ALONE)}.")
    if len(names) > 1 and not all(kind in (*ENDINGS, *PICTURES) for kind in kinds):
        raise _wrong("Several files at once must be Markdown files and their pictures; send anything else by itself.")


def _listed(endings: Sequence[str]) -> str:
    return f"{', '.join(endings[:-1])} or {endings[-1]}"


def _wrong(sentence: str) -> BadInput:
    return BadInput(sentence, [FieldProblem("files", sentence)])
