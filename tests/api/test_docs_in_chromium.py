"""The page that shows the API, in a real browser: nothing in the console, nothing refused by the policy, forms work."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser

from app.database import Database
from app.main import create_app
from app.schema import migrate
from tests import factories
from tests.conftest import make_settings
from tests.processes import free_port

pytestmark = pytest.mark.browser


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    """Give the address of a real server over the small library."""
    port = free_port()
    settings = make_settings(tmp_path / "data", base_url=f"http://127.0.0.1:{port}")
    settings.data_dir.mkdir()
    database = Database(settings)
    migrate(database)
    with database.writing() as session:
        factories.fill(session)
    database.close()
    server = uvicorn.Server(uvicorn.Config(create_app(settings), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.02)
        yield settings.base
    finally:
        server.should_exit = True
        thread.join(20)


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
        page.goto(f"{base}/api/docs", wait_until="networkidle")
        assert told == []
        if javascript:
            extra = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(extra) <= 0
        page.fill("#search_summaries-q", "momentum")
        page.select_option("#search_summaries-kind", "paper-summary")
        page.click("#search_summaries button")
        assert page.url == f"{base}/api/v1/search?q=momentum&kind=paper-summary"
        assert '"slug":"adam"' in page.content()
