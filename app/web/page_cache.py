"""The page cache: whole answers for anonymous readers, given again without routing until the library moves on.

It stands in front of everything, so a kept answer carries all that the layers behind put on it (security headers, the
verdict on the host); only the request id is new each time. It is emptied whenever the state it was filled under is no
longer the present one: the library version, and whatever else main says that answers depend on (the search index).

Answers are compressed here too, once where they are kept. Compression beside secrets invites BREACH (docs/adr/0017): a
page for an anonymous reader holds none (no session, no token, nothing personal), and an answer to a session is blurred.

NOT here: what a page is made of, how ETags are made (`conditional.py`), files under /static.
"""

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import NamedTuple

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Unavailable
from app.web.compression import (
    COMPRESS_FROM,
    Headers,
    compress,
    is_text,
    restore_suffix,
    suffixed,
    takes_gzip,
    vary,
    weak,
    without_suffixes,
)
from app.web.conditional import etag_of, is_unmodified_since, matches_weakly
from app.web.cookies import PLAIN_NAME, SECURE_NAME
from app.web.headers import TRACKING, drop_tracking
from app.web.twins import before_html

MAX_BYTES = 64 * 1024 * 1024
MAX_ENTRY = 1024 * 1024
OVERHEAD = 4096  # what an entry costs beside its body: headers, key, the places that hold them
LONGEST_ADDRESS = 2000
BLIND_SECONDS = 1.0

SESSION_COOKIES = (SECURE_NAME.encode(), PLAIN_NAME.encode())
# Answered the same whatever cookie comes along; and If-Match at the API needs the strong ETag.
COOKIES_IGNORED = ("/static/", "/api/v1/")
NOT_PAGES = ("/static/", "/media/", "/healthz", "/readyz", "/metrics")
TRACKED = re.compile(rb"(?:^|&)(?:%s)=" % TRACKING.pattern.encode())
OF_THE_BODY = {b"content-type", b"content-length", b"content-encoding"}


class Asked(NamedTuple):
    """What a request says that matters here; `key` is None where it must not be answered from the cache."""

    key: Hashable
    takes_gzip: bool
    personal: bool
    head: bool
    if_none_match: str | None
    if_modified_since: str | None


class Entry:
    """A kept answer in one encoding, with its ETag and that of its twin in the other encoding."""

    __slots__ = ("_body", "_etag", "_headers", "_modified", "_twin", "_unmodified", "size")

    def __init__(self, headers: Headers, body: bytes, etag: str, twin: str) -> None:
        self._body, self._headers, self._etag, self._twin = body, headers, etag, twin
        self._modified = next((value.decode("latin-1") for name, value in headers if name == b"last-modified"), None)
        self._unmodified = [pair for pair in headers if pair[0] not in OF_THE_BODY]
        self.size = len(body) + OVERHEAD

    def answer(self, asked: Asked) -> tuple[int, Headers, bytes]:
        if asked.if_none_match is not None:
            if matches_weakly(asked.if_none_match, self._etag):
                return 304, self._unmodified, b""
            if matches_weakly(asked.if_none_match, self._twin):  # what the client holds is this very content
                etag = (b"etag", self._twin.encode("latin-1"))
                return 304, [etag if pair[0] == b"etag" else pair for pair in self._unmodified], b""
        elif is_unmodified_since(asked.if_modified_since, self._modified):
            return 304, self._unmodified, b""
        return 200, self._headers, b"" if asked.head else self._body


class PageCache:
    """Wrap the application, `Outermost` included. One per event loop; it is not for use by several threads.

    `version` gives the library version, `extra` anything else that answers depend on; both are asked at every request,
    so they must be quick. Where either raises Unavailable, requests pass through for a moment, and nothing is kept.
    """

    def __init__(
        self,
        app: ASGIApp,
        version: Callable[[], int],
        extra: Callable[[], Hashable] = lambda: None,
        *,
        max_bytes: int = MAX_BYTES,
        max_entry: int = MAX_ENTRY,
    ) -> None:
        self.app = app
        self.size = self.hits = self.unmodified = self.misses = 0
        self._version, self._extra = version, extra
        self._max_bytes, self._max_entry = max_bytes, max_entry
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._filled_under: Hashable = None
        self._blind_until = 0.0

    def __len__(self) -> int:
        return len(self._entries)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = _read(scope)
        state = self._state() if asked.key is not None else None
        if state is None:
            await self._pass_through(scope, receive, send, asked)
            return
        entry = self._entries.get(asked.key)
        if entry is not None:
            self._entries.move_to_end(asked.key)
            answer = entry.answer(asked)
            self.hits += 1
            self.unmodified += answer[0] == 304
            await _send(send, *answer)
            return
        self.misses += 1
        await self._make(scope, receive, send, asked, state)

    def _state(self) -> Hashable:
        """Return what answers depend on now, emptying the cache where it moved on; None where it cannot be told."""
        if self._blind_until and time.monotonic() < self._blind_until:
            return None
        try:
            state = (self._version(), self._extra())
        except Unavailable:
            self._blind_until = time.monotonic() + BLIND_SECONDS
            return None
        self._blind_until = 0.0
        if state != self._filled_under:
            self._entries.clear()
            self.size, self._filled_under = 0, state
        return state

    async def _make(self, scope: Scope, receive: Receive, send: Send, asked: Asked, state: Hashable) -> None:
        """Have the application answer, whole and without conditions, and keep that if nothing moved meanwhile."""
        conditions = (b"if-none-match", b"if-modified-since", b"range", b"if-range")
        headers = [pair for pair in scope["headers"] if pair[0] not in conditions]
        inner = {**scope, "method": "GET", "headers": headers}

        async def finish(start: Message, body: bytes) -> None:
            if not self._may_keep(start, body):
                await _finish_uncached(send, asked, start, b"" if asked.head else body)
                return
            entry = await _entry(start["headers"], body, asked.takes_gzip)
            if self._state() == state:
                self._keep(asked.key, entry)
            await _send(send, *entry.answer(asked))

        await self.app(inner, receive, _whole(send, finish, silent=asked.head))

    async def _pass_through(self, scope: Scope, receive: Receive, send: Send, asked: Asked) -> None:
        headers, held = without_suffixes(scope["headers"])

        async def finish(start: Message, body: bytes) -> None:
            if start["status"] == 304 and held:
                restore_suffix(start, held)
            await _finish_uncached(send, asked, start, body)

        await self.app({**scope, "headers": headers} if held else scope, receive, _whole(send, finish))

    def _may_keep(self, start: Message, body: bytes) -> bool:
        headers = MutableHeaders(raw=start["headers"])
        control = headers.get("cache-control", "").lower()
        varies = headers.get("vary", "").lower()
        return (
            start["status"] == 200
            and len(body) <= self._max_entry
            and is_text(headers)
            and not headers["content-type"].startswith("image/")
            and "set-cookie" not in headers
            and not any(word in control for word in ("no-store", "private"))
            and not any(word in varies for word in ("*", "cookie"))
        )

    def _keep(self, key: Hashable, entry: Entry) -> None:
        old = self._entries.pop(key, None)
        self.size += entry.size - (old.size if old else 0)
        self._entries[key] = entry
        while self.size > self._max_bytes:
            _, oldest = self._entries.popitem(last=False)
            self.size -= oldest.size


def _read(scope: Scope) -> Asked:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    zipped = takes_gzip(headers.get(b"accept-encoding", b""))
    cookie = headers.get(b"cookie")
    repeated = len(headers) != len(scope["headers"])  # a second Cookie header would have hidden the first one
    session = repeated or (cookie is not None and any(name in cookie for name in SESSION_COOKIES))
    tags = headers.get(b"if-none-match")
    key: Hashable = None
    path: str = scope["path"]
    if (
        scope["method"] in ("GET", "HEAD")
        and not session
        and b"authorization" not in headers
        and not path.startswith(NOT_PAGES)
    ):
        key = _key(scope, headers, zipped)
    held = tags.decode("latin-1") if tags is not None else None
    modified = headers.get(b"if-modified-since")
    since = modified.decode("latin-1") if modified is not None else None
    personal = session and not path.startswith(COOKIES_IGNORED)
    return Asked(key, zipped, personal, scope["method"] == "HEAD", held, since)


def _key(scope: Scope, headers: dict[bytes, bytes], zipped: bool) -> Hashable:
    """Return what tells answers apart. The host is in it, or a host that is not trusted could be answered from here."""
    query: bytes = scope["query_string"]
    if query and TRACKED.search(query):
        cleaned = {"path": scope["path"], "query_string": query}
        drop_tracking(cleaned)
        query = cleaned["query_string"]
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    accept = headers.get(b"accept", b"")
    host = headers.get(b"host", b"")
    if len(raw_path) + len(query) + len(accept) + len(host) > LONGEST_ADDRESS:
        return None
    # Of what it says only this matters, and every client says it in its own words.
    return raw_path, query, before_html(accept), zipped, host, scope.get("scheme") == "https"


def _whole(send: Send, finish: Callable[[Message, bytes], Awaitable[None]], silent: bool = False) -> Send:
    """Return a `send` that hands an answer given in one piece to `finish`; one that comes in pieces goes straight on.

    `silent` leaves the body of the latter out, for HEAD.
    """
    start: Message | None = None

    async def take(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            message["headers"] = list(message.get("headers", ()))
            start = message
            if not MutableHeaders(raw=message["headers"]).get("content-type", "").startswith("text/event-stream"):
                return
        elif message["type"] == "http.response.body":
            if start is not None and not message.get("more_body", False):
                whole, start = start, None
                await finish(whole, message.get("body", b""))
                return
            if silent:
                message = {**message, "body": b""}
        if start is not None and message is not start:
            await send(start)
        start = None
        await send(message)

    return take


async def _finish_uncached(send: Send, asked: Asked, start: Message, body: bytes) -> None:
    headers = MutableHeaders(raw=start["headers"])
    if len(body) >= COMPRESS_FROM and is_text(headers):
        vary(headers, "Accept-Encoding")
        if asked.takes_gzip:
            body = await compress(body, blurred=asked.personal)
            headers["content-encoding"], headers["content-length"] = "gzip", str(len(body))
            if "etag" in headers:  # which names other bytes now, and blurred ones are never twice the same
                headers["etag"] = weak(suffixed(headers["etag"])) if asked.personal else suffixed(headers["etag"])
    await send(start)
    await send({"type": "http.response.body", "body": body})


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    request_id = (b"x-request-id", secrets.token_hex(8).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, request_id]})
    await send({"type": "http.response.body", "body": body})


async def _entry(headers: Headers, body: bytes, takes_gzip: bool) -> Entry:
    kept = MutableHeaders(raw=[pair for pair in headers if pair[0] != b"x-request-id"])
    etag = kept.get("etag") or etag_of(body)
    twin = suffixed(etag)
    vary(kept, "Accept-Encoding", "Accept")
    kept.setdefault("cache-control", "no-cache")
    if takes_gzip and len(body) >= COMPRESS_FROM:
        body, etag, twin = await compress(body), twin, etag
        kept["content-encoding"] = "gzip"
    kept["etag"], kept["content-length"] = etag, str(len(body))
    return Entry(kept.raw, body, etag, twin)
