"""What follows when readers see a summary anew, otherwise, or no longer: one function for every way that happens.

Whoever changes a summary that is public, or makes it so, takes `sight_of` it before and calls `note_sight` after: a
save, the trash, an archive. NOT here: who may do so, and the rendering of the summary itself.
"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import unquote

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import markup
from app.database import stamp
from app.summaries.asset_models import Media
from app.summaries.connection_models import Path, PathStep, Prerequisite
from app.summaries.connections import sources_linking_to
from app.summaries.models import FormerSlug, Summary, SummaryTag
from app.summaries.rendering import render_touched
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Tag
from app.tombstones import Tombstone, bury, lead_on, unbury


@dataclass(frozen=True, slots=True)
class Sight:
    """How readers see a summary: whether, under which slug and title, and which tags (ids) it shows them."""

    public: bool = False
    slug: str = ""
    title: str = ""
    tags: frozenset[int] = frozenset()


def sight_of(summary: Summary | None) -> Sight:
    """Return how readers see this summary now; needs its tags loaded where it is public."""
    if summary is None or not summary.is_public:
        return Sight()
    return Sight(True, summary.slug, summary.title, frozenset(row.tag.id for row in summary.tagged))


def note_sight(session: Session, summary: Summary, before: Sight) -> None:
    """Stamp a summary that readers see otherwise than before, or could see, and what shows it: tags, paths, links."""
    after = sight_of(summary)
    if not (before.public or after.public):
        return
    summary.stamp = stamp(session)
    _stamp_tags(session, before.tags ^ after.tags, but=summary.id)
    if after.public:
        _stamp_new_pictures(session, summary.body)
    session.flush()
    if (before.public, before.slug) != (after.public, after.slug):
        if after.public:
            unbury(session, "summary", after.slug)
        _stamp_those_that_name(session, summary.id)
    if (before.public, before.slug, before.title) != (after.public, after.slug, after.title):
        former = session.scalars(select(FormerSlug.slug).where(FormerSlug.summary_id == summary.id))
        render_touched(session, sources_linking_to(session, [summary.slug, *former]))


def bury_slug(session: Session, summary: Summary, slug: str, moved_to: str | None = None) -> None:
    """Note that a summary is no longer to be found under this slug, unless readers never met it there.

    One that was renamed after they last saw it was under the new slug a draft like any other.
    """
    renamed = select(Tombstone.name).where(
        Tombstone.kind == "summary", Tombstone.moved_to == slug, Tombstone.stamp > summary.stamp
    )
    if summary.is_public or (summary.stamp > 0 and session.scalars(renamed).first() is None):
        bury(session, "summary", slug, moved_to, hidden=not summary.is_public)
    elif summary.stamp > 0:
        lead_on(session, "summary", slug, moved_to)


def _stamp_tags(session: Session, ids: Collection[int], but: int) -> None:
    """Stamp those of these tags that readers meet, or no longer meet, because of this one summary."""
    if not ids:
        return
    elsewhere = (
        select(SummaryTag.tag_id)
        .join(Summary, Summary.id == SummaryTag.summary_id)
        .where(SummaryTag.tag_id.in_(ids), SummaryTag.summary_id != but, PUBLIC)
    )
    for tag in session.scalars(select(Tag).where(Tag.id.in_(ids), Tag.id.not_in(elsewhere))):
        tag.stamp = stamp(session)


def _stamp_new_pictures(session: Session, body: str) -> None:
    """Stamp the pictures of a text that readers had not met: from now on programs are told of them."""
    names = {unquote(address.rpartition("/")[2]) for address in markup.find_media(body)}
    if not names:
        return
    new = session.scalars(select(Media.name).where(Media.name.in_(names), Media.stamp == 0)).all()
    for name in new:
        unbury(session, "picture", name)
    session.execute(update(Media).where(Media.name.in_(new)).values(stamp=stamp(session)))


def _stamp_those_that_name(session: Session, summary_id: int) -> None:
    """Stamp the paths with this summary as a step and the published summaries that require it."""
    stepping = select(PathStep.path_id).where(PathStep.summary_id == summary_id)
    for path in session.scalars(select(Path).where(Path.id.in_(stepping))):
        path.stamp = stamp(session)
    requiring = select(Prerequisite.summary_id).where(Prerequisite.requires_id == summary_id)
    for other in session.scalars(select(Summary).where(Summary.id.in_(requiring), PUBLIC)):
        other.stamp = stamp(session)
    session.flush()
