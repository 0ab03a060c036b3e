"""Paths and series with the summaries on them, joined from the domains' reads for the pages that show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.summaries.listing import SummaryRow, list_by_ids
from app.summaries.ordering import in_order
from app.summaries.overview import prerequisites_among
from app.summaries.paths import get_path, list_paths
from app.summaries.shelves import list_series, series_parts


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its number as readers count, the note of whoever laid the path, the summary."""

    number: int
    note: str
    summary: SummaryRow


@dataclass(frozen=True, slots=True)
class Steps:
    """A path or a series: where it is, its words, its steps in order."""

    slug: str
    title: str
    description: str
    steps: Sequence[Step]


def steps_of_path(session: Session, slug: str) -> Steps:
    """Return a path with the steps that readers may open, every prerequisite first; raises ShelfNotFound."""
    path = get_path(session, slug)
    notes = {step.summary_id: step.note for step in path.steps}
    order = in_order(list(notes), prerequisites_among(session, list(notes)))
    rows = list_by_ids(session, order)
    steps = [Step(number, notes[row.id], row) for number, row in enumerate(rows, start=1)]
    return Steps(path.slug, path.title, path.description, steps)


def steps_of_series(session: Session, id_: int, slug: str, title: str, description: str) -> Steps:
    """Return a series with its published parts."""
    rows = list_by_ids(session, series_parts(session, id_))
    return Steps(slug, title, description, [Step(number, "", row) for number, row in enumerate(rows, start=1)])


def longest_path(session: Session) -> Steps | None:
    """Return the path with the most steps, the first by title among equals; None where there is none to show."""
    paths = list_paths(session)
    longest = max(paths, key=lambda path: path.steps, default=None)
    return steps_of_path(session, longest.slug) if longest is not None and longest.steps else None


def longest_series(session: Session) -> Steps | None:
    """Return the series with the most parts; None where there is none to show."""
    longest = max(list_series(session), key=lambda shelf: shelf.count, default=None)
    if longest is None or not longest.count:
        return None
    return steps_of_series(session, longest.id, longest.slug, longest.name, longest.description)
