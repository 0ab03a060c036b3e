"""The index as one process reads it.

Readers hold a snapshot in memory, so nothing that happens to the files can make an answer wrong: until a new commit is
read whole and checked, the last one answers. NOT here: writing (`writing.py`), asking (`query.py`), the form of the
files (`generations.py`).
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.search.errors import IndexDamaged, SearchUnavailable
from app.search.generations import Entry, Generations, Manifest
from app.search.segment import Segment
from app.search.snapshot import Part, Snapshot

log = logging.getLogger(__name__)

STOPGAP_SECONDS = 20.0

State = Literal["current", "behind", "rebuilding", "missing"]


@dataclass(frozen=True, slots=True)
class Status:
    """How the index stands: the version it holds, how many versions it lags, what is in it, what is wrong with it."""

    state: State
    version: int
    lag: int
    documents: int
    segments: int
    set_aside: tuple[int, ...] = ()
    detail: str = ""


class SearchIndex:
    """An index folder as one process sees it; safe for many threads. `secret` is the installation's signing key."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self.generations = Generations(folder, secret)
        self._loading = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._snapshot: Snapshot | None = None
        self._manifest: Manifest | None = None
        self._segments: dict[tuple[int, str], Segment] = {}
        self._stopgap_lock = threading.Lock()
        self._stopgap: tuple[float, Snapshot | None] = (0.0, None)
        self.damage = "nothing was read yet"

    def snapshot(self) -> Snapshot:
        """Return the newest commit that can be read; raises SearchUnavailable where there never was one."""
        identity = self.generations.identity()
        moved = identity is None or identity != self._seen
        # Whoever has an older commit to answer from does not wait for the reading of the new one.
        if moved and self._loading.acquire(blocking=self._snapshot is None):
            try:
                self._load()
            finally:
                self._loading.release()
        if self._snapshot is None:
            raise SearchUnavailable("The search index is being rebuilt.")
        return self._snapshot

    def _load(self) -> None:
        """Read what the pointer names, if it changed since it was last read."""
        for _ in range(5):
            identity = self.generations.identity()
            if identity is not None and identity == self._seen:
                return
            try:
                manifest = self.generations.read()
                segments = {
                    (manifest.generation, entry.name): self._segment(manifest.generation, entry)
                    for entry in manifest.entries
                }
            except IndexDamaged as error:
                if identity != self.generations.identity():
                    continue  # a writer replaced it under us: what it named may be purged already
                self.damage, self._seen = str(error), identity
                return
            except Exception as error:  # whatever a damaged file can make the engine raise, though its digest fits
                log.exception("the search index cannot be read")
                self.damage, self._seen = f"{type(error).__name__} while reading", identity
                return
            parts = [
                Part(segment, frozenset(entry.deleted))
                for segment, entry in zip(segments.values(), manifest.entries, strict=True)
            ]
            self._segments, self._manifest, self._stopgap = segments, manifest, (0.0, None)
            self._snapshot = Snapshot(parts, manifest.version)
            self.damage, self._seen = "", identity
            return

    def _segment(self, generation: int, entry: Entry) -> Segment:
        known = self._segments.get((generation, entry.name))
        return known if known is not None else self.generations.load(generation, entry)

    def adopt(self, generation: int, entry: Entry) -> Segment:
        """Read a segment that was just written, and keep it for the snapshot that will name it."""
        segment = self.generations.load(generation, entry)
        with self._loading:
            self._segments = {**self._segments, (generation, entry.name): segment}
        return segment

    def while_missing(self, make: Callable[[], Snapshot]) -> Snapshot:
        """Return what `make` gives, or gave a few seconds ago: what is answered from until there is an index."""
        with self._stopgap_lock:
            made, snapshot = self._stopgap
            if snapshot is None or time.monotonic() - made > STOPGAP_SECONDS:
                snapshot = make()
                self._stopgap = time.monotonic(), snapshot
            return snapshot

    def intact(self) -> bool:
        """Say whether the newest commit could be read and its files are all still there."""
        try:
            self.snapshot()
        except SearchUnavailable:
            return False
        manifest = self._manifest
        return (
            not self.damage
            and manifest is not None
            and self.generations.identity() == self._seen
            and self.generations.in_place(manifest)
        )

    def held(self) -> int:
        """Return the library version that answers come from; -1 where there is none."""
        return self._snapshot.version if self._snapshot is not None else -1

    def current(self) -> tuple[Manifest, list[Part]] | None:
        """Return the newest commit on disk for writing on, or None where it is not intact; needs the lock."""
        with self._loading:
            self._load()
            manifest, snapshot = self._manifest, self._snapshot
        if not self.intact() or manifest is None or snapshot is None:
            return None
        return manifest, list(snapshot.parts)


def status(index: SearchIndex, library_version: int) -> Status:
    """Tell how the index stands against the library version; reads nothing but the pointer where all is well."""
    intact = index.intact()
    version = index.held()
    snapshot, manifest = index._snapshot, index._manifest
    if snapshot is None or manifest is None:
        return Status("missing", -1, library_version + 1, 0, 0, detail=index.damage)
    lag = max(0, library_version - version)
    state: State = "rebuilding" if not intact else "behind" if lag else "current"
    return Status(
        state, version, lag, snapshot.count, len(snapshot.parts), manifest.set_aside, "" if intact else index.damage
    )
