"""Every public address of the library with the moment of its last change: what a sitemap lists.

NOT here: the files (`app/interchange/sitemap.py`).
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from app import addresses
from app.database import LibraryChange, library_state
from app.papers.models import Paper
from app.summaries.connection_models import Path
from app.summaries.harvest import earliest
from app.summaries.models import Summary, SummaryCategory, SummaryPaper, SummaryTag
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category, Series, Tag

LISTS = ("/", "/summaries", "/papers", "/categories", "/tags", "/paths")

Place = tuple[str, dt.datetime]


def list_places(session: Session) -> list[Place]:
    """Return (path, moment of the last change): lists, shelves, reading paths, summarised papers, summaries."""
    changed = library_state(session)[1]
    places: list[Place] = [(path, changed) for path in LISTS]
    for address, statement in _kinds():
        places += _dated(session, address, statement)
    return places


def _kinds() -> Iterator[tuple[Callable[[str], str], Select[*tuple[Any, ...]]]]:
    """Give each kind of page with a statement for (name, library version of the last change of what it shows)."""
    shelved = select(Category.slug, _later(Category)).outerjoin(SummaryCategory)
    yield addresses.category_path, _with_summaries(shelved, SummaryCategory).group_by(Category.id)
    tagged = select(Tag.slug, _later(Tag)).join(SummaryTag)
    yield addresses.tag_path, _public(tagged, SummaryTag).group_by(Tag.id)
    parts = select(Series.slug, _later(Series)).join(Summary, Summary.series_id == Series.id)
    yield addresses.series_path, parts.where(PUBLIC).group_by(Series.id)
    yield addresses.reading_path_path, select(Path.slug, Path.stamp.label("version"))
    about = select(Paper.key, _later(Paper)).join(SummaryPaper)
    yield addresses.paper_path, _public(about, SummaryPaper).group_by(Paper.id)
    yield addresses.summary_path, select(Summary.slug, Summary.stamp.label("version")).where(PUBLIC)


def _later(model: Any) -> Any:
    newest = func.coalesce(func.max(Summary.stamp), 0)
    return case((newest > model.stamp, newest), else_=model.stamp).label("version")


def _public(statement: Select[*tuple[Any, ...]], through: Any) -> Select[*tuple[Any, ...]]:
    return statement.join(Summary, Summary.id == through.summary_id).where(PUBLIC)


def _with_summaries(statement: Select[*tuple[Any, ...]], through: Any) -> Select[*tuple[Any, ...]]:
    return statement.outerjoin(Summary, (Summary.id == through.summary_id) & PUBLIC)


def _dated(session: Session, address: Callable[[str], str], statement: Select[*tuple[Any, ...]]) -> list[Place]:
    inner = statement.subquery()
    joined = select(inner.c[0], LibraryChange.at).outerjoin(LibraryChange, LibraryChange.version == inner.c.version)
    first = earliest(session)
    return [(address(name), at or first) for name, at in session.execute(joined.order_by(inner.c[0]))]
