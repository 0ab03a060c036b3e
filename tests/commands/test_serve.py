"""`cairn serve` before it serves. What it serves is tried everywhere else."""

import socket
from pathlib import Path

from tests.processes import cairn


def test_a_port_that_is_taken_is_told_in_one_sentence_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = cairn(tmp_path / "data", "serve", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"cairn: Port {port} on 127.0.0.1 is taken by another program;")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()
