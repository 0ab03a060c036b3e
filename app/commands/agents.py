"""`cairn mcp`: the library for a language-model agent on the same machine."""

import typer

from app.commands.shared import open_migrated
from app.search.following import bring_up_to_date

commands = typer.Typer()


@commands.command()
def mcp() -> None:
    """Answer a language-model agent on standard input and output (Model Context Protocol, read only)."""
    from app.main import answer_an_agent

    settings, database = open_migrated()
    bring_up_to_date(settings, database)
    database.close()
    answer_an_agent(settings)
