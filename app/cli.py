"""The `cairn` command, put together. It calls the same services as the web, from `app/commands/`.

Every failure is one sentence and an exit code not 0.
"""

import sys

import typer
from rich.console import Console

from app.commands import agents, keeping, library, serving, site, tokens, users
from app.errors import CairnError

cli = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Cairn: a library of paper summaries.",
)
for part in (serving, library, keeping, agents, site):
    cli.add_typer(part.commands)
cli.add_typer(users.commands, name="user")
cli.add_typer(tokens.commands, name="token")


def main() -> None:
    """Run the command line; a CairnError is told in one sentence."""
    try:
        cli(standalone_mode=True)
    except CairnError as error:
        Console(stderr=True).print(f"cairn: {error.detail}", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
