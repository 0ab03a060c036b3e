"""`cairn backup` and `cairn restore`: the whole store in one file, and back."""

from pathlib import Path
from typing import Annotated

import typer

from app import console
from app.commands.shared import open_store
from app.console import reporting
from app.errors import SetupError
from app.settings import load_settings

commands = typer.Typer()


@commands.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write; one that is there is replaced when all is well.")],
) -> None:
    """Write the whole store as one consistent archive, while the server serves."""
    from app.backup.writing import write_backup

    _, database = open_store()
    try:
        with reporting("Backing up") as progress:
            manifest = write_backup(database, file, progress)
    finally:
        database.close()
    rows = {table.name: table.rows for table in manifest.tables}
    console.say(
        f"Wrote {rows.get('summary', 0)} summaries, {rows.get('paper', 0)} papers and {rows.get('user_account', 0)}"
        f" accounts (library version {manifest.library_version}) to {file}."
    )


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="An archive that `cairn backup` wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Put a library that is here aside instead of refusing.")
    ] = False,
) -> None:
    """Make a backup the store: all of it or nothing. Stop the server first."""
    from app.backup.restoring import restore_backup

    settings = load_settings()
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with reporting("Restoring") as progress:
            done = restore_backup(settings, file, force=force, progress=progress)
    except OSError as error:
        raise SetupError(f"The backup cannot be restored: {error.strerror or error}.") from error
    made, version = f"{done.manifest.made:%Y-%m-%d %H:%M}", done.manifest.library_version
    console.say(f"Restored the library as it was at version {version} ({made} UTC).")
    if done.aside is not None:
        console.say(f"The former library is in {done.aside}.")
