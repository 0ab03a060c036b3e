"""From draft to archive in the desk: moves by role, the checklist, comments, a set moment, preview links, the trash."""

import datetime as dt
import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.database import Database, now
from app.summaries.models import Summary
from app.summaries.workflow import publish_due
from app.summaries.workflow_models import PreviewLink
from tests.desk.conftest import NewBrowser
from tests.desk.forms import edit_form, parsed, save, words_of
from tests.desk.test_editing import document_in, revisions

DRAFT = "/admin/summaries/a-draft"


def buttons(browser: TestClient, slug: str) -> set[str]:
    """Return the moves that the page of a summary offers."""
    tree = parsed(browser.get(f"/admin/summaries/{slug}"))
    return {button.get("value", "") for button in tree.iter("button") if button.get("name") == "move"}


def move(browser: TestClient, slug: str, name: str, **more: str) -> int:
    return browser.post(f"/admin/summaries/{slug}/status", data={"move": name, **more}).status_code


def ready(browser: TestClient) -> None:
    """Give the draft what publishing asks for."""
    save(browser, "a-draft", edit_form(browser, "a-draft"), kind="deep-dive", body="Text.")


def test_each_role_is_offered_its_moves_and_kept_from_the_others(
    curator: TestClient, editor: TestClient, library: Database
) -> None:
    assert buttons(curator, "a-draft") == {"submit"}
    assert buttons(editor, "a-draft") == {"submit", "publish", "schedule"}
    assert buttons(curator, "adam") == set()
    assert buttons(editor, "adam") == {"archive", "unpublish"}
    for name in ("publish", "archive", "unarchive", "unpublish", "schedule", "unschedule"):
        assert move(curator, "a-draft", name, on="2099-01-01") in (403, 422), name
    assert move(curator, "a-draft", "submit") == 303
    assert move(curator, "a-draft", "withdraw") == 303
    assert move(editor, "a-draft", "explode") == 422
    assert document_in(library, "a-draft").status == "draft"


def test_a_summary_goes_the_whole_way(curator: TestClient, editor: TestClient, stranger: TestClient) -> None:
    ready(curator)
    steps = (
        (curator, "submit", 404), (editor, "publish", 200), (editor, "archive", 410), (editor, "unarchive", 200),
        (editor, "unpublish", 404),
    )  # fmt: skip
    for browser, name, seen in steps:
        answer = browser.post(DRAFT + "/status", data={"move": name})
        assert answer.headers["location"] == f"{DRAFT}?done={name}"
        assert browser.get(answer.headers["location"]).status_code == 200
        assert stranger.get("/summaries/a-draft").status_code == seen, name


def test_publishing_asks_for_the_essential_points_and_the_page_leads_to_each(
    editor: TestClient, library: Database
) -> None:
    save(
        editor, "a-draft", edit_form(editor, "a-draft"), tldr="", body="A formula $\\nope$, [[nowhere]].", categories=[]
    )
    answer = editor.post(DRAFT + "/status", data={"move": "publish"})
    assert answer.status_code == 422
    for field in ("tldr", "categories", "papers", "body"):
        assert f'href="{DRAFT}/edit#f-{field}"' in answer.text, field
    assert "(Text, line 1)" in answer.text
    assert "[[nowhere]] leads nowhere yet (Text, line 1)" in answer.text
    assert document_in(library, "a-draft").status == "draft"


def test_only_what_was_looked_at_is_moved(editor: TestClient, curator: TestClient) -> None:
    ready(curator)
    assert move(editor, "a-draft", "publish", base_revision="1") == 409
    assert move(editor, "a-draft", "publish", base_revision="2") == 303


def test_a_moment_is_set_in_utc_told_and_forgotten(editor: TestClient, library: Database) -> None:
    ready(editor)
    for wrong in ({"on": ""}, {"on": "soon"}, {"on": "2001-01-01"}, {"on": "2030-01-01", "at": "25:00"}):
        page = editor.post(DRAFT + "/status", data={"move": "schedule", **wrong})
        assert page.status_code == 422
        assert 'id="p-at"' in page.text
    day = f"{now() + dt.timedelta(days=3):%Y-%m-%d}"
    assert move(editor, "a-draft", "schedule", on=day, at="14:03") == 303
    assert ", 14:03 UTC</time>" in editor.get(DRAFT).text
    assert "unschedule" in buttons(editor, "a-draft")
    assert move(editor, "a-draft", "unschedule") == 303
    assert move(editor, "a-draft", "schedule", on=day, at="14:03") == 303
    with library.writing() as session:
        assert publish_due(session, now() + dt.timedelta(days=4)) == ["a-draft"]
    assert editor.get("/summaries/a-draft").status_code == 200


def test_comments_are_left_dealt_with_and_opened_again(curator: TestClient, editor: TestClient) -> None:
    assert editor.post(DRAFT + "/comments", data={"text": "Is <this> so?"}).status_code == 303
    page = curator.get(DRAFT)
    assert "Is &lt;this&gt; so?" in page.text
    [path] = re.findall(rf"{DRAFT}/comments/\d+/resolve", page.text)
    assert curator.post(path).status_code == 303
    assert "dealt with by Curator" in editor.get(DRAFT).text
    assert editor.post(path.replace("resolve", "reopen")).status_code == 303
    assert "dealt with by" not in curator.get(DRAFT).text
    assert curator.post(path.replace("a-draft", "adam")).status_code == 404
    empty = curator.post(DRAFT + "/comments", data={"text": " "})
    assert empty.status_code == 422
    assert 'id="p-text"' in empty.text
    long = curator.post(DRAFT + "/comments", data={"text": "word " * 3000})
    assert (long.status_code, long.text.count("word ") > 2900) == (422, True)


def test_a_preview_link_shows_the_draft_to_whoever_has_it_until_it_ends(
    curator: TestClient, stranger: TestClient, library: Database
) -> None:
    made = curator.post(DRAFT + "/preview-links", data={"days": 3})
    [token] = re.findall(r"http://127\.0\.0\.1:8000/preview/([\w-]+)", made.text)
    assert token not in curator.get(DRAFT).text
    page = stranger.get(f"/preview/{token}")
    assert page.status_code == 200
    assert "secretword" in page.text
    assert "/admin" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    save(curator, "a-draft", edit_form(curator, "a-draft"), body="A later word.")
    later = stranger.get(f"/preview/{token}").text
    assert "A later word." in later
    assert "/summaries/a-draft" not in later
    with library.writing() as session:
        session.execute(update(Summary).where(Summary.slug == "a-draft").values(status="published"))
    assert 'href="/summaries/a-draft"' in stranger.get(f"/preview/{token}").text
    with library.writing() as session:
        session.execute(update(Summary).where(Summary.slug == "a-draft").values(status="draft"))
    [path] = re.findall(rf"{DRAFT}/preview-links/\d+/revoke", curator.get(DRAFT).text)
    assert curator.post(path).status_code == 303
    refused = stranger.get(f"/preview/{token}")
    assert (refused.status_code, "secret" in refused.text, token in refused.text) == (404, False, False)
    assert token.replace("-", " ") not in refused.text  # nor in its search box
    second = curator.post(DRAFT + "/preview-links", data={"days": 3})
    [token] = re.findall(r"/preview/([\w-]+)", second.text)
    with library.writing() as session:
        session.execute(update(PreviewLink).values(expires_at=now()))
    assert stranger.get(f"/preview/{token}").status_code == 404
    assert curator.post(DRAFT + "/preview-links", data={"days": 91}).status_code == 422
    assert curator.post(DRAFT + "/preview-links", data={"days": 10**30}).status_code == 422


def test_the_trash_is_undone_right_after_and_emptied_only_with_the_name_typed(
    editor: TestClient, curator: TestClient, library: Database, stranger: TestClient
) -> None:
    answer = curator.post(DRAFT + "/trash")
    assert answer.headers["location"] == "/admin/trash?undo=a-draft"
    page = curator.get(answer.headers["location"])
    [undo] = [box for box in parsed(page).iter("div") if box.get("role") == "status"]
    assert words_of(undo) == "“A secret draft” is in the trash. Undo"
    assert curator.post("/admin/trash/a-draft/restore").headers["location"] == DRAFT + "?done=restored"
    assert document_in(library, "a-draft").body == "secretword"
    assert editor.post("/admin/summaries/adam/trash").status_code == 303
    assert stranger.get("/summaries/adam").status_code == 404
    assert curator.post("/admin/trash/adam/restore").status_code == 403
    assert curator.get("/admin/trash/adam/purge").status_code == 403
    assert editor.get("/admin/trash/dropout/purge").status_code == 409
    assert "adam" in editor.get("/admin/trash/adam/purge").text
    wrong = editor.post("/admin/trash/adam/purge", data={"confirm": "adm"})
    assert (wrong.status_code, 'value="adm"' in wrong.text) == (422, True)
    assert (
        editor.post("/admin/trash/adam/purge", data={"confirm": "adam"}).headers["location"]
        == "/admin/trash?done=purged"
    )
    assert "deleted for good" in editor.get("/admin/trash?done=purged").text
    assert editor.get("/admin/summaries/adam").status_code == 404
    assert editor.get("/summaries/warmup").status_code == 200


@pytest.mark.parametrize("role", ["curator", "editor"])
def test_a_curator_may_know_every_summary_but_change_only_what_is_open(
    browser_of: NewBrowser, library: Database, role
) -> None:
    browser, editor = browser_of(role), role == "editor"
    for slug, open_ in (("adam", False), ("archived-one", False), ("a-draft", True), ("in-review-one", True)):
        assert browser.get(f"/admin/summaries/{slug}").status_code == 200
        assert browser.get(f"/admin/summaries/{slug}/history").status_code == 200
        allowed = open_ or editor
        assert browser.get(f"/admin/summaries/{slug}/edit").status_code == (200 if allowed else 403), slug
        before = len(revisions(library, slug))
        form = {"title": "x", "base_revision": str(before), "categories": "optimization", "kind": "deep-dive"}
        answer = browser.post(f"/admin/summaries/{slug}/edit", data={**form, "published": "2024-01-01"})
        assert answer.status_code == (303 if allowed else 403), slug
        assert len(revisions(library, slug)) == before + allowed
        renamed = browser.post(f"/admin/summaries/{slug}/rename", data={"slug": slug + "-x"})
        assert renamed.status_code == (303 if allowed else 403)
        name = slug + "-x" if allowed else slug
        assert browser.post(f"/admin/summaries/{name}/trash").status_code == (303 if allowed else 403)
    with library.reading() as session:
        assert session.query(Summary).filter(Summary.trashed_at.is_not(None)).count() == (5 if editor else 3)
