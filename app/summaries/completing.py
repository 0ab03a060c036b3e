"""What completes a word that is being typed: titles that were found by their beginnings, and tags. For suggestions."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.summaries.models import Summary, SummaryTag
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Tag
from app.taxonomy.slugs import make_slug


def titles_by_ids(session: Session, ids: Sequence[int]) -> list[tuple[str, str]]:
    """Return (slug, title) of the published ones of these summaries, in the ids' order."""
    statement = select(Summary.id, Summary.slug, Summary.title).where(Summary.id.in_(ids), PUBLIC)
    found = {id_: (slug, title) for id_, slug, title in session.execute(statement)}
    return [found[id_] for id_ in ids if id_ in found]


def tags_beginning(session: Session, typed: str, limit: int) -> list[tuple[str, str, int]]:
    """Return (slug, name, number of published summaries) of the tags that begin as typed, the most used first."""
    start = make_slug(typed[:100])
    if not start:
        return []
    number = func.count()
    statement = (
        select(Tag.slug, Tag.name, number)
        .join(SummaryTag, SummaryTag.tag_id == Tag.id)
        .join(Summary, Summary.id == SummaryTag.summary_id)
        .where(PUBLIC, Tag.slug >= start, Tag.slug < start + "\x7f")
        .group_by(Tag.id, Tag.slug, Tag.name)
        .order_by(number.desc(), Tag.slug)
        .limit(limit)
    )
    return [(slug, name, count) for slug, name, count in session.execute(statement)]
