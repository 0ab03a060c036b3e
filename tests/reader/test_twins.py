"""Every page in its other forms: all of them there, right, and without a draft."""

import json
import re

import pytest
from fastapi.testclient import TestClient

from app.database import Database
from app.interchange.bibtex import format_bibtex, parse_bibtex
from app.interchange.library_folder import format_summary, read_summary
from app.papers.queries import iter_records
from app.reader import twins
from app.summaries.models import Summary
from app.summaries.queries import iter_documents
from app.web.twins import FORMS, PAGES, split
from tests.reader.conftest import LICENCE
from tests.reader.pages import get
from tests.reader.test_pages import PAGES as HTML_PAGES

SECRET = ("secret", "a-draft", "in-review-one", "archived", "trashed")


def every_twin(client: TestClient) -> list[tuple[str, str]]:
    """Return (address, media type) of every form that a page's head names."""
    found = {}
    for path in HTML_PAGES:
        for link in get(client, path).all("head/link"):
            if link.get("rel") == "alternate":
                found[link.get("href", "")] = link.get("type", "")
    return sorted(found.items())


def keys(text: str) -> list[str]:
    parsed, refused = parse_bibtex(text, name="x.bib", strict=True)
    assert refused == []
    return [entry.record.key for entry in parsed]


def test_every_form_that_a_page_names_is_there_with_its_type_and_a_304_and_no_draft(shown: TestClient) -> None:
    named = every_twin(shown)
    assert {split(path.partition("?")[0])[1] or path for path, _ in named} == {*FORMS, "/feed.atom"}
    assert len(named) > 90
    for path, media_type in named:
        answer = shown.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].partition(";")[0] == media_type, path
        again = shown.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert not [word for word in SECRET if word in answer.text.lower()], path


def test_pages_name_the_forms_of_what_they_show(shown: TestClient) -> None:
    page = get(shown, "/summaries?category=optimization&sort=title")
    links = page.links("nav")
    assert links["BibTeX"] == "/summaries.bib?category=optimization&sort=title"
    assert links["Atom"] == "/summaries.atom?category=optimization"
    assert get(shown, "/summaries/adam").links("nav")["Markdown"] == "/summaries/adam.md"
    assert get(shown, "/about").rel("alternate") is None


def test_a_list_holds_what_its_page_is_narrowed_to(shown: TestClient) -> None:
    assert keys(shown.get("/summaries.bib?category=regularisation").text) == ["srivastava2014dropout"]
    assert keys(shown.get("/search.bib?q=units").text) == ["srivastava2014dropout"]
    assert keys(shown.get("/authors/jimmy-ba.bib").text) == ["kingma2015adam"]
    assert keys(shown.get("/series/in-two-parts.bib").text) == ["kingma2015adam", "reddi2018convergence"]
    assert [item["id"] for item in shown.get("/summaries.csl.json?kind=deep-dive").json()] == [
        "kingma2015adam",
        "reddi2018convergence",
    ]
    assert "Dropout" not in shown.get("/tags/schedule.md").text
    assert shown.get("/summaries.bib?colour=red").status_code == 422
    assert shown.get("/search.bib?q=nothingatall").text == ""
    assert shown.get("/search.csl.json?q=nothingatall").json() == []


def test_all_papers_as_bibtex_are_the_file_of_the_library_folder(still: TestClient, library: Database) -> None:
    with library.reading() as session:
        assert still.get("/papers.bib").text == format_bibtex(iter_records(session))


def test_a_summary_as_markdown_is_its_file_in_the_library_folder(shown: TestClient) -> None:
    database: Database = shown.app.state.database
    with database.reading() as session:
        documents = {document.slug: document for document in iter_documents(session)}
    for slug in ("adam", "dropout", "warmup", "scheduler", "reading-list"):
        text = shown.get(f"/summaries/{slug}.md").text
        assert text == format_summary(documents[slug])
        assert read_summary(text, slug).document == documents[slug]


def test_markdown_does_not_name_a_draft_that_is_required(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        required = session.query(Summary).filter_by(slug="adam").one()
        required.status = "draft"
    text = still.get("/summaries/warmup.md").text
    assert "requires" not in text


def test_every_form_of_a_summary_names_the_licence_in_a_header_and_is_otherwise_the_same(
    shown: TestClient, licensed: TestClient
) -> None:
    for path in (*(f"/summaries/adam{form}" for form in PAGES["/summaries/*"]), "/api/v1/summaries/adam"):
        told, untold = (client.get(path) for client in (licensed, shown))
        links = told.headers["link"].split(", ")
        assert links.count(f'<{LICENCE}>; rel="license"') == 1
        assert [link for link in links if "license" not in link] == untold.headers["link"].split(", ")
        assert told.content == untold.content


def test_a_summary_without_papers_gives_those_that_it_cites(shown: TestClient) -> None:
    assert keys(shown.get("/summaries/warmup.bib").text) == ["reddi2018convergence"]
    assert shown.get("/summaries/reading-list.bib").text == ""


def test_a_list_longer_than_what_is_given_at_once_says_where_it_goes_on(
    shown: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "MOST", 2)
    url, seen = "/papers.ris", []
    for _ in range(3):
        answer = shown.get(url, headers={"Cookie": "cairn_session=x"})  # past the page cache
        seen += re.findall(r"ID  - (\S+)", answer.text)
        following = re.search(r'<http://127\.0\.0\.1:8000([^>]+)>; rel="next"', answer.headers.get("link", ""))
        if following is None:
            break
        url = following[1]
    assert seen == ["reddi2018convergence", "kingma2015adam", "srivastava2014dropout"]
    assert shown.get("/papers.ris?page=9").status_code == 404


def test_files_have_names_and_lists_in_markdown_read_well(shown: TestClient) -> None:
    assert shown.get("/summaries/adam.bib").headers["content-disposition"] == 'inline; filename="adam.bib"'
    assert (
        shown.get("/categories/optimization.csl.json")
        .headers["content-disposition"]
        .endswith('"optimization.csl.json"')
    )
    text = shown.get("/categories/optimization.md").text
    assert text.startswith(
        "# Optimization\n\nHow to train.\n\n- [Schedules](<http://127.0.0.1:8000/summaries/scheduler>)"
    )
    steps = shown.get("/paths/a-path.md").text
    assert re.findall(r"^\d+\. \[([\w-]+)\]", steps, re.MULTILINE) == ["Adam", "Warm-up", "Schedules"]


def test_keywords_are_the_tags_of_the_summaries(shown: TestClient) -> None:
    assert "KW  - optimiser\r\nKW  - schedule\r\n" in shown.get("/papers/kingma2015adam.ris").content.decode()
    (item,) = json.loads(shown.get("/papers/srivastava2014dropout.csl.json").content)
    assert item["keyword"] == "neural networks, Regularisation"


@pytest.mark.parametrize(
    "path", ["/summaries/a-draft", "/summaries/archived-one", "/tags/secret-tag", "/papers/nobody"]
)
def test_what_has_no_page_has_no_other_form(shown: TestClient, path: str) -> None:
    status = shown.get(path).status_code
    for suffix in PAGES["/" + path.split("/")[1] + "/*"]:
        assert shown.get(path + suffix).status_code == status == (410 if "archived" in path else 404)
