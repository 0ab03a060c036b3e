"""Import: a library folder, one file, or a folder of posts into the store, row by row, with a report.

One bad row is refused and the rest goes on; each row stands in a savepoint, so nothing of it is half written. Rows are
committed in batches: an import that is killed leaves whole rows, and running it again finishes the work. A dry run does
everything in one transaction that is given up. NOT here: formats (`library_folder.py`, `bibtex.py`).
"""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from io import BytesIO
from pathlib import Path, PurePath
from typing import IO

from pydantic import ValidationError
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from app.accounts.service import Actor
from app.database import Database
from app.errors import BadInput, Conflict
from app.interchange.archives import is_archive, unpacked
from app.interchange.complaints import sentences
from app.interchange.import_plan import plan_import
from app.interchange.import_tasks import Stage, Task
from app.interchange.reports import Report, Row
from app.summaries.rendering import together

BATCH = 50
Progress = Callable[[int, int], None]
MAX_UPLOAD_BYTES = 512_000_000
__all__ = ["Progress", "Report", "Row", "import_path", "import_upload"]


class _NothingKept(Exception):
    """End the transaction of a dry run."""


def import_path(
    database: Database,
    path: Path,
    *,
    actor: Actor,
    dry_run: bool = False,
    publish: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Import what is at a path (`import_plan.py` says what that may be); return what became of every row.

    `publish` publishes what is marked as a draft; `progress` is called with (rows done, rows in all). Raises BadInput
    where there is nothing that can be imported at all, Unavailable where the store does not answer.
    """
    if is_archive(path.name) and path.is_file():
        with unpacked(path) as folder:
            return _import(database, folder, actor, dry_run, publish, progress)
    return _import(database, path, actor, dry_run, publish, progress)


def import_upload(
    database: Database,
    name: str,
    content: bytes | IO[bytes],
    *,
    actor: Actor,
    dry_run: bool = False,
    publish: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Import one file that was sent, as `import_path` would; `name` is what its sender calls it."""
    plain = PurePath(name.replace("\\", "/")).name
    if not plain or not plain.isprintable() or plain.startswith(".") or len(plain.encode()) > 200:
        raise BadInput("The file that was sent has no name that could be used.")
    with tempfile.TemporaryDirectory(prefix="cairn-") as folder:
        path = Path(folder) / plain
        with path.open("wb") as file:
            source = BytesIO(content) if isinstance(content, bytes) else content
            shutil.copyfileobj(source, file)
            if file.tell() > MAX_UPLOAD_BYTES:
                raise BadInput(f"{plain} is larger than {MAX_UPLOAD_BYTES:,} bytes.")
        return import_path(database, path, actor=actor, dry_run=dry_run, publish=publish, progress=progress)


def _import(
    database: Database, path: Path, actor: Actor, dry_run: bool, publish: bool, progress: Progress | None
) -> Report:
    plan = plan_import(path, actor=actor, publish=publish)
    report = Report(list(plan.refused), dry_run, list(plan.notes))
    counter = _counter(progress, sum(len(stage) for stage in plan.stages))
    if dry_run:
        with suppress(_NothingKept), database.writing() as session:
            for stage in plan.stages:
                report.rows += _carry_out(stage, lambda: nullcontext(session), counter)
            raise _NothingKept
    else:
        for stage in plan.stages:
            report.rows += _carry_out(stage, database.writing, counter)
    return report


def _carry_out(
    stage: Stage, writing: Callable[[], AbstractContextManager[Session]], done: Callable[[], None]
) -> list[Row]:
    """Save the rows of one stage in order; those refused are tried again for as long as that helps.

    A row may be refused only for something that a later row takes away (a DOI that moves to another paper).
    """
    rows: dict[int, Row] = {}
    waiting = list(range(len(stage)))
    while waiting:
        for start in range(0, len(waiting), BATCH):
            with writing() as session:
                with together(session):
                    for index in waiting[start : start + BATCH]:
                        if index not in rows:
                            done()
                        rows[index] = _save(session, stage[index])
                session.expunge_all()
        refused = [index for index in waiting if rows[index].outcome == "refused"]
        waiting = refused if len(refused) < len(waiting) else []
    return [rows[index] for index in sorted(rows)]


def _save(session: Session, task: Task) -> Row:
    try:
        with session.begin_nested():
            outcome, sentence, line = task.save(session)
    except (BadInput, Conflict) as error:
        sentence, line = task.explain(error)
        return Row(task.kind, task.name, "refused", sentence, task.file, line)
    except ValidationError as error:
        # What a file and the library say together does not fit, although each did.
        sentence = "; ".join(told for _, told in sentences(error))
        return Row(task.kind, task.name, "refused", sentence, task.file, task.line)
    except (IntegrityError, DataError):
        return Row(task.kind, task.name, "refused", "the store does not take this row", task.file, task.line)
    return Row(task.kind, task.name, outcome, sentence, task.file, line or task.line)


def _counter(progress: Progress | None, total: int) -> Callable[[], None]:
    """Return a function that counts one row and tells `progress`."""
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return count
