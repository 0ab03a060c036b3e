"""How long a client may take over a connection, and how much it may say before it asks: uvicorn has no clock of its own
for a head that trickles in or an answer that nobody takes, and no limit for the size of a head.

NOT here: bodies (`body_limit.py`), connections that wait between two requests (uvicorn's `timeout_keep_alive`), how
many there may be (the proxy in front).
"""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.headers import SECURITY

MAX_HEAD = 64 * 1024  # bytes of the first line and all headers
HEAD_SECONDS = 10.0
STALL_SECONDS = 30.0
SLOWEST_READER = 1000  # bytes a second; nobody reads a page at that


class Connection(HttpToolsProtocol):
    """A connection that is cut where its client is too slow, and refused where a head is too large."""

    head_seconds = HEAD_SECONDS
    stall_seconds = STALL_SECONDS

    _head_timer: asyncio.TimerHandle | None = None
    _stall_timer: asyncio.TimerHandle | None = None
    _head_is_open = True
    _refused = False
    _head_size = 0
    _waiting_to_go = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget(self._head_timer)
        self._forget(self._stall_timer)
        self._refused = True
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._head_size += len(data)
        super().data_received(data)
        if self._head_is_open and self._head_size > MAX_HEAD:
            self._refuse(431)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_is_open, self._head_size = True, 0
        self._await_head()

    def on_headers_complete(self) -> None:
        self._head_is_open = False
        self._forget(self._head_timer)
        if self._refused:
            return
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD:
            self._refuse(431)
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._refused:
            super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reader()

    def resume_writing(self) -> None:
        self._forget(self._stall_timer)
        super().resume_writing()

    def _await_head(self) -> None:
        self._forget(self._head_timer)
        self._head_timer = self.loop.call_later(self.head_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._await_head()  # the answer to an earlier request is still on its way
        elif self._head_is_open:
            self._refuse(408)

    def _await_reader(self) -> None:
        self._forget(self._stall_timer)
        self._waiting_to_go = self.transport.get_write_buffer_size()
        self._stall_timer = self.loop.call_later(self.stall_seconds, self._reader_is_late)

    def _reader_is_late(self) -> None:
        taken = self._waiting_to_go - self.transport.get_write_buffer_size()
        if taken < self.stall_seconds * SLOWEST_READER:
            self.transport.abort()  # a close would wait for the reader too
        else:
            self._await_reader()

    def _refuse(self, status: int) -> None:
        """Answer in one line and end the connection; where an answer is under way, end it without."""
        self._refused = True
        if self.cycle is None or self.cycle.response_complete:
            phrase = HTTPStatus(status).phrase
            lines = [
                f"HTTP/1.1 {status} {phrase}",
                "Content-Type: text/plain; charset=utf-8",
                f"Content-Length: {len(phrase) + 1}",
                "Cache-Control: no-store",
                "Connection: close",
                *(f"{name}: {value}" for name, value in SECURITY.items()),
            ]
            self.transport.write("\r\n".join([*lines, "", phrase + "\n"]).encode())
        self.transport.close()

    @staticmethod
    def _forget(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
