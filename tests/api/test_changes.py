"""The changes feed over HTTP. That a copy kept from it is exact is proved in `test_client.py`."""

from fastapi.testclient import TestClient

from app.accounts.service import Actor
from app.database import Database
from app.summaries.curating import rename_category
from tests.api.conftest import Get


def test_every_slice_leads_to_the_next_and_the_last_one_to_the_version(client: TestClient, get: Get) -> None:
    whole = get("/changes?limit=1000")
    assert whole["next"] is None
    assert whole["version"] == get("/library")["version"]
    found, url, versions = [], "/changes?since=0&limit=3", []
    while url:
        answer = get(url)
        assert 0 < len(answer["items"]) <= 3
        found += answer["items"]
        versions.append(answer["version"])
        url = (answer["next"] or "").removeprefix("http://127.0.0.1:8000/api/v1")
    assert found == whole["items"]
    assert versions == sorted(versions)
    for item in found:
        if item["action"] == "changed" and item["api_url"]:
            assert client.get(item["api_url"]).status_code == 200
        if item["action"] == "changed" and item["url"]:
            assert client.get(item["url"]).status_code == 200
    assert {item["kind"] for item in found} >= {"summary", "paper", "author", "category", "tag", "series", "macro-set"}
    assert ("summary", "trashed-one", "deleted") in {(one["kind"], one["name"], one["action"]) for one in found}
    assert get(f"/changes?since={whole['version']}")["items"] == []


def test_kinds_can_be_chosen(get: Get) -> None:
    assert {item["kind"] for item in get("/changes?kind=paper&kind=tag&limit=1000")["items"]} == {"paper", "tag"}


def test_a_rename_is_a_change_and_a_deletion_that_names_the_new_one(own_client: TestClient, library: Database) -> None:
    before = own_client.get("/api/v1/library").json()["version"]
    with library.writing() as session:
        rename_category(session, "empty-shelf", "full-shelf", actor=Actor("host"))
    items = own_client.get(f"/api/v1/changes?since={before}").json()["items"]
    told = [(item["kind"], item["name"], item["action"], item["moved_to"]) for item in items]
    assert told == [
        ("category", "empty-shelf", "deleted", "full-shelf"),
        ("category", "full-shelf", "changed", None),
    ]


def test_a_version_that_was_never_reached_and_what_is_none_are_clear_problems(client: TestClient, get: Get) -> None:
    reached = get("/library")["version"]
    answer = client.get(f"/api/v1/changes?since={reached + 1}")
    assert answer.status_code == 422
    assert f"at version {reached} and has not reached {reached + 1}" in answer.json()["detail"]
    for query, field in (
        ("since=-1", "since"), ("since=now", "since"), (f"since={2**40}", "since"), ("limit=1001", "limit"),
        ("limit=0", "limit"), ("kind=novel", "kind.0"), ("cursor=x", "cursor"), ("colour=red", "colour"),
    ):  # fmt: skip
        answer = client.get(f"/api/v1/changes?{query}")
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field]), query
