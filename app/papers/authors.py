"""Writes on authors: one whose name was spelt wrongly, and two spellings of one person.

NOT here: rendering again what names their papers (`app/summaries/paper_curating.py` does both together).
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Actor, record
from app.database import now, stamp
from app.errors import BadInput, Conflict
from app.papers.models import Author, Authorship, Paper
from app.papers.queries import WITH_AUTHORS, get_author
from app.papers.records import PersonName
from app.papers.service import free_slugs, set_authors
from app.tombstones import bury


def rename_author(session: Session, slug: str, name: PersonName, *, actor: Actor) -> list[Paper]:
    """Spell an author's name otherwise, everywhere; return their papers, stamped, authors loaded.

    The slug follows the name and the former one leads on. Raises Conflict where another author has this name: then
    the two are to be merged.
    """
    author = get_author(session, slug)
    if (author.family, author.given) == (name.family, name.given):
        return []
    same = select(Author.slug).where(Author.family == name.family, Author.given == name.given)
    if (other := session.scalars(same).first()) is not None:
        raise Conflict(f"There is already an author of this name, “{other}”; merge the two instead.")
    former, before = author.slug, author.name
    author.family, author.given = name.family, name.given
    author.slug = _following_slug(session, author)
    author.stamp = stamp(session)
    papers = _papers_of(session, author)
    for paper in papers:
        paper.stamp, paper.updated_at = author.stamp, now()
    session.flush()
    if author.slug != former:
        bury(session, "author", former, moved_to=author.slug)
    record(session, actor, "author.rename", author.slug, f"was {before} ({former})")
    return papers


def merge_authors(session: Session, source: str, target: str, *, actor: Actor) -> list[Paper]:
    """Put every paper of one spelling under another and lead its address on; return these papers, authors loaded.

    A paper on which both stood keeps the person once, at the first of the two places.
    """
    gone, kept = get_author(session, source), get_author(session, target)
    if gone.id == kept.id:
        raise BadInput("An author cannot be merged with themselves.")
    papers = _papers_of(session, gone)
    for paper in papers:
        places = [kept if author is gone else author for author in paper.authors]
        if kept in paper.authors:
            first = places.index(kept)
            places = [author for place, author in enumerate(places) if author is not kept or place == first]
        set_authors(session, paper, places)
        paper.stamp, paper.updated_at = stamp(session), now()
    session.delete(gone)
    session.flush()
    bury(session, "author", source, moved_to=target)
    record(session, actor, "author.merge", target, f"{source} became {target} on {len(papers)} papers")
    return papers


def _papers_of(session: Session, author: Author) -> list[Paper]:
    on = select(Authorship.paper_id).where(Authorship.author_id == author.id)
    return list(session.scalars(select(Paper).where(Paper.id.in_(on)).order_by(Paper.key).options(WITH_AUTHORS)))


def _following_slug(session: Session, author: Author) -> str:
    """Return a slug for the name the author has now; the present one where it fits."""
    with session.no_autoflush:
        (wanted,) = free_slugs(session, [author.name], but=author.id)
    return wanted
