"""Reads on categories, tags and series. NOT here: how many summaries stand on them (`app/summaries/shelves.py`)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import category_path, series_path, tag_path
from app.errors import Moved, ShelfNotFound
from app.taxonomy.models import Category, Series, Tag
from app.taxonomy.records import CategoryRecord, SeriesRecord
from app.tombstones import moved_to


def get_category(session: Session, slug: str) -> Category:
    """Return the category with this slug; raises ShelfNotFound, or Moved for a former slug."""
    category = session.scalars(select(Category).where(Category.slug == slug)).one_or_none()
    if category is None:
        if target := moved_to(session, "category", slug):
            raise Moved(category_path(target))
        raise ShelfNotFound(f"There is no category “{slug[:120]}”.")
    return category


def get_tag(session: Session, slug: str) -> Tag:
    """Return the tag with this slug; raises ShelfNotFound, or Moved for a former slug."""
    tag = session.scalars(select(Tag).where(Tag.slug == slug)).one_or_none()
    if tag is None:
        if target := moved_to(session, "tag", slug):
            raise Moved(tag_path(target))
        raise ShelfNotFound(f"There is no tag “{slug[:120]}”.")
    return tag


def get_series(session: Session, slug: str) -> Series:
    """Return the series with this slug; raises ShelfNotFound, or Moved for a former slug."""
    series = session.scalars(select(Series).where(Series.slug == slug)).one_or_none()
    if series is None:
        if target := moved_to(session, "series", slug):
            raise Moved(series_path(target))
        raise ShelfNotFound(f"There is no series “{slug[:120]}”.")
    return series


def categories_by_slug(session: Session, slugs: Sequence[str]) -> dict[str, Category]:
    return {row.slug: row for row in session.scalars(select(Category).where(Category.slug.in_(slugs)))}


def tags_by_slug(session: Session, slugs: Sequence[str]) -> dict[str, Tag]:
    return {row.slug: row for row in session.scalars(select(Tag).where(Tag.slug.in_(slugs)))}


def find_series(session: Session, slug: str) -> Series | None:
    return session.scalars(select(Series).where(Series.slug == slug)).one_or_none()


def list_category_records(session: Session) -> list[CategoryRecord]:
    """Return every category in shelf order."""
    rows = session.scalars(select(Category).order_by(Category.position, Category.slug))
    return [
        CategoryRecord(slug=row.slug, name=row.name, description=row.description, position=row.position) for row in rows
    ]


def list_series_records(session: Session) -> list[SeriesRecord]:
    rows = session.scalars(select(Series).order_by(Series.slug))
    return [SeriesRecord(slug=row.slug, title=row.title, description=row.description) for row in rows]
