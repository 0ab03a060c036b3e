"""Every page of the reader's door is valid HTML, as the Nu HTML checker sees it."""

import re
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from app import reader
from app.settings import ROOT
from tests.reader.test_pages import ERRORS, PAGES
from tests.validator import complaints

# What stands in for the name in an address, for every kind of thing that has one.
EXAMPLES = {
    "summaries": "adam",
    "papers": "kingma2015adam",
    "authors": "jimmy-ba",
    "categories": "optimization",
    "tags": "schedule",
    "series": "in-two-parts",
    "paths": "a-path",
    "media": "nothing.png",
}
MORE = [
    "/graph?around=adam",
    "/graph?category=optimization",
    "/timeline?category=optimization",
    "/search?q=ada",
    "/search?q=%22",
    "/api/docs",
]


def paths_of_routes() -> list[str]:
    """Return the path of every route, walked out of the routers, for they nest."""
    found: list[str] = []
    waiting: list[Any] = [reader.router]
    while waiting:
        for route in waiting.pop().routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                waiting.append(inner)
            else:
                found.append(route.path)
    return sorted(found)


def example(path: str) -> str:
    """Return an address for the path of a route; one without a name in it is its own."""
    return re.sub(r"^/(\w+)/\{[^}]+\}", lambda found: f"/{found[1]}/{EXAMPLES[found[1]]}", path)


def test_every_page_is_valid(shown: TestClient, tmp_path: Path) -> None:
    paths = paths_of_routes()
    assert len(paths) > 20
    pages: dict[str, str] = {}
    for address in [*map(example, paths), *PAGES, *(path for path, _ in ERRORS), *MORE]:
        answer = shown.get(address, headers={"accept": "text/html"})
        if answer.headers["content-type"].startswith("text/html"):
            pages[address] = answer.text
    assert len(pages) > 60
    assert complaints(pages, tmp_path) == []


def test_all_that_markup_can_make_of_a_formula_is_valid(tmp_path: Path) -> None:
    sheet = (ROOT / "docs" / "formulas" / "index.html").read_text("utf-8")
    body = sheet[: sheet.index("<style>")] + sheet[sheet.index("</style>") + len("</style>") :]
    assert complaints({"docs/formulas": body}, tmp_path) == []


def test_the_checker_tells_what_is_wrong_and_where(tmp_path: Path) -> None:
    pages = {
        "/good": "<!doctype html><html lang=en><title>x</title><p>x",
        "/bad": "<!doctype html><title>x</title><li>x",
    }
    told = complaints(pages, tmp_path)
    assert len(told) == 1
    assert told[0].startswith("/bad: ")
