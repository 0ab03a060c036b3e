"""Writes on papers and their authors."""

from collections.abc import Sequence
from itertools import count

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from app.database import now, stamp
from app.errors import Conflict
from app.outcome import Outcome
from app.papers.models import Author, Authorship, Paper
from app.papers.queries import find_for_edit, record_of
from app.papers.records import PaperRecord, PersonName
from app.taxonomy.slugs import make_slug


def save_paper(session: Session, record: PaperRecord) -> Outcome:
    """Make or change the paper with this key; raises Conflict where another paper has its DOI or arXiv id."""
    paper = find_for_edit(session, record.key)
    if paper is not None and record_of(paper) == record:
        return "unchanged"
    _refuse_taken(session, record)
    is_new = paper is None
    if paper is None:
        paper = Paper(key=record.key, authorships=[])
        session.add(paper)
    former = {authorship.author_id for authorship in paper.authorships}
    for name, value in record.model_dump(exclude={"key", "authors"}).items():
        setattr(paper, name, value)
    paper.stamp = stamp(session)
    paper.updated_at = now()
    if is_new or tuple(_names(paper)) != record.authors:
        authors = _find_or_add_authors(session, record.authors, paper.stamp)
        paper.authorships.clear()
        session.flush()
        paper.authorships.extend(
            Authorship(position=position, author=author) for position, author in enumerate(authors, start=1)
        )
        session.flush()
        _forget_authors(session, former - {author.id for author in authors})
    session.flush()
    return "added" if is_new else "changed"


def _names(paper: Paper) -> list[PersonName]:
    return [PersonName(family=author.family, given=author.given) for author in paper.authors]


def _refuse_taken(session: Session, record: PaperRecord) -> None:
    for column, value, word in (
        (Paper.doi, record.doi, "DOI"),
        (Paper.arxiv_id, record.arxiv_id, "arXiv id"),
    ):
        if value is None:
            continue
        other = session.scalars(select(Paper.key).where(column == value, Paper.key != record.key)).first()
        if other is not None:
            raise Conflict(f"The {word} {value} already belongs to the paper “{other}”.")


def _find_or_add_authors(session: Session, names: Sequence[PersonName], version: int) -> list[Author]:
    """Return the authors of these names in their order, making those that are new."""
    wanted = list(dict.fromkeys((name.family, name.given) for name in names))
    statement = select(Author).where(tuple_(Author.family, Author.given).in_(wanted))
    found = {(author.family, author.given): author for author in session.scalars(statement)} if wanted else {}
    new = [pair for pair in wanted if pair not in found]
    slugs = _free_slugs(session, [f"{given} {family}" for family, given in new])
    for (family, given), slug in zip(new, slugs, strict=True):
        found[family, given] = Author(family=family, given=given, slug=slug, stamp=version)
        session.add(found[family, given])
    session.flush()
    return [found[name.family, name.given] for name in names]


def _free_slugs(session: Session, names: Sequence[str]) -> list[str]:
    """Return a slug for each name that neither an author nor another of these names has."""
    bases = [make_slug(name, limit=140) or "author" for name in names]
    taken = set(session.scalars(select(Author.slug).where(Author.slug.in_(bases)))) if bases else set()
    found: list[str] = []
    for base in bases:
        slug = base
        if base in taken:
            taken |= set(session.scalars(select(Author.slug).where(Author.slug.startswith(base, autoescape=True))))
            slug = next(f"{base}-{n}" for n in count(2) if f"{base}-{n}" not in taken)
        taken.add(slug)
        found.append(slug)
    return found


def _forget_authors(session: Session, ids: set[int]) -> None:
    """Delete those of these authors who are on no paper any more."""
    if ids:
        still = select(Authorship.author_id).where(Authorship.author_id.in_(ids))
        session.execute(delete(Author).where(Author.id.in_(ids), Author.id.not_in(still)))
