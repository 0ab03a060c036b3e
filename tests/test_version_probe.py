"""The version probe never makes the event loop wait for a store that is silent, and finds it again afterwards."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from app import version_probe
from app.database import Database, stamp
from app.errors import Unavailable
from app.version_probe import VersionProbe
from tests.conftest import make_settings
from tests.processes import until


def probe_of(store: Database, tmp_path: Path) -> VersionProbe:
    url = store.engine.url.render_as_string(hide_password=False)
    return VersionProbe(make_settings(tmp_path / "probe", database_url=url))


def eventually(probe: VersionProbe) -> int:
    """Read as the page cache does, again and again."""
    found: list[int] = []

    def read() -> list[int]:
        with suppress(Unavailable):
            found.append(probe.read())
        return found

    until(read)
    return found[0]


@contextmanager
def silent_server() -> Iterator[tuple[int, list[socket.socket]]]:
    """Give the port of a server that takes connections and never says a word, and what it took."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield server.getsockname()[1], taken
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for one in taken:
                one.close()


def test_readers_do_not_wait_for_a_store_that_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version_probe, "CONNECT_SECONDS", 100)  # so that one attempt outlasts all of this
    with silent_server() as (port, taken):
        url = f"postgresql+psycopg://cairn@127.0.0.1:{port}/cairn?sslmode=disable"
        probe = VersionProbe(make_settings(tmp_path, database_url=url))
        for _ in range(200):
            with pytest.raises(Unavailable):
                probe.read()
            assert probe._attempt is not None
        assert probe._attempt.is_alive()  # 200 readers were answered while one thread is still waiting
        assert len(taken) <= 1
    probe.close()  # the server hung up, so nobody waits for it


def test_a_connection_that_was_cut_is_made_anew(store: Database, tmp_path: Path) -> None:
    probe = probe_of(store, tmp_path)
    assert eventually(probe) == 0
    with store.writing() as session:
        stamp(session)
    assert isinstance(probe._connection, psycopg.Connection) == (store.engine.dialect.name == "postgresql")
    if isinstance(probe._connection, psycopg.Connection):
        with psycopg.connect(
            store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        ) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [probe._connection.info.backend_pid])
    else:
        assert probe._connection is not None
        probe._connection.close()
    assert eventually(probe) == 1
    probe.close()


def test_a_store_without_its_table_is_unavailable(tmp_path: Path) -> None:
    probe = VersionProbe(make_settings(tmp_path))
    with pytest.raises(Unavailable):
        probe.read()
    probe.close()
