"""Real processes for tests: commands that run to their end, commands that are killed at a chosen moment, servers."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

ROOT = Path(__file__).resolve().parent.parent

# Runs a command of ours and kills its own process at the n-th SQL statement that matters, as kill -9 would.
KILLED_AT = """
import os, signal, sys
from sqlalchemy import Engine, event
left = int(sys.argv.pop(1))
@event.listens_for(Engine, "before_cursor_execute")
def count(connection, cursor, statement, parameters, context, many):
    global left
    if statement.split(None, 1)[0] in ("INSERT", "UPDATE", "DELETE", "CREATE", "ALTER"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
from app.cli import main
main()
"""


def environment(folder: Path, **extra: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    return {**kept, "CAIRN_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **extra}


def standing(folder: Path) -> Path:
    """Return the nearest folder above that exists: where a command is run from, far from any .env of ours."""
    return next(parent for parent in folder.parents if parent.is_dir())


def cairn(folder: Path, *arguments: str, given: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a `cairn` command in a process of its own and return what it did."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env=environment(folder, **extra), cwd=standing(folder), input=given,
        capture_output=True, text=True, timeout=570,
    )  # fmt: skip


def cairn_killed_at(statement: int, folder: Path, *arguments: str) -> int:
    """Run a `cairn` command that is killed at its n-th writing statement; return its exit code (-9 where it was)."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT, str(statement), *arguments],
        env=environment(folder), cwd=standing(folder), capture_output=True, timeout=570,
    )  # fmt: skip
    return done.returncode


def free_port() -> int:
    """Return a port that nobody else is given as long as this process lives, though its server starts later.

    On Linux it stays bound without listening: that keeps it from everybody who asks for any port, and from nobody who
    asks for this one, as a server does.
    """
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    probe.bind(("127.0.0.1", 0))
    port = int(probe.getsockname()[1])
    if sys.platform == "linux":
        probe.detach()
    probe.close()
    return port


def until(true: Callable[[], object], seconds: float = 120) -> None:
    """Wait for something that shows itself nowhere; the time is for a machine that has none."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"it did not happen within {seconds} s"
        time.sleep(0.02)


@contextmanager
def in_a_thread(config: uvicorn.Config) -> Iterator[uvicorn.Server]:
    """Run a server in a thread of its own; it answers when this gives it, and is gone when this is over."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        assert thread.is_alive(), "the server did not start"
        yield server
    finally:
        server.should_exit = True
        thread.join(120)
        assert not thread.is_alive(), "the server did not end"


@contextmanager
def serving(folder: Path, *arguments: str, **extra: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Give the address of a real server on this data folder, and its process; it is ended on the way out."""
    port = free_port()
    with (folder.parent / f"server-{port}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(port), *arguments],
            env=environment(folder, **extra), cwd=standing(folder), stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(base + "/healthz", process)
        yield base, process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(15)


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer within {seconds} s")
