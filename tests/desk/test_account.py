"""One's own account over HTTP: name, password, sessions, tokens."""

import re

from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.models import ApiToken, LoginSession, User
from app.accounts.sessions import open_session
from app.accounts.tokens import find_by_token
from app.database import Database
from app.web.cookies import PLAIN_NAME
from tests.desk.conftest import NewBrowser
from tests.factories import PASSWORD, add_user

PAGE = "/admin/account"
NEW = "another long password"


def test_the_name_is_changed_and_shown(curator: TestClient) -> None:
    answer = curator.post(PAGE + "/name", data={"name": " Grace  Hopper "})
    assert answer.headers["location"] == PAGE + "?done=name"
    page = curator.get(answer.headers["location"]).text
    assert "The name was changed." in page
    assert "Grace Hopper, curator" in page


def test_a_name_that_cannot_be_is_told_and_kept_in_the_form(curator: TestClient) -> None:
    answer = curator.post(PAGE + "/name", data={"name": "x" * 201})
    assert answer.status_code == 422
    assert answer.text.count("A name has at most 200 characters.") == 2  # above the form, and beside the field
    assert "x" * 201 in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert curator.post(PAGE + "/name", data={"name": "a\0b"}).status_code == 422


def change(browser: TestClient, current: str, password: str, again: str | None = None):
    return browser.post(
        PAGE + "/password",
        data={"current": current, "password": password, "again": password if again is None else again},
    )


def test_a_new_password_ends_the_other_sessions_and_this_browser_goes_on(
    browser_of: NewBrowser, library: Database
) -> None:
    here, there = browser_of("curator"), browser_of("curator")
    before = here.cookies[PLAIN_NAME]
    assert change(here, PASSWORD, NEW).headers["location"] == PAGE + "?done=password"
    assert here.cookies[PLAIN_NAME] != before
    assert here.get(PAGE).status_code == 200
    assert there.get(PAGE).status_code == 303
    assert there.post("/login", data={"email": "curator@example.org", "password": PASSWORD}).status_code == 401
    assert there.post("/login", data={"email": "curator@example.org", "password": NEW}).status_code == 303


def test_a_password_is_not_changed_without_the_present_one_or_by_a_slip(curator: TestClient, library: Database) -> None:
    with library.reading() as session:
        before = session.scalars(select(User.password_hash)).one()
    for answer, sentence in (
        (change(curator, "not this one", NEW), "not your present password"),
        (change(curator, PASSWORD, "short"), "at least 10 characters"),
        (change(curator, PASSWORD, NEW, "another one"), "are not the same"),
    ):
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "The name was changed." not in answer.text
    with library.reading() as session:
        assert session.scalars(select(User.password_hash)).one() == before


def test_one_sees_and_ends_ones_own_sessions(browser_of: NewBrowser, library: Database) -> None:
    here, there = browser_of("curator"), browser_of("curator")
    stranger = browser_of("editor")
    page = here.get(PAGE).text
    assert page.count("This browser") == 1
    [path] = re.findall(r"/admin/account/sessions/\d+/end(?=\")", page)
    assert stranger.post(path).status_code == 404
    assert there.get(PAGE).status_code == 200
    assert here.post(path).headers["location"] == PAGE + "?done=session"
    assert there.get(PAGE).status_code == 303
    with library.writing() as session:
        open_session(session, add_user(session, role="curator"))
    assert here.post(PAGE + "/sessions/end-others").headers["location"] == PAGE + "?done=sessions"
    with library.reading() as session:
        assert len(session.scalars(select(LoginSession)).all()) == 2  # this one, and the stranger's


def test_a_token_is_shown_once_and_revoked(curator: TestClient, editor: TestClient, library: Database) -> None:
    answer = curator.post(PAGE + "/tokens", data={"label": "<job>", "scope": "write", "days": "30"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    [text] = re.findall(r"cairn_[0-9a-f]{16}_[0-9a-f]{64}", answer.text)
    assert "&lt;job&gt;" in answer.text
    assert text not in curator.get(PAGE).text
    with library.reading() as session:
        found = find_by_token(session, text)
        assert found is not None
        assert (found[0].email, found[1]) == ("curator@example.org", "write")
    path = f"{PAGE}/tokens/{text.split('_')[1]}/revoke"
    assert editor.post(path).status_code == 404
    assert curator.post(path).headers["location"] == PAGE + "?done=token"
    with library.reading() as session:
        assert find_by_token(session, text) is None
    assert "revoked" in curator.get(PAGE).text


def test_a_token_that_cannot_be_is_told_and_not_made(curator: TestClient, library: Database) -> None:
    answer = curator.post(PAGE + "/tokens", data={"label": "x" * 101, "scope": "read", "days": "30"})
    assert answer.status_code == 422
    assert "at most 100 characters" in answer.text
    for data in ({"days": "0"}, {"days": "many"}, {"scope": "admin"}):
        assert curator.post(PAGE + "/tokens", data=data).status_code == 422
    with library.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []
