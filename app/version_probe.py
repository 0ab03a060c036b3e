"""The library version by the bare driver, on a connection of its own: the page cache asks at every request.

It is asked on the event loop, so it never waits long: PostgreSQL has half a second to answer, and a lost connection is
made anew in a thread. Until that succeeds nobody waits for it. PostgreSQL's driver is loaded only where it is asked: a
worker on SQLite is 9 MB smaller without it. NOT here: sessions and transactions (`database.py`).
"""

from __future__ import annotations  # psycopg is named in types and not loaded

import select
import sqlite3
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from app.errors import Unavailable
from app.settings import Settings

if TYPE_CHECKING:
    import psycopg

SQL = "SELECT version FROM library"
SECONDS = 0.5
CONNECT_SECONDS = 2  # the least that libpq takes


class _NoAnswer(Exception):
    """The store did not answer, or said something else than a version."""


class VersionProbe:
    """Read the library version; raises Unavailable where the store does not answer.

    Not thread-safe: one probe belongs to one event loop.
    """

    def __init__(self, settings: Settings) -> None:
        self._url = make_url(settings.database)
        self._connection: sqlite3.Connection | psycopg.Connection | None = None
        self._attempt: threading.Thread | None = None
        self._made: sqlite3.Connection | psycopg.Connection | None = None
        self._lost = False

    def read(self) -> int:
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = self._connect()
            try:
                return _ask(self._connection)
            except (sqlite3.Error, _NoAnswer) as error:
                self._drop()
                if attempt == 2:
                    raise Unavailable("The store does not answer right now.") from error
        raise AssertionError("unreachable")

    def _connect(self) -> sqlite3.Connection | psycopg.Connection:
        """Return a new connection; of PostgreSQL the one a thread has made, waiting for it only the first time."""
        if self._url.get_backend_name() == "sqlite":
            try:
                return sqlite3.connect(
                    self._url.database or "", isolation_level=None, check_same_thread=False, timeout=0.2
                )
            except sqlite3.Error as error:
                raise Unavailable("The store does not answer right now.") from error
        attempt = self._attempt or self._begin()
        attempt.join(0 if self._lost else SECONDS)
        if not attempt.is_alive():
            self._attempt, made, self._made = None, self._made, None
            if made is not None:
                self._lost = False
                return made
            self._begin()
        self._lost = True
        raise Unavailable("The store does not answer right now.")

    def _begin(self) -> threading.Thread:
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)

        def make() -> None:
            import psycopg

            try:
                self._made = psycopg.connect(plain, autocommit=True, connect_timeout=CONNECT_SECONDS)
            except psycopg.Error:
                self._made = None

        self._attempt = threading.Thread(target=make, name="version-probe", daemon=True)
        self._attempt.start()
        return self._attempt

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        self._drop()
        if self._attempt is not None:
            self._attempt.join(CONNECT_SECONDS + 1)
            self._connection, self._made, self._attempt = self._made, None, None
            self._drop()


def _ask(connection: sqlite3.Connection | psycopg.Connection) -> int:
    if isinstance(connection, sqlite3.Connection):
        row = connection.execute(SQL).fetchone()
        return int(row[0]) if row else 0
    return _ask_postgres(connection)


def _ask_postgres(connection: psycopg.Connection) -> int:
    """Ask through libpq itself, which can be left waiting for a server that has gone silent."""
    from psycopg import Error
    from psycopg.pq import ExecStatus

    server = connection.pgconn
    try:
        server.send_query(SQL.encode())
        ready = select.poll()
        ready.register(server.socket, select.POLLIN)
        end = time.monotonic() + SECONDS
        while server.is_busy():
            if not ready.poll(max(0, end - time.monotonic()) * 1000):
                raise _NoAnswer("not in time")
            server.consume_input()
        result = server.get_result()
        if result is None or result.status != ExecStatus.TUPLES_OK:
            raise _NoAnswer(server.get_error_message())
        value = result.get_value(0, 0) if result.ntuples else b"0"
        while server.get_result() is not None:
            pass
    except Error as error:
        raise _NoAnswer(str(error)) from error
    return int(value or 0)
