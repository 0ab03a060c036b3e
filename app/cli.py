"""The `cairn` command, put together. It calls the same services as the web, from `app/commands/`.

Every failure is one sentence and an exit code not 0.
"""

import sys
from typing import NoReturn

import typer
from rich.console import Console

from app.commands import agents, keeping, library, serving, site, tokens, users
from app.commands.usage import what_is_wrong
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


def main() -> NoReturn:
    """Run the command line and exit; what is wrong with it, or with what it does, is told in one sentence."""
    try:
        sys.exit(cli(prog_name="cairn", standalone_mode=False))
    except CairnError as error:
        _tell(error.detail)
        sys.exit(1)
    except typer.Abort:
        _tell("Stopped; nothing more was done.")
        sys.exit(1)
    except typer.TyperException as error:
        _tell(what_is_wrong(error))
        sys.exit(2)


def _tell(sentence: str) -> None:
    if sentence:
        Console(stderr=True).print(f"cairn: {sentence}", markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
