"""One client process: raw HTTP/1.1 over kept-open loopback connections, one request at a time on each.

It parses no more than it must, so that the server is what is measured; `rows.client_check` compares it with wrk.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass

BROWSER = {
    "Host": "127.0.0.1",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-GB,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "none",
}
PROGRAM = {**BROWSER, "Accept": "application/json"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers (names in lower case) and the body as sent."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Measured:
    """Requests a second, and the times they took in milliseconds, in rising order."""

    rate: float
    times: list[float]

    def percentile(self, share: float) -> float:
        return self.times[min(len(self.times) - 1, int(share * len(self.times)))]

    @property
    def p50(self) -> float:
        return self.percentile(0.5)

    @property
    def p95(self) -> float:
        return self.percentile(0.95)


def request_bytes(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], until: float, expected: int) -> None:
        self.requests, self.until, self.expected = requests, until, expected
        self.times: list[float] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.needed = 0  # the length of the whole answer, once its head was read

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self.requests, None)
        self.sent = time.perf_counter()
        if request is None or self.sent >= self.until:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer = self.buffer + data if self.buffer else data
        if not self.needed:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            status = int(buffer[9:12])
            if status != self.expected:
                self._fail(f"{status} instead of {self.expected}: {buffer[:200]!r}")
                return
            at = buffer.find(b"content-length: ", 0, end)
            length = int(buffer[at + 16 : buffer.index(b"\r\n", at)]) if at >= 0 and status != 304 else 0
            self.needed = end + 4 + length
        if len(buffer) >= self.needed:
            self.times.append((time.perf_counter() - self.sent) * 1000)
            self.buffer, self.needed = b"", 0
            self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        self._fail("the server closed the connection")

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(why))
            self.transport.close()


def load(port: int, requests: Iterator[bytes], *, connections: int, seconds: float, expected: int = 200) -> Measured:
    """Send these requests until they end or the time is up. Raises RuntimeError for an answer of another status."""

    async def run() -> Measured:
        loop = asyncio.get_running_loop()
        started = time.perf_counter()
        opened = []
        for _ in range(connections):
            connection = _Connection(requests, started + seconds, expected)
            await loop.create_connection(lambda made=connection: made, "127.0.0.1", port)
            opened.append(connection)
        await asyncio.gather(*(connection.done for connection in opened))
        took = time.perf_counter() - started
        times = sorted(moment for connection in opened for moment in connection.times)
        return Measured(len(times) / took, times)

    return _run(run())


def fetch(port: int, path: str, headers: dict[str, str] | None = None, timeout: float = 60) -> Answer:
    """Ask once, on a connection of its own."""

    async def run() -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request_bytes(path, {**(headers or BROWSER), "Connection": "close"}))
            raw = await asyncio.wait_for(reader.read(), timeout)
        finally:
            writer.close()
        head, _, body = raw.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(": ") for line in rest)
        return Answer(int(first.split()[1]), {name.lower(): value for name, _, value in pairs}, body)

    return asyncio.run(run())


def _run(work: object) -> Measured:
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)  # type: ignore[arg-type]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)  # type: ignore[arg-type]
