import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.database import Database
from app.errors import Unavailable
from app.main import create_app
from app.settings import Settings
from app.version_probe import VersionProbe
from app.web.headers import Outermost
from app.web.page_cache import OVERHEAD, PageCache
from tests.conftest import StatementCounter
from tests.factories import add_summary

PAGE = "/summaries/adam"
DOCUMENT = "/api/v1/summaries/adam"
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PLAIN = {"Accept-Encoding": "identity"}


class Counted:
    """Count what reaches the application, and let a test do something before and after it answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.calls = 0
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.calls += 1
        self.before()

        async def meddle(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.after()
            await send(message)

        await self.app(scope, receive, meddle)


class Stand:
    """A page cache before an application, a client of it, and a count of what got through."""

    def __init__(self, app: ASGIApp, settings: Settings, **options: int) -> None:
        self.probe = VersionProbe(settings)
        self.inner = Counted(app)
        self.cache = PageCache(self.inner, self.probe.read, **options)
        self.client = TestClient(
            self.cache, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, follow_redirects=False
        )

    def get(self, path: str, **headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers={**HTML, **named})

    def calls_of(self, *paths: str, **headers: str) -> int:
        """Return how many of these requests reached the application."""
        before = self.inner.calls
        for path in paths:
            self.get(path, **headers)
        return self.inner.calls - before


@contextmanager
def standing(app: ASGIApp, settings: Settings, **options: int) -> Iterator[Stand]:
    stand = Stand(app, settings, **options)
    with stand.client:
        yield stand
    stand.probe.close()


def without_cache(settings: Settings) -> ASGIApp:
    """Make the real application without its page cache, so that a test can put its own in front and count."""
    app = create_app(settings)
    app.user_middleware = [layer for layer in app.user_middleware if layer.cls is not PageCache]
    return partial(FastAPI.__call__, app)


@pytest.fixture
def stand(settings: Settings, library: Database) -> Iterator[Stand]:
    """Give the real application over the small library."""
    with standing(without_cache(settings), settings) as it:
        yield it


def answering(answer: Callable[[Request], Response]) -> ASGIApp:
    """Make an application that gives one answer at every address, behind the security headers."""

    def handler(request: Request) -> Response:
        return answer(request)

    return Outermost(Starlette(routes=[Route("/{path:path}", handler, methods=["GET", "POST"])]))


def change(database: Database, **overrides: object) -> None:
    with database.writing() as session:
        add_summary(session, papers=("kingma2015adam",), **overrides)


@pytest.mark.parametrize("path", ["/", PAGE, "/summaries?category=optimization", DOCUMENT])
def test_a_page_seen_before_does_not_reach_the_application(stand: Stand, path: str) -> None:
    first, second = stand.get(path), stand.get(path)
    assert first.status_code == 200
    assert second.text == first.text
    assert stand.inner.calls == 1


def test_the_application_has_the_cache_in_front_of_everything(app: FastAPI) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000")  # not started, so nothing else asks the store
    statements = StatementCounter(app.state.database.engine)
    first = client.get(PAGE, headers=HTML)
    assert statements.take() > 0
    assert client.get(PAGE, headers=HTML).text == first.text
    assert statements.take() == 0
    app.state.database.close()


def test_a_kept_answer_carries_the_security_headers_and_a_request_id_of_its_own(stand: Stand) -> None:
    first, second = stand.get(PAGE), stand.get(PAGE)
    assert second.headers["content-security-policy"].startswith("default-src 'none'")
    assert second.headers["x-content-type-options"] == "nosniff"
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert set(first.headers) == set(second.headers)


def test_a_saved_change_is_on_the_very_next_page(stand: Stand, library: Database) -> None:
    assert "Quite another title" not in stand.get(PAGE).text
    change(library, title="Quite another title")
    assert "Quite another title" in stand.get(PAGE).text
    assert "Quite another title" in stand.get("/summaries").text


def test_a_draft_leaves_the_pages_where_they_are(stand: Stand, library: Database) -> None:
    stand.get(PAGE)
    change(library, slug="another-draft", status="draft")
    assert stand.calls_of(PAGE) == 0


def test_what_was_kept_before_a_change_is_given_back(stand: Stand, library: Database) -> None:
    stand.calls_of("/", PAGE, "/summaries")
    assert len(stand.cache) == 3
    change(library, title="Quite another title")
    stand.get(PAGE)
    assert len(stand.cache) == 1


def test_a_change_while_a_page_is_made_keeps_it_out(stand: Stand, library: Database) -> None:
    stand.inner.after = lambda: change(library, title="Later title")
    assert "Later title" not in stand.get(PAGE).text
    stand.inner.after = lambda: None
    assert "Later title" in stand.get(PAGE).text
    assert stand.inner.calls == 2
    assert stand.calls_of(PAGE) == 0


def test_a_change_just_before_a_page_is_made_keeps_it_out_too(stand: Stand, library: Database) -> None:
    stand.inner.before = lambda: change(library, title="Later title")
    assert "Later title" in stand.get(PAGE).text
    stand.inner.before = lambda: None
    assert len(stand.cache) == 0
    assert "Later title" in stand.get(PAGE).text
    assert len(stand.cache) == 1


def test_whatever_else_answers_depend_on_empties_the_cache(settings: Settings, library: Database) -> None:
    index = {"held": 1}
    inner = Counted(without_cache(settings))
    probe = VersionProbe(settings)
    with TestClient(PageCache(inner, probe.read, lambda: index["held"]), base_url="http://127.0.0.1:8000") as client:
        client.get(PAGE)
        client.get(PAGE)
        assert inner.calls == 1
        index["held"] = 2
        client.get(PAGE)
        assert inner.calls == 2
    probe.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer cairn_1_x"},
        {"Cookie": "__Host-cairn=secret"},
        {"Cookie": "theme=dark; cairn_session=secret"},
    ],
)
def test_who_shows_who_they_are_is_neither_answered_from_the_cache_nor_kept(
    stand: Stand, headers: dict[str, str]
) -> None:
    assert stand.calls_of(PAGE, PAGE, **headers) == 2
    assert len(stand.cache) == 0
    stand.get(PAGE)
    assert stand.calls_of(PAGE, **headers) == 1


def test_a_second_cookie_header_does_not_hide_a_session(stand: Stand) -> None:
    stand.get(PAGE)
    twice = [*HTML.items(), ("Cookie", "cairn_session=secret"), ("Cookie", "theme=dark")]
    stand.client.get(PAGE, headers=twice)
    assert stand.inner.calls == 2


def test_other_cookies_do_not_matter(stand: Stand) -> None:
    assert stand.calls_of(PAGE, PAGE, Cookie="theme=dark") == 1


def test_an_answer_to_a_session_is_compressed_to_a_length_that_tells_little(stand: Stand) -> None:
    plain = stand.get("/summaries", Cookie="cairn_session=x", **PLAIN)
    answers = [stand.get("/summaries", Cookie="cairn_session=x") for _ in range(20)]
    assert {answer.headers.get("content-encoding") for answer in answers} == {"gzip"}
    assert {answer.text for answer in answers} == {plain.text}
    lengths = {int(answer.headers["content-length"]) for answer in answers}
    assert len(lengths) > 5
    assert max(lengths) - min(lengths) < 100


def test_the_api_gives_a_session_the_strong_etag_that_a_save_must_name(stand: Stand) -> None:
    answer = stand.get("/api/v1/summaries/adam", Cookie="cairn_session=x", Accept="application/json")
    assert answer.status_code == 200
    assert answer.headers["etag"].endswith('-gzip"')
    assert not answer.headers["etag"].startswith("W/")


def test_an_answer_to_a_session_is_never_the_same_bytes_and_says_so(stand: Stand) -> None:
    etag = stand.get("/summaries.json", Cookie="cairn_session=x").headers["etag"]
    assert etag.startswith('W/"')
    assert stand.get("/summaries.json", Cookie="cairn_session=x", If_None_Match=etag).status_code == 304


def test_both_encodings_say_the_same_under_etags_of_their_own(stand: Stand) -> None:
    zipped, plain = stand.get(PAGE), stand.get(PAGE, **PLAIN)
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert zipped.text == plain.text
    assert zipped.headers["etag"] == plain.headers["etag"].removesuffix('"') + '-gzip"'
    assert int(plain.headers["content-length"]) == len(plain.content)
    assert {name.strip() for name in zipped.headers["vary"].split(",")} == {"Accept-Encoding", "Accept"}
    assert zipped.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("encoding", ["gzip", "identity", "gzip;q=0", "br, gzip;q=0.5"])
@pytest.mark.parametrize("seen_before", [True, False])
def test_a_reader_who_has_the_page_is_told_so(stand: Stand, encoding: str, seen_before: bool) -> None:
    etag = stand.get(PAGE, Accept_Encoding=encoding).headers["etag"]
    assert etag.endswith('-gzip"') == (encoding in ("gzip", "br, gzip;q=0.5"))
    if not seen_before:
        stand.cache._entries.clear()
    answer = stand.get(PAGE, Accept_Encoding=encoding, If_None_Match=f'"something", W/{etag}')
    assert answer.status_code == 304
    assert answer.headers["etag"] == etag
    assert answer.content == b""
    assert "content-length" not in answer.headers
    assert answer.headers["content-security-policy"]
    assert "Accept-Encoding" in answer.headers["vary"]


def test_the_etag_of_the_other_encoding_is_known_too(stand: Stand) -> None:
    zipped, plain = stand.get(PAGE).headers["etag"], stand.get(PAGE, **PLAIN).headers["etag"]
    assert stand.get(PAGE, If_None_Match=plain).headers["etag"] == plain
    assert stand.get(PAGE, If_None_Match=plain).status_code == 304
    assert stand.get(PAGE, If_None_Match=zipped, **PLAIN).status_code == 304
    assert stand.get(PAGE, If_None_Match='"other"').status_code == 200


def test_a_changed_page_is_sent_again_in_both_encodings(stand: Stand, library: Database) -> None:
    zipped, plain = stand.get(PAGE).headers["etag"], stand.get(PAGE, **PLAIN).headers["etag"]
    change(library, title="Quite another title")
    assert stand.get(PAGE, If_None_Match=zipped).status_code == 200
    assert stand.get(PAGE, If_None_Match=plain, **PLAIN).status_code == 200


def test_head_is_answered_as_get_without_a_body(stand: Stand) -> None:
    first = stand.client.head(PAGE, headers=HTML)
    got = stand.get(PAGE)
    second = stand.client.head(PAGE, headers=HTML)
    assert stand.inner.calls == 1
    for head in (first, second):
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-length"] == got.headers["content-length"]
        assert head.headers["etag"] == got.headers["etag"]
    assert stand.client.head(PAGE, headers={**HTML, "If-None-Match": got.headers["etag"]}).status_code == 304


def test_what_the_client_reads_decides_which_answer_is_kept(settings: Settings, library: Database) -> None:
    def by_accept(request: Request) -> Response:
        return PlainTextResponse("json" if "json" in request.headers["accept"] else "page")

    with standing(answering(by_accept), settings) as stand:
        assert stand.get("/x").text == stand.get("/x").text == "page"
        assert stand.get("/x", Accept="application/json").text == "json"
        assert stand.get("/x", Accept="text/html;q=0.5, application/json").text == "json"
        assert stand.get("/x").text == "page"
        assert stand.inner.calls == 2
        assert stand.calls_of("/x", Accept="text/html,*/*;q=0.1") == 0


def test_the_order_of_the_query_is_part_of_the_address(settings: Settings, library: Database) -> None:
    with standing(answering(lambda request: PlainTextResponse(request.url.query)), settings) as stand:
        assert stand.get("/x?a=1&b=2").text == "a=1&b=2"
        assert stand.get("/x?b=2&a=1").text == "b=2&a=1"
        assert stand.inner.calls == 2


def test_what_mailers_append_does_not_make_another_page(stand: Stand) -> None:
    assert stand.calls_of(PAGE, f"{PAGE}?utm_source=letter", f"{PAGE}?fbclid=1", f"{PAGE}?fbclid=2") == 1


def test_a_host_that_is_not_trusted_is_not_answered_from_the_cache(stand: Stand) -> None:
    stand.get(PAGE)
    assert stand.get(PAGE, Host="evil.example").status_code == 400


@pytest.mark.parametrize("path", ["/summaries/no-such-thing", "/summaries?page=99", "/summaries?wrong=1"])
def test_an_error_is_not_kept(stand: Stand, path: str) -> None:
    assert stand.get(path).status_code >= 400
    assert stand.calls_of(path) == 1
    assert len(stand.cache) == 0


def test_a_page_that_comes_into_being_is_found(stand: Stand, library: Database) -> None:
    assert stand.get("/summaries/brand-new").status_code == 404
    change(library, slug="brand-new")
    assert stand.get("/summaries/brand-new").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_asked_anew_every_time(stand: Stand, path: str) -> None:
    assert stand.calls_of(path, path) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "no-store"},
        {"Cache-Control": "max-age=5, private"},
        {"Set-Cookie": "a=b"},
        {"Vary": "Cookie"},
        {"Vary": "*"},
        {"Content-Type": "image/svg+xml"},
        {"Content-Type": "application/octet-stream"},
    ],
)
def test_an_answer_that_says_so_is_not_kept(settings: Settings, library: Database, headers: dict[str, str]) -> None:
    with standing(answering(lambda _: Response("x", headers=headers)), settings) as stand:
        assert stand.calls_of("/x", "/x") == 2
        assert len(stand.cache) == 0


def test_a_post_passes_through(settings: Settings, library: Database) -> None:
    with standing(answering(lambda request: PlainTextResponse(request.method)), settings) as stand:
        assert stand.get("/x").text == "GET"
        assert stand.client.post("/x").text == "POST"
        assert stand.client.post("/x").text == "POST"
        assert stand.inner.calls == 3


def test_an_answer_in_pieces_passes_as_it_is(settings: Settings, library: Database) -> None:
    def stream(_: Request) -> Response:
        return StreamingResponse(iter(["data: one\n\n"] * 200), media_type="text/event-stream")

    with standing(answering(stream), settings) as stand:
        answer = stand.get("/x")
        assert answer.text == "data: one\n\n" * 200
        assert "content-encoding" not in answer.headers
        assert stand.client.head("/x", headers=HTML).content == b""
        assert stand.calls_of("/x") == 1


def test_random_addresses_cannot_make_memory_grow(settings: Settings, library: Database) -> None:
    page = "word " * 2000
    with standing(answering(lambda _: PlainTextResponse(page)), settings, max_bytes=20 * (OVERHEAD + 10_000)) as stand:
        for number in range(50):
            stand.get(f"/x?q={number}", **PLAIN)
        assert len(stand.cache) == 20
        assert stand.cache.size == sum(entry.size for entry in stand.cache._entries.values())
        assert stand.cache.size <= 20 * (OVERHEAD + 10_000)
        assert stand.calls_of("/x?q=49", **PLAIN) == 0
        assert stand.calls_of("/x?q=0", **PLAIN) == 1


def test_what_is_looked_at_stays_longest(settings: Settings, library: Database) -> None:
    page = "word " * 2000
    with standing(answering(lambda _: PlainTextResponse(page)), settings, max_bytes=3 * (OVERHEAD + 10_000)) as stand:
        for path in ("/a", "/b", "/c", "/a", "/d"):
            stand.get(path, **PLAIN)
        assert stand.calls_of("/a", **PLAIN) == 0
        assert stand.calls_of("/b", **PLAIN) == 1


def test_a_page_that_is_too_big_or_has_too_long_an_address_is_not_kept(settings: Settings, library: Database) -> None:
    with standing(answering(lambda _: PlainTextResponse("x" * 5000)), settings, max_entry=4000) as stand:
        assert stand.calls_of("/x", "/x") == 2
        assert stand.get("/x").text == "x" * 5000
    with standing(answering(lambda _: PlainTextResponse("x")), settings) as stand:
        assert stand.calls_of("/x?q=" + "y" * 3000, "/x?q=" + "y" * 3000) == 2
        assert len(stand.cache) == 0


def test_requests_pass_through_while_the_store_does_not_answer(settings: Settings, library: Database) -> None:
    inner = Counted(answering(lambda _: PlainTextResponse("still here")))
    asked = []

    def away() -> int:
        asked.append(1)
        raise Unavailable("The store does not answer right now.")

    cache = PageCache(inner, away)
    with TestClient(cache, base_url="http://127.0.0.1:8000") as client:
        assert [client.get("/x").text for _ in range(3)] == ["still here"] * 3
    assert inner.calls == 3
    assert len(cache) == 0
    assert len(asked) == 1  # a store that is away is not asked at every request


def test_a_store_that_goes_away_while_a_page_is_made_keeps_it_out(settings: Settings, library: Database) -> None:
    answers = iter([1])

    def version() -> int:
        try:
            return next(answers)
        except StopIteration:
            raise Unavailable("The store does not answer right now.") from None

    cache = PageCache(answering(lambda _: PlainTextResponse("made")), version)
    with TestClient(cache, base_url="http://127.0.0.1:8000") as client:
        assert client.get("/x").text == "made"
    assert len(cache) == 0


def test_what_is_not_kept_is_compressed_all_the_same(settings: Settings, library: Database) -> None:
    headers = {"Cache-Control": "no-store", "ETag": '"abc"'}
    with standing(answering(lambda _: PlainTextResponse("word " * 900, headers=headers)), settings) as stand:
        answer = stand.get("/x")
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["etag"] == '"abc-gzip"'
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) == len(gzip.compress(b"word " * 900, 6, mtime=0))
        assert answer.text == "word " * 900
        plain = stand.get("/x", **PLAIN)
        assert plain.headers["etag"] == '"abc"'
        assert plain.headers["vary"] == "Accept-Encoding"


def test_the_application_never_meets_the_etag_of_a_compressed_answer(settings: Settings, library: Database) -> None:
    def echo(request: Request) -> Response:
        if request.headers.get("if-none-match") == '"abc"':
            return Response(status_code=304, headers={"ETag": '"abc"'})
        return PlainTextResponse(request.headers.get("if-match", "nothing"))

    with standing(answering(echo), settings) as stand:
        token = {"Authorization": "Bearer cairn_1_x"}
        assert stand.client.post("/x", headers={"If-Match": '"abc-gzip"'}).text == '"abc"'
        assert stand.get("/x", If_Match='"abc"', **token).text == '"abc"'
        unmodified = stand.get("/x", If_None_Match='"abc-gzip"', **token)
        assert unmodified.status_code == 304
        assert unmodified.headers["etag"] == '"abc-gzip"'
        assert stand.get("/x", If_None_Match='"abc"', **token).headers["etag"] == '"abc"'


def test_a_short_answer_is_left_as_it_is(settings: Settings, library: Database) -> None:
    with standing(answering(lambda _: PlainTextResponse("short")), settings) as stand:
        assert "content-encoding" not in stand.get("/x").headers
        assert stand.get("/x").headers["content-length"] == "5"
