"""Style sheets in parts, served as one file."""

import gzip
import re

import pytest
from fastapi.testclient import TestClient

from app.web.static_files import BUNDLES, STATIC, bundle, static_url


def test_every_part_of_a_sheet_is_in_its_bundle() -> None:
    written = {part.relative_to(STATIC).as_posix() for part in (STATIC / "css").rglob("*.css")}
    assert {part for parts in BUNDLES.values() for part in parts} == written


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_is_its_parts_in_order_as_one_file(client: TestClient, name: str) -> None:
    answer = client.get(f"/static/{name}")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    places = [answer.text.index((STATIC / part).read_text("utf-8")) for part in BUNDLES[name]]
    assert places == sorted(places)


@pytest.mark.parametrize("name", [*BUNDLES, "theme.js"])
def test_an_address_with_the_hash_of_the_content_is_kept_for_ever(client: TestClient, name: str) -> None:
    assert re.fullmatch(rf"/static/{re.escape(name)}\?v=[0-9a-f]{{12}}", static_url(name))
    assert client.get(static_url(name)).headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_bundle_that_a_browser_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/static/app.css", headers={"accept-encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    again = client.get("/static/app.css", headers={"accept-encoding": "gzip", "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_a_bundle_is_read_only_and_answers_head(client: TestClient) -> None:
    assert client.post("/static/app.css").status_code == 405
    head = client.head("/static/app.css")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(bundle("app.css"))


def test_the_sheet_of_every_page_stays_light() -> None:
    assert len(gzip.compress(bundle("app.css"))) < 14_000
