"""Somebody logs in, minds their account, invites somebody and leaves: with JavaScript and without, for everybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import SCHEMES, WIDTHS, open_for_axe, seen_as, violations
from tests.browser.conftest import NewContext
from tests.browser.test_every_page import TOLD_TWICE, TOO_WIDE, listen
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser

NEW = "another long password"
PLACES = ("/admin/account", "/admin/people", "/admin/audit", "/logout")


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_logs_in_invites_somebody_and_leaves(new_context: NewContext, base: str, scripts: bool) -> None:
    page = new_context(java_script_enabled=scripts, viewport={"width": 390, "height": 800}).new_page()
    page.goto("/admin/people")
    log_in(page, "admin@example.org", "a wrong password")
    expect(page.get_by_role("alert")).to_contain_text("do not go together")
    expect(page.get_by_label("E-mail address")).to_have_value("admin@example.org")
    log_in(page, "admin@example.org")
    expect(page).to_have_url(base + "/admin/people")

    page.get_by_label("E-mail address").fill(f"guest-{scripts}@example.org".lower())
    page.get_by_label("Role", exact=True).select_option("editor")
    page.get_by_role("button", name="Make a link", exact=True).click()
    link = page.locator("#link-text").inner_text()
    expect(page.get_by_role("button", name="Copy the link")).to_be_visible(visible=scripts)

    guest = new_context(java_script_enabled=scripts).new_page()
    guest.goto(link)
    guest.get_by_label("Name", exact=True).fill("A Guest")
    guest.get_by_label("New password", exact=True).fill(NEW)
    guest.get_by_label("The new password again").fill(NEW + "!")
    guest.get_by_role("button", name="Join").click()
    expect(guest.get_by_role("alert")).to_contain_text("are not the same")
    guest.get_by_label("New password", exact=True).fill(NEW)
    guest.get_by_label("The new password again").fill(NEW)
    guest.get_by_role("button", name="Join").click()
    expect(guest.locator(".desk-who")).to_contain_text("A Guest, editor")

    guest.goto("/summaries/adam")
    guest.get_by_role("link", name="Desk").click()
    guest.goto("/admin/account")
    guest.get_by_label("What it is for").fill("a script")
    guest.get_by_role("button", name="Make a token").click()
    assert guest.locator("#token-text").inner_text().startswith("cairn_")
    guest.get_by_role("button", name="Revoke").click()
    expect(guest.get_by_role("status").filter(has_text="The token was revoked.")).to_be_visible()
    guest.get_by_role("button", name="Log out").click()
    expect(guest.get_by_role("link", name="Desk")).to_have_count(0)
    guest.goto("/admin/account")
    expect(guest.get_by_role("heading", name="Log in")).to_be_visible()


def test_pages_for_people_are_in_order(new_context: NewContext, base: str) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.add_init_script(TOLD_TWICE)
    open_for_axe(page, "/login")
    assert violations(page) == []
    log_in(page, "admin@example.org")
    expect(page.get_by_role("heading", name="Desk", level=1)).to_be_visible()
    page.goto("/admin/account")
    page.get_by_role("button", name="Make a token").click()
    expect(page.locator("#token-text")).to_be_visible()
    page.wait_for_load_state()
    told = listen(page, base)
    for at, path in enumerate(PLACES):
        open_for_axe(page, path)
        for turn, scheme in enumerate(SCHEMES):
            width = WIDTHS[(at + turn) % len(WIDTHS)]
            assert seen_as(page, scheme, width) == [], (path, scheme, width)
        for width in (*WIDTHS, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(TOO_WIDE) <= 0, (path, width)
        assert page.evaluate("window.violations") == [], path
        page.wait_for_load_state("networkidle")
        assert told == [], path


def test_what_went_wrong_is_in_order_too(new_context: NewContext) -> None:
    page = new_context(reduced_motion="reduce", viewport={"width": 320, "height": 700}).new_page()
    page.goto("/login?next=/admin/account")
    log_in(page, "curator@example.org", "a wrong password")
    expect(page.get_by_role("alert")).to_be_visible()
    page.wait_for_load_state()
    assert page.evaluate(TOO_WIDE) <= 0
    log_in(page, "curator@example.org")
    page.get_by_label("Present password").fill("a wrong password")
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("The new password again").fill("short")
    page.get_by_role("button", name="Change the password").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("at least 10 characters")
    alert.get_by_role("link").click()
    expect(page.get_by_label("New password", exact=True)).to_be_focused()
    expect(page.get_by_label("New password", exact=True)).to_have_attribute("aria-invalid", "true")
    page.wait_for_load_state()
    assert page.evaluate(TOO_WIDE) <= 0
