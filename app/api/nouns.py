"""What can be written over HTTP, one kind of thing after another: how it is shown, renamed and deleted.

Each is a few calls of the functions that the desk uses; how one is read from JSON and saved is in
`app/interchange/json_documents.py`. NOT here: methods, preconditions, answers (`writing.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.api import macro_sets, papers, runs, shelves, summaries
from app.api.answers import Places
from app.api.schemas import Answer, PaperDetail, SummaryDetail
from app.api.shelf_schemas import CategoryDetail, MacroSetDetail, PathDetail, SeriesDetail, TagDetail
from app.errors import Conflict
from app.interchange.json_documents import DocumentKind
from app.papers.duplicates import find_same
from app.papers.records import PaperRecord
from app.summaries import curating, paper_curating, trash
from app.summaries import macro_sets as macro_curating
from app.summaries import paths as path_curating
from app.summaries.editing import rename_slug

Show = Callable[[Session, str, Places, Person], Answer]
Rename = Callable[[Session, str, BaseModel, Person], None]
Delete = Callable[[Session, str, Person], None]


def nothing_more(_session: Session, _record: Any) -> None:
    """Ask nothing more of a new one."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of thing: its word, its place, the field that names it, and what is done with it.

    `rename` gets the present name and the record with the new one; `is_new` may refuse to make it a second time.
    """

    kind: DocumentKind
    word: str
    place: str
    named_by: str
    tag: str
    detail: type[Answer]
    show: Show
    rename: Rename
    delete: Delete
    is_new: Callable[[Session, Any], None] = nothing_more

    @property
    def address(self) -> str:
        return f"{self.place}/{{{self.named_by}}}"


def _by_slug(rename: Callable[..., object]) -> Rename:
    """Make the rename of a shelf out of the curators' function."""

    def act(session: Session, name: str, record: BaseModel, person: Person) -> None:
        person.require("editor")
        rename(session, name, str(getattr(record, "slug", "")), actor=person.actor)

    return act


def _by_name(rename: Callable[..., object]) -> Rename:
    def act(session: Session, name: str, record: BaseModel, person: Person) -> None:
        person.require("editor")
        rename(session, name, str(getattr(record, "name", "")), actor=person.actor)

    return act


def _by_editors(delete: Callable[..., object]) -> Delete:
    def act(session: Session, name: str, person: Person) -> None:
        person.require("editor")
        delete(session, name, actor=person.actor)

    return act


def _rename_summary(session: Session, name: str, record: BaseModel, person: Person) -> None:
    rename_slug(session, name, str(getattr(record, "slug", "")), person=person)


def _rename_paper(session: Session, name: str, record: BaseModel, person: Person) -> None:
    person.require("editor")
    paper_curating.rename_paper(session, name, str(getattr(record, "key", "")), actor=person.actor)


def _no_second_record(session: Session, record: PaperRecord) -> None:
    """Refuse a new record of a paper that is here under another key."""
    same = find_same(session, record)
    if same is not None and same.key != record.key:
        raise Conflict(
            f"This paper is already here as “{same.key}”, “{same.title}”. PUT makes a second record all the same."
        )


NOUNS = (
    Noun(
        "summary", "summary", "/summaries", "slug", "summaries", SummaryDetail,
        summaries.show, _rename_summary, lambda session, name, person: _trash(session, name, person),
    ),
    Noun(
        "paper", "paper", "/papers", "key", "papers", PaperDetail,
        lambda session, name, at, _: papers.show(session, name, at), _rename_paper,
        _by_editors(paper_curating.delete_paper), _no_second_record,
    ),
    Noun(
        "category", "category", "/categories", "slug", "shelves", CategoryDetail,
        lambda session, name, at, _: shelves.category_detail(session, name, at),
        _by_slug(curating.rename_category), _by_editors(curating.delete_category),
    ),
    Noun(
        "tag", "tag", "/tags", "slug", "shelves", TagDetail,
        shelves.tag_detail, _by_name(curating.rename_tag), _by_editors(curating.delete_tag),
    ),
    Noun(
        "series", "series", "/series", "slug", "series", SeriesDetail,
        lambda session, name, at, _: runs.series_detail(session, name, at),
        _by_slug(curating.rename_series), _by_editors(curating.delete_series),
    ),
    Noun(
        "path", "path", "/paths", "slug", "paths", PathDetail,
        runs.path_detail, _by_slug(path_curating.rename_path), _by_editors(path_curating.delete_path),
    ),
    Noun(
        "macro-set", "macro_set", "/macro-sets", "name", "macro sets", MacroSetDetail,
        lambda session, name, at, _: macro_sets.show(session, name, at),
        _by_name(macro_curating.rename_macro_set), _by_editors(macro_curating.delete_macro_set),
    ),
)  # fmt: skip


def _trash(session: Session, name: str, person: Person) -> None:
    trash.trash(session, name, person)
