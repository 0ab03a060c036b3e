"""Who a program acts for: the bearer token of a request (RFC 6750). Cookies mean nothing to the JSON API.

`MaybeBearer` is None for a request without a token; one with a token that does not hold is refused even where nobody
needs one, for its sender believes to be somebody. NOT here: tokens themselves (`app/accounts/tokens.py`), and what a
role may do.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.accounts.models import Scope
from app.accounts.rights import Person
from app.accounts.sessions import as_person
from app.accounts.tokens import find_token, is_stale, note_use, scope_of
from app.database import Database
from app.errors import NotAllowed, NotSignedIn, Unavailable

REALM = 'Bearer realm="Cairn"'
WRONG = f'{REALM}, error="invalid_token"'


@dataclass(frozen=True, slots=True)
class Bearer:
    """The person that a token speaks for, and whether it may write."""

    person: Person
    scope: Scope


def _find_bearer(request: Request) -> Bearer | None:
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, text = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise NotSignedIn("This API takes a bearer token: “Authorization: Bearer cairn_…”.", REALM)
    database: Database = request.app.state.database
    address = (request.client.host if request.client else "")[:45]
    with database.reading() as session:
        token = find_token(session, text.strip())
        if token is None:
            raise NotSignedIn("This token is not valid: it is wrong, has expired or was revoked.", WRONG)
        bearer, stale = Bearer(as_person(token.user, address), scope_of(token)), is_stale(token)
    if stale:
        _note_use(database, token.id)
    return bearer


def _note_use(database: Database, token_id: int) -> None:
    try:
        with database.writing() as session:
            note_use(session, token_id)
    except Unavailable:
        pass  # a store that cannot be written to can still be read


MaybeBearer = Annotated[Bearer | None, Depends(_find_bearer)]


def _writing_bearer(bearer: MaybeBearer) -> Bearer:
    if bearer is None:
        raise NotSignedIn("Changing anything needs a bearer token of scope “write”.", REALM)
    if bearer.scope != "write":
        raise NotAllowed("This token may read only; changing anything needs one of scope “write”.")
    return bearer


WritingBearer = Annotated[Bearer, Depends(_writing_bearer)]
