"""The page that shows the API, in a real browser: nothing in the console, nothing refused by the policy, forms work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.api.server import serving

pytestmark = pytest.mark.browser


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    """Give the address of a real server over the small library."""
    with serving(tmp_path / "data") as server:
        yield server.base


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (390, True), (1280, False)])
def test_the_page_is_quiet_fits_and_its_forms_lead_to_the_real_json(
    chromium: Browser, base: str, width: int, javascript: bool
) -> None:
    told: list[str] = []
    with chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=javascript) as context:
        page = context.new_page()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("requestfailed", lambda request: told.append(request.url))
        page.goto(f"{base}/api/docs")
        page.wait_for_load_state("networkidle")
        assert told == []
        if javascript:
            extra = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(extra) <= 0
        page.fill("#search_summaries-q", "momentum")
        page.select_option("#search_summaries-kind", "paper-summary")
        page.click("#search_summaries button")
        expect(page).to_have_url(f"{base}/api/v1/search?q=momentum&kind=paper-summary")
        expect(page.locator("pre")).to_contain_text('"slug":"adam"')
