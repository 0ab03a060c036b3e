"""Lists: filters that combine, facets that count, pages and cursors, and a fixed number of statements."""

import base64
import datetime as dt

import pytest

from app.database import Database
from app.errors import BadInput, PageNotFound
from app.pagination import encode_cursor
from app.summaries.facets import facets_of
from app.summaries.listing import SummaryFilters, page_of_summaries, slice_of_summaries
from tests.conftest import StatementCounter
from tests.factories import add_summary

NEWEST = ["scheduler", "warmup", "reading-list", "dropout", "adam"]


def slugs(store: Database, **filters: object) -> list[str]:
    with store.reading() as session:
        return [row.slug for row in page_of_summaries(session, SummaryFilters(**filters)).items]


def test_only_published_summaries_are_listed_newest_first(filled: Database) -> None:
    assert slugs(filled) == NEWEST


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"category": ("regularisation",)}, ["dropout"]),
        (
            {
                "category": (
                    "regularisation",
                    "optimization",
                )
            },
            ["dropout"],
        ),
        ({"tag": ("optimiser",)}, ["scheduler", "adam"]),
        (
            {
                "tag": (
                    "optimiser",
                    "schedule",
                )
            },
            ["scheduler"],
        ),
        ({"tag": ("secret-tag",)}, []),
        ({"kind": "link"}, ["reading-list"]),
        ({"year": 2015}, ["scheduler", "adam"]),
        ({"year": 2018, "tag": ["schedule"]}, ["scheduler"]),
        ({"author": "diederik-p-kingma"}, ["scheduler", "adam"]),
        ({"series": "in-two-parts"}, ["scheduler", "warmup"]),
        ({"paper": "srivastava2014dropout"}, ["dropout"]),
        ({"author": "nobody"}, []),
    ],
)
def test_filters_narrow_and_combine(filled: Database, filters: dict, expected: list[str]) -> None:
    assert slugs(filled, **filters) == expected


def test_facets_count_what_the_list_holds(filled: Database) -> None:
    with filled.reading() as session:
        facets = facets_of(session, SummaryFilters(category=("optimization",)))
    assert [(value.value, value.count) for value in facets.category] == [("optimization", 5), ("regularisation", 1)]
    assert {value.value: value.count for value in facets.kind} == {"deep-dive": 2, "paper-summary": 2, "link": 1}
    assert [(value.value, value.count) for value in facets.year] == [("2018", 1), ("2015", 2), ("2014", 1)]
    assert "secret-tag" not in {value.value for value in facets.tag}


def test_every_facet_count_is_the_length_of_the_list_it_leads_to(filled: Database) -> None:
    with filled.reading() as session:
        facets = facets_of(session, SummaryFilters())
    for name in ("category", "tag", "kind", "year"):
        for value in getattr(facets, name):
            wanted = (
                (value.value,) if name in ("category", "tag") else int(value.value) if name == "year" else value.value
            )
            assert len(slugs(filled, **{name: wanted})) == value.count


def test_a_page_past_the_end_is_not_found_but_an_empty_first_page_is(filled: Database) -> None:
    with filled.reading() as session:
        assert page_of_summaries(session, SummaryFilters(tag=("nothing",))).pages == 1
        with pytest.raises(PageNotFound):
            page_of_summaries(session, SummaryFilters(), page=2)


@pytest.mark.parametrize("sort", ["newest", "oldest", "updated", "title"])
def test_slices_meet_every_row_once(filled: Database, sort: str) -> None:
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        with filled.reading() as session:
            part = slice_of_summaries(session, SummaryFilters(), sort, cursor, limit=2)
        seen += [row.slug for row in part.items]
        cursor = part.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(NEWEST)
    if sort == "newest":
        assert seen == NEWEST
    if sort == "oldest":
        assert seen == NEWEST[::-1]


def test_a_slice_goes_on_right_when_something_is_published_in_between(filled: Database) -> None:
    with filled.reading() as session:
        first = slice_of_summaries(session, SummaryFilters(), limit=2)
    with filled.writing() as session:
        add_summary(session, slug="brand-new", published=dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    with filled.reading() as session:
        second = slice_of_summaries(session, SummaryFilters(), cursor=first.next_cursor, limit=10)
    assert [row.slug for row in [*first.items, *second.items]] == NEWEST


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "rubbish!",
        "e30",
        encode_cursor("newest", "not a date", 1),
        encode_cursor("newest", "0001-01-01T00:00:00+14:00", 1),
        encode_cursor("title", "A", 1),
        base64.urlsafe_b64encode(b'["title","\\ud800",1]').decode(),
        encode_cursor(1, 2, 3),
    ],
)
def test_a_cursor_that_was_not_given_out_is_refused(library: Database, cursor: str) -> None:
    with library.reading() as session, pytest.raises(BadInput) as error:
        slice_of_summaries(session, SummaryFilters(), cursor=cursor)
    assert error.value.problems[0].field == "cursor"


def test_a_long_list_costs_as_many_statements_as_a_short_one(library: Database) -> None:
    with library.writing() as session:
        for number in range(30):
            add_summary(session, slug=f"more-{number}", papers=("kingma2015adam",), tags=(f"t{number}", "schedule"))
    counter = StatementCounter(library.engine)
    counts = []
    for size in (10, 20):
        with library.reading() as session:
            assert len(page_of_summaries(session, SummaryFilters(), size=size).items) == size
        counts.append(counter.take())
    assert counts[0] == counts[1] <= 8
