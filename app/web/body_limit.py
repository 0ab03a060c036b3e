"""How much of a body is read, and how long it may take: nobody makes this server hold or wait for more.

A body that is declared too large is refused before any of it is read; one of unknown length when it grows too large; a
form with too many fields when they were counted; one that trickles in when its time is over, or the server's. Pure
ASGI, so that every door stands behind it. NOT here: slow headers, large ones and slow readers (`connections.py`).
"""

import asyncio
import time
from collections.abc import Mapping

import anyio
from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.errors import problem_response

MAX_BYTES = 2_000_000
# A million empty fields fit in a form of two million bytes, and take a hundred times that when they are read.
MAX_FIELDS = 10_000
SECONDS = 30.0
SLOWEST = 16_000  # bytes a second, beyond the first 30 s
# What is sent on after the answer is read and dropped for so long: a browser shows no answer before it has sent all.
DRAIN_BYTES = 64_000_000
DRAIN_SECONDS = 10.0
FORM = "application/x-www-form-urlencoded"
# What uvicorn says to what it cancels when it was told to stop and has waited long enough.
STOPPING = "graceful shutdown"


class Refused(Exception):
    """The body was not what is read; `status` and `detail` say why. Raised into whoever reads it."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.title, self.detail = status, title, detail


class BodyLimit:
    """Wrap the application; `larger` are the paths that take more than `most` bytes, each with its own limit; one that
    ends in a slash stands for all below it.

    `seconds` is the time for a body, and it grows with what has arrived, so that a large one may take longer.
    """

    def __init__(
        self, app: ASGIApp, larger: Mapping[str, int] | None = None, most: int = MAX_BYTES, seconds: float = SECONDS
    ) -> None:
        self.app = app
        self._larger, self._most, self._seconds = dict(larger or {}), most, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._limit_of(scope["path"])
        refusal = _refused_by_length(headers.getlist("content-length"), limit)
        if refusal is not None:
            await _answer(refusal, scope, receive, send)
            return
        body = _Body(receive, limit, self._seconds, headers.get("content-type", "").lower().startswith(FORM))
        started = False

        async def send_unless_refused(message: Message) -> None:
            nonlocal started
            # Whoever read the body may have made an answer of its own of our exception.
            if body.refusal is None or started:
                started = True
                await send(message)

        try:
            await self.app(scope, body.receive, send_unless_refused)
        except Exception:
            if body.refusal is None or started:
                raise
        if body.refusal is not None and not started:
            await _answer(body.refusal, scope, receive, send)

    def _limit_of(self, path: str) -> int:
        if path in self._larger:
            return self._larger[path]
        below = (limit for place, limit in self._larger.items() if place.endswith("/") and path.startswith(place))
        return next(below, self._most)


class _Body:
    """A body while it is read: what of it has arrived, and why no more of it is taken."""

    def __init__(self, receive: Receive, limit: int, seconds: float, counted: bool) -> None:
        self._receive, self._limit, self._counted = receive, limit, counted
        self._seconds, self._begun = seconds, time.monotonic()
        self._arrived = self._fields = 0
        self._whole = False
        self.refusal: Refused | None = None

    async def receive(self) -> Message:
        """Receive the next piece; raises Refused once this body is too much."""
        if self.refusal is not None:
            raise self.refusal
        if self._whole:
            return await self._receive()  # it waits for the client to leave, and may wait
        left = self._begun + self._seconds + self._arrived / SLOWEST - time.monotonic()
        try:
            with anyio.fail_after(max(0.0, left)):
                message = await self._receive()
        except TimeoutError:
            sentence = "What you sent arrived too slowly, so it was not taken. Please try again."
            self.refusal = Refused(408, "Too slow", sentence)
            raise self.refusal from None
        except asyncio.CancelledError as cut:
            if STOPPING not in str(cut):
                raise
            sentence = (
                "This server was stopped before all of it had arrived, so it was not taken. Please send it again."
            )
            self.refusal = Refused(503, "Going away", sentence)
            raise self.refusal from None
        self._look_at(message)
        return message

    def _look_at(self, message: Message) -> None:
        piece: bytes = message.get("body", b"")
        self._whole = message["type"] != "http.request" or not message.get("more_body", False)
        self._arrived += len(piece)
        if self._arrived > self._limit:
            self.refusal = _too_large(self._limit)
        elif self._counted:
            self._fields += piece.count(b"&")
            if self._fields >= MAX_FIELDS:
                sentence = f"The form has more than {MAX_FIELDS:,} fields, so it was not read."
                self.refusal = Refused(413, "Too large", sentence)
        if self.refusal is not None:
            raise self.refusal


def _refused_by_length(declared: list[str], limit: int) -> Refused | None:
    if not declared:
        return None
    if len(set(declared)) > 1 or not (declared[0].isascii() and declared[0].isdigit()):
        return Refused(400, "Bad Request", "The request does not say how long it is in a way that can be read.")
    return _too_large(limit) if len(declared[0]) > 18 or int(declared[0]) > limit else None


def _too_large(limit: int) -> Refused:
    size = f"{limit // 1_000_000:,} MB" if limit >= 1_000_000 else f"{limit:,} bytes"
    return Refused(413, "Too large", f"What you sent is larger than the {size} that are taken here. Nothing was saved.")


async def _answer(refusal: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once, then drop what still comes for a while, and end the connection."""
    closing = {"Connection": "close"}
    answer = problem_response(Request(scope), refusal.status, refusal.title, refusal.detail, headers=closing)
    await send({"type": "http.response.start", "status": answer.status_code, "headers": answer.raw_headers})
    await send({"type": "http.response.body", "body": _body_of(answer), "more_body": True})
    if refusal.status == 413:
        with anyio.move_on_after(DRAIN_SECONDS):
            await _drain(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _body_of(answer: Response) -> bytes:
    return bytes(answer.body)


async def _drain(receive: Receive) -> None:
    dropped, more = 0, True
    while more and dropped < DRAIN_BYTES:
        message = await receive()
        dropped += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
