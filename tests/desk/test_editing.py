"""The editor over HTTP, as a form: what is typed is saved once, or comes back with what is wrong with it."""

import json
import sqlite3
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.accounts.rights import Person
from app.accounts.service import get_user
from app.database import Database
from app.settings import Settings
from app.summaries import drafts
from app.summaries.documents import MAX_BODY
from app.summaries.models import Revision
from app.summaries.queries import document_for, find_for_edit
from tests.desk.conftest import NewBrowser
from tests.desk.forms import edit_form, fields_of, parsed, save, send, words_of
from tests.factories import add_summary, make_document

NEW = "/admin/new/write"
FULL = {
    "slug": "a-full-one", "title": "A full one", "kind": "deep-dive", "tldr": "First.\n\nSecond $x$.",
    "papers": ("kingma2015adam", "reddi2018convergence"), "categories": ("regularisation", "optimization"),
    "tags": ("optimiser", "with, a comma"),
    "authors": ("Ada, Countess", "Bea"), "series": "in-two-parts", "part": 3, "requires": ("adam",),
    "link": "https://example.org/a?b=c&d=e", "source": {"name": "Elsewhere", "url": "https://example.org/"},
    "updates": ({"date": "2024-02-03", "text": "Fixed.\nTwice."}, {"date": "2024-01-01", "text": "a: b"}),
    "published": "2024-03-05T14:03:22Z", "updated": "2024-03-06T00:00:00Z",
    "provenance": {"written_by": "ai-assisted", "model": "A model", "read": "full", "paper_version": "v3",
                   "reviewed_by": "Cleo", "reviewed_on": "2024-04-01"},
    "freshness": {"state": "contested", "reason": "One.\nTwo.", "by": "reddi2018convergence"},
    "body": "    code first\n\n<b>& text</b> </textarea>\n\n\\[x\\]\n\n    code last",
}  # fmt: skip


def document_in(library: Database, slug: str) -> Any:
    with library.reading() as session:
        summary = find_for_edit(session, slug)
        return document_for(session, summary) if summary else None


def revisions(library: Database, slug: str) -> list[tuple[int, str, str]]:
    with library.reading() as session:
        summary = find_for_edit(session, slug)
        assert summary is not None
        rows = select(Revision.number, Revision.actor, Revision.note).where(Revision.summary_id == summary.id)
        return [(row.number, row.actor, row.note) for row in session.execute(rows.order_by(Revision.number))]


def told(page: Any) -> list[str]:
    """Return the sentences of the summary of mistakes at the top."""
    boxes = [box for box in parsed(page).iter("div") if "complaints" in box.get("class", "")]
    return [words_of(item) for box in boxes for item in box.iter("li")]


def test_the_form_of_every_field_saves_the_same_text(editor: TestClient, library: Database) -> None:
    with library.writing() as session:
        add_summary(session, **FULL)
    answer = save(editor, "a-full-one", edit_form(editor, "a-full-one"))
    assert answer.headers["location"] == "/admin/summaries/a-full-one/edit?done=unchanged"
    assert document_in(library, "a-full-one") == make_document(**FULL)
    save(editor, "a-full-one", edit_form(editor, "a-full-one"), main_shelf="optimization")
    assert document_in(library, "a-full-one").categories == ("optimization", "regularisation")
    assert len(revisions(library, "a-full-one")) == 2


def test_a_new_summary_is_a_draft_under_an_address_made_from_its_title(curator: TestClient, library: Database) -> None:
    form = fields_of(curator.get(NEW, params={"paper": "kingma2015adam"}))
    assert form["title"] == "Adam: A Method for Stochastic Optimization"
    assert (form["papers"], form["authors"], form["base_revision"]) == ("kingma2015adam", "Curator", "")
    answer = send(curator, NEW, form, title="Über Adam: “again”", tags="new, optimiser, new", body="A line.\nAnother.")
    assert answer.headers["location"] == "/admin/summaries/uber-adam-again/edit?done=saved"
    page = curator.get(answer.headers["location"])
    assert "Saved as revision 1." in page.text
    document = document_in(library, "uber-adam-again")
    assert (document.status, document.tags, document.body) == ("draft", ("new", "optimiser"), "A line.\nAnother.")
    assert revisions(library, "uber-adam-again") == [(1, "Curator", "")]
    again = send(curator, NEW, form, title="Über Adam: “again”", tags="new, optimiser, new", body="A line.\nAnother.")
    assert again.headers["location"] == "/admin/summaries/uber-adam-again/edit?done=unchanged"
    assert len(revisions(library, "uber-adam-again")) == 1


def test_an_address_that_is_taken_is_told_beside_its_field(curator: TestClient) -> None:
    form = fields_of(curator.get(NEW))
    answer = send(curator, NEW, form, title="Something", slug="adam", body="My words.")
    assert answer.status_code == 409
    assert 'id="p-slug"' in answer.text
    assert fields_of(answer)["body"] == "My words."
    assert 'href="#f-slug"' in answer.text


def test_every_wrong_field_is_told_at_the_top_and_beside_it_and_nothing_typed_is_lost(editor: TestClient) -> None:
    form = edit_form(editor, "adam")
    typed = {
        "title": " ", "papers": "nobody1999, kingma2015adam", "tags": "!!!", "series": "in-two-parts", "part": "two",
        "link": "javascript:alert(1)", "published": "soon", "updates": "2024-01-01: a\n2024-13-01: b",
        "reviewed_on": "1.2.2024", "tldr": "</textarea>\n<b>", "note": "x & y", "source_url": "ftp://x",
    }  # fmt: skip
    answer = save(editor, "adam", form, **typed)
    assert answer.status_code == 422
    back = fields_of(answer)
    assert {name: back[name] for name in typed} == typed
    for field in ("title", "papers", "tags", "part", "link", "published", "updates", "reviewed_on", "source_url"):
        assert f'href="#f-{field}"' in answer.text, field
        assert f'id="p-{field}"' in answer.text, field
        assert f'id="f-{field}"' in answer.text, field
    assert any(sentence.startswith("Updates, line 2: Write the date as") for sentence in told(answer))


def test_what_the_form_and_what_the_library_finds_wrong_is_told_in_one_round(editor: TestClient) -> None:
    form = edit_form(editor, "adam")
    names = {
        "papers": "nobody1999, someone1998", "macros": "nowhere", "requires": "adam, gone", "series": "in-two-parts",
        "part": "1", "categories": ["nowhere"], "updates": "2024-01-01: a\n\n2024-02-01:", "note": "x" * 1001,
        "body": "<<<<<<< mine\na\n=======\nb\n>>>>>>> theirs",
    }  # fmt: skip
    for_names = [
        "Papers: No paper with the key “nobody1999”.",
        "Papers: No paper with the key “someone1998”.",
        "Categories: No category “nowhere”.",
        "Macro sets: No macro set “nowhere”.",
        "Part: Part 1 of this series is already “warmup”.",
        "What changed: A note has at most 1,000 characters.",
        "Text, line 1: Solve what a merge left open (the lines <<<<<<<, ======= and >>>>>>>).",
    ]
    answer = save(editor, "adam", form, **names, published="soon")
    assert (answer.status_code, set(told(answer))) == (
        422,
        {
            *for_names,
            "Published: Write the date as 2024-03-05, or with a time in UTC as 2024-03-05 14:03.",
            "Updates, line 3: This cannot be empty.",
            "To be read before it: A summary cannot require itself.",
        },
    )
    answer = save(editor, "adam", form, **{**names, "updates": "", "requires": ""})
    assert set(told(answer)) == set(for_names)
    alone = save(editor, "adam", form, series="in-two-parts", categories=[], reviewed_on="soon")
    assert told(alone) == [
        "Reviewed on: Write the date as year-month-day, like 2024-03-05.",
        "Categories: A published summary stands in at least one category.",
        "Part: Series and part go together: give both or neither.",
    ]
    new = fields_of(editor.get(NEW))
    taken = send(editor, NEW, new, title="A title", slug="adam", papers="nobody1999", published="soon")
    assert [sentence.partition(":")[0] for sentence in told(taken)] == ["Published", "Papers", "Address"]
    taken = send(editor, NEW, new, title="A title", slug="trashed-one", papers="nobody1999")
    assert [sentence.partition(":")[0] for sentence in told(taken)] == ["Papers", "Address"]
    unnamed = send(editor, NEW, new, title="???", papers="nobody1999")
    assert [sentence.partition(":")[0] for sentence in told(unnamed)] == ["Address", "Papers"]


def test_a_preview_saves_nothing_and_shows_the_text_with_what_is_wrong_in_it(
    curator: TestClient, library: Database
) -> None:
    form = edit_form(curator, "a-draft")
    answer = save(
        curator, "a-draft", form, "preview", body="One.\n\nA formula $\\nope{x}$ and [[adam]].", title="Typed"
    )
    assert answer.status_code == 200
    assert "Not saved: this is a preview." in answer.text
    assert "<math" in answer.text
    assert 'href="/summaries/adam"' in answer.text
    problems = next(box for box in parsed(answer).iter("ul") if box.get("id") == "problems")
    assert words_of(problems).startswith("Text, line 3: ")
    assert fields_of(answer)["title"] == "Typed"
    assert fields_of(answer)["submission"] == form["submission"]
    assert revisions(library, "a-draft") == [(1, "Edith Editor", "")]


def test_a_save_is_a_revision_with_its_author_and_note_and_a_second_click_is_none(
    curator: TestClient, library: Database
) -> None:
    form = edit_form(curator, "a-draft")
    for _ in range(2):
        answer = save(curator, "a-draft", form, body="Better.", note="said better")
        assert answer.status_code == 303
    assert revisions(library, "a-draft") == [(1, "Edith Editor", ""), (2, "Curator", "said better")]
    assert "revision 2" in words_of(next(parsed(curator.get("/admin/summaries/a-draft/edit")).iter("output")))


def test_programs_of_the_page_get_the_same_in_json(curator: TestClient, library: Database) -> None:
    form, path = edit_form(curator, "a-draft"), "/admin/summaries/a-draft/edit"
    told = {"Accept": "application/json"}
    saved = curator.post(path, data={**form, "body": "Better $x$.", "_action": "save"}, headers=told).json()
    assert (saved["revision"], saved["outcome"], saved["done"], saved["formulas"]) == (2, "changed", "saved", 2)
    assert saved["saved"].endswith(", revision 2")
    stale = curator.post(path, data={**form, "body": "Else.", "submission": "x", "_action": "save"}, headers=told)
    assert (stale.status_code, stale.headers["content-type"]) == (409, "application/problem+json")
    wrong = curator.post(path, data={**form, "title": "", "_action": "save"}, headers=told)
    assert [error["field"] for error in wrong.json()["errors"]] == ["title"]
    assert len(revisions(library, "a-draft")) == 2


def test_saving_and_publishing_in_one_go_publishes_or_keeps_the_text_and_says_why_not(
    editor: TestClient, curator: TestClient, library: Database
) -> None:
    form = edit_form(editor, "a-draft")
    answer = save(editor, "a-draft", form, "publish", kind="deep-dive", body="Text.", tldr="")
    assert answer.headers["location"].endswith("done=held")
    page = editor.get(answer.headers["location"])
    assert "It was saved, but it cannot be published yet." in page.text
    assert told(page) == ["A TLDR is there: write the TLDR."]
    assert document_in(library, "a-draft").body == "Text."
    form = fields_of(page)
    assert save(curator, "a-draft", form, "publish", tldr="There.").status_code == 403
    for _ in range(2):
        answer = save(editor, "a-draft", form, "publish", tldr="There.")
        assert answer.headers["location"].endswith("done=publish")
    assert document_in(library, "a-draft").status == "published"
    assert len(revisions(library, "a-draft")) == 4
    assert "There." in editor.get("/summaries/a-draft").text


def test_a_curator_who_may_not_edit_is_told_so_on_a_page_with_what_they_may_do(curator: TestClient) -> None:
    page = curator.get("/admin/summaries/adam/edit")
    assert page.status_code == 403
    assert "only an editor may change it" in page.text
    assert "A comment" in page.text
    assert 'name="body"' not in page.text


def test_a_text_over_what_was_published_meanwhile_comes_back_with_403(
    curator: TestClient, editor: TestClient, library: Database
) -> None:
    form = edit_form(curator, "in-review-one")
    save(editor, "in-review-one", edit_form(editor, "in-review-one"), "publish", kind="deep-dive")
    answer = save(curator, "in-review-one", form, body="My hour of work.")
    assert answer.status_code == 403
    assert "My hour of work." in answer.text
    assert document_in(library, "in-review-one").body == "secretword"


def test_what_was_typed_stays_when_the_session_ended(
    curator: TestClient, browser_of: NewBrowser, library: Database
) -> None:
    form = edit_form(curator, "a-draft")
    curator.post("/logout")
    answer = save(curator, "a-draft", form, body="My hour\nof <work>.", categories=["optimization", "regularisation"])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Cookie")
    assert 'href="/login" target="_blank"' in answer.text
    kept = fields_of(answer, "/admin/summaries/a-draft/edit")
    assert kept["body"] == "My hour\nof <work>."
    assert curator.get("/admin/account").status_code == 303
    stranger = browser_of(None)
    unknown = save(stranger, "no-such-summary", form, body="x")
    assert (unknown.status_code, "no-such-summary" in unknown.text) == (
        401,
        True,
    )  # the address it was sent to, no more
    again = save(browser_of("curator"), "a-draft", kept)
    assert again.headers["location"].endswith("done=saved")
    document = document_in(library, "a-draft")
    assert (document.body, document.categories) == ("My hour\nof <work>.", ("optimization", "regularisation"))


def test_what_was_typed_stays_when_the_store_is_busy(
    curator: TestClient, settings: Settings, library: Database
) -> None:
    form = edit_form(curator, "a-draft")
    app: Any = curator.app
    with app.state.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")  # the pool gives this connection out again
    other = sqlite3.connect(settings.data_dir / "cairn.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = save(curator, "a-draft", form, body="My hour of work.")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    other.execute("ROLLBACK")
    other.close()
    kept = fields_of(answer, "/admin/summaries/a-draft/edit")
    assert kept["body"] == "My hour of work."
    assert save(curator, "a-draft", kept).headers["location"].endswith("done=saved")
    assert len(revisions(library, "a-draft")) == 2


def test_what_was_typed_stays_when_it_is_too_large_or_its_summary_is_gone(curator: TestClient) -> None:
    form = edit_form(curator, "a-draft")
    large = save(curator, "a-draft", form, body="x" * (MAX_BODY + 1))
    assert large.status_code == 413
    assert f"{MAX_BODY:,}" in large.text
    assert len(large.text) > MAX_BODY
    gone = save(curator, "nothing-here", form, body="My words.")
    assert gone.status_code == 404
    assert "My words." in gone.text
    assert curator.get("/admin/summaries/trashed-one/edit").headers["location"] == "/admin/summaries/trashed-one"
    trashed = save(curator, "trashed-one", form, body="My words.")
    assert trashed.status_code in (403, 409)
    assert "My words." in trashed.text


def test_an_unknown_field_or_button_is_refused_by_name(curator: TestClient) -> None:
    form = edit_form(curator, "a-draft")
    assert save(curator, "a-draft", form, status="published").status_code == 422
    answer = save(curator, "a-draft", form, "explode", body="My words.")
    assert answer.status_code == 422
    assert "My words." in answer.text


def test_a_draft_is_offered_with_its_time_and_never_used_unasked(curator: TestClient, library: Database) -> None:
    form = edit_form(curator, "a-draft")
    typed = {**form, "body": "Typed, not saved."}
    with library.writing() as session:
        person = Person(get_user(session, "curator@example.org").id, "", "", "curator")
        drafts.keep(session, person, "a-draft", typed, 1)
    page = curator.get("/admin/summaries/a-draft/edit")
    assert "There is text of yours that was not saved, from" in page.text
    assert fields_of(page)["body"] == "secretword"
    restored = curator.get("/admin/summaries/a-draft/edit?draft=restore")
    assert fields_of(restored)["body"] == "Typed, not saved."
    assert save(curator, "a-draft", fields_of(restored)).headers["location"].endswith("done=saved")
    assert "not saved, from" not in curator.get("/admin/summaries/a-draft/edit").text
    with library.writing() as session:
        drafts.keep(session, person, "a-draft", {**typed, "body": "Other."}, 2)
    answer = curator.post("/admin/summaries/a-draft/discard")
    assert "discarded" in curator.get(answer.headers["location"]).text
    with library.reading() as session:
        assert drafts.find(session, person, "a-draft") is None


def test_a_draft_of_a_new_summary_is_taken_up_again(curator: TestClient, library: Database) -> None:
    form = fields_of(curator.get(NEW))
    key = str(form["submission"])
    with library.writing() as session:
        person = Person(get_user(session, "curator@example.org").id, "", "", "curator")
        drafts.keep(session, person, key, {**form, "title": "Begun", "body": "So far."}, 0)
    again = fields_of(curator.get(NEW, params={"draft": key}))
    assert (again["title"], again["body"], again["submission"]) == ("Begun", "So far.", key)
    assert send(curator, NEW, again).status_code == 303
    with library.reading() as session:
        assert drafts.find(session, person, key) is None


def test_another_address_leads_on_from_the_old_one(editor: TestClient, library: Database) -> None:
    answer = editor.post("/admin/summaries/adam/rename", data={"slug": "adam-again"})
    assert answer.headers["location"] == "/admin/summaries/adam-again?done=renamed"
    assert editor.get("/summaries/adam").headers["location"] == "/summaries/adam-again"
    assert editor.get("/admin/summaries/adam/edit").headers["location"] == "/admin/summaries/adam-again/edit"
    for slug, status in (("Not a slug", 422), ("dropout", 409)):
        page = editor.post("/admin/summaries/adam-again/rename", data={"slug": slug})
        assert (page.status_code, f'value="{slug}"' in page.text) == (status, True)


def test_what_is_done_is_on_record(editor: TestClient, library: Database) -> None:
    save(editor, "a-draft", edit_form(editor, "a-draft"), "publish", kind="deep-dive", body="Text.")
    with library.reading() as session:
        rows = session.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.id.desc()).limit(2))
        assert [tuple(row) for row in rows] == [
            ("summary.publish", "summaries/a-draft"), ("summary.save", "summaries/a-draft"),
        ]  # fmt: skip


def test_a_kept_draft_of_any_shape_does_no_harm(curator: TestClient, library: Database) -> None:
    with library.writing() as session:
        person = Person(get_user(session, "curator@example.org").id, "", "", "curator")
        drafts.keep(session, person, "a-draft", json.loads('{"title": 3, "categories": {"a": 1}, "body": null}'), 1)
    assert curator.get("/admin/summaries/a-draft/edit?draft=restore").status_code == 200


@pytest.mark.parametrize("path", ["/admin/summaries/a-draft/edit", NEW])
def test_the_editor_is_never_stored_and_not_for_strangers(
    app: FastAPI, curator: TestClient, stranger: TestClient, path: str
) -> None:
    assert curator.get(path).headers["cache-control"] == "no-store"
    assert stranger.get(path).headers["location"].startswith("/login?next=%2Fadmin%2F")
