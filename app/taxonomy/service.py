"""Writes on categories, tags and series. NOT here: putting summaries on them (`app/summaries/service.py`), and what
changes the summaries that name them: renames, merges, deletions (`app/summaries/curating.py`).
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Actor, record
from app.database import now, stamp
from app.errors import BadInput, Conflict, FieldProblem
from app.outcome import Outcome
from app.taxonomy.models import Category, Series, Tag
from app.taxonomy.records import CategoryRecord, SeriesRecord
from app.taxonomy.slugs import is_slug, make_slug
from app.tombstones import Kind, bury, unbury

Shelf = Category | Series | Tag
KIND: dict[type, Kind] = {Category: "category", Series: "series", Tag: "tag"}


def save_category(session: Session, category: CategoryRecord, *, actor: Actor | None = None) -> Outcome:
    """Make or change the category with this slug."""
    row = session.scalars(select(Category).where(Category.slug == category.slug)).one_or_none()
    values = category.model_dump(exclude={"slug"})
    return _save(session, row or Category(slug=category.slug), row is None, values, actor)


def save_series(session: Session, series: SeriesRecord, *, actor: Actor | None = None) -> Outcome:
    """Make or change the series with this slug."""
    row = session.scalars(select(Series).where(Series.slug == series.slug)).one_or_none()
    return _save(session, row or Series(slug=series.slug), row is None, series.model_dump(exclude={"slug"}), actor)


def _save(
    session: Session, row: Category | Series, is_new: bool, values: dict[str, object], actor: Actor | None
) -> Outcome:
    if not is_new and all(getattr(row, name) == value for name, value in values.items()):
        return "unchanged"
    version = stamp(session)  # first of all: it is what other writers wait for
    for name, value in values.items():
        setattr(row, name, value)
    row.stamp, row.updated_at = version, now()
    session.add(row)
    session.flush()
    kind = KIND[type(row)]
    if is_new:
        unbury(session, kind, row.slug)
    if actor is not None:
        record(session, actor, f"{kind}.{'add' if is_new else 'change'}", row.slug)
    return "added" if is_new else "changed"


def reorder_categories(session: Session, slugs: Sequence[str], *, actor: Actor) -> Outcome:
    """Put the categories in this order; raises BadInput unless every category is named exactly once."""
    rows = {row.slug: row for row in session.scalars(select(Category))}
    wrong = [f"there is no category “{slug[:120]}”" for slug in slugs if slug not in rows]
    wrong += [f"“{slug}” stands twice" for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1})]
    wrong += [f"“{slug}” is missing" for slug in sorted(set(rows).difference(slugs))]
    if wrong:
        raise BadInput("; ".join(wrong) + ".", [FieldProblem("order", message) for message in wrong])
    moved = [(rows[slug], place) for place, slug in enumerate(slugs, start=1) if rows[slug].position != place]
    for row, place in moved:
        row.position, row.stamp, row.updated_at = place, stamp(session), now()
    session.flush()
    if not moved:
        return "unchanged"
    record(session, actor, "category.reorder", "", " ".join(slugs))
    return "changed"


def change_slug(session: Session, shelf: Shelf, slug: str) -> None:
    """Give a shelf another slug and lead its former one on; raises BadInput or Conflict. What names it stays as it was.

    A tag that no reader ever met leaves no trace of its former name.
    """
    kind = KIND[type(shelf)]
    if not is_slug(slug):
        sentence = f"“{slug[:80]}” is not a slug: lower-case letters, digits and single hyphens only"
        raise BadInput(sentence + ".", [FieldProblem("slug", sentence)])
    model = type(shelf)
    if session.scalars(select(model.id).where(model.slug == slug, model.id != shelf.id)).first() is not None:
        hint = "" if kind == "series" else "; merge the two instead"
        raise Conflict(f"There is already a {kind} “{slug}”{hint}.")
    former, shelf.slug = shelf.slug, slug
    note_change(session, shelf)
    session.flush()
    if shelf.stamp:
        bury(session, kind, former, moved_to=slug)


def note_change(session: Session, shelf: Shelf) -> None:
    """Stamp a shelf that changed, unless it is a tag that no reader ever met."""
    if not isinstance(shelf, Tag) or shelf.stamp:
        shelf.stamp = stamp(session)
    shelf.updated_at = now()


def remove(session: Session, shelf: Shelf, moved_to: str | None = None) -> None:
    """Delete a shelf on which nothing stands any more (the caller has seen to that) and bury its name."""
    session.delete(shelf)
    session.flush()
    if shelf.stamp:
        bury(session, KIND[type(shelf)], shelf.slug, moved_to)


def add_tag(session: Session, name: str, *, actor: Actor) -> Outcome:
    """Make a tag of this name where there is none; readers meet it when a published summary carries it."""
    known = session.scalars(select(Tag.id).where(Tag.slug == make_slug(name))).first()
    (tag,) = find_or_add_tags(session, [name])
    if known is not None:
        return "unchanged"
    record(session, actor, "tag.add", tag.slug)
    return "added"


def find_or_add_tags(session: Session, names: Iterable[str]) -> list[Tag]:
    """Return the tags of these names in their order, making those that are new; the first spelling of a tag stays."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(make_slug(name), name)
    by_slug = {tag.slug: tag for tag in session.scalars(select(Tag).where(Tag.slug.in_(wanted)))}
    for slug, name in wanted.items():
        if slug not in by_slug:
            by_slug[slug] = Tag(slug=slug, name=name, stamp=unbury(session, "tag", slug))
            session.add(by_slug[slug])
    session.flush()
    return [by_slug[slug] for slug in wanted]
