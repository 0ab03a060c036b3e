"""What readers take along from a page: the records behind a list of summaries or papers, a summary's document, feeds.

Published things only. Everything is read in batches, so that memory is bounded by what is given out, not by the rows
it was made from. NOT here: formats (`app/interchange/`), how much may be taken at once (the doors).
"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from app.database import LibraryChange
from app.keysets import stretch
from app.pagination import Page, Slice, check_page, decode_cursor, encode_cursor
from app.papers.models import Authorship, Paper
from app.papers.queries import WITH_AUTHORS, record_of
from app.papers.records import PaperRecord
from app.summaries.connection_models import Citation
from app.summaries.documents import SummaryDocument
from app.summaries.listing import NOT_OURS, ORDERS, Sort, SummaryFilters, SummaryRow, conditions, count, list_by_ids
from app.summaries.models import Revision, Summary, SummaryPaper, SummaryTag
from app.summaries.queries import WHOLE, documents_of
from app.summaries.shelves import PaperRow, papers_by_ids
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Tag

BATCH = 200


@dataclass(frozen=True, slots=True)
class CitedPaper:
    """A paper's record, and as its keywords the tags of the published summaries about it."""

    record: PaperRecord
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """Under which slug and when a summary first stood before readers: what does not change when it is renamed."""

    slug: str
    published: dt.date


def ids_of_summaries(session: Session, filters: SummaryFilters, sort: Sort, page: int, size: int) -> Page[int]:
    """Return the ids on one numbered page of a list; raises PageNotFound past the end."""
    total = count(session, filters)
    check_page(page, total, size)
    key, descending = ORDERS[sort]
    order = (key.desc(), Summary.id.desc()) if descending else (key, Summary.id)
    statement = select(Summary.id).where(*conditions(filters)).order_by(*order).limit(size).offset((page - 1) * size)
    return Page(session.scalars(statement).all(), page, size, total)


def ids_of_papers(session: Session, page: int, size: int, author_id: int | None = None) -> Page[int]:
    """Return the ids on one numbered page of the papers, newest year first; with `author_id` of that author's."""
    where: list[ColumnElement[bool]] = []
    if author_id is not None:
        where.append(Paper.id.in_(select(Authorship.paper_id).where(Authorship.author_id == author_id)))
    total = session.scalars(select(func.count()).select_from(Paper).where(*where)).one()
    check_page(page, total, size)
    order = (func.coalesce(Paper.year, 0).desc(), Paper.key)
    statement = select(Paper.id).where(*where).order_by(*order).limit(size).offset((page - 1) * size)
    return Page(session.scalars(statement).all(), page, size, total)


def papers_of_summaries(session: Session, ids: Iterable[int]) -> list[int]:
    """Return the ids of the papers that these summaries are about, each once, in the order of the summaries."""
    found: dict[int, None] = {}
    for batch in _batches(ids):
        about: dict[int, list[int]] = defaultdict(list)
        statement = select(SummaryPaper.summary_id, SummaryPaper.paper_id).where(SummaryPaper.summary_id.in_(batch))
        for summary_id, paper_id in session.execute(statement.order_by(SummaryPaper.position)):
            about[summary_id].append(paper_id)
        found.update(dict.fromkeys(paper_id for id_ in batch for paper_id in about[id_]))
    return list(found)


def papers_behind(session: Session, summary_id: int) -> list[int]:
    """Return the ids of the papers that a summary is about, then of those that it cites: its whole bibliography."""
    cited = (
        select(Paper.id).join(Citation, Citation.key == Paper.key).where(Citation.source_id == summary_id)
    ).order_by(Citation.position)
    return list(dict.fromkeys([*papers_of_summaries(session, [summary_id]), *session.scalars(cited)]))


def names_of_cited(session: Session, summary_id: int, most: int) -> list[tuple[str, str | None, str | None]]:
    """Return (key, DOI, arXiv id) of the papers on record that a summary's text cites, in its order."""
    statement = (
        select(Paper.key, Paper.doi, Paper.arxiv_id)
        .join(Citation, Citation.key == Paper.key)
        .where(Citation.source_id == summary_id)
        .order_by(Citation.position)
        .limit(most)
    )
    return [(key, doi, arxiv_id) for key, doi, arxiv_id in session.execute(statement)]


def iter_cited(session: Session, ids: Iterable[int]) -> Iterator[CitedPaper]:
    """Give these papers as records, in the order of the ids, a batch in memory at a time."""
    for batch in _batches(ids):
        papers = {
            paper.id: paper for paper in session.scalars(select(Paper).where(Paper.id.in_(batch)).options(WITH_AUTHORS))
        }
        keywords: dict[int, dict[str, None]] = defaultdict(dict)
        statement = (
            select(SummaryPaper.paper_id, Tag.name)
            .join(Summary, Summary.id == SummaryPaper.summary_id)
            .join(SummaryTag, SummaryTag.summary_id == Summary.id)
            .join(Tag, Tag.id == SummaryTag.tag_id)
            .where(SummaryPaper.paper_id.in_(batch), PUBLIC)
            .order_by(Tag.slug)
        )
        for paper_id, name in session.execute(statement):
            keywords[paper_id][name] = None
        found = [CitedPaper(record_of(papers[id_]), tuple(keywords[id_])) for id_ in batch if id_ in papers]
        for paper in papers.values():
            session.expunge(paper)
        yield from found


def iter_rows(session: Session, ids: Iterable[int]) -> Iterator[SummaryRow]:
    """Give these summaries as lists show them, in the order of the ids, a batch in memory at a time."""
    for batch in _batches(ids):
        yield from list_by_ids(session, batch)


def iter_papers(session: Session, ids: Iterable[int]) -> Iterator[PaperRow]:
    """Give these papers as lists show them, in the order of the ids, a batch in memory at a time."""
    for batch in _batches(ids):
        yield from papers_by_ids(session, batch)


def published_document(session: Session, summary: Summary) -> SummaryDocument:
    """Return a published summary as its document; what it requires is named only where readers may see that."""
    document = documents_of(session, [summary])[0]
    seen = set(session.scalars(select(Summary.slug).where(Summary.slug.in_(document.requires), PUBLIC)))
    return document.model_copy(update={"requires": tuple(slug for slug in document.requires if slug in seen)})


# A summary counts as new again when its curator says that it was updated, and never for a corrected comma.
_last = case((Summary.updated_at > Summary.published_at, Summary.updated_at), else_=Summary.published_at)


def slice_of_feed(
    session: Session, filters: SummaryFilters, cursor: str | None, limit: int, within: Sequence[int] | None = None
) -> Slice[Summary]:
    """Return whole summaries for a feed, last published or updated first; with `within` only those of these ids."""
    where = conditions(filters) if within is None else [PUBLIC, Summary.id.in_(within)]
    after = None
    if cursor is not None:
        text, last_id = decode_cursor(cursor, str, int)
        try:
            after = (dt.datetime.fromisoformat(str(text)).astimezone(dt.UTC), last_id)
        except (ValueError, OverflowError):
            raise NOT_OURS from None
    found = stretch(session, select(Summary.id).where(*where), (_last, Summary.id), after, limit, descending=True)
    ids = [row[0] for row in found.rows]
    whole = select(Summary).where(Summary.id.in_(ids), PUBLIC).options(*WHOLE)
    rows = {row.id: row for row in session.scalars(whole)}
    total = count(session, filters) if within is None else len(within)
    cursors = found.cursors(lambda key: encode_cursor(key[0].isoformat(), key[1]))
    return Slice([rows[id_] for id_ in ids], total, *cursors)


def first_seen(session: Session, summaries: Sequence[Summary]) -> dict[int, FirstSeen]:
    """Return under which slug and on which day each of these was first published, as its revisions tell."""
    published = Revision.document.contains('"status":"published"', autoescape=True)
    ids = [summary.id for summary in summaries]
    first = (
        select(Revision.summary_id, func.min(Revision.number).label("number"))
        .where(Revision.summary_id.in_(ids), published)
        .group_by(Revision.summary_id)
        .subquery()
    )
    statement = select(Revision.summary_id, Revision.document).join(
        first, and_(first.c.summary_id == Revision.summary_id, first.c.number == Revision.number)
    )
    found = {}
    for summary_id, text in session.execute(statement):
        document = json.loads(text)
        moment = dt.datetime.fromisoformat(document["published"]).astimezone(dt.UTC)
        found[summary_id] = FirstSeen(document["slug"], moment.date())
    for summary in summaries:
        if summary.id not in found and summary.published_at is not None:
            found[summary.id] = FirstSeen(summary.slug, summary.published_at.date())
    return found


def library_began(session: Session) -> dt.datetime:
    """Return the moment of the library's first change; for one that has seen none, the beginning of 1970."""
    return session.scalars(select(func.min(LibraryChange.at))).one() or dt.datetime.fromtimestamp(0, dt.UTC)


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch
