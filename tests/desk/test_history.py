"""The history in the desk: who, when and why; any two compared; an earlier text brought back as a new revision."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.database import Database
from app.summaries.models import Revision
from app.taxonomy.models import Category
from tests.desk.forms import edit_form, parsed, save, words_of
from tests.desk.test_editing import document_in, revisions

HERE = "/admin/summaries/a-draft"


@pytest.fixture
def three(curator: TestClient) -> TestClient:
    """Give a curator who saved a draft twice more."""
    save(curator, "a-draft", edit_form(curator, "a-draft"), body="The quick brown fox.", note="a fox")
    save(curator, "a-draft", edit_form(curator, "a-draft"), body="The slow <b> fox.", title="Fox", note="no haste")
    return curator


def test_every_revision_is_listed_with_who_when_and_why(three: TestClient) -> None:
    rows = [words_of(row) for row in parsed(three.get(HERE + "/history")).iter("tr")]
    assert [row.split()[0] for row in rows][1:] == ["3", "2", "1"]
    assert rows[1].endswith("Curator no haste Show")
    assert three.get(HERE + "/history?page=2").status_code == 404
    assert three.get(HERE + "/history?page=x").status_code == 422


def test_what_has_one_revision_only_offers_no_comparison(curator: TestClient) -> None:
    page = parsed(curator.get(HERE + "/history"))
    assert [words_of(row)[:1] for row in page.iter("tr")] == ["R", "1"]
    assert not [one for one in page.iter("input") if one.get("type") == "radio"]


def test_two_revisions_are_compared_word_by_word(three: TestClient) -> None:
    page = three.get(HERE + "/compare")
    tree = parsed(page)
    assert [words_of(one) for one in tree.iter("del")][:-1] == ["A secret draft", "quick brown"]
    assert [words_of(one) for one in tree.iter("ins")][:-1] == ["Fox", "slow <b>"]
    links = {words_of(a): a.get("href") for a in tree.iter("a")}
    assert links["Previous change"] == HERE + "/compare?from=1&to=2"
    across = three.get(HERE + "/compare", params={"from": 1, "to": 3})
    assert "secretword" in across.text
    assert "These two say the same." in three.get(HERE + "/compare", params={"from": 2, "to": 2}).text
    for wrong in ("?from=1&to=9", "?from=9"):
        assert three.get(HERE + "/compare" + wrong).status_code == 404
    assert three.get(HERE + "/compare?from=x").status_code == 422


def test_an_earlier_text_is_shown_and_brought_back_as_a_new_revision(three: TestClient, library: Database) -> None:
    page = three.get(HERE + "/history/2")
    assert "The quick brown fox." in page.text
    assert "Bring this text back" in page.text
    assert "Bring this text back" not in three.get(HERE + "/history/3").text
    answer = three.post(HERE + "/history/1/restore")
    assert answer.headers["location"] == HERE + "?done=revision"
    assert document_in(library, "a-draft").body == "secretword"
    assert revisions(library, "a-draft")[-1] == (4, "Curator", "restored revision 1")
    assert three.post(HERE + "/history/9/restore").status_code == 404
    assert three.get(HERE + "/history/99999999999999999999").status_code == 422


def test_what_a_restored_text_named_and_is_gone_is_told(three: TestClient, library: Database) -> None:
    save(three, "a-draft", edit_form(three, "a-draft"), categories=["empty-shelf"])
    save(three, "a-draft", edit_form(three, "a-draft"), categories=["optimization"])
    with library.writing() as session:
        session.execute(update(Category).where(Category.slug == "empty-shelf").values(slug="another"))
    answer = three.post(HERE + "/history/4/restore")
    assert answer.status_code == 200
    assert "without the category “empty-shelf”" in answer.text


def test_a_damaged_revision_is_named_and_the_last_good_one_shown_the_way_to(
    three: TestClient, library: Database
) -> None:
    with library.writing() as session:
        session.execute(update(Revision).where(Revision.number == 3).values(document="{}"))
    page = three.get(HERE + "/history/3")
    assert page.status_code == 200
    assert "Revision 3 is damaged" in page.text
    assert f'href="{HERE}/history/2"' in page.text
    assert three.get(HERE + "/edit").status_code == 200


def test_a_curator_brings_nothing_back_into_what_is_published(curator: TestClient, editor: TestClient) -> None:
    save(editor, "adam", edit_form(editor, "adam"), body="Else.")
    assert "Bring this text back" not in curator.get("/admin/summaries/adam/history/1").text
    assert curator.post("/admin/summaries/adam/history/1/restore").status_code == 403
    assert editor.post("/admin/summaries/adam/history/1/restore").status_code == 303
    assert "running means" in editor.get("/summaries/adam").text
