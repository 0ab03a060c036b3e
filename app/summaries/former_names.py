"""Names that moved, followed where a document uses one: a restored revision, an older export, a form left open.

A tag is not followed: whoever types the name of one that was merged away makes it anew, and sees that they did.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.summaries.documents import SummaryDocument
from app.summaries.models import FormerSlug, Summary
from app.tombstones import Kind, moved_names

FIELDS: tuple[tuple[str, Kind], ...] = (("papers", "paper"), ("categories", "category"), ("macros", "macro-set"))


def with_present_names(session: Session, document: SummaryDocument) -> SummaryDocument:
    """Return the document with every name in it that moved replaced by the present one."""
    asked = [(kind, name) for field, kind in FIELDS for name in getattr(document, field)]
    if document.series is not None:
        asked.append(("series", document.series))
    moved = moved_names(session, asked)
    changes: dict[str, object] = {}
    for field, kind in FIELDS:
        names = getattr(document, field)
        changes[field] = tuple(dict.fromkeys(moved.get((kind, name), name) for name in names))
    if document.series is not None:
        changes["series"] = moved.get(("series", document.series), document.series)
    slugs = present_slugs(session, document.requires)
    changes["requires"] = tuple(dict.fromkeys(slugs.get(slug, slug) for slug in document.requires))
    return document.model_copy(update=changes)


def present_slugs(session: Session, slugs: Sequence[str]) -> dict[str, str]:
    """Return former slug -> present slug for those of these that moved."""
    if not slugs:
        return {}
    statement = (
        select(FormerSlug.slug, Summary.slug)
        .join(Summary, Summary.id == FormerSlug.summary_id)
        .where(FormerSlug.slug.in_(slugs))
    )
    return dict(session.execute(statement).all())
