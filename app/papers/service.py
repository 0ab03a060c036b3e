"""Writes on papers and their authors. NOT here: what names a paper (`app/summaries/paper_curating.py`)."""

from collections.abc import Sequence
from itertools import count

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from app.accounts.service import Actor
from app.accounts.service import record as note
from app.database import now, stamp
from app.errors import BadInput, Conflict, FieldProblem, with_full_stop
from app.outcome import Outcome
from app.papers.models import Author, Authorship, Paper
from app.papers.queries import find_for_edit, record_of
from app.papers.records import KEY, PaperRecord, PersonName
from app.taxonomy.slugs import make_slug
from app.tombstones import bury, unbury


def save_paper(session: Session, record: PaperRecord, *, actor: Actor | None = None) -> Outcome:
    """Make or change the paper with this key; raises Conflict where another paper has its DOI or arXiv id."""
    paper = find_for_edit(session, record.key)
    if paper is not None and record_of(paper) == record:
        return "unchanged"
    taken = taken_identifiers(session, record)
    if taken:
        raise Conflict(" ".join(with_full_stop(problem.message) for problem in taken))
    version, is_new = stamp(session), paper is None  # the stamp first: it is what other writers wait for
    if paper is None:
        paper = Paper(key=record.key, authorships=[])
        session.add(paper)
    former = {authorship.author_id for authorship in paper.authorships}
    paper.stamp, paper.updated_at = version, now()
    for name, value in record.model_dump(exclude={"key", "authors"}).items():
        setattr(paper, name, value)
    if is_new or tuple(_names(paper)) != record.authors:
        authors = _find_or_add_authors(session, record.authors, paper.stamp)
        set_authors(session, paper, authors)
        _forget_authors(session, former - {author.id for author in authors})
    session.flush()
    if is_new:
        unbury(session, "paper", record.key)
    if actor is not None:
        note(session, actor, f"paper.{'add' if is_new else 'change'}", record.key)
    return "added" if is_new else "changed"


def change_key(session: Session, paper: Paper, key: str) -> None:
    """Give a paper another key, its former one leading on; raises BadInput or Conflict. What names it stays as is."""
    if len(key) > 120 or not KEY.fullmatch(key):
        sentence = "a key is made of letters, digits and _ : . + - and starts with a letter or digit"
        raise BadInput(f"“{key[:80]}” is not a key: {sentence}.", [FieldProblem("key", sentence)])
    if session.scalars(select(Paper.id).where(Paper.key == key, Paper.id != paper.id)).first() is not None:
        raise Conflict(f"There is already a paper with the key “{key}”; merge the two instead.")
    former, paper.key = paper.key, key
    paper.stamp, paper.updated_at = stamp(session), now()
    session.flush()
    bury(session, "paper", former, moved_to=key)


def remove_paper(session: Session, paper: Paper, moved_to: str | None = None) -> None:
    """Delete a paper that nothing names any more (the caller has seen to that) and bury its key; needs its authors."""
    authors = {authorship.author_id for authorship in paper.authorships}
    session.delete(paper)
    session.flush()
    _forget_authors(session, authors)
    bury(session, "paper", paper.key, moved_to)


def set_authors(session: Session, paper: Paper, authors: Sequence[Author]) -> None:
    """Put these authors on a paper in their order; needs its authors loaded."""
    paper.authorships.clear()
    session.flush()  # the old rows go before the new ones come: they share primary keys
    paper.authorships.extend(
        Authorship(position=position, author=author) for position, author in enumerate(authors, start=1)
    )
    session.flush()


def _names(paper: Paper) -> list[PersonName]:
    return [PersonName(family=author.family, given=author.given) for author in paper.authors]


def taken_identifiers(session: Session, record: PaperRecord) -> list[FieldProblem]:
    """Return which identifiers of a record, which need not be whole, another paper has."""
    problems = []
    for column, field, word in ((Paper.doi, "doi", "DOI"), (Paper.arxiv_id, "arxiv_id", "arXiv id")):
        value = getattr(record, field)
        if value is None:
            continue
        other = session.scalars(select(Paper.key).where(column == value, Paper.key != record.key)).first()
        if other is not None:
            problems.append(FieldProblem(field, f"The {word} {value} already belongs to the paper “{other}”"))
    return problems


def _find_or_add_authors(session: Session, names: Sequence[PersonName], version: int) -> list[Author]:
    """Return the authors of these names in their order, making those that are new."""
    wanted = list(dict.fromkeys((name.family, name.given) for name in names))
    statement = select(Author).where(tuple_(Author.family, Author.given).in_(wanted))
    found = {(author.family, author.given): author for author in session.scalars(statement)} if wanted else {}
    new = [pair for pair in wanted if pair not in found]
    slugs = free_slugs(session, [f"{given} {family}" for family, given in new])
    for (family, given), slug in zip(new, slugs, strict=True):
        found[family, given] = Author(family=family, given=given, slug=slug, stamp=version)
        session.add(found[family, given])
        unbury(session, "author", slug)
    session.flush()
    return [found[name.family, name.given] for name in names]


def free_slugs(session: Session, names: Sequence[str], but: int = 0) -> list[str]:
    """Return a slug for each name that neither an author (but this one) nor another of these names has."""
    bases = [make_slug(name, limit=140) or "author" for name in names]
    others = select(Author.slug).where(Author.id != but)
    taken = set(session.scalars(others.where(Author.slug.in_(bases)))) if bases else set()
    found: list[str] = []
    for base in bases:
        slug = base
        if base in taken:
            taken |= set(session.scalars(others.where(Author.slug.startswith(base, autoescape=True))))
            slug = next(f"{base}-{n}" for n in count(2) if f"{base}-{n}" not in taken)
        taken.add(slug)
        found.append(slug)
    return found


def _forget_authors(session: Session, ids: set[int]) -> None:
    """Delete those of these authors who are on no paper any more."""
    if not ids:
        return
    still = select(Authorship.author_id).where(Authorship.author_id.in_(ids))
    for author in session.scalars(select(Author).where(Author.id.in_(ids), Author.id.not_in(still))).all():
        session.delete(author)
        session.flush()
        bury(session, "author", author.slug)
