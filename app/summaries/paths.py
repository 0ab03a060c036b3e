"""Reading paths, read and written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.service import Actor
from app.accounts.service import record as note
from app.addresses import reading_path_path
from app.database import now, stamp
from app.errors import BadInput, Conflict, FieldProblem, Moved, ShelfNotFound
from app.outcome import Outcome
from app.summaries.connection_models import Path, PathStep
from app.summaries.former_names import present_slugs
from app.summaries.models import Summary
from app.summaries.path_records import PathRecord, StepRecord
from app.summaries.visibility import PUBLIC
from app.taxonomy.slugs import is_slug
from app.tombstones import bury, moved_to, unbury


@dataclass(frozen=True, slots=True)
class PathRow:
    """A path as lists show it; `steps` counts those that a reader may open."""

    id: int
    slug: str
    title: str
    description: str
    steps: int


def save_path(session: Session, record: PathRecord, *, actor: Actor | None = None) -> Outcome:
    """Make or change the path with this slug; raises BadInput where a step names no summary or one twice."""
    record = _with_present_slugs(session, record)
    slugs = [step.summary for step in record.steps]
    ids = dict(session.execute(select(Summary.slug, Summary.id).where(Summary.slug.in_(slugs))).all())
    problems = [FieldProblem("steps", f"no summary “{slug}”") for slug in slugs if slug not in ids]
    problems += [
        FieldProblem("steps", f"“{slug}” stands twice") for slug in sorted({s for s in slugs if slugs.count(s) > 1})
    ]
    if problems:
        raise BadInput("; ".join(f"steps: {problem.message}" for problem in problems), problems)
    path = session.scalars(
        select(Path)
        .where(Path.slug == record.slug)
        .options(selectinload(Path.steps).joinedload(PathStep.summary).load_only(Summary.slug))
    ).one_or_none()
    if path is not None and _record_of(path) == record:
        return "unchanged"
    is_new = path is None
    path = path or Path(slug=record.slug, steps=[])
    path.title, path.description = record.title, record.description
    path.stamp, path.updated_at = stamp(session), now()
    session.add(path)
    path.steps.clear()
    session.flush()
    path.steps.extend(
        PathStep(position=position, summary_id=ids[step.summary], note=step.note)
        for position, step in enumerate(record.steps, start=1)
    )
    session.flush()
    if is_new:
        unbury(session, "path", record.slug)
    if actor is not None:
        note(session, actor, f"path.{'add' if is_new else 'change'}", record.slug)
    return "added" if is_new else "changed"


def rename_path(session: Session, slug: str, new_slug: str, *, actor: Actor) -> None:
    """Give a path another slug and lead its former one on; raises BadInput or Conflict."""
    path = get_path(session, slug)
    if slug == new_slug:
        return
    if not is_slug(new_slug):
        sentence = "lower-case letters, digits and single hyphens only"
        raise BadInput(f"“{new_slug[:80]}” is not a slug: {sentence}.", [FieldProblem("slug", sentence)])
    if session.scalars(select(Path.id).where(Path.slug == new_slug)).first() is not None:
        raise Conflict(f"There is already a reading path “{new_slug}”.")
    path.slug, path.stamp, path.updated_at = new_slug, stamp(session), now()
    session.flush()
    bury(session, "path", slug, moved_to=new_slug)
    note(session, actor, "path.rename", new_slug, f"was {slug}")


def delete_path(session: Session, slug: str, *, actor: Actor) -> None:
    """Delete a path; the summaries it leads through stay."""
    path = get_path(session, slug)
    stamp(session)  # first of all: it is what other writers wait for
    session.delete(path)
    session.flush()
    bury(session, "path", slug)
    note(session, actor, "path.delete", slug, path.title)


def get_path(session: Session, slug: str) -> Path:
    """Return a path and its steps; raises ShelfNotFound, or Moved for a former slug."""
    path = session.scalars(select(Path).where(Path.slug == slug).options(selectinload(Path.steps))).one_or_none()
    if path is None:
        if target := moved_to(session, "path", slug):
            raise Moved(reading_path_path(target))
        raise ShelfNotFound(f"There is no reading path “{slug[:120]}”.")
    return path


def list_paths(session: Session) -> Sequence[PathRow]:
    """Return every path by title, with the number of its steps that readers see."""
    steps = (
        select(func.count())
        .select_from(PathStep)
        .join(Summary, Summary.id == PathStep.summary_id)
        .where(PathStep.path_id == Path.id, PUBLIC)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Path.id, Path.slug, Path.title, Path.description, steps).order_by(Path.title, Path.id)
    )
    return [PathRow(*row) for row in rows]


def iter_path_records(session: Session) -> Iterator[PathRecord]:
    """Give every path's record, by slug."""
    statement = (
        select(Path)
        .order_by(Path.slug)
        .options(selectinload(Path.steps).joinedload(PathStep.summary).load_only(Summary.slug))
    )
    for path in session.scalars(statement):
        yield _record_of(path)


def path_record(session: Session, slug: str) -> PathRecord:
    """Return a path's record, steps that readers do not see included; raises ShelfNotFound, Moved."""
    steps = selectinload(Path.steps).joinedload(PathStep.summary).load_only(Summary.slug)
    statement = select(Path).where(Path.slug == slug).options(steps)
    path = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    return _record_of(get_path(session, slug) if path is None else path)


def _with_present_slugs(session: Session, record: PathRecord) -> PathRecord:
    """Return the record with steps that name a former slug naming the present one."""
    slugs = present_slugs(session, [step.summary for step in record.steps])
    steps = tuple(step.model_copy(update={"summary": slugs.get(step.summary, step.summary)}) for step in record.steps)
    return record.model_copy(update={"steps": steps})


def _record_of(path: Path) -> PathRecord:
    steps = tuple(StepRecord(summary=step.summary.slug, note=step.note) for step in path.steps)
    return PathRecord(slug=path.slug, title=path.title, description=path.description, steps=steps)
