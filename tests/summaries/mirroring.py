"""A copy of the library as a program keeps it from the changes feed, and the library as read from anew.

A thing's facts are its own: what it shows of others (the name of a category, a count, a backlink) is in theirs.
"""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import Gone, Moved, NotFound
from app.papers.models import Author, Paper
from app.papers.queries import get_author, get_paper, record_of
from app.summaries.asset_models import MacroSetRow, Media
from app.summaries.assets import get_media
from app.summaries.browsing import get_public_tag
from app.summaries.changes import Change, changes_since
from app.summaries.connections import connections_of
from app.summaries.listing import list_by_ids
from app.summaries.macro_sets import get_macro_set
from app.summaries.models import Summary
from app.summaries.paths import get_path, list_paths
from app.summaries.queries import document_for, get_published
from app.summaries.shelves import links_of, list_categories, list_series, list_tags
from app.summaries.visibility import PUBLIC
from app.taxonomy.queries import get_category, get_series

Facts = dict[str, Any]
SLICE = 7


def _summary(session: Session, slug: str) -> Facts:
    summary = get_published(session, slug)
    made = summary.rendering
    assert made is not None
    return {
        # What it requires that readers do not see is not told; nor is the number of a revision they did not see.
        "document": document_for(session, summary).model_copy(update={"requires": ()}),
        "requires": [one.url for one in connections_of(session, summary).requires],
        "links": [(link.target, link.url, link.title) for link in links_of(session, summary.id)],
        "html": (made.tldr_html, made.html, made.updates_html),
        "modified": (summary.saved_at, summary.revision),
    }


def _paper(session: Session, key: str) -> Facts:
    paper = get_paper(session, key)
    return {"record": record_of(paper), "authors": [author.slug for author in paper.authors]}


def _author(session: Session, slug: str) -> Facts:
    author = get_author(session, slug)
    return {"family": author.family, "given": author.given}


def _category(session: Session, slug: str) -> Facts:
    row = get_category(session, slug)
    return {"name": row.name, "description": row.description, "position": row.position}


def _tag(session: Session, slug: str) -> Facts:
    return {"name": get_public_tag(session, slug).name}


def _series(session: Session, slug: str) -> Facts:
    row = get_series(session, slug)
    return {"title": row.title, "description": row.description}


def _path(session: Session, slug: str) -> Facts:
    path = get_path(session, slug)
    notes = {step.summary_id: step.note for step in path.steps}
    steps = [(row.slug, notes[row.id]) for row in list_by_ids(session, list(notes))]
    return {"title": path.title, "description": path.description, "steps": steps}


def _macro_set(session: Session, name: str) -> Facts:
    return {"source": get_macro_set(session, name).source}


def _picture(session: Session, name: str) -> Facts:
    return {"sha256": get_media(session, name).sha256}


READ = {
    "summary": _summary,
    "paper": _paper,
    "author": _author,
    "category": _category,
    "tag": _tag,
    "series": _series,
    "path": _path,
    "macro-set": _macro_set,
    "picture": _picture,
}


def read_anew(session: Session) -> dict[tuple[str, str], Facts]:
    """Return everything that readers see."""
    names = {
        "summary": session.scalars(select(Summary.slug).where(PUBLIC)),
        "paper": session.scalars(select(Paper.key)),
        "author": session.scalars(select(Author.slug)),
        "category": [shelf.slug for shelf in list_categories(session)],
        "tag": [shelf.slug for shelf in list_tags(session)],
        "series": [shelf.slug for shelf in list_series(session)],
        "path": [row.slug for row in list_paths(session)],
        "macro-set": session.scalars(select(MacroSetRow.name)),
        "picture": session.scalars(
            select(Media.name).where(Media.stamp > 0)
        ),  # those a draft alone shows: nobody knows
    }
    return {(kind, name): READ[kind](session, name) for kind, found in names.items() for name in list(found)}


class Mirror:
    """A copy kept from the feed alone, a slice at a time, each slice in a session of its own."""

    def __init__(self) -> None:
        self.version = 0
        self.things: dict[tuple[str, str], Facts] = {}
        self.told: list[Change] = []

    def follow(self, database: Database) -> None:
        cursor: str | None = None
        while True:
            with database.reading() as session:
                found = changes_since(session, self.version, SLICE, cursor=cursor)
                for item in found.items:
                    self._take_in(session, item)
            if not found.more:
                break
            cursor = found.cursor
        self.version = found.version

    def _take_in(self, session: Session, item: Change) -> None:
        self.told.append(item)
        if item.action == "changed":
            self.things[item.kind, item.name] = READ[item.kind](session, item.name)
            return
        self.things.pop((item.kind, item.name), None)
        with pytest.raises((NotFound, Gone, Moved)):  # what is told as gone is gone
            READ[item.kind](session, item.name)
