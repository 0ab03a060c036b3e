"""Papers that summaries cite or link to but that nobody has summarised yet: what a curator may read next."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import literal, select, union
from sqlalchemy.orm import Session

from app.pagination import Page, check_page
from app.papers.models import Paper
from app.summaries.connection_models import Citation, Link
from app.summaries.models import Summary, SummaryPaper
from app.summaries.shelves import PaperRow, papers_by_ids
from app.summaries.visibility import PUBLIC


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper on record without a published summary, and the published summaries that name it as (slug, title)."""

    paper: PaperRow
    named_by: Sequence[tuple[str, str]]


def wanted_papers(session: Session, limit: int = 100) -> list[Wanted]:
    """Return the papers most often cited or linked to that have no published summary, most named first."""
    sources = _sources(session)
    return [Wanted(paper, sources[paper.id]) for paper in papers_by_ids(session, list(sources)[:limit])]


def ids_of_wanted(session: Session) -> list[int]:
    """Return the ids of all of them, in the same order."""
    return list(_sources(session))


def page_of_wanted(session: Session, page: int, size: int) -> Page[int]:
    """Return the ids on one numbered page of them."""
    ids = ids_of_wanted(session)
    check_page(page, len(ids), size)
    return Page(ids[(page - 1) * size : page * size], page, size, len(ids))


def _sources(session: Session) -> dict[int, list[tuple[str, str]]]:
    """Return paper id -> the published summaries that name it, for papers none is about; most named first."""
    summarised = select(SummaryPaper.paper_id).join(Summary, Summary.id == SummaryPaper.summary_id).where(PUBLIC)
    by_citation = select(Paper.id, Citation.source_id).join(Citation, Citation.key == Paper.key)
    by_link = [
        select(Paper.id, Link.source_id).join(Link, (Link.form == literal(form)) & (Link.value == column))
        for form, column in (("key", Paper.key), ("arxiv", Paper.arxiv_id), ("doi", Paper.doi))
    ]
    named = union(by_citation, *by_link).subquery()
    statement = (
        select(named.c[0], Summary.slug, Summary.title)
        .join(Summary, Summary.id == named.c[1])
        .where(PUBLIC, named.c[0].not_in(summarised))
        .order_by(Summary.title, Summary.id)
    )
    sources: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for paper_id, slug, title in session.execute(statement):
        sources[paper_id].append((slug, title))
    return {id_: sources[id_] for id_ in sorted(sources, key=lambda id_: (-len(sources[id_]), id_))}
