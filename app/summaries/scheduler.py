"""The clock: a thread that publishes what is due. Any number of processes may have one.

NOT here: what publishing is (`workflow.publish_due`).
"""

import logging
import threading
from collections.abc import Callable

from app.database import Database, now
from app.summaries.workflow import is_due, publish_due

log = logging.getLogger(__name__)

EVERY = 15.0


class Scheduler:
    """A thread that looks at the clock until it is stopped; `wake` is called after something was published."""

    def __init__(self, database: Database, wake: Callable[[], None], every: float = EVERY) -> None:
        self._database = database
        self._wake = wake
        self._every = every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, wait: float = 10.0) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(wait)

    def look(self) -> list[str]:
        """Publish what is due now, and return the slugs; most of the time this is one small read."""
        moment = now()
        with self._database.reading() as session:
            if not is_due(session, moment):
                return []
        with self._database.writing() as session:
            done = publish_due(session, moment)
        if done:
            log.info("published as scheduled: %s", ", ".join(done))
            self._wake()
        return done

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            try:
                self.look()
            except Exception:  # the store may be away; a thread that ended would publish nothing more
                log.warning("could not look for what is due", exc_info=True)
