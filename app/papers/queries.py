"""Reads on papers and authors. NOT here: which summaries are about them (`app/summaries/`)."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.addresses import author_path, paper_path
from app.errors import AuthorNotFound, Moved, PaperNotFound
from app.papers.models import Author, Authorship, Paper
from app.papers.records import PaperRecord, PersonName
from app.tombstones import moved_to

WITH_AUTHORS = selectinload(Paper.authorships).joinedload(Authorship.author)
BATCH = 200


def get_paper(session: Session, key: str) -> Paper:
    """Return the paper with this key and its authors; raises PaperNotFound, or Moved for a former key."""
    paper = find_for_edit(session, key)
    if paper is None:
        if target := moved_to(session, "paper", key):
            raise Moved(paper_path(target))
        raise PaperNotFound(f"There is no paper with the key “{key[:120]}”.")
    return paper


def find_for_edit(session: Session, key: str) -> Paper | None:
    return session.scalars(select(Paper).where(Paper.key == key).options(WITH_AUTHORS)).one_or_none()


def find_by_identifier(session: Session, *, arxiv: str = "", doi: str = "", key: str = "") -> Paper | None:
    """Return the paper with this arXiv id, DOI or key, or former key; of several given, the first that is found."""
    for column, value in ((Paper.key, key), (Paper.arxiv_id, arxiv), (Paper.doi, doi)):
        if value:
            paper = session.scalars(select(Paper).where(column == value).options(WITH_AUTHORS)).one_or_none()
            if paper is not None:
                return paper
    former = moved_to(session, "paper", key) if key else None
    return find_for_edit(session, former) if former else None


def papers_by_key(session: Session, keys: Sequence[str]) -> dict[str, Paper]:
    """Return the papers with these keys, authors loaded."""
    return {row.key: row for row in session.scalars(select(Paper).where(Paper.key.in_(keys)).options(WITH_AUTHORS))}


def get_author(session: Session, slug: str) -> Author:
    """Return the author with this slug; raises AuthorNotFound, or Moved for a former slug."""
    author = session.scalars(select(Author).where(Author.slug == slug)).one_or_none()
    if author is None:
        if target := moved_to(session, "author", slug):
            raise Moved(author_path(target))
        raise AuthorNotFound(f"There is no author “{slug[:160]}”.")
    return author


def iter_records(session: Session) -> Iterator[PaperRecord]:
    """Give every paper's record, by key, a batch in memory at a time."""
    after = ""
    while True:
        batch = session.scalars(
            select(Paper).where(Paper.key > after).order_by(Paper.key).limit(BATCH).options(WITH_AUTHORS)
        ).all()
        if not batch:
            return
        yield from (record_of(paper) for paper in batch)
        after = batch[-1].key
        session.expunge_all()


def record_of(paper: Paper) -> PaperRecord:
    """Return the record that this row stands for; needs its authors loaded."""
    plain = {name: getattr(paper, name) for name in PaperRecord.model_fields if name not in ("authors",)}
    authors = tuple(PersonName(family=author.family, given=author.given) for author in paper.authors)
    return PaperRecord.model_construct(**plain, authors=authors)
