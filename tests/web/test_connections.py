"""Clients that take their time, or say too much before they ask, at a real server on loopback."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.web.connections import MAX_HEAD, SLOWEST_READER, Connection
from tests.processes import free_port, in_a_thread, until

HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
LARGE = b"x" * 30_000_000


class Patient(Connection):
    """As long as a busy machine needs."""

    head_seconds = 100.0
    stall_seconds = 100.0
    gone: ClassVar[set[tuple[str, int]]] = set()  # whose connections are over

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.client is not None:
            self.gone.add(self.client)


class Hasty(Connection):
    head_seconds = 0.4


class ByHand(Patient):
    """One whose reader is late when a test says so."""

    stall_seconds = 1.0
    made: ClassVar[list["ByHand"]] = []

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.made.append(self)

    def _await_reader(self) -> None:
        super()._await_reader()
        self._forget(self._stall_timer)

    def let_time_pass(self) -> bool:
        """Let `stall_seconds` be over once the reader took what is asked of one meanwhile; say whether it did."""
        taken = self._waiting_to_go - self.transport.get_write_buffer_size()
        if taken < self.stall_seconds * SLOWEST_READER:
            return False
        self._reader_is_late()
        return True


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer “small” at once, anything else with more than fits between the two ends."""
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"small" if scope["path"] == "/" else LARGE})


@contextmanager
def served(connections: type[Connection]) -> Iterator[int]:
    port = free_port()
    config = uvicorn.Config(
        answer, host="127.0.0.1", port=port, http=connections, lifespan="off", log_level="critical",
        timeout_keep_alive=100,
    )  # fmt: skip
    with in_a_thread(config):
        yield port


@pytest.fixture(scope="module")
def hasty_port() -> Iterator[int]:
    with served(Hasty) as port:
        yield port


@pytest.fixture(scope="module")
def patient_port() -> Iterator[int]:
    with served(Patient) as port:
        yield port


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=100)


@pytest.fixture
def client(hasty_port: int) -> Iterator[socket.socket]:
    """Give a connection that is cut soon."""
    with connected(hasty_port) as it:
        yield it


@pytest.fixture
def patient_client(patient_port: int) -> Iterator[socket.socket]:
    """Give a connection that is cut only for what is said on it."""
    with connected(patient_port) as it:
        yield it


def rest(client: socket.socket) -> bytes:
    """Return what comes until the other end closes or cuts the connection."""
    found = b""
    try:
        while piece := client.recv(1_000_000):
            found += piece
    except ConnectionResetError:
        pass
    return found


def sent_until_cut(client: socket.socket, piece: bytes, most: int, every: float = 0) -> int:
    """Return how often a piece could be sent before the other end was gone."""
    for number in range(most):
        try:
            client.sendall(piece)
        except OSError:
            return number
        time.sleep(every)
    return most


def first_line(client: socket.socket) -> bytes:
    return rest(client).partition(b"\r\n")[0]


def test_a_head_that_never_ends_is_cut(client: socket.socket) -> None:
    client.sendall(HEAD)
    told = rest(client)
    assert told.startswith(b"HTTP/1.1 408 ")
    assert b"content-security-policy: default-src 'none'" in told.lower()


def test_a_head_that_trickles_in_is_cut_all_the_same(client: socket.socket) -> None:
    client.sendall(HEAD)
    assert sent_until_cut(client, b"X-More: a\r\n", most=2000, every=0.05) < 2000


def test_a_connection_that_says_nothing_is_cut(client: socket.socket) -> None:
    assert first_line(client) == b"HTTP/1.1 408 Request Timeout"


def test_the_head_of_a_second_request_has_its_time_too(
    patient_client: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient_client.sendall(HEAD + b"\r\n")
    assert patient_client.recv(10_000).startswith(b"HTTP/1.1 200 OK")
    monkeypatch.setattr(Patient, "head_seconds", 0.4)
    patient_client.sendall(HEAD)
    assert b"HTTP/1.1 408 " in rest(patient_client)


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"X-Large: " + b"a" * 200_000 + b"\r\n\r\n",
        HEAD + b"".join(b"X-%d: a\r\n" % at for at in range(20_000)) + b"\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        HEAD + b"X-Large: " + b"a" * (MAX_HEAD + 1) + b"\r\n\r\n",
    ],
    ids=["one header", "many headers", "address", "a little more"],
)
def test_a_head_that_is_too_large_is_refused(patient_client: socket.socket, head: bytes) -> None:
    patient_client.sendall(head)
    assert first_line(patient_client) == b"HTTP/1.1 431 Request Header Fields Too Large"


def test_a_head_without_an_end_is_refused_before_it_fills_the_memory(patient_client: socket.socket) -> None:
    patient_client.sendall(HEAD + b"X-Large: ")
    assert sent_until_cut(patient_client, b"a" * 65_536, most=3000) < 300


def test_a_head_of_a_large_cookie_is_taken(patient_client: socket.socket) -> None:
    patient_client.sendall(HEAD + b"Cookie: " + b"a" * 60_000 + b"\r\nConnection: close\r\n\r\n")
    assert first_line(patient_client) == b"HTTP/1.1 200 OK"


def test_whoever_does_not_take_the_answer_is_cut(
    patient_client: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Patient, "stall_seconds", 0.4)
    patient_client.sendall(HEAD.replace(b"/", b"/large", 1) + b"\r\n")
    until(lambda: patient_client.getsockname() in Patient.gone)
    found = rest(patient_client)
    assert found.startswith(b"HTTP/1.1 200 OK")
    assert len(found) < len(LARGE)


def test_whoever_takes_it_slowly_but_takes_it_gets_all_of_it() -> None:
    with served(ByHand) as port, connected(port) as client:
        client.sendall(HEAD.replace(b"/", b"/large", 1) + b"Connection: close\r\n\r\n")
        taken, times = 0, 0
        while piece := client.recv(1_000_000):
            taken += len(piece)
            times += in_its_loop(ByHand.made[0])
    assert taken > len(LARGE)
    assert times > 3


def in_its_loop(connection: ByHand) -> bool:
    """Call `let_time_pass` where the connection lives."""

    async def ask() -> bool:
        return connection._waiting_to_go > 0 and connection.let_time_pass()

    return asyncio.run_coroutine_threadsafe(ask(), connection.loop).result(100)
