"""What was typed into a form of the desk that no form can be shown for is on the page that says why."""

import pytest
from fastapi.testclient import TestClient

from app.accounts.service import set_role
from app.database import Database
from app.summaries.paths import delete_path
from app.web.cookies import PLAIN_NAME
from tests.desk.forms import fields_of, parsed
from tests.factories import EDITOR, rename_one_of_each

CATEGORY = "/admin/shelves/categories/optimization"


def given(page: str) -> dict[str, str]:
    """Return what is on a page to be copied or sent again, by the id of its field."""
    fields = [each for each in parsed(page).iter() if each.tag in ("input", "textarea")]
    return {
        each.get("id", "").removeprefix("f-"): each.get("value") or each.text or ""
        for each in fields
        if each.get("id", "").startswith("f-")
    }


@pytest.mark.parametrize(
    ("former", "present", "readers", "field"),
    [
        (CATEGORY, "/admin/shelves/categories/training", "/categories/training", "description"),
        ("/admin/shelves/tags/optimiser", "/admin/shelves/tags/optimizers", "/tags/optimizers", "name"),
        ("/admin/shelves/series/in-two-parts", "/admin/shelves/series/two-parts", "/series/two-parts", "description"),
        ("/admin/papers/kingma2015adam", "/admin/papers/adam2015", "/papers/adam2015", "abstract"),
        ("/admin/authors/jimmy-ba", "/admin/authors/j-ba", "/authors/j-ba", "given"),
        ("/admin/paths/a-path", "/admin/paths/first-steps", "/paths/first-steps", "steps"),
    ],
)
def test_a_form_that_was_open_while_its_thing_got_another_address_loses_nothing(
    library: Database, editor: TestClient, former: str, present: str, readers: str, field: str
) -> None:
    form = fields_of(editor.get(former), former)
    with library.writing() as session:
        rename_one_of_each(session)
    answer = editor.post(former, data={**form, field: "Much that was typed.\r\nOn two lines." if field not in (
        "name", "given") else "Typed on one line"})  # fmt: skip
    assert answer.status_code == 409
    assert f'href="{present}"' in answer.text
    assert given(answer.text)[field].strip().startswith(("Much that was typed.", "Typed on one line"))
    assert "base" not in given(answer.text)
    led = editor.get(former)
    assert (led.status_code, led.headers["location"]) == (301, present)
    assert editor.get(present).status_code == 200
    assert editor.get(readers).status_code == 200


def test_what_was_typed_into_the_form_of_a_thing_that_is_gone_stays_on_the_page(
    library: Database, editor: TestClient
) -> None:
    form = fields_of(editor.get("/admin/paths/a-path"), "/admin/paths/a-path")
    with library.writing() as session:
        delete_path(session, "a-path", actor=EDITOR)
    answer = editor.post("/admin/paths/a-path", data={**form, "description": "A\r\nlong <text>"})
    assert answer.status_code == 404
    assert given(answer.text)["description"].strip() == "A\nlong <text>"
    assert "Send it again" not in answer.text


def test_a_form_whose_session_ended_is_sent_again_as_it_was(library: Database, editor: TestClient) -> None:
    form = fields_of(editor.get(CATEGORY), CATEGORY)
    token = editor.cookies.get(PLAIN_NAME)
    assert token
    editor.cookies.clear()
    answer = editor.post(CATEGORY, data={**form, "description": "Typed for an hour."})
    assert answer.status_code == 401
    again = fields_of(answer, CATEGORY)
    assert again == {**form, "description": "Typed for an hour."}
    editor.cookies.set(PLAIN_NAME, token, domain="127.0.0.1", path="/")
    assert editor.post(CATEGORY, data=again).status_code == 303
    assert "Typed for an hour." in editor.get(CATEGORY).text


def test_somebody_whose_role_was_lowered_meanwhile_keeps_what_they_typed(library: Database, editor: TestClient) -> None:
    form = fields_of(editor.get(CATEGORY), CATEGORY)
    with library.writing() as session:
        set_role(session, "editor@example.org", "curator", actor=EDITOR)
    answer = editor.post(CATEGORY, data={**form, "description": "Typed for an hour."})
    assert (answer.status_code, given(answer.text)["description"]) == (403, "Typed for an hour.")


def test_a_field_that_no_form_takes_leaves_the_others_on_the_page(library: Database, editor: TestClient) -> None:
    answer = editor.post("/admin/shelves", data={"name": "x" * 2001, "description": "Typed for an hour."})
    assert answer.status_code == 422
    assert given(answer.text)["description"] == "Typed for an hour."


def test_no_password_is_given_back(library: Database, stranger: TestClient, editor: TestClient) -> None:
    data = {"current": "a secret, once", "password": "a secret, twice", "again": "a secret, twice"}
    for answer in (stranger.post("/admin/account/password", data=data), stranger.post("/login", data=data)):
        assert answer.status_code in (401, 422)
        assert "secret" not in answer.text


def test_what_is_no_form_of_ours_is_not_given_back(stranger: TestClient) -> None:
    answer = stranger.post(CATEGORY, data={f"field-{number}": "x" for number in range(900)})
    assert (answer.status_code, "field-7" in answer.text) == (401, False)
