"""The `cairn` command. It calls the same services as the web. Every failure is one sentence and an exit code not 0."""

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from app import console
from app.accounts.service import Actor
from app.console import reporting
from app.database import Database
from app.errors import CairnError, SetupError
from app.schema import migrate as migrate_schema
from app.settings import ROOT, Settings, load_settings

SEEDS = ROOT / "seeds"
GRACE_SECONDS = 10

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Cairn: a library of paper summaries.",
)
users = typer.Typer(no_args_is_help=True, help="The people who may log in.")
cli.add_typer(users, name="user")


def main() -> None:
    """Run the command line; a CairnError is told in one sentence."""
    try:
        cli(standalone_mode=True)
    except CairnError as error:
        Console(stderr=True).print(f"cairn: {error.detail}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


def _open() -> tuple[Settings, Database]:
    settings = load_settings()
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"The data folder {settings.data_dir} cannot be made: {error.strerror}.") from error
    return settings, Database(settings)


def _shell() -> Actor:
    """Return who acts from a shell: the account of the machine, for the record only."""
    try:
        return Actor(f"{getpass.getuser()} (shell)")
    except (OSError, KeyError):
        return Actor("shell")


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Number of processes.", min=1, max=64)] = 1,
) -> None:
    """Migrate, seed if empty, index, and serve."""
    import uvicorn

    if "CAIRN_BASE_URL" not in os.environ and load_settings().env == "development":
        shown = f"[{host}]" if ":" in host else host
        os.environ["CAIRN_BASE_URL"] = f"http://{'127.0.0.1' if host == '0.0.0.0' else shown}:{port}"  # noqa: S104
    settings, database = _open()
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
        h11_max_incomplete_event_size=64 * 1024,
    )


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
            console.say(
                "No account exists yet. Create the first admin with: cairn user create YOU@EXAMPLE.ORG --role admin"
            )


@cli.command()
def migrate() -> None:
    """Bring the store's schema up to date."""
    _, database = _open()
    console.say("The schema was brought up to date." if migrate_schema(database) else "The schema is up to date.")


@cli.command()
def seed() -> None:
    """Load the library that ships with Cairn, into an empty library only."""
    _, database = _open()
    migrate_schema(database)
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


@cli.command(name="import")
def import_(
    path: Annotated[Path, typer.Argument(help="A library folder, a .md file, a .bib file, or a folder of posts.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would happen; change nothing.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Publish what is marked as a draft.")] = False,
) -> None:
    """Import a library folder, a Markdown file, a BibTeX file, or a folder of Markdown posts."""
    from app.interchange.importing import import_path

    _, database = _open()
    migrate_schema(database)
    with reporting("Importing") as progress:
        report = import_path(database, path, actor=_shell(), dry_run=dry_run, publish=publish, progress=progress)
    console.show_report(report)
    if report.refused:
        raise typer.Exit(1)


@cli.command()
def export(
    folder: Annotated[Path, typer.Argument(help="The folder to write: empty, new, or a former export.")],
) -> None:
    """Write the whole library as a folder of files: the same library, the same bytes."""
    from app.interchange.exporting import export_library

    _, database = _open()
    migrate_schema(database)
    with reporting("Exporting") as progress:
        counts = export_library(database, folder, progress=progress)
    console.say(f"Wrote {', '.join(f'{number} {kind}' for kind, number in counts.items())} to {folder}.")


@cli.command()
def reindex() -> None:
    """Build the search index anew, aside, and swap it in."""
    from app.search.following import rebuild_index

    settings, database = _open()
    migrate_schema(database)
    with reporting("Indexing") as progress:
        number = rebuild_index(settings, database, progress)
    console.say(f"Indexed {number} summaries.")


@cli.command()
def rerender() -> None:
    """Render again what an older renderer made, or what was made from something that changed since."""
    from app.summaries.rendering import all_ids, batches, render_again

    _, database = _open()
    migrate_schema(database)
    with database.reading() as session:
        ids = all_ids(session)
    changed = 0
    with reporting("Rendering") as progress:
        for batch in batches(ids, lambda done: progress(done, len(ids))):
            with database.writing() as session:
                changed += render_again(session, batch)
    console.say(f"Rendered {changed} of {len(ids)} summaries again.")


@cli.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended without losing anything.")] = False,
) -> None:
    """Check the database, the index, links, macros and files; exit 1 with a list where something is wrong."""
    from app.doctor import examine

    settings, database = _open()
    findings = examine(settings, database, repair=repair)
    for finding in findings:
        console.complain(f"{finding.place}: {finding.sentence}{' (mended)' if finding.mended else ''}")
    left = [finding for finding in findings if not finding.mended]
    if left:
        console.complain(f"{len(left)} problem{'s' if len(left) != 1 else ''} found.")
        raise typer.Exit(1)
    console.say("Everything is whole.")


@users.command(name="create")
def user_create(
    email: str,
    role: Annotated[Literal["curator", "editor", "admin"], typer.Option(help="What this person may do.")],
    name: Annotated[str, typer.Option(help="The name shown on what they write.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Create an account."""
    from app.accounts.service import create_user

    _, database = _open()
    migrate_schema(database)
    password = _ask_password(password_stdin)
    with database.writing() as session:
        user = create_user(session, email, role, password, actor=_shell(), name=name)
    console.say(f"Created {user.email} ({user.role}).")


@users.command(name="list")
def user_list() -> None:
    """List the accounts."""
    from app.accounts.service import list_users

    _, database = _open()
    migrate_schema(database)
    with database.reading() as session:
        for user in list_users(session):
            console.say(
                f"{user.email}\t{user.role}\t{'disabled' if user.disabled_at else 'active'}\t{user.name}".rstrip()
            )


@users.command(name="set-password")
def user_set_password(
    email: str,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Change a password and end the person's sessions."""
    from app.accounts.service import set_password

    _, database = _open()
    migrate_schema(database)
    password = _ask_password(password_stdin)
    with database.writing() as session:
        set_password(session, email, password, actor=_shell())
    console.say("The password was changed and every session of this account ended.")


@users.command(name="disable")
def user_disable(email: str) -> None:
    """Disable an account and end its sessions."""
    from app.accounts.service import disable_user

    _, database = _open()
    migrate_schema(database)
    with database.writing() as session:
        disable_user(session, email, actor=_shell())
    console.say("The account was disabled.")


def _ask_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise SetupError("There is no terminal to ask for a password on; give it with --password-stdin.")
    password = getpass.getpass("Password (at least 10 characters): ")
    if getpass.getpass("The same again: ") != password:
        raise SetupError("The two passwords are not the same.")
    return password


if __name__ == "__main__":
    main()
