"""What is too much is refused at once, over a real socket: declared, chunked, slow, in many fields, nested deeply."""

import asyncio
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message

from app.web.body_limit import MAX_BYTES, MAX_FIELDS, BodyLimit
from tests.processes import free_port, in_a_thread

FORM = "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"


@pytest.fixture
def port(app: FastAPI) -> Iterator[int]:
    """Give the port of a real server that waits for a body as long as a busy machine needs to send it."""
    for middleware in app.user_middleware:
        if middleware.cls is BodyLimit:
            middleware.kwargs["seconds"] = 100.0
    number = free_port()
    with in_a_thread(uvicorn.Config(app, host="127.0.0.1", port=number, log_level="critical")):
        yield number


def limit_of(app: FastAPI) -> BodyLimit:
    """Return the limit that the running application has."""
    layer: Any = app.middleware_stack
    while not isinstance(layer, BodyLimit):
        layer = layer.app
    return layer


def talk(port: int, head: str, *pieces: bytes, path: str = "/login") -> str:
    """Send a request piece by piece, for as long as the other side listens; return what it says."""
    with socket.create_connection(("127.0.0.1", port), timeout=100) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}\r\n".encode())
        for piece in pieces:
            try:
                line.sendall(piece)
            except OSError:
                break
        said = b""
        try:
            while b"</html>" not in said and b'"instance"' not in said and (more := line.recv(65536)):
                said += more
        except ConnectionResetError:
            pass
        return said.decode("latin-1")


def test_bodies_are_limited_over_a_real_socket(app: FastAPI, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told = talk(port, FORM + "Content-Length: 1000000000\r\n")  # not a byte of it is sent
    assert told.startswith("HTTP/1.1 413")
    assert "larger than the 2 MB that are taken here" in told
    assert "connection: close" in told.lower()
    assert "content-security-policy" in told.lower()

    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    told = talk(port, FORM + "Transfer-Encoding: chunked\r\n", *[chunk] * 80)
    assert told.startswith("HTTP/1.1 413")

    told = talk(port, "Content-Type: application/json\r\nContent-Length: 200000000\r\n", path="/api/v1/summaries")
    assert told.startswith("HTTP/1.1 413")
    assert "application/problem+json" in told

    with monkeypatch.context() as impatient:
        impatient.setattr(limit_of(app), "_seconds", 0.5)
        slow = talk(port, FORM + "Content-Length: 10\r\n", b"email")  # and nothing more
    assert slow.startswith("HTTP/1.1 408")
    assert "arrived too slowly" in slow

    told = talk(port, FORM + f"Content-Length: {2 * MAX_FIELDS}\r\n", b"a&" * MAX_FIELDS)
    assert told.startswith("HTTP/1.1 413")
    assert "more than 10,000 fields" in told


def test_what_is_within_the_limit_is_taken_whole(client: TestClient) -> None:
    data = {"email": "x@example.org", "password": "y" * 4000}
    assert client.post("/login", data=data, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 401
    most = b"email=" + b"x" * (MAX_BYTES - 6)
    head = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/login", content=most, headers=head).status_code == 422
    assert client.post("/login", content=most + b"x", headers=head).status_code == 413
    # A text of a million characters may take nine bytes for each.
    assert client.post("/admin/summaries/adam/edit", content=most + b"x" * 8_000_000, headers=head).status_code != 413
    assert client.post("/admin/new", content=most + b"x" * 11_000_000, headers=head).status_code == 413


def test_a_length_that_is_none_is_refused(client: TestClient) -> None:
    for length in ("-1", "1e3", "x", "9" * 40):
        answer = client.post("/login", content=b"", headers={"Content-Length": length})
        assert answer.status_code in (400, 413), length


def test_deep_brackets_are_an_answer(client: TestClient) -> None:
    head = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
    for path in ("/login", "/api/v1/summaries", "/mcp", "/admin/preview"):
        for content in (b"[" * 1_000_000, b'{"a":' * 200_000):
            answer = client.post(path, content=content, headers=head)
            assert 400 <= answer.status_code < 500, (path, answer.status_code)
            assert "Traceback" not in answer.text


def test_a_body_that_is_not_there_when_the_server_stops_is_refused_in_words(app: FastAPI) -> None:
    sent: list[Message] = []

    async def stop_in_the_middle() -> None:
        waiting = asyncio.Event()

        async def receive() -> Message:
            waiting.set()
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"content-length", b"9"), (b"host", b"127.0.0.1"), (b"sec-fetch-site", b"same-origin"),
                   (b"content-type", b"application/x-www-form-urlencoded")]  # fmt: skip
        scope = {"type": "http", "method": "POST", "path": "/login", "raw_path": b"/login", "query_string": b"",
                 "headers": headers, "scheme": "http", "server": ("127.0.0.1", 8000)}  # fmt: skip
        request = asyncio.ensure_future(app(scope, receive, send))
        await waiting.wait()
        request.cancel("Task cancelled, timeout graceful shutdown exceeded")  # as uvicorn does
        await request

    with ThreadPoolExecutor(1) as pool:  # a browser's loop may be running in this thread
        pool.submit(asyncio.run, stop_in_the_middle()).result()
    assert sent[0]["status"] == 503
    assert b"send it again" in b"".join(message.get("body", b"") for message in sent)
