"""What holds for every page."""

import json
import re
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.database import Database
from app.web.twins import split
from tests import factories
from tests.conftest import StatementCounter
from tests.reader.conftest import quiet_client
from tests.reader.pages import get, heading_levels

PAGES = [
    "/",
    "/summaries",
    "/summaries?category=optimization&tag=optimiser&kind=paper-summary&year=2015&author=jimmy-ba&sort=title",
    "/summaries?series=in-two-parts",
    "/summaries?year=1900",
    "/summaries/adam",
    "/summaries/dropout",
    "/summaries/reading-list",
    "/summaries/warmup",
    "/summaries/scheduler",
    "/papers",
    "/papers?summarised=no",
    "/papers/kingma2015adam",
    "/papers/reddi2018convergence",
    "/authors",
    "/authors/jimmy-ba",
    "/categories",
    "/categories/optimization",
    "/categories/empty-shelf",
    "/tags",
    "/tags/optimiser",
    "/series/in-two-parts",
    "/paths",
    "/paths/a-path",
    "/search",
    "/search?q=units",
    "/search?q=%22running+means%22",
    "/search?q=nothingatall",
    "/search?q=&category=optimization",
    "/about",
    "/styleguide",
]
ERRORS = [
    ("/nowhere", 404),
    ("/summaries/nothing", 404),
    ("/summaries/a-draft", 404),
    ("/summaries/in-review-one", 404),
    ("/summaries/trashed-one", 404),
    ("/summaries/archived-one", 410),
    ("/papers/nobody2020nothing", 404),
    ("/authors/nobody", 404),
    ("/categories/nothing", 404),
    ("/tags/nothing", 404),
    ("/tags/secret-tag", 404),
    ("/series/nothing", 404),
    ("/paths/nothing", 404),
    ("/media/nothing.png", 404),
    ("/summaries?page=2", 404),
    ("/papers?page=2", 404),
    ("/papers?summarised=no&page=2", 404),
    ("/papers?summarised=yes", 422),
    ("/authors?page=2", 404),
    ("/categories/optimization?page=2", 404),
    ("/tags/optimiser?page=2", 404),
    ("/search?q=units&page=2", 404),
    ("/summaries?colour=red", 422),
    ("/summaries?page=0", 422),
    ("/summaries?page=two", 422),
    ("/summaries?sort=best", 422),
    ("/summaries?category=%00", 422),
    ("/search?q=adam&colour=red", 422),
    ("/about?colour=red", 422),
    ("/?colour=red", 422),
    ("/search?q=" + "a" * 600, 400),
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_with_correct_html(shown: TestClient, path: str) -> None:
    page = get(shown, path)
    assert page.status == 200
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.words("title")[0]
    assert page.meta("description")
    assert (page.rel("canonical") or "").startswith("http://127.0.0.1:8000/")


@pytest.mark.parametrize(("path", "status"), ERRORS)
def test_every_error_is_a_page_with_a_search_box(shown: TestClient, path: str, status: int) -> None:
    page = get(shown, path)
    assert page.status == status
    assert len(page.all("h1")) == 1
    assert [form.get("action") for form in page.all("form")] == ["/search"]
    assert page.meta("description")


@pytest.mark.parametrize("path", PAGES + [path for path, _ in ERRORS])
def test_headings_go_down_one_level_at_a_time(shown: TestClient, path: str) -> None:
    levels = heading_levels(get(shown, path))
    assert levels.count(1) == 1
    for before, level in pairwise(levels):
        assert level <= before + 1


@pytest.mark.parametrize("path", PAGES)
def test_ids_are_unique_and_labels_lead_somewhere(shown: TestClient, path: str) -> None:
    page = get(shown, path)
    ids = [element.get("id") for element in page.root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    named = [element.get(name) for element in page.root.iter() for name in ("for", "aria-labelledby")]
    assert set(filter(None, named)) <= set(ids)
    within = [a.get("href", "")[1:] for a in page.all("a") if a.get("href", "").startswith("#")]
    assert set(within) <= set(ids)


def is_ours(script: Element) -> bool:
    """Whether this is a script file of ours, or a block of data that no browser runs and that cannot end early."""
    if script.get("type") == "application/ld+json":
        return "<" not in (script.text or "") and bool(json.loads(script.text or ""))
    return script.get("src", "").startswith("/static/") and not script.text


@pytest.mark.parametrize("path", PAGES)
def test_no_page_carries_a_script_or_style_of_its_own(shown: TestClient, path: str) -> None:
    page = get(shown, path)
    assert all(is_ours(script) for script in page.all("script"))
    assert not page.all("style")
    assert not [element for element in page.root.iter() if element.get("style")]
    assert not re.search(r"\son[a-z]+=", page.html)


def test_no_page_leads_to_a_dead_end(shown: TestClient) -> None:
    seen = set()
    todo = ["/"]
    while todo:
        path = todo.pop()
        seen.add(path)
        if split(path.partition("?")[0])[1]:  # another form of a page: it is there, and leads no further
            assert shown.get(path).status_code == 200, path
            continue
        page = get(shown, path)
        for a in page.all("a"):
            target = a.get("href", "").partition("#")[0]
            known = target in seen or target in todo
            if target.startswith("/") and not target.startswith("/api/") and not known and "&" not in target:
                todo.append(target)
        assert page.status == 200, path
    assert len(seen) > 40
    assert shown.get("/api/docs").status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_what_is_not_published(shown: TestClient, path: str) -> None:
    html = get(shown, path).html.lower()
    assert not [word for word in ("secret", "archived one", "trashed") if word in html]


def test_titles_names_and_queries_are_escaped_everywhere(still: TestClient, library: Database) -> None:
    evil = "<script>alert(1)</script>\"'<img src=x onerror=y>"
    with library.writing() as session:
        factories.add_category(session, slug="evil", name=evil, description=evil)
        factories.add_series(session, slug="evil-series", title=evil, description=evil)
        factories.add_paper(
            session, key="evil2020", title=evil, arxiv_id=None, venue=evil, publisher=evil, abstract=evil,
            authors=[{"family": evil, "given": evil}],
        )  # fmt: skip
        factories.add_summary(
            session, slug="evil", title=evil, categories=("evil",), tags=(f"evil {evil}",), papers=("evil2020",),
            series="evil-series", part=1, tldr=evil, body=f"## {evil}\n\n{evil}", authors=(evil,),
            provenance={"model": evil, "reviewed_by": evil},
            freshness={"state": "retracted", "reason": evil, "by": evil},
            updates=({"date": "2024-01-01", "text": evil},), source={"name": evil, "url": "https://example.org/"},
        )  # fmt: skip
        factories.add_path(session, "evil", slug="evil-path", title=evil, description=evil)
    paths = [
        "/", "/summaries", "/summaries/evil", "/papers", "/papers/evil2020", "/authors", "/categories",
        "/categories/evil", "/tags", "/series/evil-series", "/paths", "/paths/evil-path", "/summaries?category=evil",
        "/search?q=alert", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E%22%27%3Cimg+src=x+onerror=y%3E",
        "/summaries/%3Cscript%3Ealert(1)", "/summaries?%3Cscript%3Ealert(1)%3C%2Fscript%3E=1",
    ]  # fmt: skip
    for path in paths:
        page = get(still, path)
        assert all(is_ours(script) for script in page.all("script")), path
        assert not [image for image in page.all("img") if image.get("src") == "x"], path
        assert "alert(1)" in page.html or path == "/search?q=alert", path


def _many(library: Database, start: int, number: int) -> None:
    with library.writing() as session:
        for at in range(start, start + number):
            factories.add_paper(
                session, key=f"many{at}", title=f"Many {at}", arxiv_id=None,
                authors=[{"family": f"Family{at}", "given": "Given"}, {"family": "Shared", "given": "Sam"}],
            )  # fmt: skip
            factories.add_summary(
                session, slug=f"many-{at}", title=f"Many {at}", tags=("many", f"many {at}"), papers=(f"many{at}",),
                categories=("regularisation",),
            )  # fmt: skip


LISTS = [
    "/summaries?tag=many",
    "/categories/regularisation",
    "/tags/many",
    "/papers",
    "/authors",
    "/authors/sam-shared",
    "/tags",
    "/categories",
    "/paths/a-path",
    "/paths",
]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_of_twenty_costs_as_many_statements_as_one_of_ten(
    still: TestClient, app: FastAPI, library: Database, path: str
) -> None:
    counter = StatementCounter(app.state.database.engine)
    _many(library, 0, 10)
    assert get(still, path).status == 200
    ten = counter.take()
    _many(library, 10, 10)
    assert get(still, path).status == 200
    assert counter.take() == ten > 0


@pytest.mark.parametrize(
    ("path", "most"), [("/", 31), ("/summaries", 14), ("/summaries/scheduler", 34), ("/papers/kingma2015adam", 12)]
)
def test_a_page_costs_few_statements(still: TestClient, app: FastAPI, path: str, most: int) -> None:
    counter = StatementCounter(app.state.database.engine)
    get(still, path)
    assert 0 < counter.take() <= most


def test_a_dead_address_puts_its_words_into_the_search_box(shown: TestClient) -> None:
    def box(path: str) -> str | None:
        return next(one.get("value") for one in get(shown, path).all("input") if one.get("name") == "q")

    assert box("/summaries/deep-residual-learning") == "deep residual learning"
    assert box("/summaries?page=9") == ""
    assert box("/search?q=units&page=9") == "units"


def test_an_unexpected_failure_is_a_page_that_tells_nothing_but_a_number(app: FastAPI) -> None:
    def fail() -> None:
        raise RuntimeError("the secret reason")

    app.add_api_route("/fails", fail)
    client = quiet_client(app)
    page = get(client, "/fails")
    assert page.status == 500
    assert "secret reason" not in page.html
    assert page.response.headers["x-request-id"] in page.words("p/code")
    app.state.database.close()
