"""Imports in the background: threads of the serving process that look at an upload, or import it.

One works at a time; the others wait. A server that stops ends the work between two rows; what is imported by then is
whole, and the work can be begun again. NOT here: what an import does (`importing.py`), where uploads lie
(`held_uploads.py`).
"""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from app.accounts.service import Actor, record
from app.database import Database
from app.errors import CairnError
from app.interchange.held_uploads import Held, What, read, take_lock, write
from app.interchange.importing import import_path
from app.interchange.reports import Report
from app.settings import Settings

log = logging.getLogger(__name__)
TOLD_EVERY = 0.3
OURS = "Something went wrong on our side. It was written to the log."


class _Stopped(Exception):
    """The server stops."""


class ImportJobs:
    """The threads that import; `stop` ends them."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._turn = threading.Lock()
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, held: Held, what: What, actor: Actor) -> bool:
        """Begin to look at an upload or to import it; return False where it is worked on already."""
        lock = take_lock(held.folder)
        if lock is None:
            return False
        done = what == "import" and read(held.folder, "import") is not None  # a button that was pressed twice
        if done or self._stopped.is_set():
            os.close(lock)
            return False
        write(held.folder, "running", {"what": what, "done": 0, "total": 0})
        thread = threading.Thread(target=self._run, args=(held, what, actor, lock), name=f"import-{what}", daemon=True)
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()
        return True

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until nothing is worked on."""
        for thread in list(self._threads):
            thread.join(seconds)

    def stop(self, wait: float = 10.0) -> None:
        self._stopped.set()
        self.wait(wait)

    def _run(self, held: Held, what: What, actor: Actor, lock: int) -> None:
        try:
            with self._turn:
                told = self._carry_out(held, what, actor)
            write(held.folder, what, told)
            (held.folder / "running.json").unlink(missing_ok=True)
        except _Stopped:
            pass  # the note that it is running stays, and nobody holds the lock: it was interrupted
        except OSError:
            log.warning("could not note what became of an import", exc_info=True)
        finally:
            os.close(lock)

    def _carry_out(self, held: Held, what: What, actor: Actor) -> dict[str, Any]:
        try:
            report = self._import(held, what, actor)
        except CairnError as error:
            return {"problem": str(error).replace(str(held.path), held.name)}
        except _Stopped:
            raise
        except Exception:  # whoever waits for it must learn that it is over
            log.exception("an import failed")
            return {"problem": OURS}
        return {"report": {"counts": report.counts, "rows": [asdict(row) for row in report.rows],
                           "notes": [asdict(note) for note in report.notes]}}  # fmt: skip

    def _import(self, held: Held, what: What, actor: Actor) -> Report:
        last = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal last
            if self._stopped.is_set():
                raise _Stopped
            if time.monotonic() - last > TOLD_EVERY or done == total:
                write(held.folder, "running", {"what": what, "done": done, "total": total})
                last = time.monotonic()

        publish = held.order.publish
        progress(0, 0)
        if what == "check":
            with self._copy_of_store(held.folder) as store:
                return import_path(store, held.path, actor=actor, dry_run=True, publish=publish, progress=progress)
        report = import_path(self._database, held.path, actor=actor, publish=publish, progress=progress)
        with self._database.writing() as session:
            record(session, actor, "library.import", held.name, report.summary())
        return report

    @contextmanager
    def _copy_of_store(self, folder: Path) -> Iterator[Database]:
        """Give a store to try an import on: of SQLite a copy, since a long transaction would keep everybody waiting."""
        if not self._settings.database.startswith("sqlite"):
            yield self._database
            return
        copy = folder / "copy.db"
        try:
            with (
                closing(sqlite3.connect(make_url(self._settings.database).database or "")) as source,
                closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
            store = Database(self._settings.model_copy(update={"database_url": f"sqlite:///{copy.resolve()}"}))
            try:
                yield store
            finally:
                store.close()
        finally:
            for path in folder.glob("copy.db*"):
                with suppress(OSError):
                    path.unlink()
