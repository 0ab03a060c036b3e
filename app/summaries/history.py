"""The history of a summary for those who write: every revision, what it held, and an earlier one brought back.

NOT here: which of it readers may see (`queries.revisions_of`), how two revisions differ (`comparing.py`).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from app.accounts.rights import Person
from app.errors import Damaged, NotFound
from app.fields import complaint
from app.pagination import PAGE_SIZE, Page, check_page
from app.papers.queries import papers_by_key
from app.summaries.asset_models import MacroSetRow
from app.summaries.documents import SummaryDocument
from app.summaries.editing import get_for_edit, save
from app.summaries.former_names import with_present_names
from app.summaries.models import Revision, Summary
from app.summaries.queries import document_for, revisions_of
from app.summaries.service import Saved, take_turn
from app.taxonomy.queries import categories_by_slug, find_series


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The numbers of the revisions before and after one; None at either end."""

    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Restored:
    """What bringing back a revision did, and what it named that is no longer here and was left out."""

    saved: Saved
    left_out: tuple[str, ...]


def list_revisions(session: Session, summary: Summary) -> Sequence[Revision]:
    """Return every revision, newest first, without their documents."""
    statement = select(Revision).where(Revision.summary_id == summary.id).order_by(Revision.number.desc())
    return session.scalars(statement.options(defer(Revision.document, raiseload=True))).all()


def page_of_revisions(session: Session, summary: Summary, page: int, size: int = PAGE_SIZE) -> Page[Revision]:
    """Return one numbered page of them, newest first; raises PageNotFound past the end."""
    here = Revision.summary_id == summary.id
    total = session.scalars(select(func.count()).select_from(Revision).where(here)).one()
    check_page(page, total, size)
    statement = select(Revision).where(here).order_by(Revision.number.desc()).limit(size).offset((page - 1) * size)
    return Page(session.scalars(statement.options(defer(Revision.document, raiseload=True))).all(), page, size, total)


def revisions_after(session: Session, summary: Summary, number: int) -> Sequence[Revision]:
    """Return what was saved after a revision, oldest first."""
    statement = select(Revision).where(Revision.summary_id == summary.id, Revision.number > number)
    return session.scalars(statement.order_by(Revision.number).options(defer(Revision.document, raiseload=True))).all()


def get_revision(session: Session, summary: Summary, number: int) -> Revision:
    statement = select(Revision).where(Revision.summary_id == summary.id, Revision.number == number)
    revision = session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()
    if revision is None:
        raise NotFound(f"“{summary.title}” has no revision {number}.")
    return revision


def get_public_revision(session: Session, summary: Summary, number: int) -> Revision:
    """Return a revision that was saved as published; any other looks as if there were none."""
    if number not in {revision.number for revision in revisions_of(session, summary)}:
        raise NotFound(f"“{summary.title}” has no published revision {number}.")
    return get_revision(session, summary, number)


def neighbours(session: Session, summary: Summary, number: int) -> Neighbours:
    """Return the revisions before and after this one."""
    here = Revision.summary_id == summary.id
    before = session.scalars(select(func.max(Revision.number)).where(here, Revision.number < number)).one()
    after = session.scalars(select(func.min(Revision.number)).where(here, Revision.number > number)).one()
    return Neighbours(before, after)


def document_of_revision(revision: Revision) -> SummaryDocument:
    """Return what a revision held, byte for byte what was saved; raises Damaged, naming it, where it is not."""
    if hashlib.sha256(revision.document.encode()).hexdigest() != revision.sha256:
        raise Damaged(f"Revision {revision.number} is damaged: it is not what was saved.")
    try:
        return SummaryDocument.model_validate_json(revision.document)
    except ValidationError as error:
        raise Damaged(f"Revision {revision.number} cannot be read: {complaint(error.errors()[0])}.") from error


def find_document(session: Session, summary: Summary, number: int) -> SummaryDocument | None:
    """Return what a revision held under the slug of today; None where there is none such or it is damaged."""
    try:
        document = document_of_revision(get_revision(session, summary, number))
    except (NotFound, Damaged):
        return None
    return document.model_copy(update={"slug": summary.slug})


def last_good(session: Session, summary: Summary) -> tuple[int, SummaryDocument] | None:
    """Return the newest revision that is what was saved, as number and document."""
    numbers = select(Revision.number).where(Revision.summary_id == summary.id).order_by(Revision.number.desc())
    for number in session.scalars(numbers).all():
        try:
            return number, document_of_revision(get_revision(session, summary, number))
        except Damaged:
            continue
    return None


def restore(session: Session, slug: str, number: int, *, person: Person) -> Restored:
    """Bring back the text of an earlier revision as a new one.

    Slug, status and date of publication stay as they are now: bringing back a text neither publishes nor hides it. What
    it names and is no longer here is left out and told.
    """
    take_turn(session)
    summary = get_for_edit(session, slug, person)
    present = document_for(session, summary)
    old = document_of_revision(get_revision(session, summary, number))
    old = old.model_copy(update={name: getattr(present, name) for name in ("slug", "status", "published")})
    document, left_out = _without_missing(session, with_present_names(session, old), summary)
    if document.status == "published" and not document.categories:
        document = document.model_copy(update={"categories": present.categories})
    note = f"restored revision {number}"
    saved = save(session, document, person=person, base_revision=summary.revision, note=note)
    return Restored(saved, left_out)


def _without_missing(
    session: Session, document: SummaryDocument, summary: Summary
) -> tuple[SummaryDocument, tuple[str, ...]]:
    """Return the document without what it names and is not here, and the words for each that was left out."""
    left_out: list[str] = []

    def those(names: Sequence[str], known: Iterable[str], word: str) -> tuple[str, ...]:
        here = set(known)
        left_out.extend(f"{word} “{name}”" for name in names if name not in here)
        return tuple(name for name in names if name in here)

    macros = session.scalars(select(MacroSetRow.name).where(MacroSetRow.name.in_(document.macros)))
    slugs = select(Summary.slug).where(Summary.slug.in_(document.requires), Summary.id != summary.id)
    changes: dict[str, object] = {
        "papers": those(document.papers, papers_by_key(session, document.papers), "the paper"),
        "categories": those(document.categories, categories_by_slug(session, document.categories), "the category"),
        "macros": those(document.macros, macros, "the macro set"),
        "requires": those(document.requires, session.scalars(slugs), "the summary"),
    }
    if document.series is not None and not _has_room(session, document, summary):
        left_out.append(f"part {document.part} of the series “{document.series}”")
        changes |= {"series": None, "part": None}
    return document.model_copy(update=changes), tuple(left_out)


def _has_room(session: Session, document: SummaryDocument, summary: Summary) -> bool:
    series = find_series(session, document.series or "")
    if series is None:
        return False
    taken = select(Summary.id).where(
        Summary.series_id == series.id, Summary.part == document.part, Summary.id != summary.id
    )
    return session.scalars(taken).first() is None
