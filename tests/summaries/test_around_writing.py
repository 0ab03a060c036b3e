"""What surrounds a summary while it is written: comments, preview links, autosaved drafts."""

import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.rights import Person
from app.database import Database, library_version, now
from app.errors import BadInput, Conflict, NotFound, SummaryNotFound
from app.summaries import drafts
from app.summaries.comments import add_comment, list_comments, reopen_comment, resolve_comment
from app.summaries.editing import get_for_desk, rename_slug, save
from app.summaries.preview_links import (
    get_previewed,
    list_preview_links,
    make_preview_link,
    revoke_preview_link,
)
from app.summaries.trash import purge, trash
from app.summaries.workflow_models import Comment, Draft, PreviewLink
from tests.factories import make_document

Cast = dict[str, Person]


def test_remarks_are_left_resolved_and_reopened_and_readers_hear_nothing(library: Database, people: Cast) -> None:
    with library.reading() as session:
        before = library_version(session)
    with library.writing() as session:
        first = add_comment(session, "in-review-one", " Why so?\r\nSay it. ", people["edith"])
        second = add_comment(session, "in-review-one", "And a typo.", people["cora"])
        assert (first.text, first.author) == ("Why so?\nSay it.", "Edith")
        resolve_comment(session, "in-review-one", first.id, people["carl"])
        resolve_comment(session, "in-review-one", first.id, people["cora"])
        rows = list_comments(session, get_for_desk(session, "in-review-one"))
        assert [(row.id, row.resolved_by) for row in rows] == [(second.id, ""), (first.id, "Carl")]
        assert reopen_comment(session, "in-review-one", first.id, people["cora"]).resolved_at is None
    with library.reading() as session:
        assert library_version(session) == before
        with pytest.raises(NotFound):
            resolve_comment(session, "adam", first.id, people["edith"])
        with pytest.raises(SummaryNotFound):
            add_comment(session, "nothing", "x", people["edith"])
        for text in ("  ", "x" * 10_001, "a\x00b"):
            with pytest.raises(BadInput) as error:
                add_comment(session, "adam", text, people["edith"])
            assert [problem.field for problem in error.value.problems] == ["text"]
    with library.writing() as session:
        rename_slug(session, "in-review-one", "elsewhere", person=people["edith"])
        resolve_comment(session, "in-review-one", first.id, people["carl"])  # from a page that was open meanwhile
        assert [row.resolved_by for row in list_comments(session, get_for_desk(session, "elsewhere"))] == ["", "Carl"]


def test_a_preview_link_opens_a_draft_until_it_expires_or_is_revoked(library: Database, people: Cast) -> None:
    with library.writing() as session:
        link, token = make_preview_link(session, "a-draft", people["carl"])
        assert len(token) >= 43
        assert token not in link.token_hash
        assert dt.timedelta(days=13) < link.expires_at - now() <= dt.timedelta(days=14)
    with library.writing() as session:
        assert get_previewed(session, token).rendering.text == "secretword"
        session.execute(update(PreviewLink).values(expires_at=now() - dt.timedelta(seconds=1)))
    with library.reading() as session, pytest.raises(NotFound, match="does not lead anywhere"):
        get_previewed(session, token)
    with library.writing() as session:
        link, token = make_preview_link(session, "a-draft", people["carl"], days=1)
        revoke_preview_link(session, "a-draft", link.id, people["cora"])
        for wrong in (token, "nothing", "\ud800", ""):
            with pytest.raises(NotFound, match="does not lead anywhere"):
                get_previewed(session, wrong)
        assert len(list_preview_links(session, get_for_desk(session, "a-draft"))) == 2


def test_a_preview_link_does_not_reach_into_the_trash_and_follows_another_slug(library: Database, people: Cast) -> None:
    carl = people["carl"]
    with library.writing() as session:
        link, token = make_preview_link(session, "a-draft", carl)
        rename_slug(session, "a-draft", "renamed", person=carl)
        assert get_previewed(session, token).slug == "renamed"
        trash(session, "renamed", carl)
        with pytest.raises(NotFound):
            get_previewed(session, token)
        with pytest.raises(Conflict, match="trash"):
            make_preview_link(session, "renamed", carl)
        with pytest.raises(BadInput, match="1 to 90 days"):
            make_preview_link(session, "adam", carl, days=91)
        with pytest.raises(NotFound):
            revoke_preview_link(session, "adam", link.id, carl)
        for _ in range(20):
            make_preview_link(session, "adam", carl)
        with pytest.raises(Conflict, match="revoke one first"):
            make_preview_link(session, "adam", carl)


def test_a_form_is_kept_once_a_person_and_found_again(filled: Database, cast: Cast) -> None:
    carl, cora = cast["carl"], cast["cora"]
    form = {"title": "Half a", "body": "wo\x00rd “$x$”", "tags": ["a", "b"]}
    with filled.writing() as session:
        drafts.keep(session, carl, "a-draft", {"title": "x"}, 1)
        drafts.keep(session, carl, "a-draft", form, 1)
        drafts.keep(session, carl, "new-7f3a", {"title": "Quite new"}, None)
        drafts.keep(session, cora, "a-draft", {"title": "Cora's"}, 1)
    with filled.reading() as session:
        assert drafts.find(session, carl, "a-draft").form == form
        mine = drafts.list_mine(session, carl)
        assert [(row.slug, row.title, row.stale) for row in mine] == [
            (None, "Quite new", False), ("a-draft", "Half a", False)]  # fmt: skip
        assert mine[0].draft.base_revision == 0
    with filled.writing() as session:
        save(session, make_document(slug="a-draft", status="draft"), person=cora, base_revision=1)
        rename_slug(session, "a-draft", "renamed", person=cora)
    with filled.writing() as session:
        assert [row.stale for row in drafts.list_mine(session, carl)] == [False, True]
        assert drafts.drop(session, carl, "renamed")
        assert not drafts.drop(session, carl, "renamed")
        assert drafts.find(session, cora, "renamed") is not None
        # A form that was open meanwhile knows the former slug only; its next pause is kept where it is looked for.
        assert drafts.keep(session, cora, "a-draft", {"title": "Typed later"}, 1).key == "renamed"
        for key in ("a-draft", "renamed"):
            assert drafts.find(session, cora, key).form == {"title": "Typed later"}
        rename_slug(session, "renamed", "a-draft", person=cora)
        assert drafts.drop(session, cora, "renamed")


def test_two_windows_of_one_person_keep_one_draft(filled: Database, cast: Cast) -> None:
    failed: list[Any] = []
    ready = threading.Barrier(3)

    def autosave(number: int) -> None:
        ready.wait()
        try:
            for turn in range(3):
                with filled.writing() as session:
                    drafts.keep(session, cast["carl"], "window", {"title": f"{number}.{turn}"}, None)
        except Exception as error:  # a thread's own exceptions are lost otherwise
            failed.append(error)

    threads = [threading.Thread(target=autosave, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with filled.reading() as session:
        assert len(session.scalars(select(Draft)).all()) == 1


def test_a_form_that_cannot_be_kept_is_refused_with_a_sentence(library: Database, people: Cast) -> None:
    carl = people["carl"]
    with library.writing() as session:
        with pytest.raises(BadInput, match="more than 2 MB"):
            drafts.keep(session, carl, "a-draft", {"body": "é" * 1_000_001}, 1)
        for form in ({"body": "\ud800"}, {"body": float("nan")}, {"body": {1, 2}}):
            with pytest.raises(BadInput, match="cannot be kept"):
                drafts.keep(session, carl, "a-draft", form, 1)
        for key in ("", "x" * 161, "a\nb"):
            with pytest.raises(BadInput):
                drafts.keep(session, carl, key, {}, 1)
        for number in range(100):
            drafts.keep(session, carl, f"form-{number}", {}, None)
        drafts.keep(session, carl, "form-1", {"title": "again"}, None)
        with pytest.raises(Conflict, match="100 unsaved"):
            drafts.keep(session, carl, "one-more", {}, None)


def test_what_surrounds_a_summary_goes_with_it(filled: Database, cast: Cast) -> None:
    with filled.writing() as session:
        add_comment(session, "a-draft", "x", cast["carl"])
        make_preview_link(session, "a-draft", cast["carl"])
        drafts.keep(session, cast["carl"], "a-draft", {}, 1)
        trash(session, "a-draft", cast["edith"])
        purge(session, "a-draft", cast["edith"], confirm="a-draft")
    with filled.reading() as session:
        assert [session.scalars(select(row)).all() for row in (Comment, PreviewLink, Draft)] == [[], [], []]
