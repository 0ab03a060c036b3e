"""Readers at work: with JavaScript off, with the keyboard, with the comforts that JavaScript adds."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewContext

pytestmark = pytest.mark.browser


def test_a_reader_without_javascript_finds_a_summary_and_goes_on_from_it(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/")
    page.fill("#home-q", "random units")
    page.click("main button")
    expect(page).to_have_url("/search?q=random+units")
    page.click("article >> text=Dropout")
    expect(page.locator("h1")).to_have_text("Dropout")
    page.click("text=Geoffrey Hinton")
    expect(page.locator("h1")).to_have_text("Geoffrey Hinton")
    page.click("text=Dropout: A Simple Way")
    expect(page.locator("h1")).to_contain_text("Dropout: A Simple Way")
    page.click("section >> text=Regularisation")
    expect(page.locator("h1")).to_have_text("Regularisation")


def test_a_reader_without_javascript_narrows_a_list_and_turns_its_pages(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/summaries")
    page.click("aside >> text=more")
    expect(page.locator(".list-count")).to_have_text("1 to 20 of 25 summaries")
    page.click("text=Next")
    expect(page.locator(".list-count")).to_have_text("21 to 25 of 25 summaries")
    page.click("aside >> text=Optimization")
    expect(page.locator(".chips li")).to_have_count(3)
    page.click(".chips >> text=more")
    expect(page.locator(".chips li")).to_have_count(1)


def test_a_reader_without_javascript_on_a_phone_unfolds_contents_and_filters(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False, viewport={"width": 390, "height": 800}).new_page()
    page.goto("/summaries/hard-to-fit")
    assert not page.locator("nav.contents").is_visible()
    page.click(".contents-folded summary")
    page.click(".contents-folded >> text=Deeper")
    expect(page).to_have_url("/summaries/hard-to-fit#deeper")
    page.goto("/summaries")
    assert not page.locator("aside.facets").is_visible()
    page.click(".facets-folded > summary")
    page.click(".facets-folded >> text=Deep dive")
    expect(page.locator(".list-count")).to_have_text("2 summaries")


def test_there_is_no_dead_button_without_javascript(new_context: NewContext) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/summaries/adam")
    assert not page.locator("[data-theme-toggle]").is_visible()
    assert page.locator("math").first.is_visible()


def test_contents_stand_beside_the_text_and_follow_the_reading(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 1280, "height": 500}).new_page()
    page.goto("/summaries/hard-to-fit")
    contents = page.locator("nav.contents")
    assert contents.is_visible()
    page.locator("#deeper").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#deeper').scrollIntoView()")
    expect(contents).to_be_in_viewport()
    expect(page.locator("nav.contents a[aria-current]")).to_have_text("Deeper")


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_a_chosen_theme_is_remembered(new_context: NewContext) -> None:
    page = new_context(color_scheme="light").new_page()
    page.goto("/")
    light = background(page)
    toggle = page.locator("[data-theme-toggle]")
    expect(toggle).to_have_accessible_name("Use dark colours")
    toggle.click()
    dark = background(page)
    assert dark != light
    expect(toggle).to_have_accessible_name("Use light colours")
    page.goto("/summaries")
    assert background(page) == dark
    page.locator("[data-theme-toggle]").click()
    page.reload()
    assert background(page) == light


def test_the_theme_follows_the_system_until_one_is_chosen(new_context: NewContext) -> None:
    page = new_context(color_scheme="dark").new_page()
    page.goto("/")
    dark = background(page)
    page.emulate_media(color_scheme="light")
    assert background(page) != dark


def test_the_slash_key_goes_to_the_search_box_but_can_be_typed_into_it(new_context: NewContext) -> None:
    page = new_context().new_page()
    for path in ("/", "/summaries/adam", "/search?q=adam", "/nowhere"):
        page.goto(path)
        page.keyboard.press("/")
        box = page.locator("[data-search]")
        expect(box).to_be_focused()
        page.keyboard.type("a/b")
        expect(box).to_have_value("a/b")


def test_the_keyboard_reaches_the_text_first_and_shows_where_it_is(new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto("/summaries/adam")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/summaries/adam#main")
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_everything_to_click_is_large_enough_for_a_finger(new_context: NewContext) -> None:
    page = new_context(viewport={"width": 390, "height": 800}).new_page()
    for path in ("/", "/summaries", "/summaries/scheduler", "/tags"):
        page.goto(path)
        small = page.evaluate(
            """() => [...document.querySelectorAll("nav a, button, summary, .labels a, .chips a, .leaders a")]
              .filter((one) => one.checkVisibility())
              .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
              .filter(([, box]) => box.height > 1 && box.height < 24)
              .map(([text, box]) => `${text}: ${box.height}`)"""
        )
        assert small == [], path


def test_titles_name_the_page_first(new_context: NewContext) -> None:
    page = new_context().new_page()
    page.goto("/summaries/adam")
    assert re.fullmatch(r"Adam · Cairn", page.title())
