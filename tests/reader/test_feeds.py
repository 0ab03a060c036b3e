"""Feeds as feed readers get them, and what RFC 4287, RFC 4151 and RFC 5005 ask of them."""

import datetime as dt
import os
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.database import Database, Library
from app.reader import feeds
from app.summaries.models import FormerSlug
from app.summaries.queries import find_for_edit
from tests.factories import add_summary
from tests.reader.conftest import LICENCE

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # feedparser 6 imports cgi's successor through an old name
    import feedparser

ATOM = "{http://www.w3.org/2005/Atom}"
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d){0,2}:\S+")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FEEDS = [
    "/feed.atom", "/summaries.atom", "/summaries.atom?tag=optimiser", "/categories/optimization.atom",
    "/categories/empty-shelf.atom", "/tags/schedule.atom", "/authors/jimmy-ba.atom", "/series/in-two-parts.atom",
    "/paths/a-path.atom", "/search.atom?q=adam", "/search.atom?q=nothingatall",
]  # fmt: skip


def read(client: TestClient, path: str, **headers: str) -> ElementTree.Element:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, path
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def parsed(client: TestClient, path: str) -> Any:
    found = feedparser.parse(client.get(path).content, sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


def links(element: ElementTree.Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in element.findall(f"{ATOM}link")}


def one(element: ElementTree.Element, name: str) -> str:
    """Return the text of a child that must be there exactly once."""
    found = element.findall(f"{ATOM}{name}")
    assert len(found) == 1, name
    return found[0].text or ""


def check(feed: ElementTree.Element) -> None:
    """Check what RFC 4287 requires of a feed and its entries."""
    assert feed.tag == f"{ATOM}feed"
    assert TAG.fullmatch(one(feed, "id"))
    assert one(feed, "title")
    assert RFC_3339.fullmatch(one(feed, "updated"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name")  # so that an entry without authors is right too
    assert len([link for link in feed.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) == 1
    ids = []
    for entry in feed.findall(f"{ATOM}entry"):
        ids.append(one(entry, "id"))
        assert TAG.fullmatch(ids[-1])
        assert one(entry, "title")
        assert RFC_3339.fullmatch(one(entry, "published"))
        assert RFC_3339.fullmatch(one(entry, "updated"))
        assert one(entry, "published") <= one(entry, "updated") <= one(feed, "updated")
        assert entry.find(f"{ATOM}content").get("type") == "html"  # type: ignore[union-attr]
        assert len([link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) == 1
        assert all(category.get("term") and category.get("scheme") for category in entry.findall(f"{ATOM}category"))
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_what_the_rfc_requires_and_reads_without_complaint(shown: TestClient, path: str) -> None:
    feed = read(shown, path)
    check(feed)
    assert links(feed)["self"] == f"http://127.0.0.1:8000{path}"
    found = parsed(shown, path)
    assert len(found.entries) == len(feed.findall(f"{ATOM}entry"))
    page = links(feed)["alternate"].removeprefix("http://127.0.0.1:8000")
    assert shown.get(page, headers={"Accept": "text/html"}).headers["content-type"].startswith("text/html")
    assert shown.get(path).headers["last-modified"]


def test_a_feed_is_well_formed_for_another_parser(shown: TestClient, tmp_path: Path) -> None:
    if shutil.which("xmllint") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "There is no xmllint here: Debian's libxml2-utils has it."
        )
    (tmp_path / "feed.atom").write_bytes(shown.get("/feed.atom").content)
    subprocess.run(["xmllint", "--noout", tmp_path / "feed.atom"], check=True, timeout=100)


def test_an_entry_is_the_whole_text_with_its_formulas_and_absolute_addresses(shown: TestClient) -> None:
    entries = {entry.title: entry for entry in parsed(shown, "/feed.atom").entries}
    assert list(entries) == ["Schedules", "Warm-up", "A reading list elsewhere", "Dropout", "Adam"]
    adam, scheduler = entries["Adam"], entries["Schedules"]
    assert "<math" in adam.content[0].value
    assert "Keep two running means" in adam.content[0].value
    assert adam.summary.startswith("Momentum with a step size for each weight")
    assert adam.links[1].href == "https://arxiv.org/abs/1412.6980"
    assert 'href="http://127.0.0.1:8000/summaries/warmup"' in scheduler.content[0].value
    assert not re.search(r'(?:href|src)="[/#]', "".join(entry.content[0].value for entry in entries.values()))
    assert {tag.scheme for tag in adam.tags} == {"http://127.0.0.1:8000/categories", "http://127.0.0.1:8000/tags"}
    assert "https://example.org/list" in [link.href for link in entries["A reading list elsewhere"].links]


def test_a_feed_and_its_entries_name_the_licence_of_the_texts(licensed: TestClient) -> None:
    feed = read(licensed, "/feed.atom")
    check(feed)
    assert links(feed)["license"] == LICENCE
    assert {links(entry)["license"] for entry in feed.findall(f"{ATOM}entry")} == {LICENCE}


def test_pages_of_a_feed_give_every_entry_once(shown: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "ENTRIES", 2)
    url: str | None = "/summaries.atom?category=optimization"
    seen: list[str] = []
    before: list[str] = []
    while url is not None:
        feed = read(shown, url, Cookie="cairn_session=x")  # past the page cache
        assert links(feed).get("previous") == (before[-1] if before else None)
        before.append(links(feed)["self"])
        check(feed)
        seen += [one(entry, "title") for entry in feed.findall(f"{ATOM}entry")]
        assert links(feed)["first"] == "http://127.0.0.1:8000/summaries.atom?category=optimization"
        url = links(feed).get("next")
    assert seen == ["Schedules", "Warm-up", "A reading list elsewhere", "Dropout", "Adam"]
    assert shown.get("/feed.atom?cursor=abc").status_code == 422
    assert shown.get("/summaries.atom?page=2").status_code == 422


def test_only_a_change_that_its_curator_calls_one_brings_an_entry_forward(still: TestClient, library: Database) -> None:
    def dropout() -> dict[str, str]:
        found = next(entry for entry in parsed(still, "/feed.atom").entries if entry.title == "Dropout")
        return {"id": found.id, "updated": found.updated}

    plain: dict[str, Any] = {"slug": "dropout", "title": "Dropout", "published": dt.datetime(2024, 4, 1, tzinfo=dt.UTC)}
    before = dropout()
    with library.writing() as session:
        add_summary(session, **plain, body="A comma, corrected.")
    assert dropout() == before
    with library.writing() as session:
        add_summary(session, **plain, updated=dt.datetime(2025, 1, 2, tzinfo=dt.UTC), body="A new result.")
    assert dropout() == {"id": before["id"], "updated": "2025-01-02T00:00:00Z"}
    assert parsed(still, "/feed.atom").entries[0].title == "Dropout"


def test_an_entry_keeps_its_id_when_slug_and_date_change(still: TestClient, library: Database) -> None:
    before = parsed(still, "/tags/optimiser.atom").entries[-1]
    with library.writing() as session:
        summary = find_for_edit(session, "adam")
        assert summary is not None
        summary.slug = "adam-renamed"
        session.add(FormerSlug(slug="adam", summary_id=summary.id))
    with library.writing() as session:
        add_summary(session, slug="adam-renamed", title="Renamed", published=dt.datetime(2024, 3, 9, tzinfo=dt.UTC))
    after = next(one for one in parsed(still, "/tags/optimiser.atom").entries if one.title == "Renamed")
    assert (before.id, after.id) == ("tag:127.0.0.1,2024-03-05:summaries/adam",) * 2
    assert after.link == "http://127.0.0.1:8000/summaries/adam-renamed"


def test_nothing_that_xml_cannot_carry_breaks_a_feed(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        add_summary(
            session, slug="odd", title="A \x08 & <b> ]]> \x0b \ufffe title", tldr="\x1f<i>", body='\x01 `<a href="/x">`'
        )
    entry = next(one for one in parsed(still, "/feed.atom").entries if one.link.endswith("/odd"))
    assert "& <b> ]]>" in entry.title_detail.value.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    assert 'href="/x"' in entry.content[0].value  # code is left as it is


NEVER, LATER = "Sat, 01 Jan 2000 00:00:00 GMT", "Sat, 01 Jan 2124 00:00:00 GMT"


@pytest.mark.parametrize("cached", [True, False])
def test_an_older_reader_may_ask_what_changed_since_a_moment(shown: TestClient, cached: bool) -> None:
    more = {"Accept-Encoding": "identity"}
    if not cached:
        more["Authorization"] = "Basic eA=="  # what carries credentials passes the page cache by
    first = shown.get("/feed.atom", headers=more)
    asked = {"If-Modified-Since": first.headers["last-modified"]} | more
    again = shown.get("/feed.atom", headers=asked)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert shown.get("/feed.atom", headers=asked | {"If-Modified-Since": NEVER}).status_code == 200
    assert shown.get("/feed.atom", headers=asked | {"If-Modified-Since": "yesterday"}).status_code == 200


@pytest.mark.parametrize("cached", [True, False])
def test_an_etag_counts_more_than_a_date(shown: TestClient, cached: bool) -> None:
    more = {} if cached else {"Authorization": "Basic eA=="}
    asked = {"If-Modified-Since": LATER, "If-None-Match": '"another"'} | more
    assert shown.get("/feed.atom", headers=asked).status_code == 200


def test_a_correction_that_brings_no_entry_to_the_front_is_a_modification(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        session.execute(update(Library).values(changed_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC)))
    moment = still.get("/feed.atom").headers["last-modified"]
    assert moment == "Sat, 01 Jun 2024 00:00:00 GMT"
    with library.writing() as session:
        add_summary(session, body="## The idea\n\nKeep two running means, and no comma more.\n")
    assert still.get("/feed.atom", headers={"If-Modified-Since": moment}).status_code == 200
