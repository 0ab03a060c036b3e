"""Papers as the desk lists, edits and compares them: with every summary about them, drafts included.

NOT here: what readers see of papers (`shelves.py`), renaming, merging and deleting them (`paper_curating.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.errors import BadInput, Conflict, FieldProblem, NotAllowed
from app.outcome import Outcome
from app.pagination import PAGE_SIZE, Page, check_page
from app.papers.models import Author, Authorship, Paper
from app.papers.queries import find_for_edit, get_paper, record_of
from app.papers.records import PaperRecord
from app.summaries.connections import sources_naming_paper
from app.summaries.listing import authors_of
from app.summaries.models import Summary, SummaryPaper
from app.summaries.paper_curating import completed
from app.summaries.paper_rights import require_may_edit_paper
from app.summaries.service import save_paper, take_turn

MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class About:
    """A summary that is about a paper, or names it, of any status."""

    slug: str
    title: str
    status: str


@dataclass(frozen=True, slots=True)
class DeskPaper:
    """A paper in the desk's list; `authors` are family names in their order."""

    key: str
    title: str
    year: int | None
    venue: str
    doi: str | None
    arxiv_id: str | None
    authors: Sequence[str] = ()
    summaries: list[About] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What would become of two papers: the record that stays, the fields it takes, those of the other that go."""

    kept: PaperRecord
    gone: PaperRecord
    merged: PaperRecord
    taken: Sequence[tuple[str, object]]
    lost: Sequence[tuple[str, object, object]]
    users: Sequence[About]


def page_of_papers(
    session: Session, text: str = "", *, without_summary: bool = False, page: int = 1, size: int = PAGE_SIZE
) -> Page[DeskPaper]:
    """Return one numbered page, newest first; each word of the text stands in title, key, venue, DOI, arXiv id or a
    name. Five statements for any number; raises PageNotFound past the end.
    """
    where = [_holds(word) for word in text.replace("\x00", " ").split()[:MOST_WORDS]]
    if without_summary:
        here = select(SummaryPaper.paper_id).join(Summary, Summary.id == SummaryPaper.summary_id)
        where.append(Paper.id.not_in(here.where(Summary.trashed_at.is_(None))))
    total = session.scalars(select(func.count()).select_from(Paper).where(*where)).one()
    check_page(page, total, size)
    order = (func.coalesce(Paper.year, 0).desc(), Paper.key)
    ids = session.scalars(select(Paper.id).where(*where).order_by(*order).limit(size).offset((page - 1) * size)).all()
    return Page(papers_by_ids(session, ids), page, size, total)


def papers_by_ids(session: Session, ids: Sequence[int]) -> list[DeskPaper]:
    """Return these papers as the desk lists them, in the ids' order: three statements for any number."""
    if not ids:
        return []
    columns = (Paper.id, Paper.key, Paper.title, Paper.year, Paper.venue, Paper.doi, Paper.arxiv_id)
    names = authors_of(session, set(ids))
    rows = {
        id_: DeskPaper(key, title, year, venue, doi, arxiv_id, [each[2] for each in names.get(id_, ())])
        for id_, key, title, year, venue, doi, arxiv_id in session.execute(select(*columns).where(Paper.id.in_(ids)))
    }
    about = (
        select(SummaryPaper.paper_id, Summary.slug, Summary.title, Summary.status)
        .join(Summary, Summary.id == SummaryPaper.summary_id)
        .where(SummaryPaper.paper_id.in_(ids), Summary.trashed_at.is_(None))
        .order_by(Summary.title, Summary.id)
    )
    for paper_id, *summary in session.execute(about):
        rows[paper_id].summaries.append(About(*summary))
    return [rows[id_] for id_ in ids if id_ in rows]


def users_of_paper(session: Session, paper: Paper) -> list[About]:
    """Return the summaries, the trash included, that are about a paper, link to it, cite it or are dated by it."""
    naming = sources_naming_paper(session, paper.key, paper.arxiv_id, paper.doi)
    about = select(SummaryPaper.summary_id).where(SummaryPaper.paper_id == paper.id)
    uses = or_(Summary.id.in_(about), Summary.id.in_(naming), Summary.freshness_by == paper.key)
    statement = select(Summary.slug, Summary.title, Summary.status).where(uses).order_by(Summary.title, Summary.id)
    return [About(*row) for row in session.execute(statement)]


def may_edit_paper(session: Session, key: str, person: Person) -> bool:
    """Whether this person may change the paper with this key."""
    try:
        require_may_edit_paper(session, key, person)
    except NotAllowed:
        return False
    return True


def change_paper(session: Session, record: PaperRecord, person: Person, *, base: str) -> Outcome:
    """Save a paper that this person has edited over the record whose digest is `base`.

    Raises NotAllowed, Conflict where somebody changed it meanwhile or another paper has its DOI or arXiv id.
    """
    take_turn(session)
    paper = get_paper(session, record.key)
    require_may_edit_paper(session, record.key, person)
    if base != record_of(paper).digest() and record_of(paper) != record:
        raise Conflict("Somebody changed this paper while you did. Look at what it says now, then save again.")
    return save_paper(session, record, actor=person.actor)


def preview_merge(session: Session, source: str, target: str) -> MergePreview:
    """Return what merging one paper into another would do; nothing is written. Raises BadInput naming `into`."""
    gone, kept = get_paper(session, source), find_for_edit(session, target)
    if kept is None or kept.id == gone.id:
        missing = f"There is no paper with the key “{target[:120]}”."
        sentence = "A paper cannot be merged with itself." if kept else missing
        raise BadInput(sentence, [FieldProblem("into", sentence)])
    old, present = record_of(gone), record_of(kept)
    merged = completed(present, old)
    fields = [name for name in PaperRecord.model_fields if name != "key"]
    values = {name: (getattr(old, name), getattr(present, name), getattr(merged, name)) for name in fields}
    return MergePreview(
        kept=present,
        gone=old,
        merged=merged,
        taken=[(name, end) for name, (_, now, end) in values.items() if end != now],
        lost=[(name, was, end) for name, (was, _, end) in values.items() if was and was != end],
        users=users_of_paper(session, gone),
    )


def _holds(word: str) -> ColumnElement[bool]:
    named = (
        select(Authorship.paper_id)
        .join(Author, Author.id == Authorship.author_id)
        .where(or_(*(column.icontains(word, autoescape=True) for column in (Author.family, Author.given))))
    )
    columns = (Paper.title, Paper.key, Paper.venue, Paper.doi, Paper.arxiv_id)
    return or_(Paper.id.in_(named), *(column.icontains(word, autoescape=True) for column in columns))
