"""`cairn user`: the people who may log in."""

import getpass
import sys
from typing import Annotated

import typer

from app import console
from app.accounts.models import Role
from app.commands.shared import open_migrated, shell
from app.errors import SetupError

commands = typer.Typer(no_args_is_help=True, help="The people who may log in.")

FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@commands.command()
def create(
    email: str,
    role: Annotated[Role, typer.Option(help="What this person may do.")],
    name: Annotated[str, typer.Option(help="The name shown on what they write.")] = "",
    password_stdin: FromStdin = False,
) -> None:
    """Create an account."""
    from app.accounts.service import create_user

    _, database = open_migrated()
    password = _ask_password(password_stdin)
    with database.writing() as session:
        user = create_user(session, email, role, password, actor=shell(), name=name)
    console.say(f"Created {user.email} ({user.role}).")


@commands.command(name="list")
def list_() -> None:
    """List the accounts."""
    from app.accounts.service import list_users

    _, database = open_migrated()
    with database.reading() as session:
        for user in list_users(session):
            console.say(
                f"{user.email}\t{user.role}\t{'disabled' if user.disabled_at else 'active'}\t{user.name}".rstrip()
            )


@commands.command()
def set_password(email: str, password_stdin: FromStdin = False) -> None:
    """Change a password and end the person's sessions."""
    from app.accounts import service

    _, database = open_migrated()
    password = _ask_password(password_stdin)
    with database.writing() as session:
        service.set_password(session, email, password, actor=shell())
    console.say("The password was changed and every session of this account ended.")


@commands.command()
def disable(email: str) -> None:
    """Disable an account and end its sessions."""
    from app.accounts.service import disable_user

    _, database = open_migrated()
    with database.writing() as session:
        disable_user(session, email, actor=shell())
    console.say("The account was disabled.")


@commands.command()
def enable(email: str) -> None:
    """Let a disabled account log in again."""
    from app.accounts.service import enable_user

    _, database = open_migrated()
    with database.writing() as session:
        enable_user(session, email, actor=shell())
    console.say("The account was enabled.")


@commands.command()
def role(
    email: str,
    role: Annotated[Role, typer.Argument(help="What this person may do from now on.")],
) -> None:
    """Give an account another role."""
    from app.accounts.service import set_role

    _, database = open_migrated()
    with database.writing() as session:
        set_role(session, email, role, actor=shell())
    console.say(f"The role is now {role}.")


def _ask_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise SetupError("There is no terminal to ask for a password on; give it with --password-stdin.")
    password = getpass.getpass("Password (at least 10 characters): ")
    if getpass.getpass("The same again: ") != password:
        raise SetupError("The two passwords are not the same.")
    return password
