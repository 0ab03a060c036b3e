"""No violation of WCAG 2.2 AA, nor of what axe holds for good practice, on any kind of page.

Every page is looked at in both colour schemes, each at another width, in turns; a few in all six combinations. All of
them at every width: `python -m tests.browser.accessibility`.
"""

from itertools import product

import pytest
from playwright.sync_api import Page

from tests.browser.accessibility import SCHEMES, WIDTHS, open_for_axe, seen_as, violations
from tests.browser.conftest import NewContext
from tests.browser.places import ERRORS, PAGES

pytestmark = pytest.mark.browser

IN_EVERY_WAY = ["/search?q=units", "/summaries/hard-to-fit"]


def calm_page(new_context: NewContext) -> Page:
    return new_context(reduced_motion="reduce").new_page()


def test_no_page_breaks_a_rule_in_light_and_in_dark(new_context: NewContext) -> None:
    page = calm_page(new_context)
    for at, path in enumerate(PAGES + ERRORS):
        open_for_axe(page, path)
        for turn, scheme in enumerate(SCHEMES):
            width = WIDTHS[(at + turn) % len(WIDTHS)]
            assert seen_as(page, scheme, width) == [], (path, scheme, width)


@pytest.mark.parametrize("path", IN_EVERY_WAY)
def test_a_page_breaks_no_rule_at_any_width(new_context: NewContext, path: str) -> None:
    page = calm_page(new_context)
    open_for_axe(page, path)
    for scheme, width in product(SCHEMES, WIDTHS):
        assert seen_as(page, scheme, width) == [], (scheme, width)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_javascript_adds_breaks_no_rule(new_context: NewContext, scheme: str) -> None:
    page = calm_page(new_context)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_for_axe(page, "/summaries/hard-to-fit")
    page.locator(".prose div.math").first.focus()
    page.wait_for_selector(".copy-tex")
    assert violations(page) == []
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    assert violations(page) == []
