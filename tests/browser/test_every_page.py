"""What a browser has to say about every page."""

import gzip

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import NewContext
from tests.browser.places import ERRORS, PAGES
from tests.processes import until

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 768, 1280)
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The addresses of the scripts that are loaded when they are first wanted.
WHEN_WANTED = """
Object.values({ ...document.getElementById("reading").dataset }).map((one) => new URL(one, location).href)
"""
TOLD_TWICE = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


def listen(page: Page, base: str) -> list[str]:
    """Collect what a page should have none of: messages, errors, failures, requests to other places."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("requestfailed", lambda request: None if _was_left(request) else told.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if request.url.startswith(base) else told.append(request.url))
    return told


def _was_left(request: Request) -> bool:
    """Say whether the browser gave a request up because its page was left: the icon of a tab comes last of all."""
    return request.failure == "net::ERR_ABORTED"


def weights(page: Page, path: str) -> dict[str, tuple[str, int]]:
    """Go to a page; return for each address that was asked for meanwhile what it is and its bytes, compressed."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    settled(page, path)
    answers = [(request, request.response()) for request in asked]
    return {
        request.url: (request.resource_type, len(gzip.compress(answer.body()))) for request, answer in answers if answer
    }


def settled(page: Page, path: str) -> None:
    """Go to a page and wait until it is there and asks for nothing more: the network may rest before scripts run."""
    page.goto(path)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_console_stays_empty_and_the_page_never_scrolls_sideways(
    new_context: NewContext, base: str, scheme: str
) -> None:
    page = new_context(color_scheme=scheme).new_page()
    page.add_init_script(TOLD_TWICE)
    told = listen(page, base)
    for path in PAGES:
        settled(page, path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(TOO_WIDE) <= 0, (path, width)
        assert page.evaluate("window.violations") == [], path
        assert told == [], path


def test_error_pages_say_nothing_but_their_status(new_context: NewContext, base: str) -> None:
    page = new_context(viewport={"width": 320, "height": 700}).new_page()
    told = listen(page, base)
    for number, path in enumerate(ERRORS, 1):
        settled(page, path)
        assert page.evaluate(TOO_WIDE) <= 0, path
        until(lambda number=number: (page.evaluate("1"), len(told) >= number)[1])
    assert len(told) == len(ERRORS)
    assert all(message.startswith("Failed to load resource: the server responded with a status of") for message in told)


@pytest.mark.parametrize("path", ["/", "/summaries", "/search?q=adam", "/summaries/hard-to-fit"])
def test_a_page_is_light(new_context: NewContext, path: str) -> None:
    page = new_context().new_page()
    weighed = weights(page, path)
    assert 2 <= len(weighed) <= 6, sorted(weighed)
    assert sum(weight for _, weight in weighed.values()) < 80_000
    scripts = {url for url, (kind, _) in weighed.items() if kind == "script"}
    scripts |= set(page.evaluate(WHEN_WANTED))
    assert len(scripts) >= 4
    assert sum(len(gzip.compress(page.request.get(url).body())) for url in scripts) < 10_000


def test_wide_things_scroll_in_their_own_boxes_and_by_keyboard(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 320, "height": 700}).new_page()
    page.goto("/summaries/hard-to-fit")
    for selector in (".prose div.math", ".prose .table-scroll", ".prose pre", ".prose p > .math.inline"):
        box = page.locator(selector).first
        assert box.evaluate("box => box.scrollWidth > box.clientWidth"), selector
        expect(box).to_have_attribute("tabindex", "0")  # of those in a line, once their widths are known
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
