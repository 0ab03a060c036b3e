import pytest

from app.database import Database
from app.errors import PageNotFound, ShelfNotFound
from app.summaries.browsing import (
    FACET_SERIES,
    author_counts,
    citing_summaries,
    find_named,
    get_public_tag,
    names_of,
    page_of_authors,
    series_counts,
)
from app.summaries.listing import SummaryFilters
from tests import factories


def test_authors_are_counted_by_the_summaries_of_their_papers(filled: Database) -> None:
    with filled.reading() as session:
        counts = author_counts(session, SummaryFilters(tag=("optimiser",)))
    assert [(one.label, one.count) for one in counts] == [
        ("Jimmy Ba", 2),
        ("Diederik P. Kingma", 2),
        ("Sashank J. Reddi", 1),
    ]


def test_an_author_of_two_papers_of_one_summary_counts_once(filled: Database) -> None:
    with filled.writing() as session:
        factories.add_paper(session, key="second", title="Second", arxiv_id=None)
        factories.add_summary(session, slug="both", title="Both", papers=("kingma2015adam", "second"), tags=("both",))
        counts = author_counts(session, SummaryFilters(tag=("both",)))
    assert {one.count for one in counts} == {1}


def test_series_are_counted(filled: Database) -> None:
    with filled.reading() as session:
        (one,) = series_counts(session, SummaryFilters())
        assert (one.value, one.label, one.count) == ("in-two-parts", "In two parts", 2)
        assert series_counts(session, SummaryFilters(kind="link")) == []


def test_a_list_is_narrowed_by_the_largest_series_only(filled: Database) -> None:
    with filled.writing() as session:
        for number in range(FACET_SERIES + 2):
            factories.add_series(session, slug=f"s-{number}", title=f"S {number}")
            factories.add_summary(session, slug=f"part-{number}", title=f"Part {number}", series=f"s-{number}", part=1)
        counts = series_counts(session, SummaryFilters())
    assert len(counts) == FACET_SERIES
    assert counts[0].value == "in-two-parts"


def test_names_are_found_for_what_readers_see(filled: Database) -> None:
    with filled.reading() as session:
        names = names_of(
            session,
            categories=["optimization", "nothing"],
            tags=["regularisation", "secret-tag"],
            authors=["jimmy-ba"],
            series=["in-two-parts"],
        )
    assert names == {
        ("category", "optimization"): "Optimization",
        ("tag", "regularisation"): "Regularisation",
        ("author", "jimmy-ba"): "Jimmy Ba",
        ("series", "in-two-parts"): "In two parts",
    }


def test_a_tag_that_only_drafts_carry_looks_like_none(filled: Database) -> None:
    with filled.reading() as session:
        assert get_public_tag(session, "schedule").name == "schedule"
        for slug in ("secret-tag", "nothing"):
            with pytest.raises(ShelfNotFound, match=slug):
                get_public_tag(session, slug)


def test_authors_come_in_pages_by_family_name(filled: Database) -> None:
    with filled.reading() as session:
        first = page_of_authors(session, 1, 3)
        assert [row.family for row in first.items] == ["Ba", "Hinton", "Kingma"]
        assert (first.total, first.pages) == (8, 3)
        assert [row.family for row in page_of_authors(session, 3, 3).items] == ["Srivastava", "Sutskever"]
        with pytest.raises(PageNotFound):
            page_of_authors(session, 4, 3)


def test_a_paper_knows_the_published_summaries_that_cite_it(filled: Database) -> None:
    with filled.writing() as session:
        factories.add_summary(session, slug="hidden", title="Hidden", status="draft", body="[@reddi2018convergence]")
        assert citing_summaries(session, "reddi2018convergence") == [("warmup", "Warm-up")]


@pytest.mark.parametrize(
    ("words", "url"),
    [
        ("adam", "/summaries/adam"),
        ("reddi2018convergence", "/papers/reddi2018convergence"),
        ("arxiv:1904.09237", "/papers/reddi2018convergence"),
        ("a-draft", None),
        ("later work by others", None),
        ("", None),
    ],
)
def test_what_contests_a_result_is_found_by_any_of_its_names(filled: Database, words: str, url: str | None) -> None:
    with filled.reading() as session:
        found = find_named(session, words)
    assert (found.url if found else None) == url
