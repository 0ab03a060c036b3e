"""Writing the index: keep it in step with the library, rebuild it aside when it is missing, damaged or outgrown.

Writers work under a lock, one process at a time; saving a summary never waits for them. NOT here: reading (`index.py`),
the form of the files (`generations.py`).
"""

import ctypes
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from app.search.building import SegmentBuilder, prepare
from app.search.documents import Removal, SearchDocument, Source
from app.search.errors import IndexBusy, IndexDamaged
from app.search.generations import Entry, Manifest
from app.search.index import SearchIndex
from app.search.merging import due, merge
from app.search.snapshot import Part

log = logging.getLogger(__name__)

FOLLOW_WAIT = 2.0
BATCH_DOCUMENTS = 1_250
BATCH_CHARACTERS = 6_000_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What following did: `done` says that the index holds the library version asked for; else `detail` says why."""

    done: bool
    version: int
    changed: int = 0
    rebuilt: bool = False
    detail: str = ""


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


def _write(index: SearchIndex, work: Callable[[], Outcome], wait: float) -> Outcome:
    try:
        with index.generations.lock(wait):
            outcome = work()
    except IndexBusy as error:
        return Outcome(False, index.held(), detail=str(error))
    except IndexDamaged as error:
        return Outcome(False, index.held(), detail=f"The search index was damaged while it was written: {error}.")
    except OSError as error:
        log.warning("the search index cannot be written: %s", error)
        return Outcome(False, index.held(), detail=f"The search index cannot be written: {error.strerror or error}.")
    if outcome.rebuilt or outcome.changed > BATCH_DOCUMENTS:
        _give_back()
    return outcome


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
    if _disagrees(index, source):
        log.warning("the search index does not hold what the library holds and is rebuilt")
        return _rebuild(index, source, progress)
    index.snapshot()
    return Outcome(True, index.held(), changed)


def _disagrees(index: SearchIndex, source: Source) -> bool:
    """Whether the index holds another number of summaries than the library at the same version.

    A summary that was taken away for good while the index was behind leaves no row that would tell of its going.
    """
    held = index.current()
    if held is None:
        return False
    manifest, parts = held
    counted = source.count()
    return source.current_version() == manifest.version and counted != sum(part.count for part in parts) + len(
        manifest.set_aside
    )


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
    """Commit changes: what they touch is deleted from the old parts, the new becomes a part of its own."""
    latest = {change.id: change for change in changes}
    builder, failed = SegmentBuilder(), set[int]()
    for change in latest.values():
        if isinstance(change, SearchDocument):
            _add(builder, change, failed)
    set_aside = tuple(sorted((set(manifest.set_aside) - set(latest)) | failed))
    left: list[tuple[Entry, Part]] = []
    for entry, part in zip(manifest.entries, parts, strict=True):
        thinned = _without(part, latest)
        if thinned.count:
            left.append((replace(entry, deleted=tuple(sorted(thinned.deleted))), thinned))
    if len(builder):
        entry = index.generations.write(manifest.generation, *builder.finish())
        left.append((entry, Part(index.adopt(manifest.generation, entry), frozenset())))
    entries = tuple(entry for entry, _ in left)
    committed = Manifest(manifest.generation, version, entries, set_aside)
    index.generations.publish(committed)
    return committed, [part for _, part in left]


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


def _give_back() -> None:
    """Hand what was freed back to the system: glibc keeps it otherwise, 240 MB of it after 10,000 summaries."""
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
