"""What may be there twice: papers of one title, and two spellings of one person. For a person to decide.

NOT here: deciding for a record that comes in (`duplicates.py`), merging (`app/summaries/paper_curating.py`).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.pagination import Page, check_page
from app.papers.duplicates import ARXIV_DOI, normal_title
from app.papers.models import Author, Authorship, Paper

MOST_PAIRS = 100
AUTHORS_ON_A_PAGE = 50
MOST_MEANT = 20


@dataclass(frozen=True, slots=True)
class Twin:
    """A paper that may be another: its key, title and year, and how it is known elsewhere."""

    key: str
    title: str
    year: int | None
    doi: str | None
    arxiv_id: str | None
    first: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """An author with the number of their papers."""

    slug: str
    family: str
    given: str
    papers: int

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()


def suspected_papers(session: Session) -> list[tuple[Twin, Twin]]:
    """Return pairs of papers with one title and first author that no identifier tells apart, MOST_PAIRS at most.

    Every paper is looked at, in two statements.
    """
    groups: dict[str, list[Twin]] = defaultdict(list)
    for twin in _twins(session):
        groups[_folded(twin.title)].append(twin)
    pairs = [pair for group in groups.values() for pair in combinations(group, 2) if _alike(*pair)]
    return sorted(pairs, key=lambda pair: pair[0].title.lower())[:MOST_PAIRS]


def papers_like(session: Session, paper: Paper) -> list[Twin]:
    """Return the other papers that may be this one; only those are looked at that share a plain word of the title."""
    found = _twins(session, _shares(Paper.title, paper.title))
    this = next(twin for twin in found if twin.key == paper.key)
    title = _folded(this.title)
    return [twin for twin in found if twin is not this and _folded(twin.title) == title and _alike(this, twin)]


def suspected_authors(session: Session) -> list[tuple[Spelling, Spelling]]:
    """Return pairs of authors with one family name whose given names may stand for each other, MOST_PAIRS at most."""
    pairs = [pair for group in _families(session).values() for pair in _compatible(group)]
    pairs.sort(key=lambda pair: (pair[0].family.lower(), pair[0].given))
    return pairs[:MOST_PAIRS]


def spellings_like(session: Session, author: Author) -> list[Spelling]:
    """Return the other authors who may be this one."""
    group = _families(session, _shares(Author.family, author.family)).get(_folded(author.family), [])
    return [
        other if one.slug == author.slug else one
        for one, other in _compatible(group)
        if author.slug in (one.slug, other.slug)
    ]


def page_of_authors(session: Session, text: str = "", page: int = 1) -> Page[Spelling]:
    """Return one numbered page of authors by name; each word of the text stands in it. Raises PageNotFound."""
    where: list[ColumnElement[bool]] = [
        or_(*(column.icontains(word, autoescape=True) for column in (Author.family, Author.given, Author.slug)))
        for word in text.replace("\x00", " ").split()[:10]
    ]
    total = session.scalars(select(func.count()).select_from(Author).where(*where)).one()
    check_page(page, total, AUTHORS_ON_A_PAGE)
    statement = (
        select(Author.slug, Author.family, Author.given, _papers())
        .where(*where)
        .order_by(Author.family, Author.given, Author.id)
        .limit(AUTHORS_ON_A_PAGE)
        .offset((page - 1) * AUTHORS_ON_A_PAGE)
    )
    return Page([Spelling(*row) for row in session.execute(statement)], page, AUTHORS_ON_A_PAGE, total)


def authors_meant(session: Session, text: str) -> list[Spelling]:
    """Return whom a person means by what they typed: the one with this slug or name, or else who is called like it.

    A name may be typed either way round; there are MOST_MEANT at most, and nobody where nothing was typed.
    """
    columns = select(Author.slug, Author.family, Author.given, _papers())
    if known := session.execute(columns.where(Author.slug == text)).one_or_none():
        return [Spelling(*known)]
    family, _, given = text.partition(",")
    found = page_of_authors(session, f"{given} {family}").items if text.strip() else []
    same = [one for one in found if _folded(one.name) in (_folded(text), _folded(given + family))]
    return list(same or found)[:MOST_MEANT]


def papers_of_author(session: Session, author: Author) -> list[tuple[str, str, int | None]]:
    """Return (key, title, year) of an author's papers, newest first."""
    on = select(Authorship.paper_id).where(Authorship.author_id == author.id)
    statement = select(Paper.key, Paper.title, Paper.year).where(Paper.id.in_(on))
    rows = session.execute(statement.order_by(func.coalesce(Paper.year, 0).desc(), Paper.key))
    return [(key, title, year) for key, title, year in rows]


def _papers() -> ColumnElement[int]:
    return select(func.count()).where(Authorship.author_id == Author.id).scalar_subquery()


def _twins(session: Session, *where: ColumnElement[bool]) -> list[Twin]:
    chosen = select(Paper.id).where(*where)
    first = dict(
        session.execute(
            select(Authorship.paper_id, Author.family)
            .join(Author, Author.id == Authorship.author_id)
            .where(Authorship.position == 1, Authorship.paper_id.in_(chosen))
        ).all()
    )
    columns = select(Paper.id, Paper.key, Paper.title, Paper.year, Paper.doi, Paper.arxiv_id)
    rows = session.execute(columns.where(*where).order_by(Paper.key))
    return [Twin(key, title, year, doi, arxiv, first.get(id_, "")) for id_, key, title, year, doi, arxiv in rows]


def _shares(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Keep to texts with the longest plain word of this one, which every database compares alike."""
    words = re.findall(r"[a-z0-9]{2,}", text.lower())
    return func.lower(column).contains(max(words, key=len), autoescape=True) if words else true()


def _families(session: Session, *where: ColumnElement[bool]) -> dict[str, list[Spelling]]:
    groups: dict[str, list[Spelling]] = defaultdict(list)
    authors = select(Author.slug, Author.family, Author.given, _papers()).where(*where)
    for row in session.execute(authors.order_by(Author.slug)):
        groups[_folded(row[1])].append(Spelling(*row))
    return groups


def _compatible(group: Sequence[Spelling]) -> Iterator[tuple[Spelling, Spelling]]:
    # A family has many members: each name is taken apart once.
    for (one, ours), (other, theirs) in combinations([(each, _words(each.given)) for each in group], 2):
        if _same_words(ours, theirs):
            yield one, other


def same_given(one: str, other: str) -> bool:
    """Say whether two given names may be one person's: word by word the same, or one an initial of the other.

    “J.”, “Jimmy” and “Jimmy L.” may be; “Jimmy” and “John” are not, and no name at all is only like none.
    """
    return _same_words(_words(one), _words(other))


def _same_words(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    if not ours or not theirs:
        return not ours and not theirs
    for a, b in zip(ours, theirs, strict=False):
        if a != b and not (min(len(a), len(b)) == 1 and a[0] == b[0]):
            return False
    return True


def _words(given: str) -> list[str]:
    return [word for word in _folded(given, " ").split() if word]


def _folded(text: str, blank: str = "") -> str:
    """Return a text without case, accents and signs, whatever is no letter or digit being `blank`."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c if c.isalnum() else blank for c in plain if not unicodedata.combining(c))


def _alike(one: Twin, other: Twin) -> bool:
    if one.first and other.first and _folded(one.first) != _folded(other.first):
        return False
    if one.arxiv_id and other.arxiv_id and one.arxiv_id != other.arxiv_id:
        return False
    dois = {doi for doi in (one.doi, other.doi) if doi and not doi.startswith(ARXIV_DOI)}
    return len(dois) < 2 and bool(normal_title(one.title))
