"""Clients that take their time, or say too much before they ask, at a real server on loopback."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from app.web.connections import MAX_HEAD, Connection
from tests.processes import free_port

HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
LARGE = b"x" * 30_000_000


class Hasty(Connection):
    head_seconds = 0.4
    stall_seconds = 0.4


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer “small” at once, anything else with more than fits between the two ends."""
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"small" if scope["path"] == "/" else LARGE})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    port = free_port()
    config = uvicorn.Config(answer, host="127.0.0.1", port=port, http=Hasty, lifespan="off", log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    yield port
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def client(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as it:
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
    assert sent_until_cut(client, b"X-More: a\r\n", most=200, every=0.05) < 200


def test_a_connection_that_says_nothing_is_cut(client: socket.socket) -> None:
    assert first_line(client) == b"HTTP/1.1 408 Request Timeout"


def test_the_head_of_a_second_request_has_its_time_too(client: socket.socket) -> None:
    client.sendall(HEAD + b"\r\n")
    assert client.recv(10_000).startswith(b"HTTP/1.1 200 OK")
    client.sendall(HEAD)
    assert b"HTTP/1.1 408 " in rest(client)


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
def test_a_head_that_is_too_large_is_refused(client: socket.socket, head: bytes) -> None:
    client.sendall(head)
    assert first_line(client) == b"HTTP/1.1 431 Request Header Fields Too Large"


def test_a_head_without_an_end_is_refused_before_it_fills_the_memory(client: socket.socket) -> None:
    client.sendall(HEAD + b"X-Large: ")
    assert sent_until_cut(client, b"a" * 65_536, most=3000) < 300


def test_a_head_of_a_large_cookie_is_taken(client: socket.socket) -> None:
    client.sendall(HEAD + b"Cookie: " + b"a" * 60_000 + b"\r\nConnection: close\r\n\r\n")
    assert first_line(client) == b"HTTP/1.1 200 OK"


def test_whoever_does_not_take_the_answer_is_cut(client: socket.socket) -> None:
    client.sendall(HEAD.replace(b"/", b"/large", 1) + b"\r\n")
    time.sleep(1.5)
    assert len(rest(client)) < len(LARGE)


def test_whoever_takes_it_slowly_but_takes_it_gets_all_of_it(client: socket.socket) -> None:
    client.sendall(HEAD.replace(b"/", b"/large", 1) + b"Connection: close\r\n\r\n")
    taken = 0
    while piece := client.recv(1_000_000):
        taken += len(piece)
        time.sleep(0.03)
    assert taken > len(LARGE)
