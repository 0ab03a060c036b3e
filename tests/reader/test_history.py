"""What readers see of a summary's history: versions that were published, and how any two of them differ."""

from fastapi.testclient import TestClient

from app.accounts.service import Actor
from app.database import Database
from app.summaries.service import save_summary
from tests.factories import EDITOR, add_summary, make_document
from tests.reader.pages import get, words_of

HERE = "/summaries/adam/history"


def with_a_draft_between(library: Database) -> None:
    """Give the summary a published version, a draft, and a published version again."""
    with library.writing() as session:
        about = {"papers": ("kingma2015adam",)}
        save_summary(session, make_document(status="draft", body="Half-done thought.", **about), actor=EDITOR)
        save_summary(session, make_document(body="Keep two <means>.", **about), actor=EDITOR, note="shorter")


def test_only_published_versions_are_listed_and_compared(client: TestClient, library: Database) -> None:
    with_a_draft_between(library)
    page = get(client, HERE)
    assert page.status == 200
    assert [words_of(item).startswith("Edith Editor") or "UTC" in words_of(item) for item in page.all("main//ol/li")]
    assert "shorter" in page.html
    assert len([a for a in page.all("a") if "history?" in (a.get("href") or "")]) == 2
    compared = get(client, HERE + "?to=3")
    assert "Half-done" not in compared.html
    assert "<means" in words_of(compared.all("main")[0])
    assert compared.all("ins")
    for hidden in ("?to=2", "?from=2&to=3", "?to=99"):
        assert client.get(HERE + hidden).status_code == 404
    assert client.get(HERE + "?to=x").status_code == 422
    assert client.get(HERE + "?page=1").status_code == 422


def test_what_is_not_for_readers_has_no_history(client: TestClient, library: Database) -> None:
    with library.writing() as session:
        add_summary(session, slug="a-draft", title="Once shown", body="Shown.")
        add_summary(session, slug="a-draft", title="A secret draft", status="draft", body="secretword")
    for slug, status in (("a-draft", 404), ("trashed-one", 404), ("archived-one", 410), ("nothing", 404)):
        assert client.get(f"/summaries/{slug}/history").status_code == status, slug


def test_nobodys_address_is_told(client: TestClient, library: Database) -> None:
    with library.writing() as session:
        save_summary(session, make_document(body="Else."), actor=Actor("someone@example.org"))
    assert "someone@example.org" not in client.get(HERE).text
