"""Making, replacing, patching, deleting over HTTP: every kind alike, with the desk's rules, and nothing half done."""

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.accounts.models import AuditEntry
from app.api.nouns import NOUNS, Noun
from app.api.write_description import CHANGED, EXAMPLES
from app.database import Database, library_version
from app.summaries.models import Revision, Summary
from tests.api.server import bearer

BY_KIND = {noun.kind: noun for noun in NOUNS}
Headers = dict[str, str]


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def editor(library: Database) -> Headers:
    return bearer(library, "editor")


@pytest.fixture
def curator(library: Database) -> Headers:
    return bearer(library, "curator")


def made(client: TestClient, headers: Headers, noun: Noun) -> tuple[str, str]:
    """Make the example of a kind; return its address and ETag."""
    document = dict(EXAMPLES[noun.kind])
    if noun.kind == "path":
        document["steps"] = [{"summary": "adam", "note": "First."}]
    if noun.kind == "macro-set":
        document["name"] = "averages"
    answer = client.post(f"/api/v1{noun.place}", json=document, headers=headers)
    assert answer.status_code == 201, answer.text
    address = answer.headers["location"].removeprefix("http://127.0.0.1:8000")
    assert address == f"/api/v1{noun.place}/{document[noun.named_by]}"
    return address, answer.headers["etag"]


def fields(answer: Any) -> list[str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return [error["field"] for error in answer.json().get("errors", [])]


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.kind)
def test_a_thing_is_made_read_patched_replaced_and_deleted(
    client: TestClient, editor: Headers, library: Database, noun: Noun
) -> None:
    address, etag = made(client, editor, noun)
    read = client.get(address, headers=editor)
    assert (read.status_code, read.headers["etag"]) == (200, etag)
    assert read.headers["cache-control"] == "private, no-cache"
    change = {key: value for key, value in CHANGED[noun.kind].items() if noun.kind != "tag"} or {"name": "Averaging"}
    patched = client.patch(
        address,
        content=json.dumps(change),
        headers=editor | {"If-Match": etag, "Content-Type": "application/merge-patch+json"},
    )
    assert patched.status_code == 200, patched.text
    document = patched.json()["document"]
    for name, value in change.items():
        inner = document[name]
        assert inner == ("" if value is None else {**inner, **value} if isinstance(value, dict) else value)
    assert client.get(address, headers=editor).headers["etag"] == patched.headers["etag"] != etag
    same = client.put(address, json=document, headers=editor | {"If-Match": patched.headers["etag"]})
    assert (same.status_code, same.headers["etag"]) == (200, patched.headers["etag"])
    gone = client.delete(address, headers=editor | {"If-Match": f'"other", {same.headers["etag"]}'})
    assert (gone.status_code, gone.content) == (204, b"")
    assert client.get(address, headers=editor).status_code == (410 if noun.kind == "summary" else 404)
    with library.reading() as session:
        actions = list(session.scalars(select(AuditEntry.action).where(AuditEntry.actor == "Editor")))
    assert len(actions) == 3, actions  # each change once; putting back what is there is none


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.kind)
def test_preconditions_are_asked_for_and_hold(client: TestClient, editor: Headers, noun: Noun) -> None:
    address, etag = made(client, editor, noun)
    document = client.get(address, headers=editor).json()["document"]
    for method in ("PUT", "PATCH", "DELETE"):
        body = None if method == "DELETE" else {} if method == "PATCH" else document
        for header, status in (
            ({}, 428), ({"If-Match": '"stale"'}, 412), ({"If-Match": f"W/{etag}"}, 412), ({"If-None-Match": "*"}, 412),
            ({"If-None-Match": '"stale"'}, 428), ({"If-Match": ""}, 412),
        ):  # fmt: skip
            answer = client.request(method, address, json=body, headers=editor | header)
            assert answer.status_code == status, (method, header, answer.text)
        assert client.get(address, headers=editor).headers["etag"] == etag
    in_two_lines = [*editor.items(), ("If-Match", '"stale"'), ("If-Match", etag)]
    assert client.put(address, json=document, headers=in_two_lines).status_code == 200
    missing = address + "x"
    new = (
        document
        | {noun.named_by: document[noun.named_by] + "x"}
        | ({"name": "averagingx"} if noun.kind == "tag" else {})
    )
    assert client.put(missing, json=new, headers=editor).status_code == 428
    assert client.put(missing, json=new, headers=editor | {"If-Match": "*"}).status_code == 412
    other = client.put(missing, json=document, headers=editor | {"If-None-Match": "*"})
    assert (other.status_code, fields(other)) == (422, [noun.named_by])
    if noun.kind == "paper":
        new |= {"title": "Another"}
    answer = client.put(missing, json=new, headers=editor | {"If-None-Match": "*"})
    assert (answer.status_code, answer.headers.get("location")) == (201, f"http://127.0.0.1:8000{missing}"), answer.text
    for method in ("PATCH", "DELETE"):
        nothing = client.request(method, address + "y", json={}, headers=editor | {"If-Match": "*"})
        assert nothing.status_code == 404


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.kind)
def test_another_name_renames_and_the_former_leads_on(client: TestClient, editor: Headers, noun: Noun) -> None:
    address, etag = made(client, editor, noun)
    field, new = ("name", "Means") if noun.kind == "tag" else (noun.named_by, "meaning")
    answer = client.patch(address, json={field: new}, headers=editor | {"If-Match": etag})
    assert answer.status_code == 200, answer.text
    place = f"/api/v1{noun.place}/{new.lower()}"
    assert answer.headers["content-location"] == f"http://127.0.0.1:8000{place}"
    assert client.get(place, headers=editor).headers["etag"] == answer.headers["etag"]
    former = client.get(address, headers=editor)
    if noun.kind == "tag":  # no reader ever met this one
        assert former.status_code == 404
    else:
        assert (former.status_code, former.headers.get("location")) == (301, place)
    assert client.patch(address, json={}, headers=editor | {"If-Match": "*"}).status_code == 404


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.kind)
def test_who_may_not_write_changes_nothing(client: TestClient, library: Database, noun: Noun) -> None:
    before = _all(library)
    address = f"/api/v1{noun.place}"
    for headers, status in (({}, 401), (bearer(library, "editor", "read"), 403), ({"Authorization": "Bearer x"}, 401)):
        answer = client.post(address, json=EXAMPLES[noun.kind], headers=headers)
        assert answer.status_code == status
        assert ("www-authenticate" in answer.headers) == (status == 401)
    if noun.kind not in ("summary", "paper"):
        curator = bearer(library, "curator")
        document = EXAMPLES[noun.kind] | {"path": {"steps": []}, "macro-set": {"name": "averages"}}.get(noun.kind, {})
        assert client.post(address, json=document, headers=curator).status_code == 403
    assert _all(library) == before


def _all(library: Database) -> tuple[int, int | None, int | None]:
    with library.reading() as session:
        counts = (session.scalar(select(func.count()).select_from(model)) for model in (Summary, Revision))
        return library_version(session), *counts


def test_a_curator_writes_drafts_and_an_editor_publishes(client: TestClient, editor: Headers, curator: Headers) -> None:
    address, etag = made(client, curator, BY_KIND["summary"])
    assert client.get(address).status_code == 404  # a draft is nothing to readers
    assert client.get(address, headers=curator).json()["status"] == "draft"
    refused = client.patch(address, json={"status": "published"}, headers=curator | {"If-Match": etag})
    assert refused.status_code == 403
    review = client.patch(address, json={"status": "in-review"}, headers=curator | {"If-Match": etag})
    assert review.status_code == 200
    etag = review.headers["etag"]
    published = client.patch(address, json={"status": "published"}, headers=editor | {"If-Match": etag})
    assert published.status_code == 200, published.text
    assert client.get(address).json()["document"]["status"] == "published"
    etag = published.headers["etag"]
    for method, body in (("PATCH", {"title": "Mine"}), ("DELETE", None)):
        assert client.request(method, address, json=body, headers=curator | {"If-Match": etag}).status_code == 403


def test_a_change_of_the_status_alone_is_the_move_of_the_desk(
    client: TestClient, editor: Headers, library: Database
) -> None:
    headers = editor | {"If-Match": "*"}
    assert (
        client.patch("/api/v1/summaries/adam?note=Old+now", json={"status": "archived"}, headers=headers).status_code
        == 200
    )
    assert client.get("/api/v1/summaries/adam").status_code == 410
    assert client.get("/api/v1/summaries/adam", headers=editor).json()["status"] == "archived"
    with library.reading() as session:
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "summary.archive"
        assert session.scalars(select(Revision.note).order_by(Revision.id.desc())).first() == "Old now"


def test_publishing_asks_what_the_desk_asks(client: TestClient, editor: Headers) -> None:
    bad = {"slug": "bad", "title": "Bad", "status": "published", "categories": ["optimization"], "body": "$\\nope$"}
    answer = client.post("/api/v1/summaries", json=bad, headers=editor)
    assert answer.status_code == 422
    assert {"tldr", "body", "papers"} <= set(fields(answer))
    assert client.get("/api/v1/summaries/bad", headers=editor).status_code == 404


def test_a_curator_makes_papers_and_changes_those_no_published_summary_is_about(
    client: TestClient, curator: Headers
) -> None:
    address, etag = made(client, curator, BY_KIND["paper"])
    assert client.patch(address, json={"volume": "1"}, headers=curator | {"If-Match": etag}).status_code == 200
    read = {"If-Match": "*"} | curator
    assert client.patch("/api/v1/papers/kingma2015adam", json={"volume": "1"}, headers=read).status_code == 403
    assert client.delete(address, headers=read).status_code == 403


def test_the_same_paper_is_not_made_twice(client: TestClient, editor: Headers) -> None:
    again = {"key": "adam2", "title": "Adam: a method for stochastic optimization", "authors": [{"family": "Kingma"}]}
    answer = client.post("/api/v1/papers", json=again, headers=editor)
    assert answer.status_code == 409
    assert "kingma2015adam" in answer.json()["detail"]
    other = again | {"title": "Other", "arxiv_id": "arXiv:1412.6980v9"}
    assert client.put("/api/v1/papers/adam2", json=other, headers=editor | {"If-None-Match": "*"}).status_code == 409


def test_what_is_in_use_or_taken_is_a_conflict(client: TestClient, editor: Headers) -> None:
    always = editor | {"If-Match": "*"}
    for address in ("categories/optimization", "tags/optimiser", "series/in-two-parts", "papers/kingma2015adam"):
        assert client.delete(f"/api/v1/{address}", headers=always).status_code == 409
    answer = client.post("/api/v1/categories", json={"slug": "optimization", "name": "Again"}, headers=editor)
    assert answer.status_code == 409
    trashed = {"slug": "trashed-one", "title": "Back"}
    assert client.post("/api/v1/summaries", json=trashed, headers=editor).status_code == 409
    assert client.put("/api/v1/summaries/trashed-one", json=trashed, headers=always).status_code == 409
    assert client.patch("/api/v1/summaries/trashed-one", json={}, headers=always).status_code == 410


WRONG: list[tuple[object, list[str]]] = [
    ({"slug": "x", "title": "X", "colour": "red"}, ["colour"]),
    ({"slug": "x"}, ["title"]),
    ({"slug": "No Slug", "title": "X"}, ["slug"]),
    ({"slug": "x", "title": "X", "body": 5}, ["body"]),
    ({"slug": "x", "title": "X", "part": "5", "series": "in-two-parts"}, ["part"]),
    ({"slug": "x", "title": "X", "published": 1700000000}, ["published"]),
    ({"slug": "x", "title": "X", "provenance": {"read": "twice", "path": 1}}, ["provenance.path", "provenance.read"]),
    ({"slug": "x", "title": "X", "updates": [{"date": "2024-02-30", "text": "x"}]}, ["updates.0.date"]),
    ({"slug": "x", "title": "X", "source": {"url": "ftp://x"}}, ["source.url"]),
    ({"slug": "x", "title": "X", "series": "in-two-parts"}, ["part"]),
    ({"slug": "x", "title": "X", "papers": ["none"], "categories": ["none"]}, ["categories", "papers"]),
    ({"slug": "x", "title": "a\x00b"}, ["title"]),
    ({"slug": "x", "title": "X", "authors": ["\ud800"]}, ["authors.0"]),
    ({"slug": "x", "title": "X", "source": "here", "updates": ["now"]}, ["source", "updates.0"]),
    ([], ["body"]),
    ("x", ["body"]),
    (None, ["body"]),
]


def test_what_is_wrong_is_named_as_it_was_written(client: TestClient, editor: Headers, library: Database) -> None:
    before = _all(library)
    headers = editor | {"Content-Type": "application/json"}
    for body, wanted in WRONG:
        answer = client.post("/api/v1/summaries", content=json.dumps(body), headers=headers)
        assert answer.status_code == 422, answer.text
        assert sorted(fields(answer)) == wanted
        assert "lines" not in answer.text  # which is how front matter would have it
    for patch, name in (({"colour": None}, "colour"), ({"provenance": {"path": None}}, "provenance.path")):
        answer = client.patch("/api/v1/summaries/adam", json=patch, headers=editor | {"If-Match": "*"})
        assert (answer.status_code, fields(answer)) == (422, [name])
    assert _all(library) == before


def test_what_is_no_json_is_refused_with_a_sentence(client: TestClient, editor: Headers) -> None:
    headers = editor | {"Content-Type": "application/json; charset=utf-8"}
    for raw in (
        b"", b"{", b'{"slug": "x", "slug": "y"}', b'{"slug": NaN}', b"\xff\xfe", b'{"part": ' + b"9" * 5000 + b"}",
        b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"a": [' + b"[]," * 60_000 + b"[]]}", b'{"slug": "\xed\xa0\x80"}',
    ):  # fmt: skip
        answer = client.post("/api/v1/tags", content=raw, headers=headers)
        assert answer.status_code == 422, answer.text
        assert fields(answer) == ["body"]
    assert client.post("/api/v1/tags", content=b'{"slug":\n "a', headers=headers).json()["errors"][0] == {
        "field": "body", "message": "is not JSON: Unterminated string starting at line 2, column 2", "line": 2
    }  # fmt: skip
    marked = b'\xef\xbb\xbf{"slug": "marked", "name": "marked"}'
    assert client.post("/api/v1/tags", content=marked, headers=headers).status_code == 201


def test_other_media_types_encodings_and_sizes_are_refused(client: TestClient, editor: Headers) -> None:
    for given in ({"Content-Type": "text/plain"}, {}, {"Content-Type": "application/json", "Content-Encoding": "gzip"}):
        assert client.post("/api/v1/tags", content=b'{"slug": "x"}', headers=editor | given).status_code == 415
    patch = editor | {"Content-Type": "application/json-patch+json", "If-Match": "*"}
    assert client.patch("/api/v1/tags/optimiser", content=b"{}", headers=patch).status_code == 415
    long = client.post("/api/v1/tags", json={"slug": "x", "name": "x" * 13_000_000}, headers=editor)
    assert long.status_code == 413


def test_an_unknown_parameter_is_refused(client: TestClient, editor: Headers) -> None:
    for address in ("/api/v1/tags?note=x", "/api/v1/summaries?colour=red", "/api/v1/import?dryrun=1"):
        headers = editor | {"Content-Type": "application/x-ndjson"} if "import" in address else editor
        assert client.post(address, json={}, headers=headers).status_code == 422


def test_a_token_sees_what_its_user_may_see(client: TestClient, library: Database) -> None:
    reader = bearer(library, "curator", "read")
    lists = {
        status: [
            item["slug"] for item in client.get(f"/api/v1/summaries?status={status}", headers=reader).json()["items"]
        ]
        for status in ("draft", "in-review", "archived", "published")
    }
    assert lists.pop("published") == [item["slug"] for item in client.get("/api/v1/summaries").json()["items"]]
    assert lists == {"draft": ["a-draft"], "in-review": ["in-review-one"], "archived": ["archived-one"]}
    assert client.get("/api/v1/summaries?status=draft").status_code == 401
    assert client.get("/api/v1/summaries?status=published").status_code == 200
    draft = client.get("/api/v1/summaries/a-draft", headers=reader)
    assert (draft.status_code, draft.json()["published"] is None) == (200, False)
    assert client.get("/api/v1/summaries/a-draft/revisions", headers=reader).json()["total"] == 1
    assert client.get("/api/v1/tags/secret-tag", headers=reader).status_code == 200
    assert client.get("/api/v1/summaries/trashed-one", headers=reader).status_code == 410


def test_readers_are_not_told_of_drafts_in_documents(client: TestClient, editor: Headers) -> None:
    headers = editor | {"If-Match": "*"}
    assert (
        client.patch("/api/v1/summaries/adam", json={"requires": ["a-draft", "dropout"]}, headers=headers).status_code
        == 200
    )
    steps = {"steps": [{"summary": "a-draft"}, {"summary": "adam"}]}
    assert client.patch("/api/v1/paths/a-path", json=steps, headers=headers).status_code == 200
    assert client.get("/api/v1/summaries/adam").json()["document"]["requires"] == ["dropout"]
    assert client.get("/api/v1/paths/a-path").json()["document"]["steps"] == [{"summary": "adam", "note": ""}]
    whole = client.get("/api/v1/summaries/adam", headers=editor).json()["document"]["requires"]
    assert whole == ["a-draft", "dropout"]
    assert len(client.get("/api/v1/paths/a-path", headers=editor).json()["document"]["steps"]) == 2
