"""Into the trash, out of it, and gone for good: for readers, links, paths, the index and harvesters."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.accounts.rights import Person
from app.database import Database, library_version
from app.errors import BadInput, Conflict, NotAllowed, SummaryNotFound
from app.search.index import SearchIndex
from app.search.query import search
from app.search.source import StoreSource
from app.search.writing import follow
from app.summaries import workflow
from app.summaries.editing import get_for_desk, rename_slug
from app.summaries.harvest import START, UNBOUNDED, Span, find_harvested, page_of_harvest
from app.summaries.models import FormerSlug, Revision, Summary
from app.summaries.paths import iter_path_records
from app.summaries.queries import get_published, ids_changed_since, iter_documents
from app.summaries.trash import list_trash, purge, restore, trash
from app.tombstones import Tombstone

Cast = dict[str, Person]


def test_what_is_trashed_is_nowhere_to_be_seen_and_comes_back_as_it_was(filled: Database, cast: Cast) -> None:
    with filled.reading() as session:
        before = library_version(session)
    with filled.writing() as session:
        id_ = trash(session, "adam", cast["edith"]).id
        trash(session, "adam", cast["edith"])
    with filled.reading() as session:
        with pytest.raises(SummaryNotFound):
            get_published(session, "adam")
        assert id_ in ids_changed_since(session, before)
        assert "missing-link" in get_published(session, "warmup").rendering.html
        assert [row.slug for row in list_trash(session)] == ["adam", "trashed-one"]
    with filled.writing() as session:
        restore(session, "adam", cast["edith"])
    with filled.reading() as session:
        adam = get_published(session, "adam")
        assert (adam.revision, adam.status) == (1, "published")
        assert 'href="/summaries/adam"' in get_published(session, "warmup").rendering.html


def test_a_curator_trashes_and_restores_what_is_open_and_nothing_else(library: Database, people: Cast) -> None:
    carl = people["carl"]
    with library.writing() as session:
        assert trash(session, "a-draft", carl).trashed_at is not None
        assert restore(session, "a-draft", carl).trashed_at is None
        for act, slug in ((trash, "adam"), (trash, "archived-one"), (restore, "trashed-one")):
            with pytest.raises(NotAllowed):
                act(session, slug, carl)
        with pytest.raises(NotAllowed):
            purge(session, "a-draft", carl, confirm="a-draft")


def test_a_draft_in_the_trash_is_nothing_that_readers_hear_of(library: Database, people: Cast) -> None:
    with library.reading() as session:
        before = library_version(session)
    with library.writing() as session:
        trash(session, "a-draft", people["carl"])
    with library.writing() as session:
        purge(session, "a-draft", people["edith"], confirm="a-draft")
    with library.reading() as session:
        assert library_version(session) == before
        assert session.scalars(select(Tombstone)).all() == []


def test_purging_asks_twice_and_takes_everything_but_the_name(filled: Database, cast: Cast) -> None:
    edith = cast["edith"]
    with filled.writing() as session:
        rename_slug(session, "adam", "adam-optimiser", person=edith)
        with pytest.raises(Conflict, match="not in the trash"):
            purge(session, "adam-optimiser", edith, confirm="adam-optimiser")
        trash(session, "adam-optimiser", edith)
        with pytest.raises(BadInput, match="Type “adam-optimiser”"):
            purge(session, "adam-optimiser", edith, confirm="adam")
    with filled.writing() as session:
        purge(session, "adam-optimiser", edith, confirm=" adam-optimiser ")
    with filled.reading() as session:
        with pytest.raises(SummaryNotFound):
            get_for_desk(session, "adam-optimiser")
        assert session.scalars(select(FormerSlug)).all() == []
        graves = session.execute(select(Tombstone.name, Tombstone.moved_to).order_by(Tombstone.name)).all()
        assert [tuple(grave) for grave in graves] == [("adam", None), ("adam-optimiser", None)]
        assert [step.summary for step in next(iter_path_records(session)).steps] == ["warmup", "scheduler"]
        documents = {document.slug: document for document in iter_documents(session)}
        assert documents["warmup"].requires == ()
        rows = session.execute(select(Summary.slug, Revision.sha256).join(Revision).where(
            Revision.number == Summary.revision))  # fmt: skip
        assert {slug: document.digest() for slug, document in documents.items()}.items() <= dict(rows.all()).items()
        assert session.scalars(select(func.count()).select_from(Revision).where(Revision.summary_id == 1)).one() == 0


def test_a_purged_name_stays_gone_to_harvesters_until_what_took_it_is_published(filled: Database, cast: Cast) -> None:
    edith = cast["edith"]
    with filled.writing() as session:
        trash(session, "dropout", edith)
        purge(session, "dropout", edith, confirm="dropout")
        workflow.archive(session, "adam", edith)
    with filled.writing() as session:
        rename_slug(session, "adam", "dropout", person=edith)
    with filled.reading() as session:
        told = {one.slug: one.row for one in page_of_harvest(session, Span(0, UNBOUNDED), START, 100).records}
        assert {"adam", "dropout"} <= {slug for slug, row in told.items() if row is None}
    with filled.writing() as session:
        workflow.unarchive(session, "dropout", edith)
    with filled.reading() as session:
        again = find_harvested(session, "dropout")
        assert again is not None
        assert again.row is not None
        assert session.get(Tombstone, ("summary", "dropout")) is None


def test_a_published_summary_without_a_shelf_comes_back_as_a_draft(library: Database, people: Cast) -> None:
    with library.writing() as session:
        trash(session, "adam", people["edith"])
    with library.writing() as session:
        adam = get_for_desk(session, "adam")
        adam.shelved.clear()
    with library.writing() as session:
        assert restore(session, "adam", people["edith"]).status == "draft"


def test_the_index_follows_trash_restore_purge_unpublishing_and_another_slug(
    library: Database, people: Cast, tmp_path: Path
) -> None:
    index, source, edith = SearchIndex(tmp_path / "search", b"k"), StoreSource(library), people["edith"]

    def found(query: str) -> int:
        follow(index, source)
        assert index.held() == source.current_version()
        return search(index, query).total

    assert found("title:dropout") == 1
    with library.writing() as session:
        trash(session, "dropout", edith)
    assert found("title:dropout") == 0
    with library.writing() as session:
        restore(session, "dropout", edith)
    assert found("title:dropout") == 1
    with library.writing() as session:
        rename_slug(session, "dropout", "drop-out", person=edith)
    assert found("title:dropout") == 1
    with library.writing() as session:
        workflow.unpublish(session, "drop-out", edith)
    assert found("title:dropout") == 0
    with library.writing() as session:
        workflow.publish(session, "drop-out", edith)
    assert found("title:dropout") == 1
    with library.writing() as session:
        trash(session, "drop-out", edith)
    assert found("title:dropout") == 0
    with library.writing() as session:
        purge(session, "drop-out", edith, confirm="drop-out")
    assert found("title:dropout") == 0
