"""What JavaScript adds for readers: keys, things to take along, lists that change in place."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NewContext, timeless

pytestmark = pytest.mark.browser

STILL_HERE = "window.stillHere = true"


def opened(new_context: NewContext, path: str, **options: object) -> Page:
    context = new_context(**options)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.clock.install()
    page.goto(path)
    return page


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def announced(page: Page) -> object:
    return expect(page.locator("body > p[role=status]"))


def reloaded(page: Page) -> bool:
    return page.evaluate("window.stillHere") is not True


# Keys


def test_the_question_mark_tells_the_keys_and_they_can_be_switched_off(new_context: NewContext) -> None:
    page = opened(new_context, "/summaries")
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    assert keys.locator("kbd").all_text_contents() == ["/", "j", "k", "n", "p", "f", "c", "t", "?"]
    page.keyboard.press("?")
    expect(keys).not_to_be_visible()
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    expect(keys).not_to_be_visible()
    page.reload()
    page.keyboard.press("/")
    page.keyboard.press("?")
    expect(page.locator("[data-search]")).not_to_be_focused()
    expect(keys).not_to_be_visible()
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()


def test_keys_go_through_lists_parts_and_pages(new_context: NewContext) -> None:
    page = opened(new_context, "/summaries?sort=title")
    titles = page.locator(".entry-title a")
    page.keyboard.press("j")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(titles.nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator(".pager [aria-current]")).to_have_text("2")
    page.keyboard.press("p")
    expect(page.locator(".pager [aria-current]")).to_have_text("1")
    page.goto("/summaries/warmup")
    page.keyboard.press("n")
    page.wait_for_url("**/summaries/scheduler")
    page.keyboard.press("p")
    page.wait_for_url("**/summaries/warmup")


def test_keys_are_left_alone_while_somebody_types_or_holds_control(new_context: NewContext) -> None:
    page = opened(new_context, "/summaries/warmup")
    page.locator("[data-search]").press_sequentially("njkt?fc/p")
    expect(page.locator("[data-search]")).to_have_value("njkt?fc/p")
    page.locator("h1").click()
    page.keyboard.press("Control+k")
    page.keyboard.press("Alt+t")
    assert page.url.endswith("/summaries/warmup")
    assert page.evaluate("document.documentElement.dataset.theme") is None
    page.keyboard.press("t")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


# Taking along


def test_a_citation_is_copied_by_its_button(new_context: NewContext) -> None:
    page = opened(new_context, "/summaries/adam")
    button = page.get_by_role("button", name="Copy BibTeX")
    with timeless(page):
        button.click()
        expect(button).to_have_text("Copied")
    announced(page).to_have_text("BibTeX copied.")  # type: ignore[attr-defined]
    assert clipboard(page).startswith("@inproceedings{kingma2015adam,\n  title =")
    page.get_by_text("APA", exact=True).click()
    expect(page.locator(".cite pre").nth(3)).to_be_visible()


def test_without_javascript_a_citation_can_be_unfolded_and_selected(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/papers/kingma2015adam")
    assert page.locator(".cite button").count() == 5
    assert not page.locator(".cite button").first.is_visible()
    page.locator("summary").filter(has_text="RIS").click()
    expect(page.locator(".cite pre").nth(1)).to_be_visible()
    expect(page.locator(".cite pre").nth(1)).to_contain_text("AU  - Kingma, Diederik P.")
    assert not page.get_by_role("button", name="Keys").is_visible()


def test_without_a_clipboard_copying_goes_the_old_way(new_context: NewContext) -> None:
    page = opened(new_context, "/summaries/adam")
    page.evaluate("Object.defineProperty(navigator.clipboard, 'writeText', { value: () => Promise.reject() })")
    page.get_by_role("button", name="Copy Plain").click()
    announced(page).to_have_text("Plain copied.")  # type: ignore[attr-defined]
    assert "Adam: A Method" in clipboard(page)


def test_the_tex_of_a_formula_is_copied_by_pointer_and_by_keyboard(new_context: NewContext) -> None:
    page = opened(new_context, "/summaries/adam")
    button = page.get_by_role("button", name="Copy TeX")
    page.locator(".prose .math").first.hover()
    button.click()
    announced(page).to_have_text("TeX of the formula copied.")  # type: ignore[attr-defined]
    assert clipboard(page) == "m_t"
    page.mouse.move(2, 2)
    page.locator("h1").click()
    expect(page.locator(".copy-tex")).to_have_count(0)
    page.evaluate("scrollTo(0, 0)")
    for _ in range(3):  # the one of the TLDR comes first
        page.keyboard.press("f")
    with timeless(page):
        page.keyboard.press("c")
        expect(page.locator(".copy-tex")).to_have_text("Copied")
    assert clipboard(page) == "v_t"
    page.keyboard.press("Tab")
    expect(page.locator(".copy-tex")).to_be_focused()


def test_a_wide_formula_is_a_stop_for_tab_with_its_button_next(new_context: NewContext) -> None:
    page = opened(new_context, "/summaries/hard-to-fit", viewport={"width": 320, "height": 700})
    page.locator(".prose div.math").focus()
    expect(page.get_by_role("button", name="Copy TeX")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy TeX")).to_be_focused()
    page.keyboard.press("Enter")
    announced(page).to_have_text("TeX of the formula copied.")  # type: ignore[attr-defined]
    assert clipboard(page).startswith(r"\sum_{i=1}^{n}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_address_of_a_heading_is_copied_by_its_anchor(new_context: NewContext, base: str) -> None:
    page = opened(new_context, "/summaries/hard-to-fit")
    page.locator("#deeper").hover()
    page.locator("#deeper .anchor").click()
    expect(page).to_have_url(f"{base}/summaries/hard-to-fit#deeper")
    announced(page).to_have_text("Address of “Deeper” copied.")  # type: ignore[attr-defined]
    assert clipboard(page) == page.url


# Lists that change in place


def test_results_come_as_one_types_and_the_focus_stays(new_context: NewContext, base: str) -> None:
    page = opened(new_context, "/search")
    page.evaluate(STILL_HERE)
    box = page.locator("#search-q")
    box.press_sequentially("units", delay=30)
    expect(page.locator(".entry-title")).to_have_text(["Dropout"])
    announced(page).to_have_text("1 summary")  # type: ignore[attr-defined]
    expect(box).to_be_focused()
    expect(box).to_have_value("units")
    expect(page).to_have_url(f"{base}/search?q=units")
    expect(page).to_have_title("Search: units · Cairn")
    box.fill("more")
    expect(page.locator(".list-count")).to_contain_text("of 25 summaries")
    page.go_back()
    expect(page.locator("#page-help")).to_be_visible()
    expect(box).to_have_value("")
    page.go_forward()
    expect(page.locator(".list-count")).to_contain_text("of 25 summaries")
    expect(box).to_have_value("more")
    assert not reloaded(page)
    page.reload()
    expect(page.locator(".list-count")).to_contain_text("of 25 summaries")


def test_a_filter_keeps_the_page_the_query_and_a_place_for_the_focus(new_context: NewContext, base: str) -> None:
    page = opened(new_context, "/search?q=adam")
    page.evaluate(STILL_HERE)
    page.locator("aside .facet").get_by_text("Deep dive").click()
    expect(page.locator(".chips li")).to_have_count(1)
    expect(page).to_have_url(f"{base}/search?q=adam&kind=deep-dive")
    expect(page.locator(".list-count")).to_be_focused()
    page.locator("#search-q").fill("schedules")
    expect(page).to_have_url(f"{base}/search?q=schedules&kind=deep-dive")
    page.locator(".chips a").click()
    expect(page.locator(".chips")).to_have_count(0)
    expect(page).to_have_url(f"{base}/search?q=schedules")
    assert not reloaded(page)
    page.keyboard.press("/")
    page.keyboard.press("Enter")
    page.wait_for_function("() => window.stillHere === undefined")


def test_a_list_is_ordered_narrowed_and_turned_in_place(new_context: NewContext) -> None:
    page = opened(new_context, "/summaries")
    page.evaluate(STILL_HERE)
    page.locator(".sorts").get_by_text("By title").click()
    expect(page.locator(".sorts [aria-current]")).to_have_text("By title")
    expect(page.locator(".entry-title").first).to_have_text("A reading list elsewhere")
    page.locator("aside .facet").get_by_text("more", exact=True).click()
    expect(page.locator(".list-count")).to_have_text("1 to 20 of 25 summaries")
    page.locator(".pager >> text=Next").click()
    expect(page.locator(".list-count")).to_have_text("21 to 25 of 25 summaries")
    page.wait_for_function("() => scrollY === 0")
    page.go_back()
    expect(page.locator(".list-count")).to_have_text("1 to 20 of 25 summaries")
    assert not reloaded(page)
    page.locator(".entry-title a").first.click()
    page.wait_for_url("**/summaries/more-*")


def test_typing_leads_nobody_away_and_a_refusal_is_told_in_place(new_context: NewContext) -> None:
    page = opened(new_context, "/search")
    page.evaluate(STILL_HERE)
    box = page.locator("#search-q")
    box.fill("1412.6980")
    announced(page).to_have_text("Press Enter to open this paper.")  # type: ignore[attr-defined]
    box.fill("a" * 600)
    expect(page.locator("#results .notice")).to_contain_text("at most 500 characters")
    box.fill("units")
    expect(page.locator(".entry-title")).to_have_text(["Dropout"])
    assert not reloaded(page)
    box.fill("1412.6980")
    box.press("Enter")
    page.wait_for_url("**/papers/kingma2015adam")


def test_a_slow_answer_never_overtakes_a_later_one(new_context: NewContext) -> None:
    page = opened(new_context, "/search")
    held: list[Route] = []
    page.route("**/search?q=more", lambda route: held.append(route))
    box = page.locator("#search-q")
    with page.expect_request("**/search?q=more"):
        box.fill("more")
    box.fill("units")
    expect(page.locator(".entry-title")).to_have_text(["Dropout"])
    for route in held:
        route.abort()
    expect(page.locator(".entry-title")).to_have_text(["Dropout"])


def test_where_the_parts_of_the_script_are_missing_links_still_lead_on(new_context: NewContext) -> None:
    context = new_context()
    page = context.new_page()
    page.route("**/static/results.js*", lambda route: route.abort())
    page.goto("/summaries")
    page.locator("aside .facet").get_by_text("more", exact=True).click()
    expect(page.locator(".list-count")).to_have_text("1 to 20 of 25 summaries")
