"""What may be there twice: papers of one title, and two spellings of one person. For a person to decide.

NOT here: deciding for a record that comes in (`duplicates.py`), merging (`app/summaries/paper_curating.py`).
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.pagination import Page, check_page
from app.papers.duplicates import ARXIV_DOI, normal_title
from app.papers.models import Author, Authorship, Paper

MOST_PAIRS = 100
AUTHORS_ON_A_PAGE = 50


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


def suspected_papers(session: Session, key: str | None = None) -> list[tuple[Twin, Twin]]:
    """Return pairs of papers with one title and first author that no identifier tells apart, MOST_PAIRS at most.

    With `key`, only pairs of which that paper is one. Two statements.
    """
    first = dict(
        session.execute(
            select(Authorship.paper_id, Author.family)
            .join(Author, Author.id == Authorship.author_id)
            .where(Authorship.position == 1)
        ).all()
    )
    groups: dict[str, list[Twin]] = defaultdict(list)
    columns = (Paper.id, Paper.key, Paper.title, Paper.year, Paper.doi, Paper.arxiv_id)
    for id_, key_, title, year, doi, arxiv_id in session.execute(select(*columns).order_by(Paper.key)):
        twin = Twin(key_, title, year, doi, arxiv_id, first.get(id_, ""))
        groups[_folded(twin.title)].append(twin)
    found: list[tuple[Twin, Twin]] = []
    for group in groups.values():
        for one, other in combinations(group, 2):
            if (key is None or key in (one.key, other.key)) and _alike(one, other):
                found.append((one, other))
    return sorted(found, key=lambda pair: pair[0].title.lower())[:MOST_PAIRS]


def suspected_authors(session: Session) -> list[tuple[Spelling, Spelling]]:
    """Return pairs of authors with one family name whose given names may stand for each other, MOST_PAIRS at most."""
    pairs = [pair for group in _families(session).values() for pair in _compatible(group)]
    pairs.sort(key=lambda pair: (pair[0].family.lower(), pair[0].given))
    return pairs[:MOST_PAIRS]


def spellings_like(session: Session, author: Author) -> list[Spelling]:
    """Return the other authors who may be this one."""
    group = _families(session).get(_folded(author.family), [])
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


def papers_of_author(session: Session, author: Author) -> list[tuple[str, str, int | None]]:
    """Return (key, title, year) of an author's papers, newest first."""
    on = select(Authorship.paper_id).where(Authorship.author_id == author.id)
    statement = select(Paper.key, Paper.title, Paper.year).where(Paper.id.in_(on))
    rows = session.execute(statement.order_by(func.coalesce(Paper.year, 0).desc(), Paper.key))
    return [(key, title, year) for key, title, year in rows]


def _papers() -> ColumnElement[int]:
    return select(func.count()).where(Authorship.author_id == Author.id).scalar_subquery()


def _families(session: Session) -> dict[str, list[Spelling]]:
    groups: dict[str, list[Spelling]] = defaultdict(list)
    for row in session.execute(select(Author.slug, Author.family, Author.given, _papers()).order_by(Author.slug)):
        groups[_folded(row[1])].append(Spelling(*row))
    return groups


def _compatible(group: Sequence[Spelling]) -> Iterator[tuple[Spelling, Spelling]]:
    for one, other in combinations(group, 2):
        if same_given(one.given, other.given):
            yield one, other


def same_given(one: str, other: str) -> bool:
    """Say whether two given names may be one person's: word by word the same, or one an initial of the other.

    “J.”, “Jimmy” and “Jimmy L.” may be; “Jimmy” and “John” are not, and no name at all is only like none.
    """
    ours, theirs = _words(one), _words(other)
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
