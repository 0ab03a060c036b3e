"""The steps of a reading path as lines that a person types: a slug, a colon and a note each.

A line that begins with a blank goes on with the note before it. NOT here: saving a path (`paths.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import BadInput, FieldProblem
from app.fields import complaint
from app.summaries.connection_models import Prerequisite
from app.summaries.former_names import present_slugs
from app.summaries.models import Summary
from app.summaries.ordering import in_order
from app.summaries.path_records import StepRecord


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """A step that stands before what it requires, each by slug and place from 1."""

    slug: str
    place: int
    requires: str
    required_place: int


@dataclass(frozen=True, slots=True)
class Look:
    """How the steps of a path stand: (slug, title, status, trashed) each, and which contradict prerequisites."""

    steps: Sequence[tuple[str, str, str, bool]]
    out_of_order: Sequence[OutOfOrder]
    better: Sequence[StepRecord]


def read_steps(session: Session, text: str) -> tuple[StepRecord, ...]:
    """Return the steps in a text; raises BadInput naming the line of each that names no summary, or one twice."""
    lines: list[tuple[int, str, str]] = []
    problems: list[FieldProblem] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if lines and (line[:1] in (" ", "\t") or not line.strip()):
            at, slug, note = lines[-1]
            lines[-1] = (at, slug, f"{note}\n{line.strip()}")
        elif line.strip():
            slug, _, note = line.strip().partition(":")
            lines.append((number, slug.strip(), note.strip()))
    steps: list[StepRecord] = []
    for number, slug, note in lines:
        try:
            steps.append(StepRecord(summary=slug, note=note.strip()))
        except ValidationError as error:
            problems.append(FieldProblem("steps", complaint(error.errors()[0]), number))
    problems += _unknown_or_twice(session, lines)
    if problems:
        problems = list({problem.line: problem for problem in reversed(problems)}.values())
        problems.sort(key=lambda problem: problem.line or 0)
        raise BadInput("; ".join(f"line {each.line}: {each.message}" for each in problems) + ".", problems)
    return tuple(steps)


def write_steps(steps: Sequence[StepRecord]) -> str:
    """Return steps as such a text."""
    lines = []
    for step in steps:
        note = "\n  ".join(step.note.split("\n"))
        lines.append(f"{step.summary}: {note}" if step.note else step.summary)
    return "\n".join(lines)


def look_at_steps(session: Session, steps: Sequence[StepRecord]) -> Look:
    """Return how these steps stand, and an order of them that no prerequisite contradicts: two statements."""
    slugs = [step.summary for step in steps]
    columns = select(Summary.id, Summary.slug, Summary.title, Summary.status, Summary.trashed_at)
    rows = {row.slug: row for row in session.execute(columns.where(Summary.slug.in_(slugs)))}
    ids = {rows[slug].id: slug for slug in slugs if slug in rows}
    needs = select(Prerequisite.summary_id, Prerequisite.requires_id).where(
        Prerequisite.summary_id.in_(ids), Prerequisite.requires_id.in_(ids)
    )
    pairs = [(asker, needed) for asker, needed in session.execute(needs)]
    places = {slug: place for place, slug in enumerate(slugs, 1)}
    wrong = [
        OutOfOrder(ids[asker], places[ids[asker]], ids[needed], places[ids[needed]])
        for asker, needed in pairs
        if places[ids[asker]] < places[ids[needed]]
    ]
    by_slug = {step.summary: step for step in steps}
    here = [rows[slug] for slug in slugs if slug in rows]
    return Look(
        [(row.slug, row.title, row.status, row.trashed_at is not None) for row in here],
        sorted(wrong, key=lambda one: one.place),
        [by_slug[ids[id_]] for id_ in in_order(list(ids), pairs)],
    )


def _unknown_or_twice(session: Session, lines: Sequence[tuple[int, str, str]]) -> list[FieldProblem]:
    moved = present_slugs(session, [slug for _, slug, _ in lines])
    named = [(number, slug, moved.get(slug, slug)) for number, slug, _ in lines]
    known = set(session.scalars(select(Summary.slug).where(Summary.slug.in_([present for *_, present in named]))))
    problems: list[FieldProblem] = []
    seen: dict[str, int] = {}
    for number, slug, present in named:
        if present not in known:
            problems.append(FieldProblem("steps", f"there is no summary “{slug[:80]}”", number))
        elif present in seen:
            sentence = f"“{slug}” stands on line {seen[present]} already: a path that comes back is a circle"
            problems.append(FieldProblem("steps", sentence, number))
        seen.setdefault(present, number)
    return problems
