import datetime as dt
from pathlib import Path

from sqlalchemy import select

from app.database import Database, stamp
from app.search.documents import Label
from app.search.index import SearchIndex
from app.search.query import search
from app.search.source import StoreSource
from app.search.writing import follow
from app.summaries.models import Summary
from app.taxonomy.models import Category
from tests import factories

QUERIES_FOR_ADAM = (
    "author:kingma tag:optimiser", "key:kingma2015adam", "arxiv:1412.6980v9", '"stochastic optimization"', "year:2015",
    "venue:representations", "category:optimization", "kingma adam", "1412.6980", "2015", "kingma2015adam",
)  # fmt: skip


def ids_of(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return dict(row for row in session.execute(select(Summary.slug, Summary.id)))


def test_a_published_summary_becomes_a_document_with_everything_that_is_searched(library: Database) -> None:
    documents = {document.title: document for document in StoreSource(library).all_documents()}
    assert set(documents) == {"Adam", "Dropout", "A reading list elsewhere", "Warm-up", "Schedules"}
    assert StoreSource(library).count() == 5
    adam = documents["Adam"]
    assert adam.kind == "paper-summary"
    assert adam.published == dt.date(2024, 3, 5)
    assert adam.years == (2015,)
    assert adam.categories == (Label("optimization", "Optimization"),)
    assert [author.name for author in adam.authors] == ["Diederik P. Kingma", "Jimmy Ba"]
    assert adam.keys == ("kingma2015adam",)
    assert adam.arxiv_ids == ("1412.6980",)
    assert "two running means" in adam.body
    assert "\\sqrt" not in adam.tldr
    assert documents["Schedules"].freshness == "contested"
    assert documents["Schedules"].years == (2015, 2018)
    assert documents["Warm-up"].series == (Label("in-two-parts", "In two parts"),)


def test_every_field_of_the_store_is_found(library: Database, tmp_path: Path) -> None:
    index, ids = SearchIndex(tmp_path / "search", b"k"), ids_of(library)
    follow(index, StoreSource(library))
    for query in QUERIES_FOR_ADAM:
        assert ids["adam"] in search(index, query).ids, query
    assert search(index, "secretword OR secret").ids == []
    assert search(index, "series:parts kind:deep-dive").total == 2


def test_the_index_follows_edits_publishing_unpublishing_trash_and_renamed_shelves(
    library: Database, tmp_path: Path
) -> None:
    index, source, ids = SearchIndex(tmp_path / "search", b"k"), StoreSource(library), ids_of(library)
    follow(index, source)
    with library.writing() as session:
        factories.add_summary(session, tldr="Now about quokkas.", papers=("kingma2015adam",))
        factories.add_summary(session, slug="a-draft", title="No secret", body="secretword")
        factories.add_summary(session, slug="dropout", title="Dropout", status="archived", papers=())
        trashed = session.scalars(select(Summary).where(Summary.slug == "warmup")).one()
        trashed.trashed_at, trashed.stamp = dt.datetime(2024, 9, 1, tzinfo=dt.UTC), stamp(session)
    assert follow(index, source).changed == 4
    assert search(index, "quokka").ids == [ids["adam"]]
    assert search(index, "secretword").ids == [ids["a-draft"]]
    assert search(index, "title:dropout OR title:warm-up").ids == []
    with library.writing() as session:
        shelf = session.scalars(select(Category).where(Category.slug == "optimization")).one()
        shelf.name, shelf.stamp = "Descending", stamp(session)
    follow(index, source)
    assert ids["adam"] in search(index, "category:descending").ids
    assert index.held() == source.current_version()


def test_changes_come_in_bounded_batches_of_which_the_last_moves_the_version_on(library: Database) -> None:
    with library.writing() as session:
        for number in range(130):
            factories.add_summary(session, slug=f"many-{number}", title=f"Many {number}")
    source = StoreSource(library)
    batches = list(source.changes_since(1))
    assert len(batches) == 2
    assert all(len(batch.changes) <= 100 for batch in batches)
    assert [batch.version for batch in batches] == [1] * (len(batches) - 1) + [source.current_version()]
    assert [batch.changes for batch in source.changes_since(source.current_version())] == [()]
