"""A real PostgreSQL server for the tests: started by the test run in a temporary folder, stopped at its end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.processes import free_port

MISSING = (
    "PostgreSQL's server programs (initdb, postgres) are not installed; install Debian's package postgresql "
    "to run the store's tests on it too."
)


def find_programs() -> Path | None:
    """Return the folder that holds initdb and postgres, the newest where there are several."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("postgres"):
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def running_server() -> Iterator[str]:
    """Give the base URL (without a database name) of a fresh server on loopback."""
    programs = find_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="cairn-pg-"))
    folder.chmod(0o755)
    data = folder / "data"
    # The server refuses to run as root, so a root test run hands it to the account that Debian's package made.
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    port = free_port()
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    subprocess.run(
        [*as_user, programs / "initdb", "-D", data, "-U", "cairn", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, env=environment, cwd=folder, timeout=400,
    )  # fmt: skip
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off -c max_connections=50"
    # Nothing here outlives the run.
    options += (
        " -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c wal_level=minimal -c max_wal_senders=0"
    )
    options += " -c max_wal_size=4GB -c checkpoint_timeout=1h -c bgwriter_lru_maxpages=0"
    control = [*as_user, programs / "pg_ctl", "-D", data, "-w", "-t", "300"]
    subprocess.run(
        [*control, "-o", options, "-l", folder / "log", "start"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=folder, timeout=400,
    )  # fmt: skip
    try:
        yield f"postgresql+psycopg://cairn@127.0.0.1:{port}"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd=folder, timeout=400)
        shutil.rmtree(folder, ignore_errors=True)


def make_database(server: str, name: str, template: str = "template0") -> str:
    """Make a database and return its URL."""
    with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{server}/{name}"


def drop_database(server: str, name: str) -> None:
    with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
