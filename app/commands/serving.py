"""`cairn serve`, and the two steps before it on their own: `cairn migrate` and `cairn seed`."""

import errno
import os
import socket
import sys
from typing import Annotated

import typer

from app import console
from app.accounts.service import Actor
from app.commands.shared import open_migrated, open_store
from app.console import reporting
from app.database import Database
from app.errors import SetupError
from app.schema import migrate as migrate_schema
from app.settings import ROOT, Settings, load_settings

SEEDS = ROOT / "seeds"
GRACE_SECONDS = 10

commands = typer.Typer()


@commands.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Number of processes.", min=1, max=64)] = 1,
) -> None:
    """Migrate, seed if empty, index, and serve."""
    import uvicorn

    from app.web.connections import Connection

    given = load_settings()  # from the environment or .env
    if "base_url" not in given.model_fields_set and given.env == "development":
        shown = f"[{host}]" if ":" in host else host
        os.environ["CAIRN_BASE_URL"] = f"http://{'127.0.0.1' if host == '0.0.0.0' else shown}:{port}"  # noqa: S104
    _require_free(host, port)
    settings, database = open_store()
    _prepare(settings, database)
    _greet(settings, database)
    database.close()
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=15,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        server_header=False,
        http=Connection,
    )


def _require_free(host: str, port: int) -> None:
    """Raise SetupError where nobody can listen there: before minutes of work, and in one sentence."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SetupError(
                f"Port {port} on {host} is taken by another program; choose one with --port, or make run PORT=…."
            ) from error
        raise SetupError(f"Cairn cannot listen on {host}, port {port}: {error.strerror}.") from error


def _prepare(settings: Settings, database: Database) -> None:
    from app.search.following import bring_up_to_date

    migrate_schema(database)
    _seed(database)
    with reporting("Indexing") as progress:
        bring_up_to_date(settings, database, progress)


def _greet(settings: Settings, database: Database) -> None:
    from app.accounts.service import any_user

    console.say(f"{settings.title} is at {settings.base}  (stop with Ctrl-C)")
    with database.reading() as session:
        if not any_user(session):
            program = sys.argv[0] if sys.argv[0].endswith("bin/cairn") else "cairn"
            order = f"{program} user create YOU@EXAMPLE.ORG --role admin"
            console.say(f"No account exists yet. Create the first admin with: {order}")


@commands.command()
def migrate() -> None:
    """Bring the store's schema up to date."""
    _, database = open_store()
    console.say("The schema was brought up to date." if migrate_schema(database) else "The schema is up to date.")


@commands.command()
def seed() -> None:
    """Load the library that ships with Cairn, into an empty library only."""
    _, database = open_migrated()
    if not _seed(database):
        console.say("The library is not empty; nothing was loaded.")


def _seed(database: Database) -> bool:
    """Load `seeds/` where there is no row of any kind, or where an earlier load was cut short; say whether it was."""
    from app.interchange.importing import import_path
    from app.seeding import finish_seeding, wants_seeds

    if not wants_seeds(database):
        return False
    with reporting("Loading the seeds") as progress:
        report = import_path(database, SEEDS, actor=Actor("Cairn seeds"), progress=progress)
    for row in report.refused:
        console.complain(f"{row.file}:{row.line or 1}: {row.sentence}")
    finish_seeding(database)
    console.say(f"Loaded the seeds: {report.summary()}.")
    return True
