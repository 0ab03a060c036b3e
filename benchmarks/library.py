"""Loading a made-up library through the services a curator's save goes through, and keeping it for the next run.

A kept library is made anew whenever the generator, the renderer, the schema or the index changed.
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
    times_file = original / "times.json"
    if not times_file.exists():
        shutil.rmtree(original, ignore_errors=True)
        original.mkdir(parents=True)
        times = _build(size, original, say)
        times_file.write_text(json.dumps(times))
    copy = work / f"library-{size}"
    shutil.copytree(original, copy)
    return copy, json.loads(times_file.read_text())


def _fingerprint() -> str:
    head = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    search = sorted((ROOT / "app" / "search").glob("*.py"))
    parts = [str(GENERATOR), str(RENDERER_VERSION), str(head), *(path.read_text() for path in search)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _build(size: int, folder: Path, say: Say) -> dict[str, float]:
    settings = settings_for(folder)
    database = Database(settings)
    try:
        migrate(database)
        started = time.perf_counter()
        _load(size, database, say)
        loaded = time.perf_counter()
        say(f"  {size}: indexing")
        bring_up_to_date(settings, database)
        indexed = time.perf_counter()
    finally:
        database.close()
    return {"load": loaded - started, "index": indexed - loaded}


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
