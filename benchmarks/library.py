"""Loading a made-up library through the services a curator's save goes through, and keeping it for the next run.

A kept library is made anew whenever the generator, the renderer or the schema changed; its index whenever search did.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory

from app.accounts.service import Actor
from app.database import Database
from app.markup import RENDERER_VERSION
from app.schema import migrate
from app.search.following import bring_up_to_date
from app.settings import ROOT, Settings, load_settings
from app.summaries.service import save_paper, save_summary
from app.taxonomy.service import save_category, save_series
from benchmarks.generator import GENERATOR, Library

CURATOR = Actor("Bench Curator")
BATCH = 50
Say = Callable[[str], None]


def settings_for(folder: Path, **overrides: object) -> Settings:
    return load_settings(_env_file=None, data_dir=folder, **overrides)


def prepare(size: int, kept: Path, work: Path, say: Say) -> tuple[Path, dict[str, float]]:
    """Return a copy of the library of this size that may be written to, and how long making it took, in seconds."""
    original = kept / f"{size}-{_fingerprint()}"
    loaded, indexed = original / "loaded.json", original / f"indexed-{_search_fingerprint()}.json"
    settings = settings_for(original)
    if not loaded.exists():
        shutil.rmtree(original, ignore_errors=True)
        original.mkdir(parents=True)
        seconds = _timed(settings, lambda database: _build(size, database, say))
        loaded.write_text(json.dumps({"load": seconds}))
    if not indexed.exists():
        say(f"  {size}: indexing")
        shutil.rmtree(settings.search_dir, ignore_errors=True)
        seconds = _timed(settings, lambda database: bring_up_to_date(settings, database))
        indexed.write_text(json.dumps({"index": seconds}))
    copy = work / f"library-{size}"
    shutil.copytree(original, copy)
    return copy, {**json.loads(loaded.read_text()), **json.loads(indexed.read_text())}


def _fingerprint() -> str:
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    return hashlib.sha256(f"{GENERATOR} {RENDERER_VERSION} {head}".encode()).hexdigest()[:12]


def _search_fingerprint() -> str:
    code = b"".join(path.read_bytes() for path in sorted((ROOT / "app" / "search").glob("*.py")))
    return hashlib.sha256(code).hexdigest()[:12]


def _timed(settings: Settings, work: Callable[[Database], object]) -> float:
    database = Database(settings)
    started = time.perf_counter()
    try:
        work(database)
    finally:
        database.close()
    return time.perf_counter() - started


def _build(size: int, database: Database, say: Say) -> None:
    migrate(database)
    _load(size, database, say)


def _load(size: int, database: Database, say: Say) -> None:
    library = Library(size)
    with database.writing() as session:
        for category in library.categories():
            save_category(session, category)
        for series in library.series():
            save_series(session, series)
    for batch in _batches(library.papers()):
        with database.writing() as session:
            for paper in batch:
                save_paper(session, paper)
    told = time.perf_counter()
    for number, batch in enumerate(_batches(library.summaries()), 1):
        with database.writing() as session:
            for document in batch:
                save_summary(session, document, actor=CURATOR)
        if time.perf_counter() - told > 20:
            told = time.perf_counter()
            say(f"  {size}: {number * BATCH} summaries loaded")


def _batches(items: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(items, BATCH)):
        yield batch
