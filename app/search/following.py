"""Following: what keeps the index in step while commands and servers run.

A server has one Follower: a thread that looks at the library version once in a while, or at once when it is woken after
a save. Any process may follow; the lock lets one write at a time. NOT here: how (`writing.py`).
"""

import logging
import threading
import time
from contextlib import suppress

from app.database import Database
from app.search.documents import Source
from app.search.errors import IndexDamaged, SearchUnavailable
from app.search.index import SearchIndex
from app.search.source import StoreSource
from app.search.writing import Outcome, Progress, follow, rebuild
from app.settings import Settings

log = logging.getLogger(__name__)

PATIENCE = 120.0  # how long a command waits for another writer
EVERY = 1.0
STALLED_AFTER = 30.0


def open_index(settings: Settings) -> SearchIndex:
    """Return the index of these settings; nothing is read or made yet."""
    return SearchIndex(settings.search_dir, settings.signing_key())


def bring_up_to_date(settings: Settings, database: Database, progress: Progress | None = None) -> Outcome:
    """Bring the index to the store's version, building it where it is missing or unusable."""
    index, source = open_index(settings), StoreSource(database)
    version = source.current_version()
    with suppress(IndexDamaged):
        if index.generations.read().version == version:
            return Outcome(True, version)  # nothing to do, and no need to read the segments to say so
    return follow(index, source, wait=PATIENCE, progress=progress)


def rebuild_index(settings: Settings, database: Database, progress: Progress | None = None) -> int:
    """Build the index anew, swap it in, and return how many summaries it holds; raises SearchUnavailable."""
    index = open_index(settings)
    outcome = rebuild(index, StoreSource(database), wait=PATIENCE, progress=progress)
    if not outcome.done:
        raise SearchUnavailable(outcome.detail)
    return index.snapshot().count


class Follower:
    """A thread that follows until it is stopped; what goes wrong is logged, kept in `trouble`, and tried again."""

    def __init__(self, index: SearchIndex, source: Source, every: float = EVERY) -> None:
        self._index = index
        self._source = source
        self._every = every
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._failing_since: float | None = None
        self.trouble = ""
        self._thread = threading.Thread(target=self._run, name="search-follower", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Follow now: something was saved."""
        self._woken.set()

    def stop(self, wait: float = 10.0) -> None:
        """End after the present step; killed in the middle of one, the index stays as it was."""
        self._stopped.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(wait)

    @property
    def stalled(self) -> bool:
        """Whether following has failed for so long that people should be told."""
        since = self._failing_since
        return since is not None and time.monotonic() - since > STALLED_AFTER

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            self._step()
            self._woken.wait(self._every)

    def _step(self) -> None:
        try:
            outcome = follow(self._index, self._source)
        except Exception as error:  # the store may be away; a thread that ended would never catch up
            log.warning("the search index could not follow", exc_info=True)
            outcome = Outcome(False, self._index.held(), detail=f"{type(error).__name__} while following")
        if outcome.done:
            self._failing_since, self.trouble = None, ""
        else:
            self._failing_since = self._failing_since or time.monotonic()
            self.trouble = outcome.detail
