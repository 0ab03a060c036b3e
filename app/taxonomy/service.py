"""Writes on categories, tags and series. NOT here: putting summaries on them (`app/summaries/service.py`)."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import now, stamp
from app.outcome import Outcome
from app.taxonomy.models import Category, Series, Tag
from app.taxonomy.records import CategoryRecord, SeriesRecord
from app.taxonomy.slugs import make_slug


def save_category(session: Session, record: CategoryRecord) -> Outcome:
    """Make or change the category with this slug."""
    category = session.scalars(select(Category).where(Category.slug == record.slug)).one_or_none()
    return _save(session, category or Category(slug=record.slug), category is None, record.model_dump(exclude={"slug"}))


def save_series(session: Session, record: SeriesRecord) -> Outcome:
    """Make or change the series with this slug."""
    series = session.scalars(select(Series).where(Series.slug == record.slug)).one_or_none()
    return _save(session, series or Series(slug=record.slug), series is None, record.model_dump(exclude={"slug"}))


def _save(session: Session, row: Category | Series, is_new: bool, values: dict[str, object]) -> Outcome:
    if not is_new and all(getattr(row, name) == value for name, value in values.items()):
        return "unchanged"
    for name, value in values.items():
        setattr(row, name, value)
    row.stamp = stamp(session)
    row.updated_at = now()
    session.add(row)
    session.flush()
    return "added" if is_new else "changed"


def find_or_add_tags(session: Session, names: Iterable[str]) -> list[Tag]:
    """Return the tags of these names in their order, making those that are new; the first spelling of a tag stays."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(make_slug(name), name)
    by_slug = {tag.slug: tag for tag in session.scalars(select(Tag).where(Tag.slug.in_(wanted)))}
    for slug, name in wanted.items():
        if slug not in by_slug:
            by_slug[slug] = Tag(slug=slug, name=name, stamp=0)
            session.add(by_slug[slug])
    session.flush()
    return [by_slug[slug] for slug in wanted]
