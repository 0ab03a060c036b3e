"""Logging in and out, over HTTP on the real application."""

import re

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import update

from app.accounts import throttle
from app.accounts.models import LoginSession, User
from app.accounts.sessions import IDLE
from app.database import Database, now
from app.main import create_app
from app.web.cookies import PLAIN_NAME, SECURE_NAME
from tests.conftest import make_settings
from tests.desk.conftest import NewBrowser
from tests.factories import PASSWORD, add_user

WRONG = "do not go together"


@pytest.fixture
def ada(library: Database) -> str:
    with library.writing() as session:
        return add_user(session, email="ada@example.org", role="editor", name="Ada").email


def log_in(browser: TestClient, email: str, password: str = PASSWORD, **more: str) -> Response:
    return browser.post("/login", data={"email": email, "password": password, **more})


def test_a_person_logs_in_sees_who_they_are_and_logs_out(stranger: TestClient, ada: str) -> None:
    answer = log_in(stranger, " Ada@Example.org ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(r"cairn_session=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)
    assert "Ada, editor" in stranger.get("/admin/account").text
    assert stranger.get("/login").headers["location"] == "/admin"
    assert stranger.get("/logout").status_code == 200
    assert "Ada, editor" in stranger.get("/admin/account").text
    token = stranger.cookies[PLAIN_NAME]
    assert stranger.post("/logout").status_code == 303
    assert PLAIN_NAME not in stranger.cookies
    stranger.cookies.set(PLAIN_NAME, token)
    assert stranger.get("/admin/account").headers["location"] == "/login?next=%2Fadmin%2Faccount"
    assert "Max-Age=0" in stranger.get("/login").headers["set-cookie"]


def test_over_https_the_cookie_is_bound_to_this_host(library: Database, settings, ada: str) -> None:
    settings = make_settings(settings.data_dir, base_url="https://127.0.0.1:8000")
    with TestClient(create_app(settings), base_url="https://127.0.0.1:8000", follow_redirects=False) as browser:
        answer = log_in(browser, ada)
        cookie = answer.headers["set-cookie"]
        assert re.fullmatch(SECURE_NAME + r"=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", cookie)
        token = browser.cookies[SECURE_NAME]
        assert browser.get("/admin/account").status_code == 200
        browser.cookies.clear()
        browser.cookies.set(PLAIN_NAME, token)
        assert browser.get("/admin/account").status_code == 303


def test_whoever_is_not_signed_in_is_led_to_the_login_and_back(stranger: TestClient, ada: str) -> None:
    sent = stranger.get("/admin/account?done=name")
    assert sent.status_code == 303
    page = stranger.get(sent.headers["location"])
    assert 'name="next" value="/admin/account?done=name"' in page.text
    back = log_in(stranger, ada, next="/admin/account?done=name")
    assert back.headers["location"] == "/admin/account?done=name"


def test_whoever_is_not_signed_in_changes_nothing_and_is_told_so(stranger: TestClient) -> None:
    answer = stranger.post("/admin/account/name", data={"name": "Eve"})
    assert answer.status_code == 401
    assert "Log in first" in answer.text
    assert stranger.get("/admin/account", headers={"Accept": "application/json"}).status_code == 401


def test_no_login_leads_to_another_site(stranger: TestClient, ada: str) -> None:
    for asked in ("//evil.example", "/\\evil.example", "https://evil.example"):
        assert log_in(stranger, ada, next=asked).headers["location"] == "/admin"
        assert stranger.get("/login", params={"next": asked}).headers["location"] == "/admin"
        stranger.post("/logout")
    assert log_in(stranger, ada, next="/\t/evil.example").status_code == 422


def shown(answer: Response, *typed: str) -> tuple[int, str]:
    text = answer.text
    for one in typed:
        text = text.replace(one, "")
    return answer.status_code, text


def test_a_wrong_password_looks_like_an_unknown_and_a_disabled_account(
    stranger: TestClient, library: Database, ada: str
) -> None:
    with library.writing() as session:
        add_user(session, email="off@example.org").disabled_at = now()
    known = log_in(stranger, ada, "a wrong password")
    unknown, disabled = log_in(stranger, "eve@example.org"), log_in(stranger, "off@example.org")
    assert known.status_code == 401
    assert WRONG in known.text
    assert "set-cookie" not in known.headers
    assert "a wrong password" not in known.text
    assert shown(known, ada) == shown(unknown, "eve@example.org") == shown(disabled, "off@example.org")
    assert 'value="ada@example.org"' in known.text


def test_the_form_is_one_that_password_managers_know(stranger: TestClient, ada: str) -> None:
    page = stranger.get("/login").text
    assert re.search(r'<input type="text"[^>]*name="email"[^>]*autocomplete="username" inputmode="email"', page)
    assert re.search(r'<input type="password"[^>]*name="password"[^>]*autocomplete="current-password"', page)
    assert "cairn user create" not in page


def test_where_nobody_has_an_account_the_page_says_how_to_make_one(stranger: TestClient) -> None:
    page = stranger.get("/login")
    assert "cairn user create you@example.org --role admin" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_too_many_failures_are_told_with_how_long_to_wait(
    stranger: TestClient, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = now()  # the wait is of two seconds, which a busy machine may take for a hash
    monkeypatch.setattr(throttle, "now", lambda: moment)
    for _ in range(5):
        assert log_in(stranger, ada, "a wrong password").status_code == 401
    refused = log_in(stranger, ada)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert "too many tries to log in. Please wait" in refused.text
    assert 'value="ada@example.org"' in refused.text


def test_a_session_that_was_planted_before_is_not_the_one_after(stranger: TestClient, ada: str) -> None:
    stranger.cookies.set(PLAIN_NAME, "planted")
    answer = log_in(stranger, ada)
    fresh = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
    assert fresh != "planted"
    stranger.cookies.clear()
    log_in(stranger, ada)
    first = stranger.cookies[PLAIN_NAME]
    log_in(stranger, ada)
    second = stranger.cookies[PLAIN_NAME]
    assert first != second
    stranger.cookies.clear()
    stranger.cookies.set(PLAIN_NAME, first)
    assert stranger.get("/admin/account").status_code == 303


def test_a_session_that_is_over_is_nobodys(browser_of: NewBrowser, library: Database) -> None:
    browsers = [browser_of("editor"), browser_of("admin"), browser_of("curator")]
    over = [
        update(LoginSession).values(seen_at=now().replace(year=2020)),
        update(LoginSession).values(seen_at=now(), expires_at=now()),
        update(User).values(disabled_at=now()),
    ]
    for browser, change in zip(browsers, over, strict=True):
        assert browser.get("/admin/account").status_code == 200
        with library.writing() as session:
            session.execute(change)
        assert browser.get("/admin/account").headers["location"].startswith("/login?next=")
        assert browser.post("/admin/account/name", data={"name": "Eve"}).status_code == 401
        with library.writing() as session:
            later = now() + IDLE
            session.execute(update(LoginSession).values(seen_at=now(), expires_at=later))


def test_unknown_fields_are_refused_by_name(stranger: TestClient) -> None:
    answer = stranger.post("/login", data={"email": "a@b.c", "password": "x", "role": "admin"})
    assert answer.status_code == 422
    assert "role" in answer.text


def test_readers_pages_show_the_way_to_the_desk_to_those_who_look_signed_in(
    stranger: TestClient, editor: TestClient
) -> None:
    for path in ("/", "/summaries/adam", "/nothing"):
        page = editor.get(path)
        assert 'href="/admin"' in page.text
        assert page.headers["cache-control"] == "no-store"
        assert 'href="/admin"' not in stranger.get(path).text
    assert 'href="/admin/summaries/adam/edit">Edit</a>' in editor.get("/summaries/adam").text
    assert ">Edit</a>" not in stranger.get("/summaries/adam").text


def test_style_sheets_are_compressed_for_a_session_too(editor: TestClient) -> None:
    assert editor.get("/static/desk.css").headers["content-encoding"] == "gzip"


def test_pages_for_a_session_are_not_kept(admin: TestClient) -> None:
    for path in ("/admin/account", "/admin/people", "/admin/audit", "/logout"):
        page = admin.get(path)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert "etag" not in page.headers


def test_an_admin_reads_who_logged_in_who_failed_and_who_logged_out(
    stranger: TestClient, admin: TestClient, ada: str
) -> None:
    log_in(stranger, ada, "a wrong password")
    log_in(stranger, ada)
    stranger.post("/logout")
    said = re.sub(r"<[^>]+>|\s+", " ", admin.get("/admin/audit?subject=ada").text)
    assert re.search(r"Ada\s+session.close.+Ada\s+session.open.+Somebody\s+session.refused\s+ada@example.org", said)


def test_the_login_page_says_what_it_is_to_search_engines_and_the_rest_of_the_desk_stays_out(
    stranger: TestClient, editor: TestClient, ada: str
) -> None:
    page = stranger.get("/login?next=/admin/account").text
    assert re.search(r'<meta name="description" content="Log in to write [^"]{30,}">', page)
    assert 'rel="canonical" href="http://127.0.0.1:8000/login"' in page
    assert "noindex" not in page
    for path in ("/admin/account", "/logout"):
        shown = editor.get(path).text
        assert '<meta name="robots" content="noindex">' in shown
        assert '<meta name="description" content="A page of the desk' in shown


def test_readers_find_the_way_in_at_the_foot_of_a_page_until_they_are_in(
    stranger: TestClient, editor: TestClient
) -> None:
    link = '<a href="/login" rel="nofollow">Log in</a>'
    assert link in stranger.get("/summaries").text
    assert link not in editor.get("/summaries").text
