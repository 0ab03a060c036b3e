"""`cairn build`: the public site as static files."""

from pathlib import Path
from typing import Annotated

import typer

from app import console
from app.commands.shared import open_migrated
from app.console import reporting

commands = typer.Typer()


@commands.command()
def build(folder: Annotated[Path, typer.Argument(help="A new or empty folder, or a former build.")]) -> None:
    """Write the public site as static files that any web server can host."""
    from app.main import create_app
    from app.search.following import bring_up_to_date
    from app.static_site.building import build_site
    from app.static_site.search_index import search_index

    settings, database = open_migrated()
    bring_up_to_date(settings, database)
    with database.reading() as session:
        version, index = search_index(session)
    app = create_app(settings)
    with reporting("Building pages") as progress:
        built = build_site(app, folder, base=settings.base, version=version, search=index, progress=progress)
    app.state.database.close()
    database.close()
    for sentence in built.broken:
        console.complain(sentence)
    console.say(f"{len(built.files):,} files, {max(1, round(built.size / 1_000_000)):,} MB, in {folder}.")
    if built.broken:
        raise typer.Exit(1)
