"""What a browser has to say about every page."""

import gzip

import pytest
from playwright.sync_api import Page, Request

from tests.browser.conftest import NewContext
from tests.browser.places import ERRORS, PAGES

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOLD_TWICE = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


def listen(page: Page, base: str) -> list[str]:
    """Collect what a page should have none of: messages, errors, failures, requests to other places."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("requestfailed", lambda request: told.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if request.url.startswith(base) else told.append(request.url))
    return told


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_console_stays_empty_and_the_page_never_scrolls_sideways(
    new_context: NewContext, base: str, scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    page.add_init_script(TOLD_TWICE)
    told = listen(page, base)
    for path in PAGES:
        page.goto(path, wait_until="networkidle")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(TOO_WIDE) <= 0, (path, width)
        assert page.evaluate("window.violations") == [], path
        assert told == [], path


def test_error_pages_say_nothing_but_their_status(new_context: NewContext, base: str) -> None:
    page = new_context(viewport={"width": 320, "height": 700}).new_page()
    told = listen(page, base)
    for path in ERRORS:
        page.goto(path, wait_until="networkidle")
        assert page.evaluate(TOO_WIDE) <= 0, path
    assert len(told) == len(ERRORS)
    assert all(message.startswith("Failed to load resource: the server responded with a status of") for message in told)


@pytest.mark.parametrize("path", ["/", "/summaries", "/search?q=adam", "/summaries/hard-to-fit"])
def test_a_page_is_light(new_context: NewContext, path: str) -> None:
    page = new_context().new_page()
    weights: dict[str, tuple[str, int]] = {}

    def weigh(request: Request) -> None:
        response = request.response()
        assert response is not None
        weights[request.url] = (request.resource_type, len(gzip.compress(response.body())))

    page.on("requestfinished", weigh)
    page.goto(path, wait_until="networkidle")
    assert 2 <= len(weights) <= 6, sorted(weights)
    assert sum(weight for _, weight in weights.values()) < 80_000
    page.mouse.move(300, 300)  # what is loaded when first wanted
    page.keyboard.press("/")
    page.wait_for_load_state("networkidle")
    assert sum(weight for kind, weight in weights.values() if kind == "script") < 10_000


def test_wide_things_scroll_in_their_own_boxes_and_by_keyboard(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 320, "height": 700}).new_page()
    page.goto("/summaries/hard-to-fit")
    for selector in (".prose div.math", ".prose .table-scroll", ".prose pre", ".prose p > .math.inline"):
        box = page.locator(selector).first
        assert box.evaluate("box => box.scrollWidth > box.clientWidth"), selector
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("selector => document.querySelector(selector).scrollLeft > 0", arg=selector)
    page.goto("/summaries/forty-formulas")
    lines = "all => all.map(one => one.getClientRects().length)"
    held = page.locator(".prose .together").evaluate_all(lines)  # a comma and its formula
    assert set(held) == {1}, held


def test_text_is_large_and_lines_are_of_a_readable_length(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto("/summaries/hard-to-fit")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.prose p')).fontSize)") == 18
    characters = page.evaluate(
        """() => {
          const text = document.querySelector(".prose");
          const line = document.createElement("span");
          line.textContent = "The quick brown fox jumps over the lazy dog and then reads a paper. ".repeat(3);
          line.style.whiteSpace = "nowrap";
          text.append(line);
          const width = line.getBoundingClientRect().width / line.textContent.length;
          line.remove();
          return text.clientWidth / width;
        }"""
    )
    assert 60 <= characters <= 75


def test_on_paper_only_the_text_is_left(new_context: NewContext) -> None:
    page = new_context(color_scheme="dark").new_page()
    page.goto("/summaries/hard-to-fit")
    page.emulate_media(media="print", color_scheme="dark")
    for selector in (".masthead", ".colophon", ".contents", ".cite", ".summary-foot"):
        assert not page.locator(selector).is_visible(), selector
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("h1").evaluate("h1 => h1.getBoundingClientRect().right <= innerWidth")
