"""What people come to the desk for, from beginning to end, in Chromium without JavaScript before a real server."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy.orm import Session

from app.summaries.queries import document_for, find_for_edit
from app.summaries.service import save_summary
from tests.browser.accessibility import UNFOLD, open_for_axe, seen_as
from tests.browser.editors import Server, editor_server, log_in
from tests.browser.test_every_page import TOLD_TWICE, TOO_WIDE, listen
from tests.chromium import PATIENCE
from tests.factories import EDITOR, PASSWORD
from tests.processes import cairn

pytestmark = pytest.mark.browser

BIBTEX = """@inproceedings{kingma2015adam,
  title = {Adam: A Method for Stochastic Optimization},
  author = {Kingma, Diederik P. and Ba, Jimmy},
  booktitle = {International Conference on Learning Representations},
  year = {2015},
}"""
BODY = """## The step

$$
\\theta_{{t+1}} = \\theta_t - \\alpha \\frac{{\\hat m_t}}{{\\sqrt{{\\hat v_t}} + \\epsilon}}
$$

{picture}

As [@kingma2015adam] puts it; the record is [[@kingma2015adam]], and [a note](https://example.org/note) says more.
"""

SEEN = (("light", 1280), ("dark", 320))
SUBMIT = """(state) => {
  const form = document.getElementById("editor");
  if (state === "mistake") form.querySelector("[name=title]").value = "";
  form.submit();
}"""

Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Give a maker of pages of somebody of their own, without JavaScript: `visit(server, role)`."""
    contexts: list[BrowserContext] = []

    def make(server: Server, role: str = "", path: str = "/admin", **options: object) -> Page:
        context = chromium.new_context(base_url=server.base, java_script_enabled=False, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if role:
            log_in(page, path, role)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with editor_server(tmp_path) as running:
        yield running


def changed(session: Session, slug: str = "adam") -> None:
    """Let somebody else save a summary again."""
    summary = find_for_edit(session, slug)
    assert summary is not None
    document = document_for(session, summary).model_copy(update={"body": "Keep two means.", "title": "Theirs"})
    save_summary(session, document, actor=EDITOR, note="shorter")


def without_script(route: Route) -> None:
    """Leave the plain form to itself; axe needs scripts to run, so they cannot be turned off for it."""
    route.fulfill(body="", content_type="text/javascript")


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, "PNG")
    return out.getvalue()


def test_a_first_time_curator_goes_from_an_empty_library_to_a_published_summary(tmp_path: Path, visit: Visit) -> None:
    with editor_server(tmp_path, lambda _: None) as server:
        made = cairn(
            tmp_path, "user", "create", "admin@example.org", "--role", "admin", "--password-stdin",
            given=PASSWORD + "\n",
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        page = visit(server, "admin")

        page.goto("/admin/shelves")
        page.get_by_label("Name", exact=True).fill("Optimization")
        page.get_by_role("button", name="Add the category").click()

        page.goto("/admin/new")
        page.get_by_label("arXiv id or address").fill(BIBTEX)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Add it and write").click()
        expect(page.get_by_label("Papers")).to_have_value("kingma2015adam")

        page.goto("/admin/media")
        picture = {"name": "Steps.png", "mimeType": "image/png", "buffer": a_picture()}
        page.get_by_label("File").set_input_files(files=[picture])  # type: ignore[list-item]
        page.get_by_role("button", name="Take it in").click()
        line = page.locator("#picture-text").inner_text().replace("What it shows", "Steps that grow smaller")

        page.goto("/admin/new/write?paper=kingma2015adam")
        page.get_by_label("Title").fill("Adam, in short")
        page.get_by_label("TLDR").fill("Each weight gets a step of its own, $m_t / \\sqrt{v_t}$.")
        page.get_by_label("Text").fill(BODY.format(picture=line))
        page.get_by_role("button", name="Preview").click()
        expect(page.locator("#preview math")).to_have_count(2)
        expect(page.locator("#preview img")).to_have_attribute("alt", "Steps that grow smaller")
        page.get_by_role("button", name="Save and publish").click()
        expect(page.get_by_role("alert")).to_contain_text("It was saved, but it cannot be published yet.")
        page.get_by_role("link", name="choose at least one category").click()
        page.get_by_label("Optimization").check()
        page.get_by_role("button", name="Save and publish").click()
        expect(page.locator(".done")).to_contain_text("readers see it now")

        reader = visit(server)
        reader.goto("/")
        reader.get_by_role("link", name="Adam, in short").first.click()
        expect(reader.locator(".tldr math")).to_have_count(1)
        expect(reader.locator(".prose math")).to_have_count(1)
        expect(reader.locator(".references li")).to_contain_text("Kingma")
        expect(reader.get_by_role("link", name="a note")).to_have_attribute("href", "https://example.org/note")
        answer = reader.request.get(str(reader.locator(".prose img").get_attribute("src")))
        assert (answer.status, answer.headers["content-type"]) == (200, "image/png")


def test_two_curators_over_one_text_both_keep_their_words(server: Server, visit: Visit) -> None:
    here = "/admin/summaries/a-draft/edit"
    one, other = visit(server, "editor", here), visit(server, "curator", here)
    one.get_by_label("Text").fill("First.\n\nThe middle.\n\nLast.")
    one.get_by_role("button", name="Save", exact=True).click()
    expect(one.locator(".done")).to_contain_text("Saved as revision 2.")
    other.goto(here)
    one.goto(here)
    one.get_by_label("Text").fill("First, by one.\n\nThe middle, by one.\n\nLast.")
    one.get_by_role("button", name="Save", exact=True).click()
    expect(one.locator(".done")).to_contain_text("Saved as revision 3.")
    other.get_by_label("Text").fill("First.\n\nThe middle, by the other.\n\nLast, by the other.")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_role("alert")).to_contain_text("In one place you both changed the same.")
    text = other.locator("#f-body")
    expect(text).to_have_value(
        "First, by one.\n\n<<<<<<< mine\nThe middle, by the other.\n=======\nThe middle, by one.\n>>>>>>> theirs\n\n"
        "Last, by the other."
    )
    text.fill("First, by one.\n\nThe middle, by both.\n\nLast, by the other.")
    other.get_by_label("What changed").fill("Both of us")
    other.get_by_role("button", name="Save the merged text").click()
    expect(other.locator(".done")).to_contain_text("Saved as revision 4.")
    one.goto("/admin/summaries/a-draft/compare")
    expect(one.locator(".page-head")).to_contain_text("Both of us")
    expect(one.locator("ins", has_text="both")).to_have_count(1)


def test_an_earlier_text_and_a_deleted_summary_come_back(server: Server, visit: Visit) -> None:
    page = visit(server, "editor", "/admin/summaries/adam/edit")
    page.get_by_label("Text").fill("All gone, by mistake.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".done")).to_contain_text("Saved as revision 2.")
    page.get_by_role("link", name="History").click()
    page.get_by_label("From revision 1").check()
    page.get_by_role("button", name="Compare these two").click()
    expect(page.locator("del").first).to_contain_text("running means")
    page.get_by_role("link", name="revision 1").click()
    page.get_by_role("button", name="Bring this text back").click()
    expect(page.locator(".done")).to_contain_text("The earlier text is back")
    page.get_by_role("link", name="View").click()
    expect(page.locator(".prose")).to_contain_text("Keep two running means")

    page.goto("/admin/summaries/adam")
    page.get_by_role("button", name="Put it into the trash").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert visit(server).goto("/summaries/adam").status == 404  # type: ignore[union-attr]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".done")).to_contain_text("out of the trash")
    assert visit(server).goto("/summaries/adam").status == 200  # type: ignore[union-attr]


def test_a_session_that_ended_while_somebody_wrote_costs_nothing(server: Server, visit: Visit) -> None:
    page = visit(server, "curator", "/admin/summaries/a-draft/edit")
    page.get_by_label("Text").fill("An hour of work.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Not saved")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in in another tab").click()
    log_in(opened.value, "/admin/account", "curator")
    page.get_by_role("button", name="Save again").click()
    expect(page.locator(".done")).to_contain_text("Saved as revision 2.")
    expect(page.get_by_label("Text")).to_have_value("An hour of work.")


PLACES = (
    "/admin/new/write?paper=kingma2015adam", "/admin/summaries/adam/edit", "/admin/summaries/adam",
    "/admin/summaries/trashed-one", "/admin/summaries/adam/history", "/admin/summaries/adam/history/1",
    "/admin/summaries/adam/compare?from=1&to=2", "/admin/trash", "/admin/trash/trashed-one/purge",
    "/summaries/adam/history", "/summaries/adam/history?to=2",
)  # fmt: skip


def test_every_page_fits_says_nothing_to_the_console_and_is_accessible(server: Server, chromium: Browser) -> None:
    with chromium.new_context(base_url=server.base, reduced_motion="reduce") as context:
        context.route("**/static/desk/**", without_script)
        page = context.new_page()
        log_in(page, "/admin/summaries/adam/edit")
        with server.database.writing() as session:
            changed(session)
        page.add_init_script(TOLD_TWICE)
        told = listen(page, server.base)
        for path in PLACES:
            open_for_axe(page, path)
            for scheme, width in SEEN:
                assert seen_as(page, scheme, width) == [], (path, scheme, width)
                assert page.evaluate(TOO_WIDE) <= 0, (path, width)
            assert page.evaluate("window.violations") == [], path
            assert told == [], path


def test_pages_that_answer_a_mistake_or_a_conflict_are_accessible(server: Server, chromium: Browser) -> None:
    with chromium.new_context(base_url=server.base, reduced_motion="reduce") as context:
        context.route("**/static/desk/**", without_script)
        page = context.new_page()
        log_in(page, "/admin/summaries/a-draft/edit")
        with server.database.writing() as session:
            changed(session, "a-draft")
        page.evaluate("document.getElementById('f-body').value = 'Mine.'")
        for state in ("conflict", "mistake", "kept"):
            if state == "kept":
                context.clear_cookies()
            with page.expect_navigation():
                page.evaluate(SUBMIT, state)
            page.evaluate(UNFOLD)
            page.evaluate(AXE_FILE_PATH.read_text("utf-8"))
            for scheme, width in SEEN:
                assert seen_as(page, scheme, width) == [], (state, scheme, width)
                assert page.evaluate(TOO_WIDE) <= 0, (state, width)
