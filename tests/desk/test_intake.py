"""A new summary begins with a paper: found, looked up, read from what was pasted, or typed; nothing typed is lost."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.database import Database
from app.papers.queries import find_for_edit, record_of
from tests.factories import add_paper, add_summary
from tests.interchange.services import LoopbackServices, serving_services

BIBTEX = """@article{lee2001, title={A Paper about Tests}, author={Lee, Ann and {The Body}}, year={2001}, isbn={1}}"""
RIS = "TY  - JOUR\r\nTI  - Another Paper about Tests\r\nAU  - Lee, Ann\r\nPY  - 2002\r\nER  - \r\n"
CSL = '[{"id": "x", "type": "book", "title": "A Book about Tests", "issued": {"date-parts": [[2003]]}}]'

WAYS_TO_ADAM = (
    "1412.6980", "https://arxiv.org/pdf/1412.6980v9.pdf", "arXiv:1412.6980 [cs.LG]", "10.48550/arXiv.1412.6980",
    "@kingma2015adam", "kingma2015adam",
)  # fmt: skip
FAILING = {
    "1905.00006": "arXiv cannot answer at the moment (it said 503).",
    "1905.00009": "arXiv did not answer within 0.5 seconds.",
    "1905.00002": "arXiv answered about another paper.",
    "10.5555/none": "Crossref does not know this identifier.",
}
PASTED = (
    (BIBTEX, "A Paper about Tests", "article", "BibTeX with 1 paper."),
    (RIS, "Another Paper about Tests", "article", "RIS with 1 paper."),
    (CSL, "A Book about Tests", "book", "CSL-JSON with 1 paper."),
)
NOTHING = ("", "  \n ", "@article{", "[1, 2]", "@nothing-here", "x" * 3000, "\x00")


@pytest.fixture(scope="module")
def loopback() -> Iterator[LoopbackServices]:
    with serving_services() as found:
        yield found


@pytest.fixture(autouse=True)
def services(app: FastAPI, loopback: LoopbackServices) -> LoopbackServices:
    app.state.lookups = replace(loopback.services, seconds=100)  # what answers does so in time, however busy it is here
    loopback.asked.clear()
    return loopback


def ask(browser: TestClient, what: str, **more: str) -> Any:
    return browser.post("/admin/new", data={"what": what, **more})


def fields(text: str) -> dict[str, str]:
    """Return what the form for a paper holds."""
    form = text[text.index('action="/admin/new/paper"') :]
    found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n([^<]*)</textarea>', form))
    found |= dict(re.findall(r'<select[^>]*name="(\w+)".*?value="([^"]*)" selected', form, re.DOTALL))
    return {name: unescape(value) for name, value in found.items() if name != "another"}


def test_the_first_page_has_one_box_and_the_ways_without_a_paper(curator: TestClient) -> None:
    page = curator.get("/admin/new?what=1706.03762").text
    assert ">\n1706.03762</textarea>" in page
    assert 'href="/admin/new/write?kind=deep-dive"' in page
    assert 'href="/admin/new/write?kind=link"' in page


def test_a_paper_of_the_library_is_pointed_out_with_its_summaries(
    curator: TestClient, services: LoopbackServices
) -> None:
    for what in WAYS_TO_ADAM:
        page = ask(curator, what)
        assert page.status_code == 200
        assert "In the library already" in page.text
        assert "Write a second one" in page.text
        assert 'href="/admin/new/write?paper=kingma2015adam"' in page.text
        assert 'href="/admin/summaries/adam"' in page.text
    assert services.asked == []


def test_what_the_library_lacks_is_looked_up_and_can_be_edited(curator: TestClient) -> None:
    page = ask(curator, "https://arxiv.org/abs/1905.00001")
    assert "Understood as the arXiv id 1905.00001." in page.text
    assert "arXiv says it appeared in: J. Tests" in page.text
    filled = fields(page.text)
    assert (filled["title"], filled["year"], filled["kind"]) == ("A Paper of Two Lines", "2019", "preprint")
    assert filled["authors"] == "van Test, Ada\n{The Example Collaboration}"
    assert (filled["doi"], filled["key"]) == ("10.1234/abc", "vantest2019paper")


def test_the_paper_is_added_once_and_leads_to_the_editor(curator: TestClient, library: Database) -> None:
    filled = fields(ask(curator, "1905.00001").text)
    for _ in range(2):
        answer = curator.post("/admin/new/paper", data=filled | {"venue": "A Workshop"})
        assert answer.status_code == 303
        assert answer.headers["location"] == "/admin/new/write?paper=vantest2019paper"
    with library.reading() as session:
        paper = find_for_edit(session, "vantest2019paper")
        assert paper is not None
        record = record_of(paper)
    assert (record.venue, record.arxiv_id, record.authors[1].family) == (
        "A Workshop",
        "1905.00001",
        "The Example Collaboration",
    )
    assert curator.get("/admin/new/write?paper=vantest2019paper").status_code == 200


def test_without_an_answer_the_form_says_so_and_can_be_filled_in(
    curator: TestClient, app: FastAPI, services: LoopbackServices
) -> None:
    patient = app.state.lookups
    for number, (what, sentence) in enumerate(FAILING.items()):
        app.state.lookups = services.services if "did not answer" in sentence else patient
        page = ask(curator, what)
        assert page.status_code == 200
        assert sentence in unescape(page.text)
        filled = fields(page.text)
        assert what in (filled["arxiv_id"], filled["doi"])
        typed = {"title": f"By hand {number}", "key": f"by-hand-{number}"}
        assert curator.post("/admin/new/paper", data=filled | typed).status_code == 303


def test_look_ups_can_be_switched_off(curator: TestClient, app: FastAPI, services: LoopbackServices) -> None:
    app.state.lookups = None
    assert "Looking papers up is switched off on this server." in ask(curator, "1905.00001").text
    assert services.asked == []


def test_a_record_that_was_pasted_fills_the_form(curator: TestClient) -> None:
    for what, title, kind, told in PASTED:
        page = ask(curator, what).text
        assert f"Understood as {told}" in page
        assert (fields(page)["title"], fields(page)["kind"]) == (title, kind)


def test_of_several_records_one_is_chosen(curator: TestClient) -> None:
    both = BIBTEX + "\n@book{b, title={Second}, author={B, C}}\n@broken{"
    page = ask(curator, both).text
    assert "BibTeX with 2 papers" in page
    assert "Take this one" in page
    assert "Not read: line 3" in page
    assert fields(ask(curator, both, pick="1").text)["title"] == "Second"
    assert "Take this one" in ask(curator, both, pick="7").text


def test_a_duplicate_by_title_is_pointed_out_before_and_after(curator: TestClient, library: Database) -> None:
    pasted = "@inproceedings{adam, title={{ADAM}: a method for stochastic optimization}, author={Kingma, D. P.}}"
    page = ask(curator, pasted).text
    assert "Is it this one?" in page
    filled = fields(page)
    refused = curator.post("/admin/new/paper", data=filled)
    assert refused.status_code == 409
    assert "It is another paper of the same title" in refused.text
    assert curator.post("/admin/new/paper", data=filled | {"another": "yes"}).status_code == 303
    with library.reading() as session:
        assert find_for_edit(session, "adam") is not None


def test_the_same_doi_is_never_another_paper(curator: TestClient, library: Database) -> None:
    with library.writing() as session:
        add_paper(session, key="known", title="Quite another title", authors=(), arxiv_id=None, doi="10.5555/good")
    data = {"key": "new", "kind": "article", "title": "A Work of Others", "doi": "https://doi.org/10.5555/GOOD"}
    for another in ("", "yes"):
        refused = curator.post("/admin/new/paper", data=data | {"another": another})
        assert refused.status_code == 409
        assert "In the library already" in refused.text
        assert "It is another paper" not in refused.text
        assert fields(refused.text)["title"] == "A Work of Others"


def test_a_title_lists_what_may_be_meant(curator: TestClient, library: Database) -> None:
    with library.writing() as session:
        add_paper(session, key="other", title="Adam in practice", authors=(), arxiv_id=None)
        add_summary(session, slug="hidden", title="Hidden draft", status="draft", papers=("other",))
    page = ask(curator, "adam method")
    assert "Is it one of these?" in page.text
    assert page.text.index("kingma2015adam") < page.text.index("/admin/new/write?kind=deep-dive&amp;title=adam+method")
    assert "Hidden draft" in ask(curator, "Adam in practice").text
    assert fields(ask(curator, "adam method", pick="new").text)["title"] == "adam method"


def test_a_title_that_nothing_is_like_begins_a_paper(curator: TestClient) -> None:
    filled = fields(ask(curator, "Zygohistomorphic prepromorphisms").text)
    assert (filled["title"], filled["key"]) == ("Zygohistomorphic prepromorphisms", "")


def test_a_key_that_is_taken_gets_a_letter_and_is_refused_when_typed(curator: TestClient) -> None:
    pasted = "@misc{kingma2015adam, title={Something Else}, author={Other, A.}, year={1999}}"
    filled = fields(ask(curator, pasted).text)
    assert filled["key"] == "kingma2015adama"
    refused = curator.post("/admin/new/paper", data=filled | {"key": "kingma2015adam"})
    assert refused.status_code == 422
    assert "Another paper has the key" in refused.text
    assert fields(refused.text)["title"] == "Something Else"


def test_a_web_address_is_a_link_or_where_a_paper_is(curator: TestClient) -> None:
    page = ask(curator, "https://example.org/post").text
    assert 'href="/admin/new/write?kind=link&amp;link=https%3A%2F%2Fexample.org%2Fpost"' in page
    editor = curator.get("/admin/new/write?kind=link&link=https%3A%2F%2Fexample.org%2Fpost")
    assert 'value="https://example.org/post"' in editor.text
    assert fields(ask(curator, "https://example.org/post", pick="new").text)["url"] == "https://example.org/post"


def test_what_is_nothing_is_said_with_what_was_typed(curator: TestClient) -> None:
    for what in NOTHING:
        page = ask(curator, what)
        assert page.status_code == 422, what
        assert "aria-invalid" in page.text
        assert what.strip("\x00").strip()[:50] in unescape(page.text)


def test_every_wrong_field_has_its_sentence_and_everything_stays(curator: TestClient) -> None:
    typed = {"key": "a b", "title": "", "year": "soon", "doi": "no", "arxiv_id": "x", "url": "ftp://x", "month": "13",
             "authors": "Ok, A.\n, B.", "kind": "poem", "abstract": "Kept <text>"}  # fmt: skip
    page = curator.post("/admin/new/paper", data=typed)
    assert page.status_code == 422
    text = unescape(page.text)
    for sentence in (
        "Key: a key is made of", "Title: must not be empty.", "Year: must be a whole number.", "is not a DOI",
        "is not an arXiv id", "Web address: must be a web address", "Month:", "Authors, line 2: write “Family, Given”",
        "Kind: must be one of",
    ):  # fmt: skip
        assert sentence in text, sentence
    kept = fields(page.text)
    assert {name: kept[name] for name in typed if name != "kind"} == {n: v for n, v in typed.items() if n != "kind"}
    assert "<details open>" in page.text


def test_a_field_that_is_not_there_is_refused(curator: TestClient) -> None:
    assert curator.post("/admin/new/paper", data={"title": "x", "admin": "1"}).status_code == 422
    assert curator.post("/admin/new", data={"what": "x", "url": "http://127.0.0.1/"}).status_code == 422


def test_strangers_get_back_what_they_typed_and_change_nothing(stranger: TestClient, library: Database) -> None:
    assert stranger.get("/admin/new").headers["location"].startswith("/login?next=")
    page = ask(stranger, BIBTEX)
    assert page.status_code == 401
    assert "A Paper about Tests" in page.text
    page = stranger.post("/admin/new/paper", data={"key": "sly", "title": "Sly"})
    assert page.status_code == 401
    assert fields(page.text)["title"] == "Sly"
    with library.reading() as session:
        assert find_for_edit(session, "sly") is None


def test_a_store_that_is_busy_keeps_the_form(curator: TestClient, app: FastAPI, library: Database) -> None:
    with library.writing() as session:
        add_paper(session, key="holds-the-store", arxiv_id=None)
        app.state.database.engine.dispose()
        with app.state.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 10")
        page = curator.post("/admin/new/paper", data={"key": "later", "title": "Later"})
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert fields(page.text)["title"] == "Later"


def test_a_key_left_empty_is_made_as_importing_makes_it(curator: TestClient) -> None:
    typed = {"title": "A Paper about Keys", "authors": "Lee, Ann", "year": "2004", "kind": "preprint", "key": ""}
    for _ in range(2):  # sent twice, added once
        answer = curator.post("/admin/new/paper", data=typed, follow_redirects=False)
        assert answer.headers["location"] == "/admin/new/write?paper=lee2004paper"
