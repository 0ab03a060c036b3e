"""A library as lines of JSON, in any order, put into the store row by row: `{"type": ..., "document": ...}` each.

What a line names may come in a later one: kinds are saved in their order, summaries after what they require. A line
that is refused leaves nothing behind and the rest goes on. Only one line and a few words about every other are in
memory at a time. NOT here: how the lines arrive (`app/api/bulk.py`).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import IO

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import Database, attempt
from app.errors import BadInput, CairnError, FieldProblem, Unavailable
from app.interchange.json_documents import (
    DOCUMENT_KINDS,
    FORMS,
    DocumentKind,
    name_of,
    read_document,
    save_document,
)
from app.interchange.json_reading import Object, read_object
from app.interchange.reports import RowOutcome
from app.summaries.documents import SummaryDocument
from app.summaries.rendering import together

BATCH = 50
MOST_LINES = 100_000
LONGEST_LINE = 12_000_000
NOTE = "imported"


@dataclass(frozen=True, slots=True)
class LineRow:
    """What became of one line, counted from 1; `kind` and `name` are empty where the line does not say them."""

    line: int
    kind: str
    name: str
    outcome: RowOutcome
    detail: str = ""
    problems: Sequence[FieldProblem] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line stands in the file."""

    line: int
    offset: int
    kind: DocumentKind
    name: str


class _NothingKept(Exception):
    """End the transaction of a dry run."""


def import_lines(database: Database, file: IO[bytes], *, person: Person, dry_run: bool = False) -> Iterator[LineRow]:
    """Save what the lines of a file hold and give a row for each, in the order in which they are done.

    A dry run does everything in one transaction that is given up, so whoever asks for one takes the rows in at once.
    Raises NotAllowed where the person is no editor.
    """
    person.require("editor")
    stages, refused = _survey(file)
    yield from refused
    if not dry_run:
        for stage in stages:
            yield from _carry_out(file, stage, person, database.writing)
        return
    with suppress(_NothingKept), database.writing() as session:
        for stage in stages:
            yield from _carry_out(file, stage, person, lambda: nullcontext(session))
        raise _NothingKept


def _survey(file: IO[bytes]) -> tuple[list[list[_Place]], list[LineRow]]:
    """Read every line once; return where what can be saved stands, in the order to save it, and the other lines."""
    by_kind: dict[DocumentKind, list[_Place]] = {kind: [] for kind in FORMS}
    requires: dict[str, tuple[str, ...]] = {}
    refused: list[LineRow] = []
    known: dict[tuple[str, str], int] = {}
    offset = number = 0
    while raw := file.readline(LONGEST_LINE + 1):
        number += 1
        at, offset = offset, offset + len(raw)
        if len(raw) > LONGEST_LINE:
            offset += _skip_line(file, raw)
            refused.append(LineRow(number, "", "", "refused", f"the line is longer than {LONGEST_LINE:,} bytes"))
        elif number > MOST_LINES:
            refused.append(
                LineRow(number, "", "", "refused", f"there are more than {MOST_LINES:,} lines; send the rest")
            )
            break
        elif raw.strip():
            try:
                kind, document = _read(raw)
                name = name_of(kind, document)
                if (kind, name) in known:
                    raise BadInput(f"The {kind} “{name}” stands in line {known[kind, name]} already.")
            except BadInput as error:
                refused.append(_refusal(number, *_named(raw), error))
                continue
            known[kind, name] = number
            by_kind[kind].append(_Place(number, at, kind, name))
            if isinstance(document, SummaryDocument):
                requires[name] = document.requires
    by_kind["summary"] = _ordered(by_kind["summary"], requires)
    return [stage for stage in by_kind.values() if stage], refused


def _skip_line(file: IO[bytes], begun: bytes) -> int:
    skipped = 0
    while begun and not begun.endswith(b"\n"):
        begun = file.readline(LONGEST_LINE)
        skipped += len(begun)
    return skipped


def _read(raw: bytes) -> tuple[DocumentKind, BaseModel]:
    found = read_object(raw, "line")
    unknown = [FieldProblem(name[:200], "there is no such field here") for name in found.keys() - {"type", "document"}]
    if unknown:
        raise BadInput(f"{unknown[0].field}: there is no such field here.", unknown)
    kind = found.get("type")
    if kind not in DOCUMENT_KINDS:
        sentence = "must be one of " + ", ".join(DOCUMENT_KINDS)
        raise BadInput(f"type: {sentence}.", [FieldProblem("type", sentence)])
    document = found.get("document")
    if not isinstance(document, dict):
        raise BadInput("document: must be an object.", [FieldProblem("document", "must be an object")])
    return kind, read_document(kind, document)


def _named(raw: bytes) -> tuple[str, str]:
    """Return the kind and name that a line gives, as far as it does."""
    found: Object = {}
    with suppress(BadInput):
        found = read_object(raw)
    kind, document = found.get("type"), found.get("document")
    form = next((form for each, form in FORMS.items() if each == kind), None)
    if form is None:
        return "", ""
    name = document.get(form.named_by) if isinstance(document, dict) else None
    return str(kind), name[:200] if isinstance(name, str) else ""


def _ordered(places: list[_Place], requires: dict[str, tuple[str, ...]]) -> list[_Place]:
    """Return the summaries with what they require first; those in a circle keep their places and are refused there."""
    by_name = {place.name: place for place in places}
    graph = {name: [one for one in requires[name] if one in by_name] for name in by_name}
    while True:
        try:
            return [by_name[name] for name in TopologicalSorter(graph).static_order()]
        except CycleError as error:
            graph[error.args[1][0]] = []


def _carry_out(
    file: IO[bytes], stage: Sequence[_Place], person: Person, writing: Callable[[], AbstractContextManager[Session]]
) -> Iterator[LineRow]:
    """Save the lines of one kind; those refused are tried again for as long as that helps, and told at the end.

    One may be refused only for something that a later one takes away: a DOI that moves to another paper.
    """
    waiting = list(stage)
    while waiting:
        refused: list[tuple[_Place, LineRow]] = []
        for start in range(0, len(waiting), BATCH):
            done: list[LineRow] = []
            with writing() as session:
                with together(session):
                    for place in waiting[start : start + BATCH]:
                        row = _save(session, file, place, person)
                        if row.outcome == "refused":
                            refused.append((place, row))
                        else:
                            done.append(row)
                session.expunge_all()
            yield from done  # after the commit: what is told as done is done, and nobody waits for a slow reader
        if len(refused) == len(waiting):
            yield from (row for _, row in refused)
            return
        waiting = [place for place, _ in refused]


def _save(session: Session, file: IO[bytes], place: _Place, person: Person) -> LineRow:
    file.seek(place.offset)
    _, document = _read(file.readline())
    try:
        with attempt(session):
            outcome = save_document(session, place.kind, document, person, NOTE)
    except Unavailable:
        raise
    except CairnError as error:
        return _refusal(place.line, place.kind, place.name, error)
    return LineRow(place.line, place.kind, place.name, outcome)


def _refusal(line: int, kind: str, name: str, error: CairnError) -> LineRow:
    problems = error.problems if isinstance(error, BadInput) else ()
    return LineRow(line, kind, name, "refused", str(error), problems)


def counts_of(outcomes: Counter[str]) -> dict[str, int]:
    """Return how many lines had each outcome, all four named."""
    return {outcome: outcomes[outcome] for outcome in ("added", "changed", "unchanged", "refused")}
