"""The two servers of a run, each in a process of its own with one worker: Cairn as `cairn serve` starts it, and the
ceiling, a bare Starlette application that gives the very same bytes under the same settings of uvicorn.
"""

import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.commands.serving import GRACE_SECONDS
from app.settings import ROOT
from benchmarks.client import Answer, fetch

START_SECONDS = 60
OWN = ("date", "transfer-encoding", "connection", "content-length")  # what the server itself adds


class Server:
    """A server process that was started, and how long it took to its first page, in seconds."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, started_in: float) -> None:
        self.process, self.port, self.started_in = process, port, started_in

    def memory(self, what: str = "VmRSS") -> float:
        """Return the resident memory in megabytes now (`VmRSS`) or at its highest (`VmHWM`); 0 where not known."""
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
                if line.startswith(what + ":"):
                    return int(line.split()[1]) / 1024
        return 0.0


@contextlib.contextmanager
def cairn(folder: Path, log: Path) -> Iterator[Server]:
    """Serve the library in this folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    environment["CAIRN_DATA_DIR"] = str(folder)
    with _started([sys.executable, "-m", "app.cli", "serve"], "/", environment, log) as server:
        yield server


@contextlib.contextmanager
def ceiling(answers: Mapping[str, Answer], folder: Path) -> Iterator[Server]:
    """Serve these answers, each at its path, and nothing else."""
    described = {
        path: {
            "status": answer.status,
            "headers": {name: value for name, value in answer.headers.items() if name not in OWN},
            "body": base64.b64encode(answer.body).decode(),
        }
        for path, answer in answers.items()
    }
    file = folder / "ceiling.json"
    file.write_text(json.dumps(described))
    environment = {**os.environ, "CEILING_ANSWERS": str(file)}
    first = next(iter(answers))
    command = [sys.executable, "-m", "benchmarks.ceiling"]
    with _started(command, first, environment, folder / "ceiling.log") as server:
        yield server


@contextlib.contextmanager
def _started(command: list[str], path: str, environment: dict[str, str], log: Path) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait(process, port, path, log)
            yield Server(process, port, time.perf_counter() - begun)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(GRACE_SECONDS + 5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, path: str, log: Path) -> None:
    deadline = time.perf_counter() + START_SECONDS
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            if fetch(port, path).status in (200, 304):
                return
        time.sleep(0.01)
    raise RuntimeError(f"The server did not start: {log.read_text()[-2000:]}")
