"""Logging in and out, over HTTP on the real application."""

import pytest
from fastapi.testclient import TestClient

from app.database import Database
from app.web.cookies import PLAIN_NAME
from tests.factories import PASSWORD, add_user


@pytest.fixture
def ada(library: Database) -> str:
    with library.writing() as session:
        return add_user(session, email="ada@example.org", role="editor", name="Ada").email


def log_in(browser: TestClient, email: str, password: str = PASSWORD, **more: str):
    return browser.post("/login", data={"email": email, "password": password, **more})


def test_a_person_logs_in_sees_who_they_are_and_logs_out(stranger: TestClient, ada: str) -> None:
    answer = log_in(stranger, " Ada@Example.org ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("cairn_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Ada, editor" in stranger.get("/admin/account").text
    assert stranger.get("/login").headers["location"] == "/admin"
    assert stranger.get("/logout").status_code == 200
    assert "Ada, editor" in stranger.get("/admin/account").text
    token = stranger.cookies[PLAIN_NAME]
    assert stranger.post("/logout").status_code == 303
    assert PLAIN_NAME not in stranger.cookies
    stranger.cookies.set(PLAIN_NAME, token)
    assert stranger.get("/admin/account").headers["location"] == "/login?next=%2Fadmin%2Faccount"


def test_whoever_is_not_signed_in_is_led_to_the_login_and_back(stranger: TestClient, ada: str) -> None:
    sent = stranger.get("/admin/account?done=name")
    assert sent.status_code == 303
    page = stranger.get(sent.headers["location"])
    assert 'name="next" value="/admin/account?done=name"' in page.text
    back = log_in(stranger, ada, next="/admin/account?done=name")
    assert back.headers["location"] == "/admin/account?done=name"
