"""Two people over one revision: no text is lost or overwritten, what fits together is merged, there is a way out."""

from fastapi.testclient import TestClient

from app.database import Database
from tests.desk.forms import Fields, edit_form, fields_of, parsed, save, send, words_of
from tests.desk.test_editing import document_in, revisions
from tests.factories import add_summary

LINES = "One.\n\nTwo.\n\nThree.\n\nFour."


def begun(editor: TestClient, curator: TestClient, library: Database) -> tuple[Fields, Fields]:
    """Return the forms of two people who both began from the first revision of a draft."""
    with library.writing() as session:
        add_summary(session, slug="shared", title="Shared", status="draft", tldr="Take.", body=LINES, tags=("a", "b"))
    return edit_form(editor, "shared"), edit_form(curator, "shared")


def test_what_two_people_changed_in_different_places_is_merged_and_saved_by_the_second(
    editor: TestClient, curator: TestClient, library: Database
) -> None:
    theirs, mine = begun(editor, curator, library)
    save(
        editor,
        "shared",
        theirs,
        body=LINES.replace("One.", "One, by the editor."),
        title="Shared, better",
        tags="a, b, c",
    )
    page = save(curator, "shared", mine, body=LINES.replace("Four.", "Four, by the curator."), tags="b", note="mine")
    assert page.status_code == 409
    assert "Both changes fit together." in page.text
    assert "Editor saved revision 2" in page.text
    merged = fields_of(page)
    assert merged["body"] == LINES.replace("One.", "One, by the editor.").replace("Four.", "Four, by the curator.")
    assert (merged["title"], merged["tags"], merged["note"]) == ("Shared, better", "b, c", "mine")
    assert (merged["base_revision"], merged["tldr"]) == ("2", "Take.")
    answer = save(curator, "shared", merged)
    assert answer.headers["location"].endswith("done=saved")
    assert [number for number, _, _ in revisions(library, "shared")] == [1, 2, 3]
    assert document_in(library, "shared").body == merged["body"]


def test_where_both_changed_the_same_both_stand_in_the_text_and_neither_wins(
    editor: TestClient, curator: TestClient, library: Database
) -> None:
    theirs, mine = begun(editor, curator, library)
    save(editor, "shared", theirs, body=LINES.replace("Two.", "Two <theirs>."), read="full")
    page = save(curator, "shared", mine, body=LINES.replace("Two.", "Two & mine."), read="abstract")
    assert page.status_code == 409
    assert "In 2 places you both changed the same." in page.text
    merged = fields_of(page)
    assert "<<<<<<< mine\nTwo & mine.\n=======\nTwo <theirs>.\n>>>>>>> theirs" in str(merged["body"])
    assert merged["read"] == "abstract"
    sides = [words_of(section) for section in parsed(page).iter("section") if "is-clash" in section.get("class", "")]
    assert len(sides) == 2
    whole = {area.get("id"): area.text for area in parsed(page).iter("textarea") if area.get("readonly") is not None}
    assert "Two." in str(whole["whole-base"])
    assert "Two & mine." in str(whole["whole-mine"])
    assert "Two <theirs>." in str(whole["whole-theirs"])


def test_the_merge_is_overtaken_by_a_third_save_and_merged_again(
    editor: TestClient, curator: TestClient, library: Database
) -> None:
    theirs, mine = begun(editor, curator, library)
    save(editor, "shared", theirs, title="Second")
    merged = fields_of(save(curator, "shared", mine, tldr="Mine."))
    save(editor, "shared", edit_form(editor, "shared"), title="Third")
    again = save(curator, "shared", merged)
    assert again.status_code == 409
    last = fields_of(again)
    assert (last["title"], last["tldr"], last["base_revision"]) == ("Third", "Mine.", "3")
    assert save(curator, "shared", last).status_code == 303


def test_the_ways_out_are_a_copy_of_mine_and_theirs_as_it_is(
    editor: TestClient, curator: TestClient, library: Database
) -> None:
    theirs, mine = begun(editor, curator, library)
    save(editor, "shared", theirs, body="All theirs.")
    page = save(curator, "shared", mine, body="All mine.", categories=["optimization", "regularisation"])
    answer = send(curator, "/admin/new/write", fields_of(page, "/admin/new/write"))
    assert answer.headers["location"] == "/admin/summaries/shared-copy/edit?done=saved"
    copy = document_in(library, "shared-copy")
    assert (copy.title, copy.body, copy.status) == ("Shared (copy)", "All mine.", "draft")
    assert copy.categories == ("optimization", "regularisation")
    assert document_in(library, "shared").body == "All theirs."
    assert 'href="/admin/summaries/shared/edit">Take theirs' in page.text


def test_what_a_merge_left_open_is_not_saved_over_what_readers_see(editor: TestClient, library: Database) -> None:
    form = edit_form(editor, "adam")
    save(editor, "adam", form, body="Theirs.")
    merged = fields_of(save(editor, "adam", form, body="Mine.", submission="another"))
    answer = save(editor, "adam", merged)
    assert answer.status_code == 422
    assert "Text, line 1: Solve what a merge left open" in answer.text
    assert document_in(library, "adam").body == "Theirs."
    assert save(editor, "adam", fields_of(answer), body="Both.").status_code == 303


def test_a_base_that_is_not_there_is_a_conflict_in_everything_that_differs(
    curator: TestClient, library: Database
) -> None:
    form = edit_form(curator, "a-draft")
    page = save(curator, "a-draft", form, base_revision="77", body="Mine.")
    assert page.status_code == 409
    assert "<<<<<<< mine\nMine.\n=======\nsecretword" in str(fields_of(page)["body"])
    assert len(revisions(library, "a-draft")) == 1
