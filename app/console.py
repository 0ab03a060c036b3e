"""How commands talk: plain lines, and a progress bar where someone is watching."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from app.interchange.importing import Report

Reporter = Callable[[int, int], None]
PLAIN_SECONDS = 5


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def complain(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


@contextmanager
def reporting(what: str) -> Iterator[Reporter]:
    """Give a function to call with (done, total): a bar on a terminal, a line every few seconds elsewhere."""
    if not sys.stderr.isatty():
        yield _plain(what)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _plain(what: str) -> Reporter:
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PLAIN_SECONDS:
            last = time.monotonic()
            complain(f"{what}: {done} of {total}")

    return report


def show_report(report: "Report") -> None:
    """Print a line for every row of an import that is not unchanged, what could not be mapped, and the counts."""
    for row in report.rows:
        if row.outcome == "unchanged" and not row.sentence:
            continue
        place = f"{row.file}:{row.line}" if row.line else row.file
        line = f"{row.outcome:<9} {row.kind} {row.name}  ({place})" + (f"  {row.sentence}" if row.sentence else "")
        (complain if row.outcome == "refused" else say)(line.rstrip())
    for note in report.notes:
        say(f"not kept  ({note.file}:{note.line or 1})  {note.sentence}")
    say(report.summary() + (" (dry run: nothing was changed)" if report.dry_run else ""))
