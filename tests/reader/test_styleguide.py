import re

from fastapi.testclient import TestClient

from app.database import Database
from app.main import create_app
from app.settings import Settings
from tests.reader.conftest import quiet_client
from tests.reader.pages import get


def test_the_style_guide_shows_every_freshness_and_every_problem_of_a_text(shown: TestClient) -> None:
    page = get(shown, "/styleguide")
    assert {"Contested", "Superseded", "Retracted"} <= set(page.words("article//strong"))
    assert [words.split()[0] for words in page.words("div[@role='note']")] == [
        "Contested.", "Superseded.", "Retracted.", "Contested.",
    ]  # fmt: skip
    assert page.words("span[@class='missing-link']") == ["link that leads nowhere yet"]
    assert page.words("span[@class='missing-citation']") == ["@missing2020"]
    assert page.all("code[@class='tex-error']")
    for path in (
        "div[@class='math display']", "span[@class='math inline']", "figure/figcaption", "pre[@class='highlight']",
        "table", "dl[@class='problems']", "ul[@class='chips']",
    ):  # fmt: skip
        assert page.all(path), path


def test_the_style_guide_shows_the_desks_components_in_every_state(shown: TestClient) -> None:
    page = get(shown, "/styleguide")
    statuses = set(re.findall(r"\.(status-[a-z-]+)", shown.get("/static/desk.css").text))
    classes = {name for one in page.all("div[@class='desk']//*") for name in one.get("class", "").split()}
    assert statuses | {
        "done", "complaints", "field-help", "field-problem", "button-plain", "small-button", "desk-table", "row",
        "notice", "check-passed", "check-missing", "check-advice", "meanwhile", "shown-once", "views", "empty",
    } <= classes  # fmt: skip
    assert page.all("div[@class='desk']//input[@aria-invalid='true']")
    assert page.words("div[@class='complaints']//li") == [
        "A title has at most 300 characters.",
        "No category was chosen.",
    ]
    assert not [form for form in page.all("form") if form.get("method") == "post"]
    assert "BibTeX" in page.links("nav[@class='sorts take-along']")


def test_every_colour_of_the_style_sheet_is_in_the_style_guide(shown: TestClient) -> None:
    named = set(get(shown, "/styleguide").words("ul[@class='tokens']/li"))
    sheet = shown.get("/static/app.css").text
    colours = {line.partition(":")[0].strip(" -") for line in sheet.splitlines() if ": light-dark(" in line}
    assert named == colours


def test_the_pager_of_the_style_guide_can_be_tried(shown: TestClient) -> None:
    page = get(shown, "/styleguide?page=6")
    assert "Previous" in page.links("nav[@class='pager']")
    assert get(shown, "/styleguide?page=12").status == 200
    assert get(shown, "/styleguide?page=13").status == 404


def test_an_empty_library_has_a_style_guide_too(settings: Settings, database: Database) -> None:
    app = create_app(settings)
    page = get(quiet_client(app), "/styleguide")
    assert page.status == 200
    assert "there is no entry to show" in page.html
    app.state.database.close()
