"""Lists: filters, slices, and what must never be repeated or left out."""

import base64
import datetime as dt
import json
import re
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from app.database import Database
from app.summaries.models import Summary
from tests import factories
from tests.api.conftest import Get
from tests.api.walk import LISTS

NEWEST = ["scheduler", "warmup", "reading-list", "dropout", "adam"]


def slugs(answer: dict[str, object]) -> list[str]:
    return [item["slug"] for item in answer["items"]]  # type: ignore[index, attr-defined]


def walk(client: TestClient, address: str) -> list[dict[str, object]]:
    """Follow `next` to the end."""
    found: list[dict[str, object]] = []
    url: str | None = address
    while url is not None:
        answer = client.get(url).json()
        found += answer["items"]
        url = answer["next"]
    return found


@pytest.mark.parametrize("address", LISTS)
def test_following_next_gives_the_whole_list_once_with_its_links(client: TestClient, address: str) -> None:
    whole = client.get(f"{address}?limit=100").json()
    assert whole["next"] is None
    assert whole["total"] == len(whole["items"]) > 0
    assert walk(client, f"{address}?limit=1") == whole["items"]
    first = client.get(f"{address}?limit=1")
    start = f'<http://127.0.0.1:8000{address}?limit=1>; rel="first"'
    if whole["total"] > 1:
        assert first.headers["link"] == f'{start}, <{first.json()["next"]}>; rel="next"'
    else:
        assert first.headers["link"] == start


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize(
    "address",
    [*LISTS, *(f"/api/v1/summaries?sort={sort}" for sort in ("oldest", "updated", "title")), "/api/v1/search"],
)
def test_following_prev_gives_the_same_slices_backwards(client: TestClient, address: str, limit: int) -> None:
    """Every key of an order counts: the small library has equal days, and names that are shared."""
    url: str | None = f"{address}{'&' if '?' in address else '?'}limit={limit}"
    slices = []
    while url is not None:
        answer = client.get(url)
        slices.append((url, answer))
        url = answer.json()["next"]
    backwards = slices[-1][1]
    for before, forwards in reversed(slices[:-1]):
        found = re.search(r'<([^>]*)>; rel="prev"', backwards.headers["link"])
        assert found, before
        backwards = client.get(found[1])
        assert backwards.json()["items"] == forwards.json()["items"]
        assert found[1].endswith(before)
    assert 'rel="prev"' not in backwards.headers["link"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "updated", "title"])
def test_what_is_published_in_between_is_neither_repeated_nor_leaves_a_gap(
    own_client: TestClient, library: Database, sort: str
) -> None:
    seen: list[str] = []
    url: str | None = f"/api/v1/summaries?sort={sort}&limit=2"
    number = 0
    while url is not None:
        answer = own_client.get(url).json()
        seen += slugs(answer)
        url = answer["next"]
        with library.writing() as session:  # at both ends and in the middle of every order
            for title, year in (("AAA", 2030), ("MMM", 2024), ("ZZZ", 2000)):
                number += 1
                published = dt.datetime(year, 5, 15, tzinfo=dt.UTC)
                factories.add_summary(session, slug=f"new-{number}", title=f"{title} {number}", published=published)
        if number > 60:
            break
    assert len(seen) == len(set(seen))
    assert set(NEWEST) <= set(seen)


@pytest.mark.parametrize("list_of", ["categories", "tags", "series", "paths", "papers", "authors"])
def test_shelves_that_grow_in_between_repeat_nothing(own_client: TestClient, library: Database, list_of: str) -> None:
    before = {item["url"] for item in walk(own_client, f"/api/v1/{list_of}?limit=100")}
    answer = own_client.get(f"/api/v1/{list_of}?limit=1").json()
    with library.writing() as session:
        factories.add_category(session, slug="aaa", name="First", position=0)
        factories.add_series(session, slug="aaa", title="First")
        factories.add_paper(session, key="aaa2000", title="First", arxiv_id=None)
        factories.add_summary(session, slug="aaa", tags=("aaa",))
        factories.add_path(session, "adam", slug="aaa", title="A first path")
    seen = [item["url"] for item in answer["items"]]
    seen += [item["url"] for item in walk(own_client, answer["next"])] if answer["next"] else []
    assert len(seen) == len(set(seen))
    assert before <= set(seen)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", NEWEST),
        ("category=regularisation", ["dropout"]),
        ("category=regularisation&category=optimization", ["dropout"]),
        ("category=empty-shelf", []),
        ("category=no-such-shelf", []),
        ("tag=optimiser", ["scheduler", "adam"]),
        ("tag=optimiser&tag=schedule", ["scheduler"]),
        ("tag=secret-tag", []),
        ("kind=deep-dive", ["scheduler", "warmup"]),
        ("year=2015", ["scheduler", "adam"]),
        ("author=jimmy-ba", ["scheduler", "adam"]),
        ("series=in-two-parts", ["scheduler", "warmup"]),
        ("paper=reddi2018convergence", ["scheduler"]),
        ("kind=deep-dive&paper=kingma2015adam&year=2018", ["scheduler"]),
        ("sort=oldest", NEWEST[::-1]),
        ("sort=title", ["reading-list", "adam", "dropout", "scheduler", "warmup"]),
    ],
)
def test_filters_combine_and_sorts_sort(get: Get, query: str, wanted: list[str]) -> None:
    answer = get(f"/summaries?{query}")
    assert slugs(answer) == wanted
    assert answer["total"] == len(wanted)


def test_next_keeps_every_filter(get: Get) -> None:
    following = get("/summaries?tag=optimiser&category=optimization&sort=title&limit=1")["next"]
    assert "tag=optimiser&category=optimization&sort=title&limit=1&cursor=" in following


def test_only_what_was_modified_since_is_listed(own_client: TestClient, library: Database) -> None:
    def get(address: str) -> dict[str, object]:
        found: dict[str, object] = own_client.get(f"/api/v1{address}").json()
        return found

    with library.writing() as session:
        for summary in session.query(Summary):
            summary.saved_at = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
        session.query(Summary).filter_by(slug="adam").one().saved_at = dt.datetime(2024, 1, 2, 12, tzinfo=dt.UTC)
    assert slugs(get("/summaries?modified_since=2024-01-02T12:00:00Z")) == ["adam"]
    assert slugs(get("/summaries?modified_since=2024-01-02T13:00:00%2B01:00")) == ["adam"]
    assert slugs(get("/summaries?modified_since=2024-01-02T12:00:00.5Z")) == []
    assert get("/summaries?modified_since=0001-01-01T00:00:00%2B23:00")["total"] == 5
    assert get("/summaries?modified_since=9999-12-31T23:59:59-23:00")["total"] == 0
    assert get("/papers?modified_since=9999-12-31T23:59:59-23:00")["total"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=101", "limit"), ("limit=-1", "limit"), ("limit=ten", "limit"),
        ("limit=2.0", "limit"), ("limit=%2020", "limit"), ("limit=1_0", "limit"), ("limit=", "limit"),
        ("kind=novel", "kind"), ("sort=best", "sort"), ("year=next", "year"), ("year=99", "year"),
        ("category=No+Slug", "category.0"), ("tag=%00", "tag.0"), ("author=A", "author"), ("paper=%2F", "paper"),
        ("modified_since=yesterday", "modified_since"), ("modified_since=2024-01-01", "modified_since"),
        ("modified_since=2024-01-01T00:00:00", "modified_since"), ("modified_since=1700000000", "modified_since"),
        ("modified_since=2024-02-30T00:00:00Z", "modified_since"),
        ("modified_since=2024-01-01T00:00:00+02:00", "modified_since"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client: TestClient, query: str, field: str) -> None:
    response = client.get(f"/api/v1/summaries?{query}")
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


def cursor_of(*key: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


BAD_CURSORS = (
    "x", "%%%", "é", "A" * 4001, cursor_of(), cursor_of({}), cursor_of(None), cursor_of([1]), cursor_of(True),
    cursor_of("newest", "0001-01-01T00:00:00+14:00", 1), cursor_of("newest", "2024-01-01T00:00:00+00:00", 2**70),
    cursor_of("title", "a\x00b", 1), cursor_of("title", "\ud800", 1), cursor_of("x\x00y"), cursor_of("\udfff"),
    base64.urlsafe_b64encode(b"[" * 1400).decode(), base64.urlsafe_b64encode(b"7").decode(),
)  # fmt: skip


@pytest.mark.parametrize("address", [*LISTS, "/api/v1/summaries?sort=title"])
def test_a_cursor_that_no_list_gave_out_is_refused(client: TestClient, address: str) -> None:
    for cursor in BAD_CURSORS:
        response = client.get(f"{address}{'&' if '?' in address else '?'}cursor={quote(cursor)}")
        assert response.status_code == 422, (cursor, response.text)
        assert [error["field"] for error in response.json()["errors"]] == ["cursor"]


@pytest.mark.parametrize("address", LISTS)
def test_a_cursor_of_another_list_is_refused(client: TestClient, address: str) -> None:
    for other in LISTS:
        following = client.get(f"{other}?limit=1").json()["next"]
        if following is not None:
            cursor = following.partition("cursor=")[2]
            status = client.get(f"{address}?cursor={cursor}").status_code
            assert status == (200 if address == other else 422), other


def test_a_cursor_of_another_order_is_refused(client: TestClient) -> None:
    for cursor in (cursor_of("newest", "yesterday", 1), cursor_of("title", "Adam", 1), cursor_of("newest", 5, 1)):
        assert client.get(f"/api/v1/summaries?cursor={cursor}").status_code == 422


def test_what_is_wrong_with_a_parameter_is_told_in_words_of_ours(client: TestClient) -> None:
    wrong = {
        "limit": "1000", "cursor": " ", "year": "x", "kind": "book", "category": "UPPER", "sort": "best",
        "modified_since": "soon", "tag": [f"t{n}" for n in range(11)], "author": "x" * 161, "bogus": "1",
    }  # fmt: skip
    problem = client.get("/api/v1/summaries", params=wrong).json()
    assert {error["field"].partition(".")[0] for error in problem["errors"]} == set(wrong)
    assert not re.search(r"Input|String should|Value error|valid ", problem["detail"])
    told = {error["field"]: error["message"] for error in problem["errors"]}
    assert told["limit"] == "must be at most 100"
    assert told["kind"] == "must be one of paper-summary, deep-dive or link"
