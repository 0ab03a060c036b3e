"""The index: open it, keep it in step with the library, rebuild it aside when it is missing, damaged or outgrown.

Readers hold a snapshot in memory, so nothing that happens to the files can make an answer wrong: until a new commit is
read whole and checked, the last one answers. Writers work under a lock, one process at a time; saving a summary never
waits for them. NOT here: asking (`query.py`), the form of the files (`generations.py`).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from app.search.documents import Removal, SearchDocument, Source
from app.search.errors import IndexBusy, IndexDamaged, SearchUnavailable
from app.search.generations import Entry, Generations, Manifest
from app.search.merging import SMALL, due, merge
from app.search.segment import Segment, SegmentBuilder, prepare
from app.search.snapshot import Part, Snapshot

log = logging.getLogger(__name__)

FOLLOW_WAIT = 2.0
STOPGAP_SECONDS = 5.0
BATCH_DOCUMENTS = 1_250
BATCH_CHARACTERS = 6_000_000

Progress = Callable[[int, int], None]
State = Literal["current", "behind", "rebuilding", "missing"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What following did: `done` says that the index holds the library version asked for; else `detail` says why."""

    done: bool
    version: int
    changed: int = 0
    rebuilt: bool = False
    detail: str = ""


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
        with self._loading:
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


def follow(
    index: SearchIndex, source: Source, *, wait: float = FOLLOW_WAIT, progress: Progress | None = None
) -> Outcome:
    """Bring the index to the library's version, rebuilding it where it is not usable; at once where nothing is to do.

    Waits at most `wait` seconds for another writer. Never raises for the index's own troubles (a held lock, a full
    disk): the outcome tells; the store's errors pass through.
    """
    version = source.current_version()
    if index.held() == version and index.intact():
        return Outcome(True, version)
    return _write(index, lambda: _catch_up(index, source, progress), wait)


ensure = follow
"""At the start of a process: the same, given the time and the progress it may take."""


def rebuild(
    index: SearchIndex, source: Source, *, wait: float = FOLLOW_WAIT, progress: Progress | None = None
) -> Outcome:
    """Make the whole index anew beside the old one, and swap. `progress` is told (done, in all)."""
    return _write(index, lambda: _rebuild(index, source, progress), wait)


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


def _write(index: SearchIndex, work: Callable[[], Outcome], wait: float) -> Outcome:
    try:
        with index.generations.lock(wait):
            return work()
    except IndexBusy as error:
        return Outcome(False, index.held(), detail=str(error))
    except IndexDamaged as error:
        return Outcome(False, index.held(), detail=f"The search index was damaged while it was written: {error}.")
    except OSError as error:
        log.warning("the search index cannot be written: %s", error)
        return Outcome(False, index.held(), detail=f"The search index cannot be written: {error.strerror or error}.")


def _catch_up(index: SearchIndex, source: Source, progress: Progress | None) -> Outcome:
    held = index.current()
    if held is None or held[0].version > source.current_version():
        return _rebuild(index, source, progress)
    index.generations.purge(held[0])
    try:
        changed = _take_changes(index, source, *held)
    except IndexDamaged as error:
        log.warning("the search index was damaged and is rebuilt: %s", error)
        return _rebuild(index, source, progress)
    index.snapshot()
    return Outcome(True, index.held(), changed)


def _take_changes(index: SearchIndex, source: Source, manifest: Manifest, parts: list[Part]) -> int:
    changed = 0
    if manifest.version != source.current_version():
        for batch in source.changes_since(manifest.version):
            manifest, parts = _apply(index, manifest, parts, batch.changes, batch.version)
            changed += len(batch.changes)
    while places := due(parts):
        manifest, parts = _merge(index, manifest, parts, places)
    index.generations.purge(manifest)
    return changed


def _apply(
    index: SearchIndex,
    manifest: Manifest,
    parts: list[Part],
    changes: Iterable[SearchDocument | Removal],
    version: int,
) -> tuple[Manifest, list[Part]]:
    """Commit changes: what they touch is deleted from the old parts, the new goes with the small parts into one."""
    latest = {change.id: change for change in changes}
    builder, failed = SegmentBuilder(), set[int]()
    for change in latest.values():
        if isinstance(change, SearchDocument):
            _add(builder, change, failed)
    set_aside = tuple(sorted((set(manifest.set_aside) - set(latest)) | failed))
    thinned = [_without(part, latest) for part in parts]
    small = [place for place, part in enumerate(thinned) if part.count < SMALL]
    if not len(builder):
        small = [place for place in small if not thinned[place].count]
    left = [place for place in range(len(parts)) if place not in small]
    entries = [replace(manifest.entries[place], deleted=tuple(sorted(thinned[place].deleted))) for place in left]
    staying = [thinned[place] for place in left]
    if len(builder):
        fresh = Part(Segment(*builder.finish()), frozenset())
        merged = [thinned[place] for place in small if thinned[place].count]
        data = merge([*merged, fresh]) if merged else builder.finish()
        entries.append(index.generations.write(manifest.generation, *data))
        staying.append(Part(index.adopt(manifest.generation, entries[-1]), frozenset()))
    committed = Manifest(manifest.generation, version, tuple(entries), set_aside)
    index.generations.publish(committed)
    return committed, staying


def _add(builder: SegmentBuilder, document: SearchDocument, failed: set[int]) -> None:
    """Add a document; one that cannot be cut into words is set aside, and the rest go on."""
    try:
        builder.add(prepare(document))
    except Exception:
        log.exception("summary %d cannot be indexed and was set aside", document.id)
        failed.add(document.id)


def _without(part: Part, ids: Iterable[int]) -> Part:
    gone = {number for id_ in ids if (number := part.segment.numbers.get(id_)) is not None}
    return Part(part.segment, part.deleted | gone) if gone - part.deleted else part


def _merge(index: SearchIndex, manifest: Manifest, parts: list[Part], places: list[int]) -> tuple[Manifest, list[Part]]:
    """Commit the same documents in fewer segments."""
    entry = index.generations.write(manifest.generation, *merge([parts[place] for place in places]))
    left = [place for place in range(len(parts)) if place not in places]
    merged = Part(index.adopt(manifest.generation, entry), frozenset())
    manifest = replace(manifest, entries=(*(manifest.entries[place] for place in left), entry))
    index.generations.publish(manifest)
    return manifest, [*(parts[place] for place in left), merged]


def _rebuild(index: SearchIndex, source: Source, progress: Progress | None) -> Outcome:
    generation = index.generations.new_generation()
    version, expected = source.current_version(), source.count() if progress else 0
    entries: list[Entry] = []
    builder, failed, done = SegmentBuilder(), set[int](), 0
    for document in source.all_documents():
        _add(builder, document, failed)
        done += 1
        if progress and done % 50 == 0:
            progress(done, max(done, expected))
        if len(builder) >= BATCH_DOCUMENTS or builder.characters >= BATCH_CHARACTERS:
            entries.append(index.generations.write(generation, *builder.finish()))
            builder = SegmentBuilder()
    if len(builder):
        entries.append(index.generations.write(generation, *builder.finish()))
    manifest = Manifest(generation, version, tuple(entries), tuple(sorted(failed)))
    index.generations.publish(manifest)
    index.generations.purge(manifest)
    if progress:
        progress(done, done)
    held = index.current()
    if held is None:
        raise OSError("the index that was just written cannot be read")
    _take_changes(index, source, *held)
    index.snapshot()
    return Outcome(True, index.held(), done, rebuilt=True)
