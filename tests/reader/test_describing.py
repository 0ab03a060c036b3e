"""What the head of a page says to reference managers, search engines and whoever unfolds a link."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.database import Database
from tests.factories import add_paper, add_summary
from tests.reader.conftest import LICENCE
from tests.reader.pages import Page, get

CONTAINERS = {
    "citation_journal_title",
    "citation_conference_title",
    "citation_technical_report_institution",
    "citation_dissertation_institution",
}


def tags(page: Page) -> list[tuple[str, str]]:
    found = [(one.get("name", ""), one.get("content", "")) for one in page.all("head/meta")]
    return [(name, content) for name, content in found if name.startswith(("citation_", "z:"))]


def graph(page: Page) -> dict[str, dict[str, Any]]:
    (script,) = [one for one in page.all("script") if one.get("type") == "application/ld+json"]
    assert "<" not in (script.text or "")
    return {node["@type"]: node for node in json.loads(script.text or "")["@graph"]}


def properties(page: Page) -> dict[str, str]:
    return {one.get("property", ""): one.get("content", "") for one in page.all("head/meta") if one.get("property")}


@pytest.mark.parametrize("path", ["/papers/kingma2015adam", "/summaries/adam"])
def test_a_page_about_one_paper_is_that_paper_to_a_reference_manager(shown: TestClient, path: str) -> None:
    found = tags(get(shown, path))
    assert [content for name, content in found if name == "citation_author"] == ["Kingma, Diederik P.", "Ba, Jimmy"]
    assert found[0] == ("citation_title", "Adam: A Method for Stochastic Optimization")
    assert ("citation_publication_date", "2015") in found
    assert ("citation_arxiv_id", "1412.6980") in found
    assert [name for name, _ in found if name in CONTAINERS] == ["citation_conference_title"]
    assert "citation_pdf_url" not in dict(found)


def test_pages_about_several_papers_or_none_are_not_taken_for_one(shown: TestClient) -> None:
    for path in ("/summaries/scheduler", "/summaries/warmup", "/summaries", "/papers"):
        assert tags(get(shown, path)) == []


@pytest.mark.parametrize(
    ("fields", "container"),
    [
        ({"kind": "article", "venue": "A Journal"}, ("citation_journal_title", "A Journal")),
        ({"kind": "report", "venue": "", "institution": "A Lab"}, ("citation_technical_report_institution", "A Lab")),
        ({"kind": "thesis", "venue": "", "institution": "ETH"}, ("citation_dissertation_institution", "ETH")),
        ({"kind": "preprint", "venue": "", "month": 6, "day": 3}, ("citation_technical_report_institution", "arXiv")),
    ],
)
def test_one_container_fixes_the_type(
    still: TestClient, library: Database, fields: dict[str, Any], container: tuple[str, str]
) -> None:
    with library.writing() as session:
        add_paper(
            session, **{"key": "odd", "arxiv_id": "1706.03762", "pages": "3--9", "title": 'A "<b>" & C', **fields}
        )
    found = tags(get(still, "/papers/odd"))
    assert [pair for pair in found if pair[0] in CONTAINERS] == [container]
    assert (("z:itemType", "preprint") in found) == (fields["kind"] == "preprint")
    assert dict(found)["citation_title"] == 'A "<b>" & C'
    assert dict(found)["citation_firstpage"] == "3"
    assert dict(found)["citation_lastpage"] == "9"
    if "day" in fields:
        assert dict(found)["citation_publication_date"] == "2015/06/03"


def test_json_ld_is_a_graph_of_the_paper_the_review_and_the_way(shown: TestClient) -> None:
    nodes = graph(get(shown, "/summaries/adam"))
    article, review, way = nodes["ScholarlyArticle"], nodes["Review"], nodes["BreadcrumbList"]
    assert article["@id"] == "https://arxiv.org/abs/1412.6980"
    assert [author["name"] for author in article["author"]] == ["Diederik P. Kingma", "Jimmy Ba"]
    assert article["identifier"] == [{"@type": "PropertyValue", "propertyID": "arXiv", "value": "1412.6980"}]
    assert review["itemReviewed"] == [{"@id": article["@id"]}]
    assert review["@id"] == "http://127.0.0.1:8000/summaries/adam"
    assert review["datePublished"] == "2024-03-05T00:00:00Z"
    assert [item["name"] for item in way["itemListElement"]] == ["Summaries", "Optimization", "Adam"]
    assert graph(get(shown, "/summaries/warmup"))["Article"]["citation"] == [
        {"@id": "https://arxiv.org/abs/1904.09237"}
    ]


def test_a_summary_tells_the_licence_of_its_text(licensed: TestClient) -> None:
    for path, node in (("/summaries/adam", "Review"), ("/summaries/warmup", "Article")):
        page = get(licensed, path)
        assert graph(page)[node]["license"] == LICENCE
        assert page.rel("license") == LICENCE
        assert f'<{LICENCE}>; rel="license"' in page.response.headers["link"].split(", ")
        assert page.links("footer")["CC BY 4.0"] == LICENCE
    paper = get(licensed, "/papers/kingma2015adam")  # nobody here gives away what others wrote
    assert LICENCE not in paper.html + paper.response.headers["link"]


def test_where_no_licence_is_set_none_is_told_and_a_page_kept_from_then_is_not_taken_for_the_new_one(
    shown: TestClient, licensed: TestClient
) -> None:
    for path in ("/summaries/adam", "/feed.atom", "/llms.txt"):
        before = shown.get(path)
        assert "licen" not in before.text.lower() + before.headers.get("link", "")
        assert licensed.get(path, headers={"If-None-Match": before.headers["etag"]}).status_code == 200


def test_nothing_in_a_text_ends_the_script(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        add_summary(session, slug="odd", title="</script><script>alert(1)</script>", tldr="<!-- & ]]>")
    page = get(still, "/summaries/odd")
    assert graph(page)["Article"]["name"] == "</script><script>alert(1)</script>"


def test_open_graph_tells_title_words_and_moments(shown: TestClient) -> None:
    page = get(shown, "/summaries/adam")
    found = properties(page)
    assert found["og:title"] == "Adam"
    assert found["og:description"].startswith("Momentum with a step size for each weight")
    assert found["og:type"] == "article"
    assert found["article:published_time"] == "2024-03-05T00:00:00Z"
    assert page.meta("twitter:card") == "summary"
    assert page.rel("cite-as") == "https://arxiv.org/abs/1412.6980"
    assert page.rel("canonical") == found["og:url"]
