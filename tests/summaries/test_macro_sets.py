"""Macro sets and pictures under a curator's hands: the lint, who uses what, names and deletions."""

import pytest

from app.database import Database, library_version
from app.errors import BadInput, Conflict, NotFound
from app.summaries import macro_sets
from app.summaries.assets import delete_media, get_media, save_macro_set, save_media, shown_in
from app.tombstones import moved_to
from tests.factories import EDITOR, add_category, add_summary
from tests.summaries.test_curating import assert_history_is_true, document

SOURCE = "\\newcommand{\\loss}{\\mathcal{L}}\n\\newcommand{\\risk}{\\hat{\\loss}}\n\\newcommand{\\spare}{x}\n"
PICTURE = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.fixture
def used(store: Database) -> Database:
    """Give a library in which one summary uses the set `ml`, one uses it after `other`, and one uses none."""
    with store.writing() as session:
        add_category(session)
        save_macro_set(session, "ml", SOURCE, actor=EDITOR)
        save_macro_set(session, "other", "\\newcommand{\\loss}{J}", actor=EDITOR)
        add_summary(session, slug="one", title="One", macros=("ml",), body="$\\risk$\n\n$\\loss$ [[nowhere]]")
        add_summary(session, slug="two", title="Two", macros=("other", "ml"), status="draft", body="$\\loss$")
        add_summary(session, slug="three", title="Three", body="$x$")
    return store


def test_the_lint_names_what_is_wrong_unused_overridden_and_broken(used: Database) -> None:
    with used.writing() as session:
        before = library_version(session)
        candidate = (
            "\\newcommand{\\loss}{\\ell}\n\\newcommand{\\spare}{x}\n\\newcommand{\\alpha}{a}\n\\newcommand{\\oops}{#1}"
        )
        lint = macro_sets.lint_macro_set(session, "ml", candidate)
        assert [(problem.line, "oops" in problem.message) for problem in lint.problems] == [(4, True)]
        assert lint.unused == [("\\spare", 2), ("\\alpha", 3)]
        assert {(one.name, one.line, one.of) for one in lint.overrides} == {("\\loss", 1, "other"), ("\\alpha", 3, "")}
        assert lint.users == [("one", "One", "published"), ("two", "Two", "draft")]
        assert [(broken.slug, len(broken.problems)) for broken in lint.broken] == [("one", 1)]
        assert lint.broken[0].problems[0].line == 1
        assert "\\risk" in lint.broken[0].problems[0].message
        assert (lint.untried, library_version(session)) == (0, before)


def test_the_lint_of_what_is_there_finds_nothing_broken(used: Database) -> None:
    with used.reading() as session:
        lint = macro_sets.lint_macro_set(session, "ml", SOURCE)
        assert (list(lint.problems), list(lint.broken), lint.unused) == ([], [], [("\\spare", 3)])
        new = macro_sets.lint_macro_set(session, "new", SOURCE)
        assert (list(new.users), [one.of for one in new.overrides]) == ([], ["other"])


def test_a_renamed_set_is_asked_for_by_its_new_name(used: Database) -> None:
    with used.writing() as session:
        assert macro_sets.rename_macro_set(session, "ml", "learning", actor=EDITOR) == 2
        assert document(session, "two").macros == ("other", "learning")
        assert moved_to(session, "macro-set", "ml") == "learning"
        for wrong, error in (("other", Conflict), ("No name", BadInput)):
            with pytest.raises(error):
                macro_sets.rename_macro_set(session, "learning", wrong, actor=EDITOR)
        assert_history_is_true(session)


def test_only_a_set_that_nobody_asks_for_is_deleted(used: Database) -> None:
    with used.writing() as session:
        with pytest.raises(Conflict, match="one, two use it"):
            macro_sets.delete_macro_set(session, "ml", actor=EDITOR)
        save_macro_set(session, "spare", SOURCE)
        macro_sets.delete_macro_set(session, "spare", actor=EDITOR)
        with pytest.raises(NotFound):
            macro_sets.get_macro_set(session, "spare")


def test_only_a_picture_that_no_text_shows_is_deleted(store: Database) -> None:
    with store.writing() as session:
        add_category(session)
        save_media(session, "a.svg", PICTURE, actor=EDITOR)
        save_media(session, "aa.svg", PICTURE)
        add_summary(session, status="draft", body="![A drawing](../media/a.svg)")
        assert shown_in(session, "a.svg") == ["adam"]
        with pytest.raises(Conflict, match="adam show it"):
            delete_media(session, "a.svg", actor=EDITOR)
        delete_media(session, "aa.svg", actor=EDITOR)
        with pytest.raises(NotFound):
            get_media(session, "aa.svg")
