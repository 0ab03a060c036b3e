"""What tests of the desk ask for: browsers of people who are signed in, over the small library."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.accounts.models import Role
from app.accounts.sessions import open_session
from app.database import Database
from app.web.cookies import PLAIN_NAME
from tests.factories import add_user

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}

NewBrowser = Callable[[Role | None], TestClient]


@pytest.fixture
def browser_of(app: FastAPI, library: Database) -> Iterator[NewBrowser]:
    """Give a maker of browsers: `browser_of("editor")` is signed in as a person with that role, None is a stranger.

    It sends what a browser says of a form on a page of ours. The person is `{role}@example.org`, made once.
    """
    with ExitStack() as stack:

        def make(role: Role | None) -> TestClient:
            client = TestClient(
                app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False,
                headers={**SAME_ORIGIN, "Accept": "text/html"},
            )  # fmt: skip
            if role is not None:
                with library.writing() as session:
                    token = open_session(session, add_user(session, role=role))
                    client.cookies.set(PLAIN_NAME, token, domain="127.0.0.1", path="/")
            stack.callback(client.close)
            return client

        stack.enter_context(TestClient(app))  # what starts with the server and ends with it
        yield make


@pytest.fixture
def stranger(browser_of: NewBrowser) -> TestClient:
    return browser_of(None)


@pytest.fixture
def curator(browser_of: NewBrowser) -> TestClient:
    return browser_of("curator")


@pytest.fixture
def editor(browser_of: NewBrowser) -> TestClient:
    return browser_of("editor")


@pytest.fixture
def admin(browser_of: NewBrowser) -> TestClient:
    return browser_of("admin")
