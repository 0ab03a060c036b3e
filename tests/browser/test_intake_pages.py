"""A paper is begun from a box, a file is imported, the library taken away: with scripts and without, for everybody."""

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, expect

from tests.browser.accessibility import SCHEMES, UNFOLD, WIDTHS, open_for_axe, seen_as
from tests.browser.conftest import NewContext
from tests.browser.test_every_page import TOLD_TWICE, TOO_WIDE, listen
from tests.browser.test_people import log_in

pytestmark = pytest.mark.browser

BIBTEX = (
    "@article{{{key}, title={{{{A Paper about Browsers {key}}}}}, author={{Lee, Ann}}, year={{2001}}, isbn={{1}}}}\n"
)
BROKEN = "@article{broken, title={No end\n"


def signed_in(new_context: NewContext, **options: object) -> Page:
    page = new_context(reduced_motion="reduce", **options).new_page()
    page.goto("/login?next=/admin/new")
    log_in(page, "editor@example.org")
    expect(page).to_have_url("/admin/new")
    page.wait_for_load_state()
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_box_and_from_a_file(new_context: NewContext, base: str, tmp_path: Path, scripts: bool) -> None:
    page = signed_in(new_context, java_script_enabled=scripts, viewport={"width": 390, "height": 800})
    box = page.get_by_label("arXiv id or address, DOI")
    box.fill("https://arxiv.org/abs/1412.6980v9")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="In the library already")).to_be_visible()
    expect(page.get_by_role("link", name="Write a second one")).to_be_visible()

    box.fill(BIBTEX.format(key=f"lee-{scripts}"))
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Year").fill("soon")
    page.get_by_role("button", name="Add it and write").click()
    expect(page.get_by_role("alert")).to_contain_text("Year: must be a whole number.")
    page.get_by_label("Year").fill("2002")
    page.get_by_role("button", name="Add it and write").click()
    expect(page).to_have_url(f"{base}/admin/new/write?paper=lee-{scripts}")
    expect(page.get_by_label("Title", exact=True)).to_have_value(f"A Paper about Browsers lee-{scripts}")

    file = tmp_path / "papers.bib"
    file.write_text(BIBTEX.format(key=f"file-{scripts}") + BROKEN)
    page.goto("/admin/import")
    page.get_by_label("File, or several").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    # Both the script and the page itself look again until it is over.
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    page.get_by_role("link", name="Refused 1").click()
    expect(page.get_by_role("row", name="papers.bib:2")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="What was imported")).to_be_visible()
    with page.expect_download() as download:
        page.goto("/admin/export")
        page.get_by_role("link", name="Download the library").click()
    assert download.value.suggested_filename.endswith(".zip")


def test_these_pages_are_in_order(new_context: NewContext, base: str, tmp_path: Path) -> None:
    page = signed_in(new_context)
    page.add_init_script(TOLD_TWICE)
    told = listen(page, base)

    def in_order(name: str) -> None:
        page.wait_for_load_state()
        page.evaluate(UNFOLD)
        page.evaluate(AXE_FILE_PATH.read_text("utf-8"))
        for scheme, width in zip(SCHEMES, (WIDTHS[0], WIDTHS[-1]), strict=True):
            assert seen_as(page, scheme, width) == [], (name, scheme, width)
            assert page.evaluate(TOO_WIDE) <= 0, (name, width)
        assert page.evaluate("window.violations") == [], name

    def ask(what: str) -> None:
        page.goto("/admin/new")
        page.get_by_label("arXiv id or address, DOI").fill(what)
        page.get_by_role("button", name="Continue").click()

    for path in ("/admin/new", "/admin/import", "/admin/export"):
        open_for_axe(page, path)
        in_order(path)
    for name, what in (
        ("known", "1412.6980"), ("title", "convergence of Adam"),
        ("several", BIBTEX.format(key="a") + BIBTEX.format(key="b")),
        ("address", "https://example.org/" + "long" * 40), ("paper", "A title that nobody has"),
    ):  # fmt: skip
        ask(what)
        in_order(name)
    assert told == []
    page.get_by_label("Key", exact=True).fill("no key")
    page.get_by_role("button", name="Add it and write").click()
    expect(page.get_by_role("alert")).to_be_visible()
    in_order("wrong")
    file = tmp_path / "papers.bib"
    file.write_text(BIBTEX.format(key="in-order") + BROKEN)
    page.goto("/admin/import")
    page.get_by_label("File, or several").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    in_order("looked at")
