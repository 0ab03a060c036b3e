"""The editor with JavaScript, in Chromium before a real server: what is typed is shown, kept, saved, and never lost."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from app.accounts.models import Role
from app.accounts.rights import Person
from app.database import Database
from app.summaries import drafts
from tests.browser.accessibility import UNFOLD, seen_as
from tests.browser.conftest import timeless
from tests.browser.editors import Server, editor_server, log_in, open_editor
from tests.browser.test_every_page import TOLD_TWICE, TOO_WIDE, listen, weights
from tests.chromium import PATIENCE
from tests.factories import PASSWORD, add_summary, add_user
from tests.processes import until

pytestmark = pytest.mark.browser

LONG = "\n\n".join(
    f"## Part {at}\n\nA paragraph with $x_{{{at}}}$ in it, and\n\n$$\\sum_{{i=1}}^{{{at}}} i^2$$" for at in range(30)
)
BIBTEX = """@inproceedings{kingma2015adam,
  title = {Adam: A Method for Stochastic Optimization},
  author = {Kingma, Diederik P. and Ba, Jimmy},
  booktitle = {International Conference on Learning Representations},
  year = {2015},
}"""
DROP = """([words, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(words)], "My figure.png", { type }));
  const area = document.getElementById("f-body");
  for (const name of ["dragover", "drop"]) {
    area.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""
SCROLL = """([id, where]) => {
  const pane = document.getElementById(id);
  pane.scrollTop = where * (pane.scrollHeight - pane.clientHeight);
}"""
SCROLLED = """([id, where]) => {
  const pane = document.getElementById(id);
  return Math.abs(pane.scrollTop / (pane.scrollHeight - pane.clientHeight) - where) < 0.06;
}"""
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((each) => each.value))).observe({
  type: "layout-shift", buffered: true,
});
"""
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with editor_server(tmp_path_factory.mktemp("editor")) as running:
        yield running


@pytest.fixture(scope="module")
def signed_in(chromium: Browser, server: Server) -> Callable[[str], object]:
    """Give the cookies of a person with a role, who logged in once."""
    known: dict[str, object] = {}

    def cookies(role: str) -> object:
        if role not in known:
            context = chromium.new_context(base_url=server.base)
            log_in(context.new_page(), "/admin/account", role)
            known[role] = context.storage_state()
            context.close()
        return known[role]

    return cookies


@pytest.fixture
def open_as(chromium: Browser, server: Server, signed_in: Callable[[str], object]) -> Iterator[Open]:
    """Give a maker of pages in a browser of their own: `open_as("editor", "adam")` with the editor of that summary."""
    made: list[BrowserContext] = []

    def make(role: str, slug: str, first: Callable[[Page], None] = lambda _: None, **options: object) -> Page:
        context = chromium.new_context(base_url=server.base, storage_state=signed_in(role), **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        made.append(context)
        page = context.new_page()
        page.clock.install()
        first(page)
        open_editor(page, slug)
        return page

    yield make
    for context in made:
        context.close()


@pytest.fixture
def slug(server: Server, request: pytest.FixtureRequest) -> str:
    """Give the slug of a summary of this test's own."""
    name = request.node.name.replace("_", "-").lower()[:100]
    with server.database.writing() as session:
        add_summary(session, slug=name, title="Of its own", body="First words.\n", status="draft", published=None)
    return name


def status(page: Page) -> object:
    return page.locator("#editor-status")


def body(page: Page):
    return page.locator("#f-body")


def text_of(page: Page) -> str:
    return body(page).input_value()


def type_at_end(page: Page, text: str) -> None:
    body(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


def type_and_rest(page: Page, text: str) -> None:
    """Type, and let the two seconds pass after which a draft is kept."""
    with timeless(page):
        type_at_end(page, text)
        page.clock.fast_forward(2500)
        expect(status(page)).to_have_text(re.compile(r"^Draft kept \d\d:\d\d$"))


def complete(page: Page, text: str, first: str) -> None:
    """Type in one go, and wait for what is offered first for all of it."""
    with timeless(page):
        page.keyboard.type(text)
    expect(page.get_by_role("option", name=first, selected=True)).to_be_visible()


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "orange").save(out, "PNG")
    return out.getvalue()


def test_what_is_typed_is_shown_by_the_servers_renderer_and_the_rest_stands_still(open_as: Open, slug: str) -> None:
    page = open_as("editor", slug)
    page.evaluate("window.kept = document.querySelector('#preview .preview-body p')")
    type_at_end(page, "\n\nEnergy is $E = mc^2$.\n\nBroken: $\\frac{1}{$\n")
    expect(page.locator("#preview math")).to_have_count(2)  # the other is the TLDR's
    assert page.evaluate("window.kept === document.querySelector('#preview .preview-body p')")
    problem = page.locator("#problems a").first
    expect(problem).to_have_text("Text, line 5")
    page.locator("#f-title").focus()
    problem.click()
    expect(body(page)).to_be_focused()
    assert (
        page.evaluate("(a) => a.value.slice(0, a.selectionStart).split('\\n').length", body(page).element_handle()) == 5
    )
    expect(page.locator("#counts")).to_contain_text("3 formulas")
    page.locator("#f-tldr").fill("word " * 31)
    expect(page.locator("#counts")).to_contain_text("the TLDR has 31 words.")


def test_source_and_preview_scroll_together_both_ways(open_as: Open, slug: str, server: Server) -> None:
    page = open_as("editor", slug, viewport={"width": 1280, "height": 800})
    body(page).fill(LONG)
    expect(page.locator("#preview h2")).to_have_count(30)
    for one, other in (("f-body", "preview"), ("preview", "f-body")):
        for where in (0.5, 1, 0):
            page.evaluate(SCROLL, [one, where])
            page.wait_for_function(SCROLLED, arg=[other, where])


def test_a_picture_is_dropped_described_and_seen(open_as: Open, slug: str) -> None:
    page = open_as("editor", slug)
    body(page).focus()
    page.keyboard.press("Control+End")
    page.evaluate(DROP, [list(png()), "image/png"])
    words = page.get_by_label("What it shows, for those who cannot see it")
    expect(words).to_be_focused()
    words.fill("An [orange] field")
    words.press("Enter")
    expect(body(page)).to_be_focused()
    assert "![An (orange) field](../media/my-figure-" in text_of(page)
    expect(page.locator("#preview img")).to_have_attribute("alt", "An (orange) field")
    page.wait_for_function("() => document.querySelector('#preview img').naturalWidth === 30")
    page.evaluate(DROP, [list(b"no picture"), "image/png"])
    expect(page.locator(".upload-state")).to_contain_text("not a picture that can be read")
    page.get_by_role("button", name="Leave it out").click()
    expect(page.locator(".upload")).to_have_count(0)


class Held:
    """Requests to an address that wait until they are let go; what is not held goes on."""

    def __init__(self, page: Page, address: str, method: str) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(address, lambda route: self._take(route) if route.request.method == method else route.fallback())

    def _take(self, route: Route) -> None:
        self._routes.append(route)

    def __len__(self) -> int:
        return len(self._routes)

    def wait(self, number: int = 1) -> None:
        until(lambda: (self._page.wait_for_timeout(20), len(self) >= number)[1])

    def let_one_go(self) -> None:
        self.wait()
        self._routes.pop(0).continue_()


def test_tags_links_and_citations_complete_by_keyboard(open_as: Open, slug: str) -> None:
    page = open_as("editor", slug)
    page.locator("#part-shelves summary").click()
    tags = page.locator("#f-tags")
    tags.fill("")
    with timeless(page):
        tags.press_sequentially("optimi")
    option = page.get_by_role("option", name="optimiser")
    expect(option).to_be_visible()
    expect(tags).to_have_attribute("aria-expanded", "true")
    tags.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert tags.get_attribute("aria-activedescendant") == option.get_attribute("id")
    tags.press("Enter")
    expect(tags).to_have_value("optimiser, ")
    with timeless(page):
        tags.press_sequentially("surv")
    expect(page.get_by_role("option", name="survey")).to_be_visible()
    tags.press("Escape")
    expect(page.locator(".editor-options:visible")).to_have_count(0)
    expect(tags).to_have_value("optimiser, surv")

    type_at_end(page, "See ")
    complete(page, "[[warm", "Warm-up")
    page.keyboard.press("Enter")
    complete(page, " and [@kingma", "Adam: A Method")
    page.keyboard.press("Enter")
    page.keyboard.type(".")
    assert text_of(page).endswith("See [[warmup]] and [@kingma2015adam].")
    page.keyboard.type(" Start slowly")
    for _ in "slowly":
        page.keyboard.press("Shift+ArrowLeft")
    page.get_by_role("button", name="Link to a summary").click()
    complete(page, "warm", "Warm-up")
    page.keyboard.press("Enter")
    assert text_of(page).endswith("Start [[warmup|slowly]]")
    expect(page.locator("#preview a.citation")).to_be_visible()

    page.keyboard.press("Control+End")
    complete(page, " or [[wa", "Warm-up")
    held = Held(page, "**/admin/complete?**", "GET")
    for number, letter in enumerate("rm", 1):  # two questions, the first given up for the second, and no answer yet
        page.keyboard.type(letter)
        held.wait(number)
    page.keyboard.press("Enter")
    assert text_of(page).endswith(" or [[warmup]]")  # what was shown could still be taken


def test_the_toolbar_lists_and_addresses_change_the_text_and_undo_takes_it_back(open_as: Open, slug: str) -> None:
    page = open_as("editor", slug)
    body(page).fill("")
    page.keyboard.type("bold")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+b")
    assert text_of(page) == "**bold**"
    page.keyboard.press("Control+b")
    assert text_of(page) == "bold"
    page.get_by_role("button", name="List", exact=True).click()
    assert text_of(page) == "- bold"
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("two")
    page.keyboard.press("Tab")
    assert text_of(page) == "- bold\n  - two"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("end")
    assert text_of(page) == "- bold\n  - two\nend"
    page.keyboard.press("Shift+ArrowLeft+ArrowLeft+ArrowLeft")
    page.keyboard.press("Shift+Home")
    page.evaluate(PASTE, "https://example.org/a")
    assert text_of(page).endswith("[end](https://example.org/a)")
    for _ in range(30):
        page.keyboard.press("Control+z")
    assert text_of(page) in ("", "First words.")
    for name in ("Heading", "Numbered list", "Quote", "Code", "Formula in the line", "Formula of its own", "Link",
                 "Link to a summary", "Citation", "Table", "Footnote"):  # fmt: skip
        body(page).fill("word")
        body(page).select_text()
        page.get_by_role("button", name=name, exact=True).click()
        assert text_of(page) != "word", name
        page.keyboard.press("Escape")
        page.keyboard.press("Control+z")
        assert text_of(page) == "word", name
    body(page).fill("- one")
    page.keyboard.press("Control+End")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")  # nobody is held fast
    expect(body(page)).not_to_be_focused()
    assert text_of(page) == "- one"


def revisions(server: Server, slug: str) -> int:
    summary = server.summary(slug)
    return summary.revision if summary else 0


def draft_of(server: Server, role: Role, key: str) -> dict[str, str]:
    with server.database.reading() as session:
        user = add_user(session, role=role)
        found = drafts.find(session, Person(user.id, user.email, user.name, user.role), key)
        return dict(found.form) if found else {}


def test_saving_by_key_makes_a_revision_and_says_its_number_only_then(open_as: Open, server: Server, slug: str) -> None:
    page = open_as("editor", slug)
    expect(status(page)).to_contain_text("revision 1")
    with timeless(page):
        type_at_end(page, " More.")
        expect(status(page)).to_have_text("Changed, kept in this browser")
    page.locator("#f-note").fill("a note")
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d, revision 2$"))
    expect(page.locator("#f-note")).to_have_value("")
    assert server.summary(slug).body == "First words. More."
    page.keyboard.press("Control+s")  # nothing changed: nothing is made of it
    page.get_by_role("button", name="Save", exact=True).click()
    type_at_end(page, " Again.")
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d, revision 3$"))
    page.reload()  # nothing is unsaved: nobody is asked, nothing is offered
    expect(page.locator(".editor-draft")).to_have_count(0)
    expect(body(page)).to_have_value("First words. More. Again.")


def test_what_is_typed_during_a_save_is_saved_only_when_asked_for_again(
    open_as: Open, server: Server, slug: str
) -> None:
    page = open_as("editor", slug)
    held = Held(page, "**/edit", "POST")
    type_at_end(page, " More.")
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text("Saving…")
    page.keyboard.press("Control+s")  # an impatient one
    type_at_end(page, " Half a sent")
    with timeless(page):  # else a draft of it is kept, and told of
        held.let_one_go()
        expect(status(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d, revision 2; changed since$"))
    assert not len(held)
    assert server.summary(slug).body == "First words. More."
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text("Saving…")
    type_at_end(page, "ence.")
    page.keyboard.press("Control+s")
    held.let_one_go()
    held.let_one_go()
    expect(status(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d, revision 4$"))
    assert server.summary(slug).body == "First words. More. Half a sentence."

    type_at_end(page, " And")
    page.keyboard.press("Control+s")
    held.wait()
    type_at_end(page, " more.")
    page.get_by_role("button", name="Save and submit").click()  # no conflict with oneself
    held.let_one_go()
    held.let_one_go()
    expect(page.locator(".done")).to_be_visible()
    expect(page.get_by_role("heading", name="Two changes")).to_have_count(0)
    assert server.summary(slug).body == "First words. More. Half a sentence. And more."
    assert revisions(server, slug) == 7  # the move is one too


def test_a_draft_that_is_on_its_way_is_neither_left_behind_nor_in_the_way(
    open_as: Open, server: Server, slug: str
) -> None:
    page = open_as("editor", slug)
    held = Held(page, "**/admin/drafts/**", "POST")
    with timeless(page):
        type_at_end(page, " More.")
        page.clock.fast_forward(2500)
        held.wait()
        body(page).fill("First words.")  # and what was typed is taken back
        with page.expect_response(lambda answer: answer.request.method == "DELETE"):
            held.let_one_go()
        expect(status(page)).to_contain_text("revision 1")
    assert draft_of(server, "editor", slug) == {}

    page.unroute("**/admin/drafts/**")
    type_and_rest(page, " An hour of work.")
    looks: list[Held] = []
    late = open_as("editor", slug, first=lambda page: looks.append(Held(page, "**/admin/drafts/**", "GET")))
    with timeless(late):
        type_at_end(late, " Typed before it was looked for.")
        late.clock.fast_forward(2500)
        looks[0].let_one_go()
        late.get_by_role("button", name="Go on with it").click()
    expect(body(late)).to_have_value("First words. An hour of work.")


def test_a_mistake_is_told_at_its_field_and_the_page_stays(open_as: Open, server: Server, slug: str) -> None:
    page = open_as("editor", slug)
    type_at_end(page, " More.")
    page.locator("#f-title").fill("")
    page.locator("#f-part").evaluate("(field) => { field.value = 'x'; }")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_contain_text("This was not saved.")
    expect(page.locator("#f-title")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("alert").get_by_role("link").last.click()
    expect(page.locator("#f-part")).to_be_visible()
    expect(status(page)).to_contain_text("Not saved")
    assert revisions(server, slug) == 1
    page.locator("#f-title").fill("A title")
    page.locator("#f-part").fill("")
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("revision 2")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_browser_that_crashes_loses_at_most_ten_seconds(open_as: Open, server: Server, slug: str) -> None:
    page = open_as("editor", slug)
    type_and_rest(page, " One two three.")
    assert draft_of(server, "editor", slug)["body"] == "First words. One two three."
    page.context.close()  # and with it everything that this browser kept

    page = open_as("editor", slug)
    offer = page.get_by_role("region", name="Unsaved text")
    expect(offer).to_contain_text("3 words more than here")
    expect(body(page)).to_have_value("First words.")
    type_and_rest(page, " Typed before deciding.")  # neither of the two is lost
    offer.get_by_role("button", name="Go on with it").click()
    expect(body(page)).to_have_value("First words. One two three.")
    expect(offer).to_contain_text("which stood here until now")
    offer.get_by_role("button", name="Discard it").click()
    expect(offer).to_be_hidden()
    page.keyboard.press("Control+s")
    expect(status(page)).to_contain_text("revision 2")
    assert server.summary(slug).body == "First words. One two three."
    assert draft_of(server, "editor", slug) == {}


def test_what_only_this_browser_kept_is_offered_too(open_as: Open, server: Server, slug: str) -> None:
    page = open_as("editor", slug)
    page.route("**/admin/drafts/**", lambda route: route.abort())
    type_at_end(page, " Not for the server.")
    page.clock.fast_forward(2500)
    expect(status(page)).to_have_text("Not saved, kept in this browser")
    again = page.context.new_page()
    page.close()  # without a word, as in a crash
    open_editor(again, slug)
    offer = again.get_by_role("region", name="Unsaved text")
    expect(offer).to_contain_text("kept in this browser")
    offer.get_by_role("button", name="Go on with it").click()
    expect(body(again)).to_have_value("First words. Not for the server.")
    again.keyboard.press("Control+s")
    expect(status(again)).to_contain_text("revision 2")


def test_a_new_summary_that_was_never_saved_is_offered_on_the_next_empty_form(
    open_as: Open, server: Server, slug: str
) -> None:
    page = open_as("curator", slug)
    page.goto("/admin/new/write?title=Half+a+thought")
    type_and_rest(page, "Begun, and not saved.")
    again = page.context.new_page()
    page.close()
    again.goto("/admin/new/write")
    offer = again.get_by_role("region", name="Unsaved text")
    expect(offer).to_contain_text("“Half a thought”")
    offer.get_by_role("button", name="Go on with it").click()
    expect(body(again)).to_have_value("Begun, and not saved.")
    again.keyboard.press("Control+s")
    again.wait_for_url("**/admin/summaries/half-a-thought/edit")
    assert revisions(server, "half-a-thought") == 1
    with server.database.reading() as session:
        user = add_user(session, role="curator")
        assert drafts.list_mine(session, Person(user.id, user.email, user.name, user.role)) == []
    again.goto("/admin/new/write")
    expect(again.locator("form.is-live")).to_be_visible()
    expect(again.get_by_role("region", name="Unsaved text")).to_have_count(0)


def test_typing_without_rest_is_kept_every_ten_seconds(open_as: Open, server: Server, slug: str) -> None:
    page = open_as("editor", slug)
    body(page).focus()
    with timeless(page):
        for _ in range(11):  # a key a second, and never two seconds of rest
            page.keyboard.type("x")
            page.clock.run_for(1000)
        until(lambda: draft_of(server, "editor", slug).get("body", "").count("x") >= 9)


def test_a_server_that_is_away_loses_nothing_and_retry_saves_once(open_as: Open, server: Server, slug: str) -> None:
    page = open_as("editor", slug)
    type_at_end(page, " While it is away.")
    server.stop()
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text("Not saved, kept in this browser")
    type_at_end(page, " And more.")
    server.start()
    assert revisions(server, slug) == 1
    page.get_by_role("button", name="Retry").click()
    expect(status(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d, revision 2$"))
    expect(page.get_by_role("button", name="Retry")).to_be_hidden()
    assert revisions(server, slug) == 2
    assert server.summary(slug).body == "First words. While it is away. And more."


def test_an_answer_that_got_lost_is_no_second_revision(open_as: Open, server: Server, slug: str) -> None:
    page = open_as("editor", slug)
    losing: list[bool] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and losing:
            losing.pop()
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/edit", lose)
    type_at_end(page, " Saved, but nobody heard.")
    losing.append(True)
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text("Not saved, kept in this browser")
    assert revisions(server, slug) == 2
    page.get_by_role("button", name="Retry").click()
    expect(status(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d, revision 2$"))
    assert revisions(server, slug) == 2
    type_at_end(page, " More.")
    losing.append(True)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    type_at_end(page, " Typed on, not knowing.")
    page.get_by_role("button", name="Retry").click()  # no conflict with oneself
    expect(status(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d, revision 4$"))
    assert server.summary(slug).body == "First words. Saved, but nobody heard. More. Typed on, not knowing."


def test_two_curators_meet_on_the_page_of_conflicts(open_as: Open, server: Server, slug: str) -> None:
    mine, theirs = open_as("curator", slug), open_as("editor", slug)
    type_at_end(mine, "\n\nMy ending.")
    theirs.locator("#f-title").fill("Their title")
    theirs.keyboard.press("Control+s")
    expect(status(theirs)).to_contain_text("revision 2")
    mine.locator("#f-body").focus()
    mine.keyboard.press("Control+s")
    expect(mine.get_by_role("heading", name="Two changes")).to_be_visible()
    expect(mine.locator("form.is-live")).to_be_visible()
    expect(body(mine)).to_have_value("First words.\n\nMy ending.")
    expect(mine.locator("#f-title")).to_have_value("Their title")
    expect(status(mine)).to_contain_text("Not saved")
    mine.keyboard.press("Control+s")
    expect(status(mine)).to_contain_text("revision 3")
    expect(mine.get_by_role("heading", level=1)).to_have_text("Their title")  # the page of the conflict is over
    expect(mine.get_by_role("heading", name="The merged text")).to_have_count(0)
    expect(mine.get_by_role("button", name="Save", exact=True)).to_be_visible()
    expect(mine.locator(".editor-draft")).to_have_count(0)
    summary = server.summary(slug)
    assert (summary.title, summary.body) == ("Their title", "First words.\n\nMy ending.")


def test_a_session_that_ends_keeps_the_text_until_somebody_logs_in_again(
    chromium: Browser, server: Server, slug: str
) -> None:
    context = chromium.new_context(base_url=server.base)
    page = context.new_page()
    log_in(page, f"/admin/summaries/{slug}/edit", "curator")
    expect(page.locator("form.is-live")).to_be_visible()
    context.clear_cookies()
    type_at_end(page, " Typed by nobody.")
    page.keyboard.press("Control+s")
    expect(status(page)).to_have_text("Not saved: your session has ended, kept in this browser")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Log in in another tab").click()
    other = opened.value
    other.get_by_label("E-mail address").fill("curator@example.org")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Log in").click()
    other.wait_for_url("**/admin**")
    page.get_by_role("button", name="Retry").click()
    expect(status(page)).to_contain_text("revision 2")
    expect(body(page)).to_have_value("First words. Typed by nobody.")
    context.close()


def test_leaving_with_unsaved_text_is_asked_about(open_as: Open, slug: str) -> None:
    page = open_as("editor", slug)
    type_at_end(page, " Unsaved.")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Summaries", exact=True).first.click()
    page.wait_for_url("**/summaries")
    assert asked == ["beforeunload"]


def test_a_first_time_curator_goes_from_an_empty_library_to_a_published_summary(
    chromium: Browser, tmp_path: Path
) -> None:
    def with_an_admin(database: Database) -> None:
        with database.writing() as session:
            add_user(session, role="admin")

    with editor_server(tmp_path, with_an_admin) as server, chromium.new_context(base_url=server.base) as context:
        page = context.new_page()
        log_in(page, "/admin/shelves", "admin")
        page.get_by_label("Name", exact=True).fill("Optimization")
        page.get_by_role("button", name="Add the category").click()
        page.goto("/admin/new")
        page.get_by_label("arXiv id or address").fill(BIBTEX)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Add it and write").click()
        expect(page.locator("form.is-live")).to_be_visible()

        page.locator("#f-title").fill("Adam, in short")
        page.locator("#f-tldr").fill("Each weight gets a step of its own, $m_t / \\sqrt{v_t}$.")
        body(page).focus()
        page.keyboard.type("## The step\n\n")
        page.get_by_role("button", name="Formula of its own").click()
        page.keyboard.type("\\theta_{t+1} = \\theta_t - \\alpha m_t")
        page.keyboard.press("Control+End")
        page.keyboard.type("\nAs [@kingm")  # there is one paper: whatever was asked for last, it comes first
        expect(page.get_by_role("option", name="Adam: A Method")).to_be_visible()
        page.keyboard.press("Enter")
        page.keyboard.type(" puts it, and [a note](https://example.org/note) says more.\n")
        page.evaluate("window.stays = true")
        page.keyboard.press("Control+s")
        expect(status(page)).to_have_text(re.compile(r"^Saved .*, revision 1"))
        expect(page.get_by_role("link", name="Checklist")).to_be_visible()
        assert page.url.endswith("/admin/summaries/adam-in-short/edit")
        assert page.evaluate("window.stays")  # a page that is loaded anew would lose what is typed meanwhile
        expect(body(page)).to_be_focused()

        page.evaluate(DROP, [list(png()), "image/png"])
        page.get_by_label("What it shows, for those who cannot see it").fill("Steps that grow smaller")
        page.get_by_role("button", name="Put it in").click()
        expect(page.locator("#preview img")).to_have_attribute("alt", "Steps that grow smaller")
        expect(page.locator("#preview math")).to_have_count(2)
        page.get_by_label("Optimization").check()
        page.get_by_role("button", name="Save and publish").click()
        expect(page.locator(".done")).to_contain_text("readers see it now")
        expect(page.locator(".editor-draft")).to_have_count(0)

        reader = chromium.new_page(base_url=server.base)
        reader.goto("/summaries/adam-in-short")
        expect(reader.locator(".prose math")).to_have_count(1)
        expect(reader.locator(".references li")).to_contain_text("Kingma")
        reader.wait_for_function("() => document.querySelector('.prose img').naturalWidth === 30")
        reader.close()


def test_every_state_of_the_editor_fits_is_accessible_and_says_nothing_to_the_console(
    open_as: Open, server: Server, slug: str
) -> None:
    page = open_as("editor", slug, reduced_motion="reduce")
    page.add_init_script(TOLD_TWICE)
    told = listen(page, server.base)
    page.reload()
    expect(page.locator("form.is-live")).to_be_visible()
    page.evaluate(AXE_FILE_PATH.read_text("utf-8"))
    page.evaluate(UNFOLD)

    def check(state: str) -> None:
        page.set_viewport_size({"width": 1280, "height": 900})
        expect(page.locator("#preview .math.inline[tabindex]")).to_have_count(1)  # the wide one, once it is wide
        for scheme, width in (("light", 1280), ("dark", 320)):
            assert seen_as(page, scheme, width) == [], (state, scheme, width)
            assert page.evaluate(TOO_WIDE) <= 0, (state, width)

    page.set_viewport_size({"width": 320, "height": 800})
    wide = " + ".join(f"a_{{{at}}}" for at in range(40))
    type_at_end(page, f" Wide ${wide}$, bad $\\frac{{$ and [[")
    expect(page.locator(".editor-options.is-floating:visible")).to_be_visible()
    expect(page.locator("#problems a")).to_have_count(1)
    assert seen_as(page, "dark", 320) == []
    assert page.evaluate(TOO_WIDE) <= 0
    page.keyboard.press("Escape")
    page.evaluate(DROP, [list(png()), "image/png"])
    expect(page.locator(".upload-state")).to_have_text("Here.")
    check("typing, a picture on its way, problems")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#problems a").click()  # what is measured for it must not stay as wide as it was
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate(TOO_WIDE) <= 0
    page.get_by_role("group", name="What is shown").get_by_role("button", name="Preview").click()
    expect(body(page)).to_be_hidden()
    expect(page.locator("#preview")).to_be_visible()
    assert seen_as(page, "light", 320) == []
    page.get_by_role("group", name="What is shown").get_by_role("button", name="Source").click()
    type_and_rest(page, " ")
    page.evaluate("document.querySelector('[data-keys]').click()")
    expect(page.get_by_role("dialog")).to_contain_text("Formula in the line")
    check("the keys")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    again = page.context.new_page()
    open_editor(again, slug)
    again.evaluate(AXE_FILE_PATH.read_text("utf-8"))
    expect(again.get_by_role("region", name="Unsaved text")).to_be_visible()
    assert seen_as(again, "light", 1280) == seen_as(again, "dark", 320) == []
    assert again.evaluate(TOO_WIDE) <= 0
    assert page.evaluate("window.violations") == []
    assert told == []
    page.bring_to_front()
    page.context.set_offline(True)
    page.keyboard.press("Control+s")
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    check("not saved")


def test_the_whole_page_of_the_editor_is_light_and_stands_still_while_it_comes(
    chromium: Browser, server: Server, signed_in: Callable[[str], object], slug: str
) -> None:
    context = chromium.new_context(base_url=server.base, storage_state=signed_in("editor"))  # type: ignore[arg-type]
    page = context.new_page()
    page.add_init_script(SHIFTS)
    weighed = weights(page, f"/admin/summaries/{slug}/edit")
    assert sum(weight for _, weight in weighed.values()) < 120_000
    editing = [weight for url, (_, weight) in weighed.items() if "/static/desk/" in url]
    assert len(editing) >= 10
    assert sum(editing) < 26_000
    assert page.evaluate("window.shifts") == []
    context.close()
