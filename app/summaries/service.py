"""Writes on summaries: one function for every door, so that the same rules, revision and stamps always hold."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.service import Actor
from app.database import Library, now
from app.errors import BadInput, Conflict, FieldProblem
from app.outcome import Outcome
from app.papers import service as papers_service
from app.papers.models import Paper
from app.papers.queries import papers_by_key
from app.papers.records import PaperRecord
from app.summaries.appearing import note_sight, sight_of
from app.summaries.asset_models import MacroSetRow, SummaryMacroSet
from app.summaries.connection_models import Prerequisite
from app.summaries.connections import sources_naming_paper
from app.summaries.documents import SummaryDocument
from app.summaries.former_names import with_present_names
from app.summaries.models import (
    FormerSlug,
    Revision,
    Summary,
    SummaryCategory,
    SummaryCurator,
    SummaryPaper,
    SummaryTag,
    SummaryUpdate,
)
from app.summaries.queries import find_for_edit
from app.summaries.rendering import render_summary, render_touched
from app.taxonomy.queries import categories_by_slug, find_series
from app.taxonomy.service import find_or_add_tags
from app.tombstones import unbury


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did: the row, the word for it, what the renderer complained of, and the revision that holds the text.

    `problems` are part, line, column, message and severity.
    """

    summary: Summary
    outcome: Outcome
    problems: Sequence[dict[str, Any]]
    revision: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be written: everything it names was found; `summary` is None where it is a new one."""

    summary: Summary | None
    document: SummaryDocument
    related: "_Related"
    same: bool


def save_summary(
    session: Session, document: SummaryDocument, *, actor: Actor, note: str = "", in_trash: bool = False
) -> Saved:
    """Make or change the summary with this slug: checked, rendered, kept as a revision, and stamped if readers see it.

    What a person sends comes through `editing.save`, which asks who may and what it was written over. Names that moved
    are followed. Raises BadInput naming each field that refers to something that is not there, Conflict for a slug in
    the trash (unless `in_trash`: something it names got another name; it stays in the trash).
    """
    return write(session, prepare(session, document, in_trash=in_trash), actor=actor, note=note)


def take_turn(session: Session) -> None:
    """Wait until no other save is under way: what is read from here on is what this one builds on.

    SQLite's writers queue from their beginning. On PostgreSQL the library row is what all of them wait for, before
    they hold anything else, so that no two wait for each other.
    """
    session.execute(select(Library.version).with_for_update())


def prepare(session: Session, document: SummaryDocument, *, in_trash: bool = False) -> Prepared:
    """Take the turn, find the summary and everything the document names; nothing is changed but for new tags."""
    take_turn(session)
    summary = find_for_edit(session, document.slug)
    if summary is not None and summary.trashed_at is not None and not in_trash:
        raise Conflict(f"The summary “{document.slug}” is in the trash; restore it first or choose another slug.")
    document = with_present_names(session, _completed(document, summary))
    related = _resolve(session, document)
    document = document.model_copy(update={"tags": tuple(tag.name for tag in related.tags)})
    same = summary is not None and _latest_digest(session, summary) == document.digest()
    return Prepared(summary, document, related, same)


def write(
    session: Session, prepared: Prepared, *, actor: Actor, note: str = "", submission: str | None = None
) -> Saved:
    """Write what was prepared; the same text again changes nothing. `submission` is kept with the revision."""
    summary, document = prepared.summary, prepared.document
    if summary is not None and prepared.same:
        return Saved(summary, "unchanged", problems_of(summary), summary.revision)
    before = sight_of(summary)
    outcome: Outcome = "added" if summary is None else "changed"
    if summary is None:
        summary = _empty(session, document.slug)
    _write(session, summary, document, prepared.related)
    _snapshot(session, summary, document, actor, note, submission)
    render_summary(session, summary)
    note_sight(session, summary, before)
    return Saved(summary, outcome, problems_of(summary), summary.revision)


def problems_of(summary: Summary) -> Sequence[dict[str, Any]]:
    return summary.rendering.problems if summary.rendering else []


def save_paper(session: Session, record: PaperRecord, *, actor: Actor | None = None) -> Outcome:
    """Make or change a paper, and render again what names it (`app.papers.service.save_paper` alone does not)."""
    known = session.execute(select(Paper.arxiv_id, Paper.doi).where(Paper.key == record.key)).one_or_none()
    outcome = papers_service.save_paper(session, record, actor=actor)
    if outcome != "unchanged":
        naming = {*sources_naming_paper(session, record.key, record.arxiv_id, record.doi)}
        if known is not None:  # an identifier it no longer has leads here no more
            naming.update(sources_naming_paper(session, record.key, *known))
        render_touched(session, sorted(naming))
    return outcome


@dataclass(frozen=True, slots=True)
class _Related:
    papers: list[Any]
    categories: list[Any]
    tags: list[Any]
    macros: list[Any]
    requires: list[int]
    series_id: int | None


def _completed(document: SummaryDocument, summary: Summary | None) -> SummaryDocument:
    """Give a published document the date it lacks: the one it had, or now."""
    if document.status == "published" and document.published is None:
        earlier: dt.datetime | None = summary.published_at if summary is not None else None
        return document.model_copy(update={"published": earlier or now()})
    return document


def wrong_names(session: Session, document: SummaryDocument) -> list[FieldProblem]:
    """Return what a save would say of the names in a document: for one that is not whole yet."""
    return _look_up(session, with_present_names(session, document))[1]


def _resolve(session: Session, document: SummaryDocument) -> _Related:
    """Find everything the document names, or raise one BadInput that lists all that is missing."""
    related, problems = _look_up(session, document)
    if problems:
        raise BadInput("; ".join(f"{problem.field}: {problem.message}" for problem in problems), problems)
    return replace(related, tags=find_or_add_tags(session, document.tags))


def _look_up(session: Session, document: SummaryDocument) -> tuple[_Related, list[FieldProblem]]:
    """Return everything the document names, but for its tags, and what of it is not there or does not fit."""
    problems: list[FieldProblem] = []

    def pick(field: str, names: Sequence[str], found: dict[str, Any], word: str) -> list[Any]:
        problems.extend(FieldProblem(field, f"no {word} “{name}”") for name in names if name not in found)
        return [found[name] for name in names if name in found]

    papers = pick("papers", document.papers, papers_by_key(session, document.papers), "paper with the key")
    shelves = pick("categories", document.categories, categories_by_slug(session, document.categories), "category")
    rows = session.execute(select(MacroSetRow.name, MacroSetRow.id).where(MacroSetRow.name.in_(document.macros)))
    macros = pick("macros", document.macros, dict(rows.all()), "macro set")
    known = session.execute(select(Summary.slug, Summary.id).where(Summary.slug.in_(document.requires)))
    requires = pick("requires", document.requires, dict(known.all()), "summary")
    series = find_series(session, document.series) if document.series else None
    if document.series and series is None:
        problems.append(FieldProblem("series", f"no series “{document.series}”"))
    if series is not None:
        taken = select(Summary.slug, Summary.trashed_at).where(
            Summary.series_id == series.id, Summary.part == document.part, Summary.slug != document.slug
        )
        if (other := session.execute(taken).first()) is not None:
            where = ", which is in the trash" if other.trashed_at is not None else ""
            problems.append(
                FieldProblem("part", f"part {document.part} of this series is already “{other.slug}”{where}")
            )
    problems += _cycle(session, document, requires)
    return _Related(papers, shelves, [], macros, requires, series.id if series else None), problems


def _cycle(session: Session, document: SummaryDocument, requires: Sequence[int]) -> list[FieldProblem]:
    """Report the prerequisites by which a summary would come to require itself."""
    own = session.scalars(select(Summary.id).where(Summary.slug == document.slug)).one_or_none()
    seen: dict[int, int | None] = dict.fromkeys(requires)
    frontier = list(requires)
    while own is not None and frontier:
        pairs = session.execute(
            select(Prerequisite.summary_id, Prerequisite.requires_id).where(Prerequisite.summary_id.in_(frontier))
        ).all()
        frontier = []
        for asker, required in pairs:
            if required not in seen:
                seen[required] = asker
                frontier.append(required)
        if own in seen:
            chain: list[int] = []
            step: int | None = own
            while step is not None:
                chain.append(step)
                step = seen[step]
            slugs = dict(session.execute(select(Summary.id, Summary.slug).where(Summary.id.in_(chain))).all())
            names = " → ".join([document.slug, *(slugs[step] for step in reversed(chain))])
            return [FieldProblem("requires", f"would make a circle: {names}")]
    return []


def _latest_digest(session: Session, summary: Summary) -> str | None:
    return session.scalars(
        select(Revision.sha256).where(Revision.summary_id == summary.id, Revision.number == summary.revision)
    ).one_or_none()


def _empty(session: Session, slug: str) -> Summary:
    went = unbury(session, "summary", slug)  # readers had this name once: to them it stays gone until it is published
    summary = Summary(
        slug=slug, revision=0, stamp=went, about=[], shelved=[], tagged=[], curators=[], updates=[], rendering=None
    )
    session.execute(delete(FormerSlug).where(FormerSlug.slug == slug))
    session.add(summary)
    return summary


def _write(session: Session, summary: Summary, document: SummaryDocument, related: _Related) -> None:
    for name in ("title", "kind", "status", "tldr", "body", "link", "part"):
        setattr(summary, name, getattr(document, name))
    summary.published_at, summary.updated_at = document.published, document.updated
    summary.source_name, summary.source_url = document.source.name, document.source.url
    summary.series_id = related.series_id
    for name, value in document.provenance.model_dump().items():
        setattr(summary, name, value)
    fresh = document.freshness
    summary.freshness, summary.freshness_reason, summary.freshness_by = fresh.state, fresh.reason, fresh.by
    summary.saved_at = now()
    for rows in (summary.about, summary.shelved, summary.tagged, summary.curators, summary.updates):
        rows.clear()
    session.flush()  # the old rows go before the new ones come: they share primary keys
    summary.about.extend(SummaryPaper(paper=paper, position=n) for n, paper in enumerate(related.papers, 1))
    summary.shelved.extend(SummaryCategory(category=row, position=n) for n, row in enumerate(related.categories, 1))
    summary.tagged.extend(SummaryTag(tag=tag, position=n) for n, tag in enumerate(related.tags, 1))
    summary.curators.extend(SummaryCurator(name=name, position=n) for n, name in enumerate(document.authors, 1))
    summary.updates.extend(
        SummaryUpdate(on=update.date, text=update.text, position=n) for n, update in enumerate(document.updates, 1)
    )
    session.flush()
    for row, column, ids in (
        (Prerequisite, "requires_id", related.requires),
        (SummaryMacroSet, "macro_set_id", related.macros),
    ):
        session.query(row).filter_by(summary_id=summary.id).delete()
        session.add_all(row(summary_id=summary.id, position=n, **{column: id_}) for n, id_ in enumerate(ids, 1))
    session.flush()


def _snapshot(
    session: Session,
    summary: Summary,
    document: SummaryDocument,
    actor: Actor,
    note: str,
    submission: str | None,
) -> None:
    summary.revision += 1
    session.add(
        Revision(
            summary_id=summary.id,
            number=summary.revision,
            document=document.canonical(),
            sha256=document.digest(),
            actor=actor.name,
            actor_id=actor.user_id,
            note=note,
            submission=submission,
        )
    )
    session.flush()
