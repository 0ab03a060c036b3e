"""The site built as files, compared with the live one and read in a browser without our server."""

import json
import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser
from pydantic import AnyHttpUrl

from app.database import Database
from app.errors import BadInput
from app.main import create_app
from app.settings import Settings
from app.static_site.addresses import file_of, site_path
from app.static_site.building import MANIFEST, Built, build_site
from app.static_site.search_index import search_index
from tests import factories
from tests.processes import cairn

BASE = "http://127.0.0.1:8000"
LINK = re.compile(r'(?:href|src|action|data-index)="([^"]*)"')


def build(app: FastAPI, folder: Path, told: list[tuple[int, int]] | None = None) -> Built:
    with app.state.database.reading() as session:
        version, index = search_index(session)
    progress = None if told is None else lambda done, total: told.append((done, total))
    return build_site(app, folder, base=app.state.settings.base, version=version, search=index, progress=progress)


@pytest.fixture
def site(app: FastAPI, tmp_path: Path) -> Path:
    with app.state.database.writing() as session:
        factories.add_summary(session, slug="secret", title="Secret draft", status="draft", published=None)
        for number in range(25):  # so that lists have a second page
            factories.add_summary(session, slug=f"more-{number}", title=f"More {number}", body=f"[[more-{number}]]")
    built = build(app, tmp_path / "site")
    assert built.broken == []
    return tmp_path / "site"


def words(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    main = re.sub(r"<(aside|details) class=\"facets.*?</\1>", "", main, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"</?a\b[^>]*>", "", main))).strip()


def dead_links(site: Path, below: str = "") -> list[tuple[str, str]]:
    """Return (page, link) for every link to a place of the site that has no file; the site is served below `below`."""
    dead = []
    for page in site.rglob("*.html"):
        for value in map(unescape, LINK.findall(page.read_text())):
            if value.startswith(("http", "#", "mailto:", "data:")):
                continue
            parts = urlsplit(value)
            above = site / unquote(parts.path).removeprefix(f"{below}/")
            target = above if value.startswith(f"{below}/") else page.parent / unquote(parts.path)
            target = target / "index.html" if parts.path.endswith("/") else target
            if parts.query or not target.is_file():
                dead.append((str(page.relative_to(site)), value))
    return dead


def test_every_link_leads_to_a_file_and_nothing_that_needs_a_server_is_offered(site: Path) -> None:
    assert len(list(site.rglob("*.html"))) > 40
    assert dead_links(site) == []
    assert b"/search?q=" in (site / "opensearch.xml").read_bytes()
    assert b"/suggest" not in (site / "opensearch.xml").read_bytes()
    search = (site / "search/index.html").read_text()
    assert "needs JavaScript" in search
    assert "author:hinton" not in search
    for page in site.rglob("*.html"):
        for form in re.findall(r"<form[^>]*>", page.read_text()):
            assert "search" in form, (page, form)


def test_it_may_be_published_below_a_path(settings: Settings, library: Database, tmp_path: Path) -> None:
    below = settings.model_copy(update={"base_url": AnyHttpUrl("https://notes.example/papers")})
    told: list[tuple[int, int]] = []
    assert build(create_app(below), tmp_path / "site", told).broken == []
    assert len(list((tmp_path / "site").rglob("*.html"))) > 40
    assert dead_links(tmp_path / "site", "/papers") == []
    page = (tmp_path / "site/summaries/adam/index.html").read_text()
    assert 'href="../../papers/kingma2015adam/"' in page
    for found in (tmp_path / "site").rglob("index.html"):
        canonical = re.search(r'rel="canonical" href="https://notes.example/papers(/[^"]*)"', found.read_text())
        assert canonical, found
        assert file_of(site_path(unescape(canonical[1])) or "") == str(found.relative_to(tmp_path / "site"))
    assert told[-1][0] == told[-1][1]
    assert told[0][1] == told[-1][1], "how many pages there are is known before they are written"


def test_a_page_says_what_the_live_one_says(site: Path, app: FastAPI) -> None:
    from fastapi.testclient import TestClient

    client = TestClient(app, base_url=BASE)
    for path in (
        "/summaries/adam",
        "/papers/kingma2015adam",
        "/categories/optimization",
        "/summaries?page=2",
        "/about",
    ):
        name = path.strip("/").replace("?page=2", "/page/2") + "/index.html"
        assert words((site / name).read_text()) == words(client.get(path).text), path
    assert (site / "404.html").exists()


def test_documents_lead_from_page_to_page_to_their_end(site: Path) -> None:
    for name, following, entry in (
        ("summaries.json", r'"next":"([^"]*)"', r'"slug":"([^"]*)","title":"[^"]*","kind"'),
        ("feed.atom", r'rel="next"[^>]* href="([^"]*)"', r"<id>(tag:[^<]*:summaries/[^<]*)</id>"),
    ):
        seen: list[str] = []
        at: str | None = name
        while at is not None:
            text = (site / at).read_text()
            seen += re.findall(entry, text)
            assert "cursor=" not in text, at
            led = re.search(following, text)
            at = led[1].removeprefix(BASE + "/") if led else None
        assert len(set(seen)) == len(seen) > 25, (name, seen)


def test_drafts_and_what_needs_a_server_stay_out(site: Path) -> None:
    assert not list(site.glob("**/secret*"))
    for folder in ("admin", "api", "login", "oai", "mcp"):
        assert not (site / folder).exists()
    for page in site.rglob("*"):
        if page.is_file():
            assert b"Secret draft" not in page.read_bytes(), page
            assert b">Log in<" not in page.read_bytes(), page


def test_the_same_library_gives_the_same_bytes_and_what_is_gone_is_removed(site: Path, app: FastAPI) -> None:
    first = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    build(app, site)
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == first
    with app.state.database.writing() as session:
        factories.add_summary(session, slug="adam", title="Adam", status="archived")
    build(app, site)
    assert not (site / "summaries/adam").exists()
    assert json.loads((site / MANIFEST).read_text())["version"] > 0


def test_a_folder_with_something_else_in_it_is_left_alone(app: FastAPI, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(BadInput, match="neither empty nor a former build"):
        build(app, tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_the_command_builds_a_seedless_library_too(tmp_path: Path) -> None:
    done = cairn(tmp_path / "data", "build", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/index.html").exists()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(settings: Settings, library: Database, tmp_path: Path) -> Iterator[str]:
    site = tmp_path / "site"  # built by a process of its own: the browser's loop has this thread
    assert cairn(settings.data_dir, "build", str(site)).returncode == 0
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.browser
def test_its_own_search_finds_in_the_browser(served: str, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(served + "/summaries/adam/")
    page.fill("#quick-q", "adam")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results .entry")
    assert page.locator("#results .entry a").first.inner_text() == "Adam"
    page.fill("[data-search]", "what is Adam's point?")
    page.wait_for_selector("#results .notice")
    assert page.locator("#results .entry a").first.inner_text() == "Adam"
    page.locator("#results .entry a").first.click()
    page.wait_for_url("**/summaries/adam/")
    assert page.locator("math").count() > 0
    assert told == []
    context.close()
