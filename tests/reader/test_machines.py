"""What programs look for at fixed addresses: sitemap, robots.txt, llms.txt, OpenSearch, suggestions."""

import datetime as dt
import json
import re
from xml.etree import ElementTree as ET

from fastapi.testclient import TestClient
from sqlalchemy import update

from app.database import Database, LibraryChange
from app.interchange.signposts import opensearch
from app.interchange.sitemap import part_of_sitemap, sitemap
from app.summaries.site_places import list_places
from tests.reader.conftest import LICENCE
from tests.reader.pages import get

S = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OS = "{http://a9.com/-/spec/opensearch/1.1/}"
BASE = "http://127.0.0.1:8000"
PRIVATE = ("a-draft", "in-review-one", "archived-one", "trashed-one", "secret")


def test_the_sitemap_lists_what_is_public_and_every_address_answers(shown: TestClient) -> None:
    answer = shown.get("/sitemap.xml")
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    root = ET.fromstring(answer.content)
    assert root.tag == f"{S}urlset"
    places = [one.findtext(f"{S}loc") or "" for one in root]
    assert f"{BASE}/summaries/adam" in places
    assert f"{BASE}/papers/kingma2015adam" in places
    assert f"{BASE}/papers/reddi2018convergence" in places
    assert f"{BASE}/tags/schedule" in places
    assert not any(word in place for place in places for word in PRIVATE)
    assert len(places) == len(set(places))
    for place in places:
        assert shown.get(place.removeprefix(BASE)).status_code == 200, place
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one.findtext(f"{S}lastmod") or "") for one in root)


def test_a_place_changes_when_what_it_shows_changes(filled: Database) -> None:
    moment = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    from tests.factories import add_summary

    with filled.writing() as session:
        version = add_summary(
            session, slug="dropout", title="Dropout", categories=("regularisation",), tags=("new",)
        ).stamp
    with filled.writing() as session:
        session.execute(update(LibraryChange).where(LibraryChange.version == version).values(at=moment))
    with filled.reading() as session:
        changed = {path for path, at in list_places(session) if at == moment}
    assert changed == {"/summaries/dropout", "/categories/regularisation", "/tags/new"}


def test_a_long_sitemap_is_an_index_of_parts() -> None:
    places = [(f"/summaries/s-{number}", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) for number in range(7)]
    index = ET.fromstring(sitemap("https://x.example", places, most=3))
    assert index.tag == f"{S}sitemapindex"
    assert [one.findtext(f"{S}loc") for one in index] == [f"https://x.example/sitemap-{n}.xml" for n in (1, 2, 3)]
    parts = [part_of_sitemap("https://x.example", places, number, most=3) for number in (1, 2, 3, 4)]
    assert [len(ET.fromstring(part)) if part else None for part in parts] == [3, 3, 1, None]


def test_a_sitemap_in_one_file_has_no_parts(shown: TestClient) -> None:
    assert shown.get("/sitemap-1.xml").status_code == 404


def test_robots_are_told_where_the_sitemap_is_and_what_is_not_for_them(shown: TestClient) -> None:
    lines = shown.get("/robots.txt").text.splitlines()
    assert f"Sitemap: {BASE}/sitemap.xml" in lines
    assert "Disallow: /admin" in lines
    assert "Disallow: /search?" in lines


def test_every_page_leads_to_the_description_of_the_search(shown: TestClient) -> None:
    for path in ("/", "/summaries/adam", "/papers", "/nothing-here"):
        assert 'rel="search" type="application/opensearchdescription+xml"' in get(shown, path).html


def test_the_description_of_the_search_has_a_template_for_each_form(shown: TestClient) -> None:
    answer = shown.get("/opensearch.xml")
    assert answer.headers["content-type"].startswith("application/opensearchdescription+xml")
    root = ET.fromstring(answer.content)
    templates = {one.attrib["type"]: one.attrib["template"] for one in root.iter(f"{OS}Url")}
    assert set(templates) == {
        "text/html", "application/atom+xml", "application/json", "application/x-suggestions+json",
        "application/opensearchdescription+xml",
    }  # fmt: skip
    for template in templates.values():
        path = template.removeprefix(BASE).replace("{searchTerms}", "adam")
        assert shown.get(path).status_code == 200, path


def test_a_long_title_has_a_short_name() -> None:
    for title in ("Cairn", "The library of our reading group", "x" * 60):
        root = ET.fromstring(opensearch("https://x.example", title, "/icon.svg"))
        assert 0 < len(root.findtext(f"{OS}ShortName") or "") <= 16


def suggested(client: TestClient, typed: str) -> list[list[str]]:
    answer = client.get("/suggest", params={"q": typed})
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    found = json.loads(answer.content)
    assert found[0] == typed
    return found[1:]


def test_suggestions_are_titles_and_tags_that_begin_so(shown: TestClient) -> None:
    words, about, places = suggested(shown, "sched")
    assert words == ["Schedules", "schedule"]
    assert about == ["Summary", "Tag, 2 summaries"]
    assert places == [f"{BASE}/summaries/scheduler", f"{BASE}/tags/schedule"]
    assert suggested(shown, "neural net")[0] == ["neural networks"]


def test_suggestions_never_name_what_is_not_public(shown: TestClient) -> None:
    for typed in ("secret", "A secret", "Archived", "Trashed", "", "%", "_", "\\", "  ", "ſ" * 100):
        assert suggested(shown, typed) == [[], [], []], typed


def test_llms_txt_lists_shelves_and_paths_as_markdown(shown: TestClient) -> None:
    text = shown.get("/llms.txt").text
    assert f"- [Optimization]({BASE}/categories/optimization.md): How to train. (5 summaries)" in text
    assert f"- [A path]({BASE}/paths/a-path.md)" in text
    for place in re.findall(r"\]\((\S+)\)", text):
        assert shown.get(place.removeprefix(BASE)).status_code in (200, 404 if "lookup" in place else 200), place


def test_llms_txt_names_the_licence_of_the_texts(licensed: TestClient) -> None:
    assert f"The texts are under the licence CC BY 4.0: <{LICENCE}>" in licensed.get("/llms.txt").text.splitlines()


def test_what_is_not_known_is_refused_by_name(shown: TestClient) -> None:
    for path in ("/sitemap.xml", "/robots.txt", "/opensearch.xml", "/llms.txt", "/suggest", "/unapi", "/lookup"):
        answer = shown.get(f"{path}?nonsense=1")
        assert answer.status_code == 422
        assert "nonsense" in answer.text or path == "/lookup"
