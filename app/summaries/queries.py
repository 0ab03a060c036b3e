"""Reads of single summaries: for readers, for writing, as documents, and what changed since a library version.

Lists with filters are in `listing.py`, what they hold in `facets.py`, connections in `connections.py`.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.addresses import summary_path
from app.errors import Gone, Moved, SummaryNotFound
from app.papers.models import Author, Authorship, Paper
from app.summaries.asset_models import MacroSetRow, SummaryMacroSet
from app.summaries.connection_models import Prerequisite
from app.summaries.documents import Freshness, Provenance, Source, SummaryDocument, Update
from app.summaries.models import (
    FormerSlug,
    Revision,
    Summary,
    SummaryCategory,
    SummaryPaper,
    SummaryTag,
)
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category, Series, Tag

BATCH = 100

WHOLE: tuple[ORMOption, ...] = (
    joinedload(Summary.series),
    joinedload(Summary.rendering),
    selectinload(Summary.about)
    .joinedload(SummaryPaper.paper)
    .selectinload(Paper.authorships)
    .joinedload(Authorship.author),
    selectinload(Summary.shelved).joinedload(SummaryCategory.category),
    selectinload(Summary.tagged).joinedload(SummaryTag.tag),
    selectinload(Summary.curators),
    selectinload(Summary.updates),
)


def get_published(session: Session, slug: str) -> Summary:
    """Return a published summary with everything its page shows.

    Raises SummaryNotFound (drafts and trash look like nothing), Moved for a former slug, Gone for an archived one.
    """
    summary = session.scalars(select(Summary).where(Summary.slug == slug, PUBLIC).options(*WHOLE)).one_or_none()
    if summary is not None:
        return summary
    archived = select(Summary.id).where(
        Summary.slug == slug, Summary.status == "archived", Summary.trashed_at.is_(None)
    )
    if session.scalars(archived).first() is not None:
        # Not by its title: that may have been changed since readers saw it, or they never did.
        raise Gone(f"The summary “{slug}” was archived and is no longer shown.")
    new_slug = session.scalars(
        select(Summary.slug)
        .join(FormerSlug, FormerSlug.summary_id == Summary.id)
        .where(FormerSlug.slug == slug, PUBLIC)
    ).one_or_none()
    if new_slug is not None:
        raise Moved(summary_path(new_slug))
    raise SummaryNotFound(f"There is no summary “{slug[:160]}”.")


def find_for_edit(session: Session, slug: str) -> Summary | None:
    """Return the summary with this slug whatever its status, loaded anew as a save needs it."""
    statement = select(Summary).where(Summary.slug == slug).options(*WHOLE)
    return session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()


def find_by_former_slug(session: Session, slug: str) -> Summary | None:
    """Return the summary that used to have this slug, loaded as a save needs it."""
    statement = select(Summary.slug).join(FormerSlug, FormerSlug.summary_id == Summary.id)
    present = session.scalars(statement.where(FormerSlug.slug == slug)).one_or_none()
    return find_for_edit(session, present) if present is not None else None


def names_of(session: Session, summary: Summary) -> list[str]:
    """Return the slug of a summary and those it used to have: everything that a link to it may say."""
    return [summary.slug, *session.scalars(select(FormerSlug.slug).where(FormerSlug.summary_id == summary.id))]


def revisions_of(session: Session, summary: Summary) -> Sequence[Revision]:
    """Return the revisions of a published summary that readers may see, newest first: those saved as published."""
    # Quotes within a text are escaped in JSON, so this can only be the document's own status.
    published = Revision.document.contains('"status":"published"', autoescape=True)
    statement = select(Revision).where(Revision.summary_id == summary.id, published)
    return session.scalars(
        statement.order_by(Revision.number.desc()).options(defer(Revision.document, raiseload=True))
    ).all()


def whole_by_ids(session: Session, ids: Sequence[int]) -> list[Summary]:
    """Return the published ones of these summaries, whole, in the order of the ids."""
    rows = session.scalars(select(Summary).where(Summary.id.in_(ids), PUBLIC).options(*WHOLE))
    by_id = {row.id: row for row in rows}
    return [by_id[id_] for id_ in ids if id_ in by_id]


def iter_published(session: Session) -> Iterator[Sequence[Summary]]:
    """Give every published summary, whole, in batches by id."""
    after = 0
    while batch := session.scalars(
        select(Summary).where(Summary.id > after, PUBLIC).order_by(Summary.id).limit(BATCH).options(*WHOLE)
    ).all():
        after = batch[-1].id
        yield batch
        session.expunge_all()


def ids_changed_since(session: Session, version: int) -> list[int]:
    """Return the ids of summaries, visible or not, of which anything that is shown changed after a library version.

    A change of a paper, an author, a category, a tag or a series counts for the summaries that show it.
    """
    by_author = (
        select(Authorship.paper_id).join(Author, Author.id == Authorship.author_id).where(Author.stamp > version)
    )
    about = select(SummaryPaper.summary_id).join(Paper, Paper.id == SummaryPaper.paper_id)
    ways = (
        select(Summary.id).where(Summary.stamp > version),
        about.where(Paper.stamp > version),
        about.where(Paper.id.in_(by_author)),
        select(SummaryCategory.summary_id).join(Category).where(Category.stamp > version),
        select(SummaryTag.summary_id).join(Tag).where(Tag.stamp > version),
        select(Summary.id).join(Series).where(Series.stamp > version),
    )
    # One question at a time: each finds its few rows by an index, and no planner makes a walk over everything of them.
    return sorted({id_ for way in ways for id_ in session.scalars(way)})


def iter_documents(session: Session) -> Iterator[SummaryDocument]:
    """Give every summary that is not in the trash as a document, by slug, a batch in memory at a time."""
    after = ""
    while batch := session.scalars(
        select(Summary)
        .where(Summary.slug > after, Summary.trashed_at.is_(None))
        .order_by(Summary.slug)
        .limit(BATCH)
        .options(*WHOLE)
    ).all():
        yield from documents_of(session, batch)
        after = batch[-1].slug
        session.expunge_all()


def documents_of(session: Session, summaries: Sequence[Summary]) -> list[SummaryDocument]:
    """Return the documents that these whole summaries stand for, in their order."""
    ids = [summary.id for summary in summaries]
    requires = _names(
        session,
        select(Prerequisite.summary_id, Summary.slug)
        .join(Summary, Summary.id == Prerequisite.requires_id)
        .where(Prerequisite.summary_id.in_(ids))
        .order_by(Prerequisite.summary_id, Prerequisite.position),
    )
    macros = _names(
        session,
        select(SummaryMacroSet.summary_id, MacroSetRow.name)
        .join(MacroSetRow, MacroSetRow.id == SummaryMacroSet.macro_set_id)
        .where(SummaryMacroSet.summary_id.in_(ids))
        .order_by(SummaryMacroSet.summary_id, SummaryMacroSet.position),
    )
    return [document_of(row, requires.get(row.id, ()), macros.get(row.id, ())) for row in summaries]


def document_for(session: Session, summary: Summary) -> SummaryDocument:
    """Return the document that one whole summary stands for."""
    return documents_of(session, [summary])[0]


def document_of(summary: Summary, requires: Sequence[str], macros: Sequence[str]) -> SummaryDocument:
    """Return the document that a whole summary stands for."""
    return SummaryDocument(
        slug=summary.slug,
        title=summary.title,
        kind=summary.kind,
        papers=tuple(paper.key for paper in summary.papers),
        categories=tuple(category.slug for category in summary.categories),
        tags=tuple(tag.name for tag in summary.tags),
        tldr=summary.tldr,
        status=summary.status,
        published=summary.published_at,
        updated=summary.updated_at,
        authors=tuple(curator.name for curator in summary.curators),
        series=summary.series.slug if summary.series else None,
        part=summary.part,
        requires=tuple(requires),
        macros=tuple(macros),
        link=summary.link,
        source=Source(name=summary.source_name, url=summary.source_url),
        updates=tuple(Update(date=update.on, text=update.text) for update in summary.updates),
        provenance=Provenance(
            **{name: getattr(summary, name) for name in Provenance.model_fields},
        ),
        freshness=Freshness(
            state=summary.freshness,
            reason=summary.freshness_reason,
            by=summary.freshness_by,
        ),
        body=summary.body,
    )


def _names(session: Session, statement: Select[int, str]) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for id_, name in session.execute(statement):
        found.setdefault(id_, []).append(name)
    return {id_: tuple(names) for id_, names in found.items()}


def count_published(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Summary).where(PUBLIC)).one()
