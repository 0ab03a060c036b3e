"""People, links and the audit log over HTTP: for admins only, and an admin always remains."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.accounts.models import Invitation, User
from app.accounts.service import get_user
from app.database import Database, now
from app.desk.devices import device_of
from tests.desk.conftest import NewBrowser

PAGE = "/admin/people"
NEW = "another long password"
JOIN = {"name": "New One", "password": NEW, "again": NEW}


def link_in(page: str) -> str:
    [link] = re.findall(r"http://127\.0\.0\.1:8000(/invitations/[\w-]{43})", page)
    return str(link)


def invite(admin: TestClient, email: str = "new@example.org", role: str = "curator") -> str:
    return link_in(admin.post(PAGE + "/invitations", data={"email": email, "role": role}).text)


def id_of(library: Database, email: str) -> int:
    with library.reading() as session:
        return get_user(session, email).id


def test_somebody_joins_by_a_link_that_works_once(admin: TestClient, browser_of: NewBrowser) -> None:
    link = invite(admin, role="editor")
    assert link not in admin.get(PAGE).text
    guest, late = browser_of(None), browser_of(None)
    page = guest.get(link)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin"
    assert 'autocomplete="new-password"' in page.text
    refused = guest.post(link, data={**JOIN, "password": "short", "again": "short"})
    assert refused.status_code == 422
    assert 'value="New One"' in refused.text
    assert "at least 10 characters" in refused.text
    assert guest.post(link, data={**JOIN, "again": "else"}).status_code == 422
    assert guest.post(link, data=JOIN).headers["location"] == "/admin"
    assert "New One, editor" in guest.get("/admin/account").text
    for answer in (late.get(link), late.post(link, data=JOIN)):
        assert answer.status_code == 404
        assert "has been used, has expired or was taken back" in answer.text


def test_a_link_ends_by_its_date_and_by_being_taken_back(
    admin: TestClient, stranger: TestClient, library: Database
) -> None:
    link = invite(admin)
    with library.writing() as session:
        session.execute(update(Invitation).values(expires_at=now()))
    assert stranger.post(link, data=JOIN).status_code == 404
    link = invite(admin)
    [path] = re.findall(r"/admin/people/invitations/\d+/revoke", admin.get(PAGE).text)
    assert admin.post(path).headers["location"] == PAGE + "?done=revoked"
    assert stranger.get(link).status_code == 404
    assert admin.post(path).status_code == 404


def test_an_address_that_is_none_or_taken_is_told_and_kept(admin: TestClient) -> None:
    answer = admin.post(PAGE + "/invitations", data={"email": "not an address", "role": "editor"})
    assert answer.status_code == 422
    assert 'value="not an address"' in answer.text
    assert re.search(r'<option value="editor" selected>\s*Editor:', answer.text)
    answer = admin.post(PAGE + "/invitations", data={"email": "admin@example.org", "role": "editor"})
    assert answer.status_code == 409
    assert "already an account" in answer.text


def test_a_disabled_person_is_out_at_once_and_comes_back(
    admin: TestClient, curator: TestClient, library: Database
) -> None:
    number = id_of(library, "curator@example.org")
    assert curator.get("/admin/account").status_code == 200
    assert admin.post(f"{PAGE}/{number}/disable").headers["location"] == PAGE + "?done=disabled"
    assert curator.get("/admin/account").status_code == 303
    assert "Disabled on" in admin.get(PAGE).text
    assert admin.post(f"{PAGE}/{number}/password-link").status_code == 409
    assert admin.post(f"{PAGE}/{number}/enable").headers["location"] == PAGE + "?done=enabled"
    link = link_in(admin.post(f"{PAGE}/{number}/password-link").text)
    assert curator.post(link, data={"password": NEW, "again": NEW}).headers["location"] == "/admin"
    assert curator.get("/admin/account").status_code == 200


def test_a_role_holds_from_the_next_request_on(admin: TestClient, curator: TestClient, library: Database) -> None:
    number = id_of(library, "curator@example.org")
    assert curator.get(PAGE).status_code == 403
    assert admin.post(f"{PAGE}/{number}/role", data={"role": "admin"}).headers["location"] == PAGE + "?done=role"
    assert curator.get(PAGE).status_code == 200
    assert admin.post(f"{PAGE}/{number}/role", data={"role": "owner"}).status_code == 422
    assert admin.post(f"{PAGE}/999999/role", data={"role": "admin"}).status_code == 404


def test_the_last_admin_is_neither_disabled_nor_given_another_role(admin: TestClient, library: Database) -> None:
    number = id_of(library, "admin@example.org")
    for path, data in ((f"{PAGE}/{number}/disable", {}), (f"{PAGE}/{number}/role", {"role": "editor"})):
        answer = admin.post(path, data=data)
        assert answer.status_code == 409
        assert "is the last admin" in answer.text
    with library.reading() as session:
        assert session.scalars(select(User.role)).all() == ["admin"]
    assert admin.get(PAGE).status_code == 200


@pytest.mark.parametrize("role", [None, "curator", "editor"])
def test_people_and_the_record_are_for_admins(browser_of: NewBrowser, library: Database, role) -> None:
    browser_of("admin")
    browser, number = browser_of(role), id_of(library, "admin@example.org")
    for path in (PAGE, "/admin/audit"):
        answer = browser.get(path)
        assert answer.status_code == (403 if role else 303)
        assert "admin@example.org" not in answer.text
    acts = (
        "invitations",
        "invitations/1/revoke",
        *(f"{number}/{act}" for act in ("disable", "enable", "password-link")),
    )
    for act in acts:
        assert browser.post(f"{PAGE}/{act}").status_code == (403 if role else 401), act
    assert browser.post(f"{PAGE}/{number}/role", data={"role": "editor"}).status_code == (403 if role else 401)
    if role:
        assert "/admin/people" not in browser.get("/admin/account").text


def test_the_record_shows_what_was_done_and_is_narrowed(admin: TestClient) -> None:
    invite(admin, "one@example.org")
    invite(admin, "two@example.org")
    page = admin.get("/admin/audit").text
    assert "2 entries" in page
    assert "testclient" in page
    narrowed = admin.get(
        "/admin/audit", params={"subject": "one@", "action": "invitation.create", "since": "2020-01-01"}
    )
    assert "1 entry" in narrowed.text
    assert "two@example.org" not in narrowed.text
    assert 'value="2020-01-01"' in narrowed.text
    assert "Nothing in the record" in admin.get("/admin/audit?until=2020-01-01&actor=").text
    for wrong in ("since=soon", "until=9999-12-31", "cursor=x", "colour=red"):
        assert admin.get("/admin/audit?" + wrong).status_code == 422, wrong
    assert "must be at most 2200-01-01" in admin.get("/admin/audit?until=9999-12-31").text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.14", "curl/8.14"),
        ("", "A program that does not name itself"),
    ],
)
def test_a_session_is_named_by_its_browser_and_system(agent: str, words: str) -> None:
    assert device_of(agent) == words
