"""The store as search reads it: published summaries as documents, and what changed since a library version.

NOT here: who may see what (`app/summaries/visibility.py` decides; only published summaries come out of its reads).
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy.orm import Session

from app.database import Database, library_version
from app.markup.plain import plain_text
from app.markup.prose import prose_of
from app.search.documents import Batch, Label, Removal, SearchDocument
from app.summaries.models import Summary
from app.summaries.queries import count_published, ids_changed_since, iter_published, whole_by_ids

CHUNK = 100

T = TypeVar("T")


class StoreSource:
    """A `documents.Source` over the store; each call opens sessions of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current_version(self) -> int:
        with self._database.reading() as session:
            return library_version(session)

    def count(self) -> int:
        with self._database.reading() as session:
            return count_published(session)

    def all_documents(self) -> Iterator[SearchDocument]:
        with self._database.reading() as session:
            for batch in iter_published(session):
                yield from map(document_of, batch)

    def changes_since(self, version: int) -> Iterator[Batch]:
        """Give what changed; only the last batch moves the version on, since the rows do not come in stamp order."""
        with self._database.reading() as session:
            reached = library_version(session)
            ids = ids_changed_since(session, version)
            for at in range(0, len(ids), CHUNK):
                last = at + CHUNK >= len(ids)
                yield Batch(reached if last else version, _changes(session, ids[at : at + CHUNK]))
                session.expunge_all()
            if not ids:
                yield Batch(reached, ())


def _changes(session: Session, ids: list[int]) -> tuple[SearchDocument | Removal, ...]:
    visible = {summary.id: document_of(summary) for summary in whole_by_ids(session, ids)}
    return tuple(visible.get(id_) or Removal(id_) for id_ in ids)


def document_of(summary: Summary) -> SearchDocument:
    """Return a whole published summary as search sees it."""
    rendering, papers = summary.rendering, summary.papers
    authors = [author for paper in papers for author in paper.authors]
    notes = [plain_text(html) for html in rendering.updates_html] if rendering else []
    return SearchDocument(
        id=summary.id,
        title=summary.title,
        tldr=rendering.tldr_text if rendering else summary.tldr,
        body="\n".join((rendering.text, *notes)) if rendering else summary.body,
        prose=(*prose_of(rendering.html, rendering.text), *notes) if rendering else (),
        kind=summary.kind,
        freshness=summary.freshness,
        published=summary.published_at.date() if summary.published_at else None,
        years=_each(paper.year for paper in papers),
        categories=tuple(Label(category.slug, category.name) for category in summary.categories),
        tags=tuple(Label(tag.slug, tag.name) for tag in summary.tags),
        series=(Label(summary.series.slug, summary.series.title),) if summary.series else (),
        authors=_each(Label(author.slug, author.name) for author in authors),
        venues=_each(paper.venue for paper in papers),
        paper_titles=_each(paper.title for paper in papers),
        keys=_each(paper.key for paper in papers),
        arxiv_ids=_each(paper.arxiv_id for paper in papers),
        dois=_each(paper.doi for paper in papers),
    )


def _each(values: Iterable[T | None]) -> tuple[T, ...]:
    """Return what there is among the values, each once."""
    return tuple(dict.fromkeys(value for value in values if value))
