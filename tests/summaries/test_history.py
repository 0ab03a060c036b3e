"""Revisions as those who write see them: all of them, verified, compared word by word, brought back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.accounts.rights import Person
from app.database import Database
from app.errors import Damaged, NotAllowed, NotFound
from app.summaries.asset_models import MacroSetRow
from app.summaries.comparing import Run, compare, word_runs
from app.summaries.documents import SummaryDocument
from app.summaries.editing import get_for_desk, rename_slug, save
from app.summaries.history import (
    document_of_revision,
    get_revision,
    last_good,
    list_revisions,
    neighbours,
    restore,
)
from app.summaries.models import Revision
from app.summaries.queries import document_for, get_published
from tests.factories import make_document

Cast = dict[str, Person]


def write_thrice(database: Database, person: Person) -> None:
    for number, body in enumerate(("One.", "Two.", "Three."), 1):
        with database.writing() as session:
            document = document_for(session, get_for_desk(session, "adam")).model_copy(update={"body": body})
            save(session, document, person=person, base_revision=number, note=f"to {body}")


def test_every_revision_is_listed_and_read_back(library: Database, people: Cast) -> None:
    write_thrice(library, people["edith"])
    with library.reading() as session:
        adam = get_for_desk(session, "adam")
        rows = list_revisions(session, adam)
        assert [(row.number, row.note) for row in rows] == [(4, "to Three."), (3, "to Two."), (2, "to One."), (1, "")]
        assert document_of_revision(get_revision(session, adam, 3)).body == "Two."
        assert (neighbours(session, adam, 1).previous, neighbours(session, adam, 1).next) == (None, 2)
        assert (neighbours(session, adam, 4).previous, neighbours(session, adam, 4).next) == (3, None)
        with pytest.raises(NotFound, match="no revision 9"):
            get_revision(session, adam, 9)


def test_a_damaged_revision_is_named_and_the_last_good_one_is_there(filled: Database, cast: Cast) -> None:
    write_thrice(filled, cast["edith"])
    with filled.writing() as session:
        session.execute(update(Revision).where(Revision.number == 4).values(document='{"slug":"adam","title":"x"}'))
    with filled.reading() as session:
        adam = get_for_desk(session, "adam")
        with pytest.raises(Damaged, match="Revision 4 is damaged"):
            document_of_revision(get_revision(session, adam, 4))
        number, document = last_good(session, adam)
        assert (number, document.body) == (3, "Two.")


def test_an_earlier_text_is_brought_back_as_a_new_revision(filled: Database, cast: Cast) -> None:
    write_thrice(filled, cast["edith"])
    with filled.writing() as session:
        rename_slug(session, "adam", "adam-optimiser", person=cast["edith"])
    with filled.writing() as session:
        restored = restore(session, "adam", 2, person=cast["edith"])
        assert (restored.saved.revision, restored.left_out) == (6, ())
    with filled.reading() as session:
        adam = get_published(session, "adam-optimiser")
        assert adam.body == "One."
        assert list_revisions(session, adam)[0].note == "restored revision 2"
        with pytest.raises(NotAllowed):
            restore(session, "adam", 1, person=cast["carl"])


def test_what_an_earlier_text_names_and_is_gone_is_left_out_and_told(library: Database, people: Cast) -> None:
    fresh = make_document(slug="fresh", status="draft", macros=("old",), series="in-two-parts", part=3)
    with library.writing() as session:
        session.add(MacroSetRow(name="old", source="", fingerprint=""))
        save(session, fresh, person=people["carl"], base_revision=None)
        plain = fresh.model_copy(update={"macros": (), "series": None, "part": None, "body": "Plain."})
        save(session, plain, person=people["carl"], base_revision=1)
        session.query(MacroSetRow).delete()
        taken = fresh.model_copy(update={"slug": "taken", "macros": ()})
        save(session, taken, person=people["carl"], base_revision=None)
    with library.writing() as session:
        restored = restore(session, "fresh", 1, person=people["carl"])
    assert restored.left_out == ("the macro set “old”", "part 3 of the series “in-two-parts”")
    assert restored.saved.summary.body == fresh.body


def test_differences_are_told_word_by_word() -> None:
    assert word_runs("Keep two running means.", "Keep three moving means.") == (
        Run("equal", "Keep "),
        Run("delete", "two running"),
        Run("insert", "three moving"),
        Run("equal", " means."),
    )
    old = make_document(body="\n".join(f"line {n}" for n in range(30)), tags=("a",), title="T")
    body = old.body.replace("line 3\n", "").replace("line 20", "line twenty")
    new = old.model_copy(update={"body": body, "tags": ("a", "b"), "title": "T"})
    told = compare(old, new)
    assert [change.field for change in told.fields] == ["tags"]
    assert told.fields[0].runs == (Run("equal", "a"), Run("insert", ", b"))
    first, second = told.body
    assert (first.old_line, first.new_line) == (1, 1)
    assert Run("delete", "line 3\n") in first.runs
    assert (second.old_line, second.new_line) == (18, 17)
    assert [run.text for run in second.runs if run.kind != "equal"] == ["20", "twenty"]
    assert compare(old, old).same


@given(st.lists(st.sampled_from(["a", "b ", "c\n", " ", "$x$."]), max_size=30).map("".join),
       st.lists(st.sampled_from(["a", "b ", "d\n", " ", "$y$."]), max_size=30).map("".join))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_the_runs_give_both_texts_back(old: str, new: str) -> None:
    runs = word_runs(old, new)
    assert "".join(run.text for run in runs if run.kind != "insert") == old
    assert "".join(run.text for run in runs if run.kind != "delete") == new
    documents: list[SummaryDocument] = [make_document(body=text) for text in (old, new)]
    for hunk in compare(*documents).body:
        assert "".join(run.text for run in hunk.runs if run.kind != "insert") in documents[0].body + "\n"
        assert "".join(run.text for run in hunk.runs if run.kind != "delete") in documents[1].body + "\n"


@pytest.mark.parametrize("size", [1, 40_000])
def test_a_megabyte_of_difference_is_told_within_bounds(size: int) -> None:
    texts = [(f"{word} " * (500_000 // len(word) // size) + "\n") * size for word in ("ab", "cd")]
    mixed = "\n".join(("ab", "cd", "ab x", "y")[n * n % 7 % 4] for n in range(200_000))
    other = "\n".join(("ab", "cd", "ab x", "z")[n * n % 11 % 4] for n in range(200_000))
    for old, new in (texts, (mixed, other)):
        documents = make_document(body=old[:900_000]), make_document(body=new[:900_000])
        assert not compare(*documents).same
