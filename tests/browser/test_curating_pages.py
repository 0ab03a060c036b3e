"""The pages of curating in a real browser: in order for everybody, and the whole work of an editor without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import open_for_axe, seen_as
from tests.browser.conftest import NewContext
from tests.browser.test_every_page import TOLD_TWICE, TOO_WIDE, listen
from tests.browser.test_people import log_in

pytestmark = pytest.mark.browser

PLACES = (
    "/admin",
    "/admin/summaries",
    "/admin/summaries?trashed=1",
    "/admin/summaries?q=nothinglikethis&need=links",
    "/admin/papers",
    "/admin/papers?show=duplicates",
    "/admin/papers/srivastava2014dropout",
    "/admin/papers/kingma2015adam/merge?into=srivastava2014dropout",
    "/admin/papers/kingma2015adam/delete",
    "/admin/authors",
    "/admin/authors?show=duplicates",
    "/admin/authors/jimmy-ba",
    "/admin/authors/jimmy-ba/merge?into=ilya-sutskever",
    "/admin/shelves",
    "/admin/shelves/categories/optimization",
    "/admin/shelves/categories/empty-shelf/delete",
    "/admin/shelves/series",
    "/admin/shelves/series/in-two-parts",
    "/admin/shelves/tags",
    "/admin/shelves/tags/more",
    "/admin/shelves/merge-tags?slug=a&slug=b",
    "/admin/shelves/unused-tags",
    "/admin/paths",
    "/admin/paths/a-path",
    "/admin/macros",
)
COMBINATIONS = ((("light", 320), ("dark", 1280)), (("dark", 320), ("light", 1280)))


def sign_in(page: Page, email: str = "editor@example.org") -> None:
    page.goto("/login?next=/admin")
    log_in(page, email)
    expect(page.get_by_role("heading", name="Desk", level=1)).to_be_visible()
    page.wait_for_load_state()


def test_every_page_of_curating_is_in_order(new_context: NewContext, base: str) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    page.add_init_script(TOLD_TWICE)
    sign_in(page)
    told = listen(page, base)
    for at, path in enumerate(PLACES):
        open_for_axe(page, path)
        for scheme, width in COMBINATIONS[at % 2]:
            assert seen_as(page, scheme, width) == [], (path, scheme, width)
            assert page.evaluate(TOO_WIDE) <= 0, (path, width)
        assert page.evaluate("window.violations") == [], path
    page.wait_for_load_state("networkidle")
    assert told == []


def test_what_went_wrong_on_them_is_in_order_too(new_context: NewContext) -> None:
    page = new_context(reduced_motion="reduce", viewport={"width": 320, "height": 700}).new_page()
    sign_in(page)

    def in_order() -> None:
        page.wait_for_load_state()
        assert page.evaluate(TOO_WIDE) <= 0, page.url

    page.goto("/admin/papers/srivastava2014dropout")
    page.get_by_label("Year", exact=True).fill("long ago")
    page.get_by_label("Authors").fill("Nobody at all")
    page.get_by_role("button", name="Save the paper").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Authors, line 1")
    in_order()
    alert.get_by_role("link", name="Authors").click()
    expect(page.get_by_label("Authors")).to_be_focused()
    expect(page.get_by_label("Year", exact=True)).to_have_value("long ago")

    page.goto("/admin/paths/a-path")
    page.get_by_label("Steps", exact=True).fill("adam\nnowhere: x\nadam")
    page.get_by_role("button", name="Save the path").click()
    expect(page.get_by_role("alert")).to_contain_text("Steps, line 2: there is no summary “nowhere”.")
    expect(page.get_by_role("alert")).to_contain_text("Steps, line 3: “adam” stands on line 1 already")
    in_order()

    page.goto("/admin/macros")
    page.get_by_label("Name").fill("walked")
    page.get_by_label("Definitions").fill("\\newcommand{\\walk}{")
    page.get_by_role("button", name="Add the macro set").click()
    expect(page.get_by_role("alert")).to_contain_text("Definitions, line 1")
    in_order()


@pytest.mark.parametrize("scripts", [True, False])
def test_an_editor_curates(new_context: NewContext, base: str, scripts: bool) -> None:
    page = new_context(java_script_enabled=scripts, viewport={"width": 390, "height": 800}).new_page()
    sign_in(page)
    mark = f"walk-{scripts}".lower()

    # On a phone the menu and what changes many at once are folded.
    expect(page.get_by_role("link", name="Shelves")).to_be_hidden()
    page.get_by_text("Menu: Desk").click()
    page.get_by_role("link", name="Shelves").click()
    page.get_by_label("Name").fill(mark)
    page.get_by_role("button", name="Add the category").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text("The category was added")
    page.get_by_role("button", name=f"{mark} up").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text("another order")

    page.goto("/admin/summaries?q=more,+number+1&sort=title")
    page.get_by_label("Choose More, number 11").check()
    page.get_by_label("Choose More, number 12").check()
    page.get_by_text("Change several at once").click()
    page.get_by_label("Tags, separated by commas").fill(mark)
    page.get_by_role("button", name="Add tags").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text("2 tagged.")
    page.get_by_role("link", name="Back to the list").click()
    page.get_by_text("Change several at once").click()
    page.get_by_label("With which").select_option("page")
    page.get_by_role("button", name="Move to the trash").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text("in the trash.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text("restored.")

    page.goto("/admin/macros")
    page.get_by_label("Name").fill(mark)
    page.get_by_label("Definitions").fill("\\newcommand{\\walk}{w}")
    page.get_by_role("button", name="Add the macro set").click()
    page.get_by_role("button", name="Look at what it would do").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text("No summary would break. Nothing is saved yet.")
    assert page.evaluate(TOO_WIDE) <= 0
    page.get_by_role("link", name="Delete this macro set").click()
    page.get_by_role("button", name="Delete the macro set").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text("was deleted")

    page.goto(f"/admin/shelves/categories/{mark}")
    page.get_by_role("link", name="Delete this category").click()
    page.get_by_role("button", name="Delete the category").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text(f"The category “{mark}” was deleted.")
    page.goto("/admin/summaries?tag=" + mark)
    page.set_viewport_size({"width": 1280, "height": 800})  # where there is room nothing is folded
    expect(page.get_by_text("Change several at once")).to_be_hidden()
    expect(page.get_by_role("link", name="Shelves")).to_be_visible()
    page.get_by_label("With which").select_option("page")
    page.get_by_label("Tags, separated by commas").fill(mark)
    page.get_by_role("button", name="Take off").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text("2 taken off.")
    page.goto(f"/admin/shelves/tags/{mark}/delete")
    page.get_by_role("button", name="Delete the tag").click()
    expect(page.locator(".done, .lint [role=status]")).to_contain_text("was deleted")
