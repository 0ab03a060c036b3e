"""Whether a record is of a paper that the library has already: by DOI, by arXiv id, by title and first author.

NOT here: what to do about it (the importer, the desk and the API each say).
"""

import re
import unicodedata
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.papers.models import Author, Authorship, Paper
from app.papers.queries import WITH_AUTHORS, find_by_identifier
from app.papers.records import PaperRecord, PersonName
from app.taxonomy.slugs import make_slug

# What arXiv registers for every preprint says no more than its arXiv id.
ARXIV_DOI = "10.48550/"
MOST_CANDIDATES = 2_000


def find_same(session: Session, record: PaperRecord) -> Paper | None:
    """Return the paper that this record describes, authors loaded; its key is not looked at.

    By DOI, then arXiv id, then normalised title and first author; a record without authors by its title alone. Papers
    of one title whose DOIs or arXiv ids differ are two papers.
    """
    for identifier in ({"doi": record.doi or ""}, {"arxiv": record.arxiv_id or ""}):
        if (found := find_by_identifier(session, **identifier)) is not None:
            return found
    title = normal_title(record.title)
    if not title:
        return None
    for paper_id, other, doi, arxiv_id in session.execute(_candidates(record)):
        if normal_title(other) == title and not _contradict(record, doi, arxiv_id):
            return session.scalars(select(Paper).where(Paper.id == paper_id).options(WITH_AUTHORS)).one()
    return None


def normal_title(title: str) -> str:
    """Return what is left of a title without case, accents, punctuation, braces and blanks."""
    return make_slug(re.sub(r"[{}$\\]", "", title), limit=1000).replace("-", "")


def _candidates(record: PaperRecord) -> Select[int, str, str | None, str | None]:
    columns = select(Paper.id, Paper.title, Paper.doi, Paper.arxiv_id).order_by(Paper.key).limit(MOST_CANDIDATES)
    if not record.authors:
        return columns.where(*_word_of(record.title))
    first = select(Authorship.paper_id).join(Author, Author.id == Authorship.author_id)
    spelt = Author.family.in_(set(_spellings(record.authors[0])))
    return columns.where(Paper.id.in_(first.where(Authorship.position == 1, spelt)))


def _word_of(title: str) -> list[ColumnElement[bool]]:
    """Keep to titles with the longest plain word of this one, which every database compares alike."""
    words = re.findall(r"[a-z0-9]{4,}", title.lower())
    return [func.lower(Paper.title).contains(max(words, key=len), autoescape=True)] if words else []


def _spellings(name: PersonName) -> Iterator[str]:
    """Give the ways this family name may be written: an index finds each, where none finds all that look alike."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", name.family) if not unicodedata.combining(c))
    for family in (name.family, folded):
        yield from (family, family.title(), family.upper(), family.lower(), family.capitalize())


def _contradict(record: PaperRecord, doi: str | None, arxiv_id: str | None) -> bool:
    if record.arxiv_id and arxiv_id and record.arxiv_id != arxiv_id:
        return True
    dois = {one for one in (record.doi, doi) if one and not one.startswith(ARXIV_DOI)}
    return len(dois) > 1
