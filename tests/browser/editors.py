"""A real server of one's own for tests of the editor: it can be stopped and started, and its library be looked into."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, expect

from app.accounts.rights import ROLES
from app.database import Database
from app.main import create_app
from app.schema import migrate
from app.search.following import bring_up_to_date
from app.settings import Settings
from app.summaries.models import Summary
from app.summaries.queries import find_for_edit
from tests import factories
from tests.browser.conftest import _wait_for
from tests.conftest import make_settings
from tests.processes import free_port


class Server:
    """A library and the server before it."""

    def __init__(self, folder: Path, fill: Callable[[Database], None]) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.settings: Settings = make_settings(folder, base_url=self.base)
        self.database = Database(self.settings)
        migrate(self.database)
        fill(self.database)
        bring_up_to_date(self.settings, self.database)
        self._running: tuple[uvicorn.Server, threading.Thread] | None = None

    def start(self) -> None:
        config = uvicorn.Config(create_app(self.settings), host="127.0.0.1", port=self.port, log_level="warning")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        self._running = server, thread
        _wait_for(self.base + "/healthz")

    def stop(self) -> None:
        if self._running is not None:
            server, thread = self._running
            self._running = None
            server.should_exit = True
            thread.join(20)

    def summary(self, slug: str) -> Summary | None:
        with self.database.reading() as session:
            return find_for_edit(session, slug)


def with_people(database: Database) -> None:
    """Fill a library with the small one and a person of every role."""
    with database.writing() as session:
        factories.fill(session)
        for role in ROLES:
            factories.add_user(session, role=role)


@contextmanager
def editor_server(folder: Path, fill: Callable[[Database], None] = with_people) -> Iterator[Server]:
    server = Server(folder, fill)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        server.database.close()


def log_in(page: Page, path: str, role: str = "editor") -> None:
    """Log in and go to the path."""
    page.goto("/login?next=" + path)
    page.get_by_label("E-mail address").fill(f"{role}@example.org")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**" + path)


def open_editor(page: Page, slug: str) -> None:
    page.goto(f"/admin/summaries/{slug}/edit")
    expect(page.locator("form.is-live")).to_be_visible()


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something that no page shows."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
