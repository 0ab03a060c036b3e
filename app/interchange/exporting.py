"""Export: the whole library as a folder of files. The same library gives the same bytes.

The manifest holds the format only. The library version is left out: it differs between two libraries with the same
content, and an import that is exported again must give the same bytes. NOT here: formats (`library_folder.py`).
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import BadInput, Unavailable
from app.interchange import library_folder as layout
from app.interchange.bibtex import format_bibtex
from app.interchange.folder_files import read_text, sync_folder, write_file
from app.papers.models import Paper
from app.papers.queries import iter_records
from app.summaries.asset_models import Media
from app.summaries.assets import iter_macro_sets, iter_media
from app.summaries.models import Summary
from app.summaries.paths import iter_path_records
from app.summaries.queries import iter_documents
from app.taxonomy.queries import list_category_records, list_series_records

Progress = Callable[[int, int], None]
File = tuple[str, str, bytes, int]  # what it holds, its name in the folder, its bytes, how many rows


def export_library(database: Database, folder: Path, *, progress: Progress | None = None) -> dict[str, int]:
    """Write the library into a new or empty folder, or over a former export; return how many of each kind.

    Trash is left out. Files of a former export that no longer belong are removed, other people's files stay. Raises
    BadInput where the folder holds something else, Unavailable where it cannot be written.
    """
    counts = dict.fromkeys(("categories", "series", "macro sets", "pictures", "papers", "summaries", "paths"), 0)
    try:
        _prepare(folder)
        with database.reading() as session:
            one_snapshot(session)
            total = _total(session)
            kept = {layout.MANIFEST}
            done = 0
            for kind, name, data, rows in iter_files(session):
                write_file(folder / name, data)
                kept.add(name)
                counts[kind] += rows
                done += rows
                if progress is not None:
                    progress(min(done, total), total)
        _remove_others(folder, kept)
        for each in (*(folder / name for name in layout.FOLDERS), folder):
            if each.is_dir():
                sync_folder(each)
    except OSError as error:
        raise Unavailable(f"The export could not be written: {error.strerror} ({error.filename}).") from error
    return counts


def counted(number: int, kind: str) -> str:
    """Return “1 summary” or “2 summaries” for a kind of the counts above."""
    one = f"{kind[:-3]}y" if kind.endswith("ies") and kind != "series" else kind if kind == "series" else kind[:-1]
    return f"{number:,} {one if number == 1 else kind}"


def _prepare(folder: Path) -> None:
    """Make the folder ready, and mark it as an export before anything else is in it."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file; give a folder to export to.")
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / layout.MANIFEST
    if manifest.exists() or manifest.is_symlink():
        try:
            layout.read_manifest(read_text(manifest))
        except BadInput as error:
            raise BadInput(f"{folder} is not a former export ({layout.MANIFEST}: {error}); nothing written.") from error
    elif any(not entry.name.startswith(".") for entry in folder.iterdir()):
        raise BadInput(f"{folder} is neither empty nor a former export of Cairn; nothing was written.")
    for name in layout.FOLDERS:
        if (folder / name).is_symlink() or ((folder / name).exists() and not (folder / name).is_dir()):
            raise BadInput(f"{folder / name} is not a folder; nothing was written.")
    write_file(manifest, layout.manifest().encode())
    for name in layout.FOLDERS:
        (folder / name).mkdir(exist_ok=True)


def one_snapshot(session: Session) -> None:
    """Let every statement see the same moment; SQLite's transactions do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _total(session: Session) -> int:
    counted = (select(func.count()).select_from(table) for table in (Summary, Paper, Media))
    return sum(session.scalars(statement).one() for statement in counted)


def iter_files(session: Session) -> Iterator[File]:
    """Give every file of the library but the manifest. Orders are made here: databases collate differently."""
    categories = sorted(list_category_records(session), key=lambda record: (record.position, record.slug))
    if categories:
        yield "categories", layout.CATEGORIES, layout.format_shelves(categories).encode(), len(categories)
    series = sorted(list_series_records(session), key=lambda record: record.slug)
    if series:
        yield "series", layout.SERIES, layout.format_shelves(series).encode(), len(series)
    for name, source in iter_macro_sets(session):
        yield "macro sets", f"macros/{name}.tex", source.encode(), 1
    for name, data in iter_media(session):
        yield "pictures", f"media/{name}", data, 1
    papers = list(iter_records(session))
    if papers:
        yield "papers", layout.PAPERS, format_bibtex(papers).encode(), len(papers)
    trash = set(session.scalars(select(Summary.slug).where(Summary.trashed_at.is_not(None))))
    for document in iter_documents(session):
        if trash.intersection(document.requires):
            requires = tuple(slug for slug in document.requires if slug not in trash)
            document = document.model_copy(update={"requires": requires})
        yield "summaries", f"summaries/{document.slug}.md", layout.format_summary(document).encode(), 1
    for record in iter_path_records(session):
        steps = tuple(step for step in record.steps if step.summary not in trash)
        text = layout.format_path(record.model_copy(update={"steps": steps}))
        yield "paths", f"paths/{record.slug}.md", text.encode(), 1


def _remove_others(folder: Path, kept: set[str]) -> None:
    """Remove what a former export wrote and this one did not, and what a killed one left aside."""
    for name in (layout.CATEGORIES, layout.SERIES, layout.PAPERS):
        if name not in kept:
            (folder / name).unlink(missing_ok=True)
    for inside, suffix in layout.FOLDERS.items():
        for path in (folder / inside).iterdir():
            left_aside = path.name.startswith(".") and path.name.endswith(".part")
            stale = not path.name.startswith(".") and path.name.endswith(suffix) and f"{inside}/{path.name}" not in kept
            if (left_aside or stale) and not path.is_dir():
                path.unlink()
        with suppress(OSError):  # not empty: it stays
            (folder / inside).rmdir()
    for path in folder.glob(".*.part"):
        path.unlink()
