"""Many people saving one summary over HTTP while the server is killed: `python -m benchmarks.saves --clients 20`.

Each client saves the editor's form over the revision it saw last, waits a moment after a conflict and tries again over
what is there then; after a lost answer it sends the very same form. In the end there are as many revisions as
acknowledged saves, each of them reads as it was sent, and each was written over the one before it. A count, not a
race: the times printed are those of this machine.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.service import Actor
from app.accounts.sessions import open_session
from app.database import Database
from app.schema import migrate
from app.settings import ROOT, load_settings
from app.summaries.documents import SummaryDocument
from app.summaries.history import document_of_revision
from app.summaries.models import Revision
from app.summaries.service import save_summary
from app.web.cookies import PLAIN_NAME

SLUG = "contended"
PATH = f"/admin/summaries/{SLUG}/edit"
START_SECONDS = 60
LONGEST_WAIT = 0.4  # after a conflict, in seconds
# A server that has everything read and waits for a word: a restart takes no longer than it must.
WAITING = "import sys; import uvicorn, app.cli, app.main; sys.stdin.readline(); app.cli.main()"
PRESENT = re.compile(r"revision (\d+) was saved in the meantime")


@dataclass(slots=True)
class Run:
    """What happened: saves that were acknowledged (revision -> text), how long each took, and what stood in the way."""

    acknowledged: dict[int, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    conflicts: int = 0
    busy: int = 0
    lost: int = 0
    kills: int = 0
    twice: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def run(clients: int, saves: int, kills: int, folder: Path, *, chance: int = 1) -> Run:
    """Let the clients save while the server is killed so many times; then read back every revision."""
    done, port, dice = Run(), free_port(), random.Random(chance)
    tokens = _prepare(folder, clients)
    moments = sorted(dice.sample(range(1, clients * saves), kills))
    with _serving(folder, port) as server:
        started = time.perf_counter()
        threads = [
            threading.Thread(target=_client, args=(done, port, token, number, saves))
            for number, token in enumerate(tokens, 1)
        ]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            if moments and len(done.acknowledged) >= moments[0]:
                moments.pop(0)
                time.sleep(dice.random() / 20)  # anywhere within a save
                server.kill()
                done.kills += 1
                server.start()
            time.sleep(0.005)
        done.seconds = time.perf_counter() - started
    _check(done, folder, clients * saves)
    return done


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _prepare(folder: Path, clients: int) -> list[str]:
    """Make a library with one draft in it, and a session for each client; return their tokens."""
    database = Database(load_settings(_env_file=None, data_dir=folder))
    migrate(database)
    tokens = []
    with database.writing() as session:
        save_summary(session, SummaryDocument(slug=SLUG, title="Contended", body="begun"), actor=Actor("setup"))
        for number in range(1, clients + 1):
            user = User(
                email=f"client-{number}@example.org", name=f"Client {number}", role="curator", password_hash="-"
            )
            session.add(user)
            session.flush()
            tokens.append(open_session(session, user))
    database.close()
    return tokens


class _Server:
    def __init__(self, folder: Path, port: int) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
        self._environment = {**kept, "CAIRN_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
        self._folder, self._port = folder, port
        self._process: subprocess.Popen[bytes] | None = None
        self._spare: subprocess.Popen[bytes] | None = None

    def _spawn(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-c", WAITING, "serve", "--port", str(self._port)]
        with (self._folder / "server.log").open("ab") as log:
            return subprocess.Popen(
                command, env=self._environment, cwd=self._folder, stdin=subprocess.PIPE, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def start(self) -> None:
        self._process, self._spare = self._spare or self._spawn(), None
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.close()
        self._wait(self._process)
        self._spare = self._spawn()

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
            with suppress(OSError, http.client.HTTPException), closing(connection):
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """End it as a power cut would: nothing is told, nothing is finished."""
        _end(self._process)

    def close(self) -> None:
        _end(self._process)
        _end(self._spare)


def _end(process: "subprocess.Popen[bytes] | None") -> None:
    if process is not None and process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
    if process is not None and process.stdin is not None:
        process.stdin.close()


@contextmanager
def _serving(folder: Path, port: int) -> Iterator[_Server]:
    server = _Server(folder, port)
    server.start()
    try:
        yield server
    finally:
        server.close()


def _client(done: Run, port: int, token: str, number: int, saves: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        _save_again_and_again(done, connection, token, number, saves)


def _save_again_and_again(
    done: Run, connection: http.client.HTTPConnection, token: str, number: int, saves: int
) -> None:
    dice, base = random.Random(number), 1
    for count in range(1, saves + 1):
        started, tries = time.perf_counter(), 0
        while True:
            tries += 1
            text = f"client {number}, save {count}, over revision {base}"
            status, answer = _send(done, connection, token, base, text, f"{number}-{count}-{tries}", dice)
            if status == 200:
                break
            if status != 409:
                with done.lock:
                    done.wrong.append(f"{text}: {status} {answer}")
                return
            found = PRESENT.search(str(answer.get("detail")))
            base = int(found[1]) if found else base
            done.conflicts += 1
            time.sleep(dice.random() * LONGEST_WAIT)
        base = int(str(answer["revision"]))
        with done.lock:
            done.twice += base in done.acknowledged
            done.acknowledged[base] = text
            done.times.append(time.perf_counter() - started)


def _send(
    done: Run, connection: http.client.HTTPConnection, token: str, base: int, text: str, submission: str,
    dice: random.Random,
) -> tuple[int, dict[str, object]]:  # fmt: skip
    """Send a form until there is an answer to it; the same form, however often the answer was lost."""
    form = {"title": "Contended", "body": text, "base_revision": base, "submission": submission, "_action": "save"}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json",
        "Sec-Fetch-Site": "same-origin", "Cookie": f"{PLAIN_NAME}={token}",
    }  # fmt: skip
    while True:
        try:
            connection.request("POST", PATH, urlencode(form), headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            done.lost += 1
        else:
            if answer.status != 503:
                return answer.status, json.loads(body)
            done.busy += 1
        time.sleep(0.05 + dice.random() * LONGEST_WAIT)


def _check(done: Run, folder: Path, expected: int) -> None:
    """Compare what is in the store with what was acknowledged, by text and by digest."""
    database = Database(load_settings(_env_file=None, data_dir=folder))
    with database.reading() as session:
        texts = {
            revision.number: document_of_revision(revision).body
            for revision in session.scalars(select(Revision).order_by(Revision.number))
        }
    database.close()
    if len(done.acknowledged) != expected or done.twice:
        done.wrong.append(f"{len(done.acknowledged)} of {expected} were acknowledged, {done.twice} of them twice")
    if sorted(texts) != list(range(1, expected + 2)):
        done.wrong.append(f"{len(texts)} revisions for {expected} saves")
    for number, text in done.acknowledged.items():
        if texts.get(number) != text:
            done.wrong.append(f"revision {number} is not what was acknowledged")
        elif not text.endswith(f"over revision {number - 1}"):
            done.wrong.append(f"revision {number} was not written over the one before it: {text}")


def report(done: Run, clients: int, saves: int) -> str:
    """Return the figures in a paragraph."""
    times = sorted(done.times) or [0.0]
    half, most = times[len(times) // 2], times[int(len(times) * 0.95) - 1]
    number = len(done.acknowledged)
    told = (
        f"{clients} clients x {saves} saves on one summary, {done.kills} kills: {number:,} acknowledged in "
        f"{done.seconds:.0f} s ({number / max(done.seconds, 0.001):.1f} a second); {done.conflicts:,} conflicts, "
        f"{done.busy} times busy, {done.lost} answers lost; from the first try to the acknowledgement "
        f"{half:.2f} s in the middle, {most:.2f} s at 95 %.\n"
    )
    return told + ("\n".join(done.wrong) + "\n" if done.wrong else "Every acknowledged save is there, once, as sent.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 where anything was lost, doubled or overwritten."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.saves", description=__doc__)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--saves", type=int, default=50, help="by each client")
    parser.add_argument("--kills", type=int, default=5, help="kill -9 of the server, at random moments")
    parser.add_argument("--chance", type=int, default=1, help="seed of the random moments")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="cairn-saves-") as folder:
        done = run(asked.clients, asked.saves, asked.kills, Path(folder), chance=asked.chance)
    sys.stdout.write(report(done, asked.clients, asked.saves))
    return 1 if done.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
