"""A real server of one's own for tests of the editor: it can be stopped and started, and its library be looked into."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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
from tests.conftest import make_settings
from tests.processes import free_port, in_a_thread


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
        self._running = ExitStack()

    def start(self) -> None:
        config = uvicorn.Config(create_app(self.settings), host="127.0.0.1", port=self.port, log_level="warning")
        self._running.enter_context(in_a_thread(config))

    def stop(self) -> None:
        self._running.close()

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
    expect(page).to_have_url(path)  # the page before has it at the end of its address too
    page.wait_for_load_state()


def open_editor(page: Page, slug: str) -> None:
    page.goto(f"/admin/summaries/{slug}/edit")
    expect(page.locator("form.is-live")).to_be_visible()
