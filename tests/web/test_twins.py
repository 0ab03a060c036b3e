"""Which form a request gets: by the suffix, by Accept, and what the page cache makes of both."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.database import Database
from app.settings import Settings
from app.summaries.models import FormerSlug
from app.summaries.queries import find_for_edit
from app.web.twins import PAGES, before_html, kind_of, split, twins_of
from tests.web.test_page_cache import Stand, standing, without_cache

BROWSERS = [
    b"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    b"text/html,application/xhtml+xml,application/xml;q=0.9,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
    b"text/html, application/json;q=0.9",
]


@pytest.fixture
def stand(settings: Settings, library: Database) -> Iterator[Stand]:
    """Give the real application over the small library, with a page cache that counts."""
    with standing(without_cache(settings), settings) as it:
        yield it


@pytest.mark.parametrize("accept", [*BROWSERS, b"", b"*/*", b"text/*", b"application/*", b"image/png", b"a" * 5000])
def test_html_wins_for_browsers_and_for_whoever_takes_anything_or_nothing_we_have(accept: bytes) -> None:
    assert before_html(accept) == ()


@pytest.mark.parametrize(
    ("accept", "suffixes"),
    [
        (b"application/x-bibtex", (".bib",)),
        (b"text/x-bibtex;charset=utf-8", (".bib",)),
        (b"application/json, text/plain, */*", (".json",)),
        (b"text/html;q=0.5, Application/JSON;q=0.6", (".json",)),
        (b"text/markdown, text/html;q=0.9", (".md",)),
        (b"application/atom+xml;q=0.9, application/json;q=0.2", (".atom", ".json")),
        (b"application/vnd.citationstyles.csl+json, application/x-bibtex;q=0.5", (".csl.json", ".bib")),
        (b"application/json;q=0, application/x-bibtex;q=nonsense, text/html;q=0", ()),
        (b"text/html;q=0.1, application/x-bibtex;q=0", ()),
    ],
)
def test_quality_decides_and_then_how_closely_a_type_is_named(accept: bytes, suffixes: tuple[str, ...]) -> None:
    assert before_html(accept) == suffixes


@pytest.mark.parametrize(
    ("path", "page", "suffix"),
    [
        ("/summaries", "/summaries", ""),
        ("/summaries/adam", "/summaries/adam", ""),
        ("/summaries/adam.csl.json", "/summaries/adam", ".csl.json"),
        ("/summaries.json", "/summaries", ".json"),
        ("/summaries/adam.docx", "/summaries/adam", ".docx"),
        ("/papers/a.b", "/papers/a.b", ""),
        ("/papers/a.b.ris", "/papers/a.b", ".ris"),
        ("/summaries/adam/history.json", "/summaries/adam/history.json", ""),
        ("/feed.atom", "/feed.atom", ""),
        ("/api/v1/openapi.json", "/api/v1/openapi.json", ""),
        ("//host/x.json", "//host/x.json", ""),
    ],
)
def test_an_address_is_a_page_and_a_suffix(path: str, page: str, suffix: str) -> None:
    assert split(path) == (page, suffix)


def test_twins_keep_the_filters_and_forget_the_leaf() -> None:
    paths = [twin.path for twin in twins_of("/summaries", "category=a&tag=b&tag=c&sort=title&page=3&kind=")]
    assert paths[0] == "/summaries.bib?category=a&tag=b&tag=c&sort=title"
    assert paths[-1] == "/summaries.atom?category=a&tag=b&tag=c"
    assert twins_of("/search", "") == []
    assert twins_of("/papers", "summarised=no&page=2")[0].path == "/papers.bib?summarised=no"
    assert twins_of("/papers", "summarised=yes") == twins_of("/papers", "x=1") == twins_of("/tags/a", "x=1") == []
    assert [twin.path for twin in twins_of("/")] == ["/feed.atom"]
    assert all(kind_of(kind.replace("*", "x")) == kind for kind in PAGES)


def test_a_form_that_a_page_does_not_have_is_404_and_names_those_it_has(client: TestClient) -> None:
    for path, has in (
        ("/categories.bib", "it has .json (JSON) and .md (Markdown)"),
        ("/summaries/adam.atom", ".bib (BibTeX)"),
        ("/summaries/adam.docx", ".ris (RIS)"),
        ("/papers.atom", ".csl.json (CSL-JSON)"),
    ):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert has in answer.text


def test_accept_gets_what_the_suffix_gets(stand: Stand) -> None:
    plain = stand.get("/summaries/adam")
    by_accept = stand.get("/summaries/adam", Accept="application/x-bibtex")
    by_suffix = stand.get("/summaries/adam.bib")
    assert plain.headers["content-type"].startswith("text/html")
    assert by_accept.text == by_suffix.text
    assert by_accept.headers["etag"] == by_suffix.headers["etag"]
    assert "Accept" in plain.headers["vary"]
    assert "Accept" in by_accept.headers["vary"]


def test_forms_are_kept_apart_and_given_again_without_the_application(stand: Stand) -> None:
    wishes = ["text/html", "application/json", "application/x-bibtex", "text/markdown"]
    first = [stand.get("/summaries/adam", Accept=wish) for wish in wishes]
    assert stand.inner.calls == 4
    again = [stand.get("/summaries/adam", Accept=f"image/png;q=0.1, {wish}") for wish in wishes]
    assert stand.inner.calls == 4
    assert [one.text for one in again] == [one.text for one in first]
    assert len({one.headers["content-type"] for one in first}) == 4


@pytest.mark.parametrize("path", ["/summaries/adam.bib", "/summaries.ris", "/summaries.csl.json", "/feed.atom"])
def test_a_form_is_compressed_once_and_answered_with_304(stand: Stand, path: str) -> None:
    got = stand.get(path)
    again = stand.get(path, If_None_Match=got.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == got.headers["etag"]
    assert stand.inner.calls == 1
    large = len(got.content) > 1000
    assert (got.headers.get("content-encoding") == "gzip") == large


def test_a_former_slug_leads_to_the_same_form(settings: Settings, library: Database) -> None:
    with library.writing() as session:
        summary = find_for_edit(session, "adam")
        assert summary is not None
        summary.slug = "adam-optimiser"
        session.add(FormerSlug(slug="adam", summary_id=summary.id))
    with standing(without_cache(settings), settings) as stand:
        for suffix in (".bib", ".csl.json", ".md", ".json"):
            answer = stand.get(f"/summaries/adam{suffix}")
            assert (answer.status_code, answer.headers["location"]) == (301, f"/summaries/adam-optimiser{suffix}")
        answer = stand.get("/summaries/adam", Accept="text/markdown")
        assert answer.headers["location"] == "/summaries/adam-optimiser.md"


def test_links_name_the_other_forms_in_the_header(client: TestClient) -> None:
    link = client.get("/summaries/adam", headers={"Accept": "text/html"}).headers["link"]
    assert '<http://127.0.0.1:8000/summaries/adam.bib>; rel="alternate"; type="application/x-bibtex"' in link
    assert link.count('rel="canonical"') == 1
    assert '<https://arxiv.org/abs/1412.6980>; rel="cite-as"' in link
    own = client.get("/summaries/adam.json").headers["link"]
    assert own.count('rel="canonical"') == 1
    assert "adam.json>" not in own
    long = "/search?q=" + "+".join(["longword"] * 55)
    assert len(client.get(long, headers={"Accept": "text/html"}).headers.get("link", "")) < 3200
