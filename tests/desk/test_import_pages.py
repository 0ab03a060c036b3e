"""Import and export in the browser: kept aside, looked at, imported, interrupted; for the editor who sent it."""

import io
import json
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.accounts.models import AuditEntry
from app.database import Database
from app.interchange import held_uploads, import_jobs
from app.interchange.archives import export_zip
from app.interchange.import_jobs import ImportJobs
from app.papers.queries import find_for_edit
from app.summaries.models import Revision, Summary
from tests.desk.conftest import NewBrowser

BIBTEX = """@article{lee2001, title={A Paper about Tests}, author={Lee, Ann}, year={2001}, isbn={1}}
@article{kingma2015adam, title={Adam: A Method for Stochastic Optimization},
  author={Kingma, Diederik P. and Ba, Jimmy}, year={2015}}
@broken{x
"""
POST = "---\ntitle: A post of {name}\ncategories: [Optimization]\n---\n\n## TLDR\n\nShort.\n\nLong, ![fig](fig.png).\n"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


def send(browser: TestClient, *files: tuple[str, bytes], **data: str) -> Any:
    return browser.post("/admin/import", files=[("files", (name, content)) for name, content in files], data=data)


def looked_at(browser: TestClient, app: FastAPI, *files: tuple[str, bytes], **data: str) -> str:
    """Send files and wait until they were looked at; return the address of the page about them."""
    answer = send(browser, *files, **data)
    assert answer.status_code == 303, answer.text
    app.state.imports.wait()
    return str(answer.headers["location"])


def test_a_bibliography_is_looked_at_then_imported(editor: TestClient, app: FastAPI, library: Database) -> None:
    address = looked_at(editor, app, ("papers.bib", BIBTEX.encode()))
    page = editor.get(address).text
    assert "What would happen" in page
    assert "All 3" in page
    for words in ("Added 1", "Unchanged 1", "Refused 1", "Not kept 1"):
        assert words in page or words == "Not kept 1"
    assert "papers.bib:1" in page
    assert "papers.bib:4" in page
    problems = editor.get(address + "?show=refused").text
    assert "papers.bib:4" in problems
    assert "lee2001" not in problems
    with library.reading() as session:
        assert find_for_edit(session, "lee2001") is None
    assert editor.post(address + "/run").status_code == 303
    app.state.imports.wait()
    done = editor.get(address).text
    assert "What was imported" in done
    with library.reading() as session:
        assert find_for_edit(session, "lee2001") is not None
        assert session.scalars(select(AuditEntry.detail).where(AuditEntry.action == "library.import")).one()
    assert editor.post(address + "/run").status_code == 303  # pressed twice: done once
    app.state.imports.wait()
    with library.reading() as session:
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "library.import")
        assert session.scalars(entries).one() == 1


def test_several_posts_with_their_picture_in_another_name(editor: TestClient, app: FastAPI, library: Database) -> None:
    files = [(f"{name}.md", POST.format(name=name).encode()) for name in ("one", "two")]
    address = looked_at(editor, app, *files, ("fig.png", PNG), publish="yes", recorded_as="Ann Other")
    page = editor.get(address).text
    assert "as the work of Ann Other, imported by Editor, and published where it can be" in page
    editor.post(address + "/run")
    app.state.imports.wait()
    done = editor.get(address).text
    assert 'href="/admin/summaries/one"' in done
    with library.reading() as session:
        summary = session.scalars(select(Summary).where(Summary.slug == "two")).one()
        assert summary.status == "published"
        who = select(Revision.actor).where(Revision.summary_id == summary.id)
        assert session.scalars(who).one() == "Ann Other, imported by Editor"


def test_other_choices_are_looked_at_anew(editor: TestClient, app: FastAPI, library: Database) -> None:
    address = looked_at(editor, app, ("one.md", POST.format(name="one").encode()))
    assert "and published" not in editor.get(address).text
    assert editor.post(address + "/check", data={"publish": "yes"}).status_code == 303
    app.state.imports.wait()
    assert "and published where it can be" in editor.get(address).text
    with library.reading() as session:
        assert session.scalars(select(Summary.id).where(Summary.slug == "one")).first() is None


def test_the_library_comes_back_from_its_own_export(editor: TestClient, app: FastAPI, library: Database) -> None:
    page = editor.get("/admin/export").text
    assert "<code>summaries/</code>" in page
    first, second = editor.get("/admin/export.zip"), editor.get("/admin/export.zip")
    assert first.content == second.content
    assert first.headers["content-type"] == "application/zip"
    assert first.headers["content-disposition"].startswith('attachment; filename="cairn-')
    assert int(first.headers["content-length"]) == len(first.content)
    assert "no-store" in first.headers["cache-control"]
    whole = io.BytesIO()
    export_zip(library, whole)
    assert first.content == whole.getvalue()
    assert "summaries/a-draft.md" in zipfile.ZipFile(whole).namelist()
    text = editor.get(looked_at(editor, app, ("library.zip", first.content))).text
    assert "0 added, 1 changed" in text  # a range of pages has one kind of dash in a library folder
    assert "Refused" not in text


def test_what_cannot_be_imported_is_a_sentence(editor: TestClient, app: FastAPI) -> None:
    for files, sentence in (
        ([], "Choose a file first."),
        ([("a.exe", b"x")], "a.exe cannot be imported"),
        ([("a.bib", b"x"), ("b.md", b"x")], "Several files at once must be Markdown files"),
        ([("a.md", b"x"), ("A.md", b"y")], "Two of the files have the same name."),
        ([("..", b"x")], "no name that could be used"),
    ):
        answer = send(editor, *files) if files else editor.post("/admin/import", data={"recorded_as": "x"})
        assert answer.status_code == 422, files
        assert sentence in answer.text
    assert send(editor, ("a.bib", b"x"), colour="red").status_code == 422
    long = send(editor, ("a.bib", b"x"), recorded_as="x" * 101)
    assert (long.status_code, "Recorded in the history as: is longer than 100 characters." in long.text) == (422, True)
    with zipfile.ZipFile(nothing := io.BytesIO(), "w"):
        pass
    empty = editor.get(looked_at(editor, app, ("a.zip", nothing.getvalue()))).text
    assert "This is neither a library folder nor a folder of Markdown files." in empty
    for name, content in (("a.zip", b"PK no"), ("a.json", b"nothing"), ("readme.md", b"")):
        page = editor.get(looked_at(editor, app, (name, content))).text
        assert "It cannot be imported." in page or "Refused 1" in page or "Added" in page
        assert "/files" not in page
        assert "Traceback" not in page


def test_an_archive_that_leads_out_is_refused_before_anything_is_written(editor: TestClient, app: FastAPI) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("../../evil.md", "x")
    page = editor.get(looked_at(editor, app, ("evil.zip", made.getvalue()))).text
    assert "It cannot be imported." in page
    assert "leads out of the archive" in page


def test_an_upload_is_for_the_session_that_sent_it_and_for_editors(
    browser_of: NewBrowser, editor: TestClient, app: FastAPI, settings: Any
) -> None:
    address = looked_at(editor, app, ("papers.bib", BIBTEX.encode()))
    assert "papers.bib" in editor.get("/admin/import").text
    for other in (browser_of("editor"), browser_of("admin")):
        for answer in (other.get(address), other.post(address + "/run"), other.post(address + "/discard")):
            assert answer.status_code == 404
        assert "papers.bib" not in other.get("/admin/import").text
    curator, stranger = browser_of("curator"), browser_of(None)
    for path in ("/admin/import", "/admin/export", "/admin/export.zip", address):
        assert curator.get(path).status_code == 403
        assert stranger.get(path).status_code == 303
    for browser, status in ((curator, 403), (stranger, 401)):
        assert send(browser, ("papers.bib", b"x")).status_code == status
        assert browser.post(address + "/run").status_code == status
    assert len(list((settings.data_dir / "uploads").iterdir())) == 1
    for token in ("0" * 32, "...", "x"):
        assert editor.get(f"/admin/import/{token}").status_code == 404
    assert editor.post(address + "/discard").status_code == 303
    assert list((settings.data_dir / "uploads").iterdir()) == []


def test_an_upload_is_forgotten_after_an_hour(
    editor: TestClient, app: FastAPI, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = looked_at(editor, app, ("papers.bib", BIBTEX.encode()))
    monkeypatch.setattr(held_uploads, "LIFE", -1.0)
    assert editor.get(address).status_code == 404
    held_uploads.sweep(settings.data_dir)
    assert list((settings.data_dir / "uploads").iterdir()) == []


def test_while_it_works_the_page_tells_how_far_it_is(
    editor: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, go_on = threading.Event(), threading.Event()

    def slowly(*_: object, progress: Any, **__: object) -> Any:
        progress(3, 12)
        at.set()
        assert go_on.wait(100)
        raise RuntimeError("as nobody expected")

    monkeypatch.setattr(import_jobs, "import_path", slowly)
    monkeypatch.setattr(import_jobs, "TOLD_EVERY", 0.0)
    address = send(editor, ("papers.bib", BIBTEX.encode())).headers["location"]
    assert at.wait(100)
    page = editor.get(address).text
    assert "3 of 12 rows" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert editor.post(address + "/discard").status_code == 303
    assert editor.post(address + "/run").status_code == 303
    assert "3 of 12 rows" in editor.get(address).text  # neither forgot it nor began a second time
    go_on.set()
    app.state.imports.wait()
    assert import_jobs.OURS in editor.get(address).text


def test_a_server_that_stops_leaves_it_interrupted_and_it_can_be_run_again(
    editor: TestClient, app: FastAPI, settings: Any, library: Database
) -> None:
    address = looked_at(editor, app, ("papers.bib", BIBTEX.encode()))
    folder = next((settings.data_dir / "uploads").iterdir())
    note_of_a_process_that_died(folder)
    page = editor.get(address).text
    assert "The server was stopped while this was imported, after 2 of 9 rows." in page
    app.state.imports.stop()
    assert editor.post(address + "/run").status_code == 303
    assert "Interrupted" in editor.get(address).text
    app.state.imports = ImportJobs(app.state.database, settings)
    editor.post(address + "/run")
    app.state.imports.wait()
    assert "What was imported" in editor.get(address).text
    with library.reading() as session:
        assert find_for_edit(session, "lee2001") is not None


def note_of_a_process_that_died(folder: Path) -> None:
    (folder / "running.json").write_text(json.dumps({"what": "import", "done": 2, "total": 9}))


def test_a_long_report_has_pages(editor: TestClient, app: FastAPI) -> None:
    entries = "\n".join(f"@misc{{k{at:03}, title={{Paper {at}}}}}" for at in range(130))
    address = looked_at(editor, app, ("many.bib", entries.encode()))
    assert "k099" in editor.get(address).text
    assert "k100" not in editor.get(address).text
    assert "k129" in editor.get(address + "?page=2").text
    for wrong in ("?page=3", "?page=0"):
        assert editor.get(address + wrong).status_code == 404
    assert editor.get(address + "?show=everything").status_code == 422


def test_looking_keeps_nobody_from_saving(editor: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    real, saved = import_jobs.import_path, threading.Event()

    def then_save(store: Database, *given: Any, **more: Any) -> Any:
        def progress(done: int, total: int) -> None:
            if done and not saved.is_set():
                answer = editor.post("/admin/new/paper", data={"key": "meanwhile", "title": "Meanwhile"})
                assert answer.status_code == 303
                saved.set()
            more["progress"](done, total)

        return real(store, *given, **{**more, "progress": progress})

    monkeypatch.setattr(import_jobs, "import_path", then_save)
    page = editor.get(looked_at(editor, app, ("papers.bib", BIBTEX.encode()))).text
    assert saved.is_set()
    assert "Added 1" in page
