"""What readers take along, on both kinds of store: orders, batches, and nothing that is not published."""

import datetime as dt

import pytest

from app.database import Database
from app.errors import BadInput, PageNotFound
from app.summaries import taking_along as along
from app.summaries.listing import SummaryFilters
from app.summaries.queries import find_for_edit, get_published
from tests.factories import add_summary

NEWEST = ["scheduler", "warmup", "reading-list", "dropout", "adam"]


def test_a_list_gives_its_ids_in_its_order_page_by_page(filled: Database) -> None:
    with filled.reading() as session:
        first = along.ids_of_summaries(session, SummaryFilters(), "newest", 1, 3)
        second = along.ids_of_summaries(session, SummaryFilters(), "newest", 2, 3)
        rows = list(along.iter_rows(session, [*first.items, *second.items]))
        assert [row.slug for row in rows] == NEWEST
        assert (first.total, first.pages) == (5, 2)
        with pytest.raises(PageNotFound):
            along.ids_of_summaries(session, SummaryFilters(), "newest", 3, 3)


def test_papers_come_once_in_the_order_of_their_summaries(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(along, "BATCH", 2)
    with filled.reading() as session:
        ids = along.ids_of_summaries(session, SummaryFilters(), "newest", 1, 100).items
        papers = along.papers_of_summaries(session, ids)
        cited = list(along.iter_cited(session, papers))
        assert [one.record.key for one in cited] == [
            "kingma2015adam",
            "reddi2018convergence",
            "srivastava2014dropout",
        ]
        assert cited[0].keywords == ("optimiser", "schedule")
        assert [author.family for author in cited[2].record.authors][:2] == ["Srivastava", "Hinton"]
        warmup = get_published(session, "warmup")
        assert [one.record.key for one in along.iter_cited(session, along.papers_behind(session, warmup.id))] == [
            "reddi2018convergence"
        ]
        assert along.names_of_cited(session, warmup.id, 5) == [("reddi2018convergence", None, "1904.09237")]
        assert [row.key for row in along.iter_papers(session, along.ids_of_papers(session, 1, 2).items)] == [
            "reddi2018convergence",
            "kingma2015adam",
        ]


def test_a_feed_goes_on_where_it_stopped_and_an_update_comes_to_the_front(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(
            session, published=dt.datetime(2024, 3, 5, tzinfo=dt.UTC), updated=dt.datetime(2024, 6, 15, tzinfo=dt.UTC)
        )
    with filled.reading() as session:
        cursor, seen = None, []
        while True:
            found = along.slice_of_feed(session, SummaryFilters(), cursor, 2)
            seen += [row.slug for row in found.items]
            cursor = found.next_cursor
            if cursor is None:
                break
        assert seen == ["scheduler", "adam", "warmup", "reading-list", "dropout"]
        everything = list(range(1, 100))
        within = along.slice_of_feed(session, SummaryFilters(), None, 50, everything)
        assert [row.slug for row in within.items] == seen
        for wrong in ("x", along.encode_cursor("yesterday", 1), along.encode_cursor("0001-01-01T00:00:00+23:59", 1)):
            with pytest.raises(BadInput):
                along.slice_of_feed(session, SummaryFilters(), wrong, 2)


def test_what_was_first_published_stays_what_it_was(filled: Database) -> None:
    with filled.writing() as session:
        summary = find_for_edit(session, "adam")
        assert summary is not None
        summary.slug = "renamed"
        session.flush()
        add_summary(session, slug="renamed", published=dt.datetime(2024, 9, 9, tzinfo=dt.UTC))
        add_summary(session, slug="a-draft", title="Out now", published=dt.datetime(2024, 9, 10, tzinfo=dt.UTC))
    with filled.reading() as session:
        rows = [get_published(session, slug) for slug in ("renamed", "a-draft")]
        found = along.first_seen(session, rows)
        assert found[rows[0].id] == along.FirstSeen("adam", dt.date(2024, 3, 5))
        assert found[rows[1].id] == along.FirstSeen("a-draft", dt.date(2024, 9, 10))
        assert along.library_began(session) <= dt.datetime.now(dt.UTC)
