from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.database import Database
from app.search.index import SearchIndex
from app.search.query import NO_ANSWER, NOTICES
from tests.reader.pages import get


def test_results_show_where_the_words_were_found(shown: TestClient) -> None:
    page = get(shown, "/search?q=thinned")
    assert page.words("article//h2") == ["Dropout"]
    assert page.words("article//mark") == ["thinned"]
    assert page.words("p[@class='list-count']") == ["1 summary"]
    (box,) = [one for one in page.all("input") if one.get("name") == "q"]
    assert box.get("value") == "thinned"
    assert page.meta("robots") == "noindex, follow"


def test_results_can_be_narrowed_and_widened(shown: TestClient) -> None:
    page = get(shown, "/search?q=tag:schedule")
    facet = page.links("aside")["optimiser 1"]
    narrowed = get(shown, facet)
    assert narrowed.words("article//h2") == ["Schedules"]
    chips = narrowed.links("ul[@class='chips']")
    assert get(shown, chips["Tag optimiser × (remove this filter)"]).words("article//h2") == page.words("article//h2")
    kept = [(one.get("name"), one.get("value")) for one in narrowed.all("input") if one.get("type") == "hidden"]
    assert kept == [("tag", "optimiser")]


def test_names_stand_in_facets_and_chips_not_slugs(shown: TestClient) -> None:
    page = get(shown, "/search?q=adam&author=jimmy-ba&series=in-two-parts")
    assert {"Author Jimmy Ba × (remove this filter)", "Series In two parts × (remove this filter)"} <= set(
        page.links("ul[@class='chips']")
    )


@pytest.mark.parametrize(
    ("pasted", "key"),
    [
        ("1412.6980", "kingma2015adam"),
        ("arXiv:1412.6980v9", "kingma2015adam"),
        ("https://arxiv.org/abs/1412.6980", "kingma2015adam"),
        ("@kingma2015adam", "kingma2015adam"),
        (" srivastava2014dropout ", "srivastava2014dropout"),
    ],
)
def test_a_pasted_identifier_leads_straight_to_its_paper(shown: TestClient, pasted: str, key: str) -> None:
    answer = shown.get("/search", params={"q": pasted})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/papers/{key}"


def test_an_unknown_identifier_is_told_and_searched(shown: TestClient) -> None:
    page = get(shown, "/search?q=1999.12345")
    assert page.status == 200
    assert "No paper in this library has the arXiv id 1999.12345." in page.words("p[@role='status']")


def test_a_misspelt_word_gets_a_suggestion(shown: TestClient) -> None:
    page = get(shown, "/search?q=dropuot")
    assert page.links("p[@class='did-you-mean']") == {"dropout": "/search?q=dropout"}


def test_a_question_is_answered_by_what_has_most_of_it_and_every_form_says_so(shown: TestClient) -> None:
    page = get(shown, "/search?q=why+is+dropout+thinned+quickly%3F")
    assert page.words("article//h2") == ["Dropout"]
    assert page.words("p[@class='notice']") == [NO_ANSWER]
    assert NO_ANSWER in shown.get("/search.md?q=why+is+dropout+thinned+quickly%3F").text
    assert NO_ANSWER in shown.get("/search.atom?q=why+is+dropout+thinned+quickly%3F").text
    assert shown.get("/search.json?q=why+is+dropout+thinned+quickly%3F").json()["notes"] == [NO_ANSWER]


def test_nothing_found_says_what_to_do_next(shown: TestClient) -> None:
    page = get(shown, "/search?q=nothingatall&kind=link")
    assert page.words("p[@class='list-count']") == ["No summary found"]
    assert page.links("div[@class='empty']")["search without the filters"] == "/search?q=nothingatall"
    assert "BibTeX" not in page.links("main")


def test_a_search_without_words_explains_what_can_be_asked(shown: TestClient) -> None:
    links = get(shown, "/search").links("table")
    assert links
    for address in links.values():
        assert get(shown, address).status == 200


def test_a_search_that_costs_too_much_is_refused_in_a_sentence(shown: TestClient) -> None:
    page = get(shown, "/search?q=" + "a" * 600)
    assert page.status == 400
    assert "at most 500 characters" in page.html


def test_while_the_index_is_rebuilt_search_answers_and_says_so(
    still: TestClient, app: FastAPI, library: Database, tmp_path: Path
) -> None:
    app.state.index = SearchIndex(tmp_path / "no-index", b"x" * 32)
    page = get(still, "/search?q=thinned")
    assert page.words("article//h2") == ["Dropout"]
    assert NOTICES[0] in page.words("p[@role='status']")


def test_what_the_index_still_holds_but_the_store_does_not_show_is_not_shown(
    still: TestClient, library: Database
) -> None:
    from app.summaries.queries import get_published

    with library.writing() as session:
        get_published(session, "dropout").status = "archived"
    page = get(still, "/search?q=thinned")
    assert page.words("article//h2") == []
