"""The rows of an import and their plan: what saves each, and how a refusal is put into words with its line.

NOT here: reading the files (`import_plan.py`), transactions (`importing.py`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from app.accounts.service import Actor
from app.errors import BadInput, CairnError
from app.interchange.bibtex import ParsedEntry
from app.interchange.folder_files import read_bytes
from app.interchange.front_matter import Lines, nearest
from app.interchange.joining import join_paper
from app.interchange.library_folder import SummaryFile, first_line
from app.interchange.reports import Note, Row, RowKind
from app.outcome import Outcome
from app.summaries.assets import MAX_MEDIA_BYTES, save_macro_set, save_media
from app.summaries.path_records import PathRecord
from app.summaries.paths import save_path
from app.summaries.service import save_paper, save_summary
from app.taxonomy.records import CategoryRecord, SeriesRecord
from app.taxonomy.service import save_category, save_series

Done = tuple[Outcome, str, int | None]


@dataclass(frozen=True, slots=True)
class Task:
    """One row to save, and how a refusal is put into words: sentence and line."""

    kind: RowKind
    name: str
    file: str
    line: int | None
    save: Callable[[Session], Done]
    explain: Callable[[CairnError], tuple[str, int | None]]


Stage = Sequence[Task]


@dataclass(slots=True)
class Plan:
    """What an import will do: stages of tasks in order, what was refused while reading, what could not be mapped."""

    stages: list[Stage] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def refuse(self, kind: RowKind, name: str, file: str, error: BadInput) -> None:
        line, sentence = first_line(error)
        self.refused.append(Row(kind, name, "refused", sentence, file, line))

    def note(self, file: str, found: Iterable[tuple[int, str]]) -> None:
        self.notes += [Note(file, line, sentence) for line, sentence in found]


def make_task(kind: RowKind, name: str, file: str, line: int | None, save: Callable[[Session], Done]) -> Task:
    def explain(error: CairnError) -> tuple[str, int | None]:
        found, sentence = first_line(error) if isinstance(error, BadInput) else (None, str(error))
        return sentence, found or line

    return Task(kind, name, file, line, save, explain)


def shelf_task(record: CategoryRecord | SeriesRecord, file: str, line: int) -> Task:
    if isinstance(record, CategoryRecord):
        return make_task(
            "category", record.slug, file, line, lambda session: (save_category(session, record), "", None)
        )
    return make_task("series", record.slug, file, line, lambda session: (save_series(session, record), "", None))


def paper_task(entry: ParsedEntry, file: str) -> Task:
    def save(session: Session) -> Done:
        return save_paper(session, entry.record), "; ".join(entry.notes), None

    return make_task("paper", entry.record.key, file, entry.line, save)


def foreign_paper_task(entry: ParsedEntry, file: str) -> Task:
    """Join a paper from a file that is not a library's to what is there: completed, never overwritten."""

    def save(session: Session) -> Done:
        outcome, sentence, _ = join_paper(session, entry.record)
        return outcome, "; ".join([sentence, *entry.notes] if sentence else entry.notes), None

    return make_task("paper", entry.record.key, file, entry.line, save)


def macros_task(name: str, source: str, file: str) -> Task:
    return make_task("macro set", name, file, None, lambda session: (save_macro_set(session, name, source), "", None))


def media_task(path: Path, file: str, name: str = "") -> Task:
    """Keep the picture in a file under its own name or another."""

    def save(session: Session) -> Done:
        # Read only now, so that one picture is in memory at a time.
        return save_media(session, name or path.name, read_bytes(path, MAX_MEDIA_BYTES)), "", None

    return make_task("picture", name or path.name, file, None, save)


def path_task(record: PathRecord, lines: Lines, file: str) -> Task:
    def explain(error: CairnError) -> tuple[str, int | None]:
        return str(error), _step_line(record, lines, str(error))

    return Task("path", record.slug, file, 1, lambda session: (save_path(session, record), "", None), explain)


def summary_task(slug: str, file: str, found: SummaryFile, actor: Actor) -> Task:
    def save(session: Session) -> Done:
        saved = save_summary(session, found.document, actor=actor, note=f"imported from {file}")
        told = [told_in(found, problem) for problem in saved.problems if problem["severity"] == "error"]
        sentence = "; ".join(f"line {line}: {message}" for line, message in told[:5])
        if len(told) > 5:
            sentence += f"; and {len(told) - 5} more"
        return saved.outcome, sentence, told[0][0] if told else None

    def explain(error: CairnError) -> tuple[str, int | None]:
        problems = error.problems if isinstance(error, BadInput) else ()
        line = found.line_of(problems[0].field, problems[0].message) if problems else None
        return str(error), line

    return Task("summary", slug, file, None, save, explain)


def told_in(found: SummaryFile, problem: Mapping[str, object]) -> tuple[int, str]:
    """Return the line of the file and the message of what a renderer complained of."""
    part, line = str(problem["part"]), int(str(problem["line"]))
    at = found.line_of_body(line) if part == "body" else found.line_of(part)
    return at, str(problem["message"])


def _step_line(record: PathRecord, lines: Lines, sentence: str) -> int:
    for index, step in enumerate(record.steps):
        if f"“{step.summary}”" in sentence:
            return nearest(lines, ("steps", index))
    return nearest(lines, ("steps",))
