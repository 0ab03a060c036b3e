"""`cairn token`: what programs act with for a person."""

from typing import Annotated

import typer

from app import console
from app.accounts.models import Scope
from app.commands.shared import open_migrated, shell

commands = typer.Typer(no_args_is_help=True, help="Tokens that programs act with for a person.")


@commands.command()
def create(
    user: Annotated[str, typer.Option(help="The e-mail address of the account it acts for.")],
    scope: Annotated[Scope, typer.Option(help="Whether it may only read, or write as well.")],
    expires: Annotated[int, typer.Option(help="The days after which it ends.", min=1, max=3650)] = 90,
    label: Annotated[str, typer.Option(help="What it is for.")] = "",
) -> None:
    """Create a token and print it, this once."""
    from app.accounts.tokens import create_token

    _, database = open_migrated()
    with database.writing() as session:
        token, text = create_token(session, user, scope, actor=shell(), days=expires, label=label)
    console.complain(f"Keep it now; it cannot be shown again. To end it: cairn token revoke {token.public_id}")
    console.say(text)


@commands.command(name="list")
def list_(user: Annotated[str, typer.Option(help="Only those of the account with this e-mail address.")] = "") -> None:
    """List the tokens, newest first: id, owner, scope, state, end, last use, label."""
    from app.accounts.service import get_user
    from app.accounts.tokens import list_tokens, state_of

    _, database = open_migrated()
    with database.reading() as session:
        owner = get_user(session, user).id if user else None
        for token in list_tokens(session, user_id=owner):
            end = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "never"
            used = f"{token.used_at:%Y-%m-%d}" if token.used_at else "never"
            columns = (token.public_id, token.user.email, token.scope, state_of(token), end, used, token.label)
            console.say("\t".join(columns).rstrip())


@commands.command()
def revoke(
    token_id: Annotated[str, typer.Argument(help="The id of the token, as `token list` shows it, or the token.")],
) -> None:
    """End a token for good."""
    from app.accounts.tokens import revoke_token

    _, database = open_migrated()
    public_id = token_id.split("_")[1] if token_id.startswith("cairn_") else token_id
    with database.writing() as session:
        revoke_token(session, public_id, actor=shell())
    console.say("The token was revoked.")
