"""Every page of curating opens for everybody who may, and costs the same for few rows and for many."""

import re
from collections import Counter

import pytest
from fastapi.testclient import TestClient

from app.database import Database
from app.summaries.assets import save_macro_set
from tests import factories
from tests.conftest import StatementCounter
from tests.desk.conftest import NewBrowser
from tests.reader.pages import parse

SEEN_BY_ALL = (
    "/admin",
    "/admin/summaries",
    "/admin/summaries?status=draft&q=secret&sort=title&mine=1&problems=1&kind=paper-summary",
    "/admin/summaries?trashed=1",
    "/admin/summaries?category=optimization&tag=optimiser",
    *(f"/admin/summaries?need={name}" for name in ("drafts", "comments", "formulas", "links", "outdated", "no-shelf")),
    "/admin/papers",
    "/admin/papers?q=kingma+adam",
    "/admin/papers?show=without-summary",
    "/admin/papers?show=duplicates",
    "/admin/papers/kingma2015adam",
    "/admin/authors",
    "/admin/authors?q=ba",
    "/admin/authors?show=duplicates",
    "/admin/authors/jimmy-ba",
    "/admin/shelves",
    "/admin/shelves/categories/optimization",
    "/admin/shelves/series",
    "/admin/shelves/series/in-two-parts",
    "/admin/shelves/tags",
    "/admin/shelves/tags?show=unused",
    "/admin/shelves/tags/optimiser",
    "/admin/paths",
    "/admin/paths/a-path",
    "/admin/macros",
    "/admin/macros/vectors",
)
SEEN_BY_EDITORS = (
    "/admin/papers/kingma2015adam/merge?into=reddi2018convergence",
    "/admin/papers/kingma2015adam/delete",
    "/admin/authors/jimmy-ba/merge?into=sashank-j-reddi",
    "/admin/shelves/categories/optimization/merge?into=regularisation",
    "/admin/shelves/categories/optimization/move?into=regularisation",
    "/admin/shelves/categories/optimization/delete",
    "/admin/shelves/categories/empty-shelf/delete",
    "/admin/shelves/series/in-two-parts/delete",
    "/admin/shelves/tags/optimiser/delete",
    "/admin/shelves/merge-tags?slug=optimiser&slug=schedule",
    "/admin/shelves/unused-tags",
    "/admin/paths/a-path/delete",
    "/admin/macros/vectors/delete",
)


@pytest.fixture
def library(database: Database) -> Database:
    with database.writing() as session:
        save_macro_set(session, "vectors", "\\newcommand{\\R}{\\mathbb{R}}\n")
        factories.fill(session)
    return database


@pytest.mark.parametrize("role", ["curator", "editor"])
def test_every_page_opens_as_valid_html_and_leads_nowhere_that_is_not(browser_of: NewBrowser, role: str) -> None:
    browser = browser_of(role)  # type: ignore[arg-type]
    led: dict[str, str] = {}
    kinds: Counter[str] = Counter()
    for path in (*SEEN_BY_ALL, *(SEEN_BY_EDITORS if role == "editor" else ())):
        page = browser.get(path)
        assert page.status_code == 200, path
        [main] = parse(page.text).findall(".//main")
        led |= {link.get("href", ""): path for link in main.iter("a")}
    for target in sorted(led):
        kind = re.sub(r"(?<=/)(?!admin|edit|history)[^/?]*\d*$|(?<=summaries/)[^/]+|=.*", "", target)
        kinds[kind] += 1
        if target.startswith("/") and target not in SEEN_BY_ALL and kinds[kind] <= 8:
            assert browser.get(target).status_code == 200, f"{target} on {led[target]}"


def test_curators_see_no_page_that_asks_before_it_changes_the_shelves(curator: TestClient) -> None:
    for path in SEEN_BY_EDITORS:
        assert curator.get(path).status_code == 403, path


def test_a_stranger_is_led_to_the_login(stranger: TestClient) -> None:
    for path in (*SEEN_BY_ALL, *SEEN_BY_EDITORS):
        answer = stranger.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/login?next="), path


def test_what_is_not_there_is_not_found(editor: TestClient) -> None:
    for path in (
        "/admin/papers/nobody",
        "/admin/authors/nobody",
        "/admin/shelves/categories/nowhere",
        "/admin/shelves/series/nowhere",
        "/admin/shelves/tags/nowhere",
        "/admin/paths/nowhere",
        "/admin/macros/nothing",
        "/admin/summaries?page=9",
        "/admin/papers?page=9",
        "/admin/authors?page=9",
    ):
        assert editor.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "path", ["/admin/summaries", "/admin/papers", "/admin/authors", "/admin/shelves", "/admin/shelves/tags", "/admin"]
)
def test_twenty_rows_cost_as_many_statements_as_ten(editor: TestClient, library: Database, path: str) -> None:
    def fill(start: int) -> None:
        with library.writing() as session:
            for at in range(start, start + 10):
                name = [{"family": f"Author{at}", "given": "A."}]
                factories.add_paper(session, key=f"paper{at}", title=f"Paper {at}", arxiv_id=None, authors=name)
                factories.add_category(session, slug=f"shelf-{at}", name=f"Shelf {at}", position=at + 10)
                factories.add_summary(
                    session, slug=f"row-{at}", title=f"Row {at}", papers=(f"paper{at}",), tags=(f"tag-{at}", "same"),
                    categories=(f"shelf-{at}",), status="draft", published=None,
                )  # fmt: skip

    counter = StatementCounter(editor.app.state.database.engine)  # type: ignore[attr-defined]

    def cost() -> int:
        # Threads that follow the library look at it in between; the page itself costs what the quietest try does.
        counter.take()
        return min((editor.get(path), counter.take())[1] for _ in range(6))

    fill(0)
    few = cost()
    fill(10)
    assert cost() <= few


def test_an_empty_library_shows_first_steps(database: Database, settings: object) -> None:
    from app.accounts.sessions import open_session
    from app.main import create_app
    from app.web.cookies import PLAIN_NAME

    with database.writing() as session:
        token = open_session(session, factories.add_user(session, role="admin"))
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8000") as client:  # type: ignore[arg-type]
        client.cookies.set(PLAIN_NAME, token, domain="127.0.0.1", path="/")
        page = client.get("/admin").text
    assert "An empty library" in page
    assert 'href="/admin/shelves"' in page
    assert 'href="/admin/import"' in page


def test_a_curator_is_shown_no_link_or_button_that_is_refused(curator: TestClient, library: Database) -> None:
    waiting, seen, asked = ["/admin", "/admin/summaries/adam", "/admin/summaries/a-draft"], set[str](), set[str]()
    refused = []
    while waiting and len(seen) < 90:
        path = waiting.pop(0)
        answer = curator.get(path)
        seen.add(path.partition("?")[0])
        if answer.status_code == 403:
            refused.append(path)
            continue
        targets = re.findall(r'(?:href|action)="(/admin[^"#]*)"', answer.text)
        forms = re.findall(r'<form[^>]*method="post"[^>]*action="(/admin[^"]*)"', answer.text)
        forms += re.findall(r'formaction="(/admin[^"]*)"', answer.text)
        waiting += [one for one in dict.fromkeys(targets) if one not in forms and one.partition("?")[0] not in seen]
        for form in set(forms) - asked:
            asked.add(form)
            # What no form has is refused, so nothing is done; who may not is told that first.
            if curator.post(form, data={"no_such_field": "x"}).status_code == 403:
                refused.append(f"POST {form}, on {path}")
    assert len(seen) > 20
    assert len(asked) > 5
    assert not refused
