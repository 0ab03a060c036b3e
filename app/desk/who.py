"""Who asks: what the desk's functions depend on to know, and to require, a person.

Somebody who is not signed in is led to the login page and back (`app/web/errors.py`). NOT here: rules about what a
person may do with a thing; they are the domains'.
"""

from typing import Annotated

from fastapi import Depends, Request

from app.accounts.rights import Person
from app.accounts.sessions import SignedIn, find_signed_in, note_use
from app.database import Database
from app.errors import NotSignedIn, Unavailable
from app.web.cookies import session_token

LONGEST_ADDRESS = 45


def address_of(request: Request) -> str:
    """Return the network address a request comes from; a trusted proxy's word for it was taken before."""
    return (request.client.host if request.client else "")[:LONGEST_ADDRESS]


def _find_signed_in(request: Request) -> SignedIn | None:
    # A session of its own, closed at once: who holds one connection must never wait for a second.
    token = session_token(request)
    if token is None:
        return None
    database: Database = request.app.state.database
    with database.reading() as session:
        found = find_signed_in(session, token, address=address_of(request))
    if found is not None and found.stale:
        _note_use(database, found)
    return found


def _note_use(database: Database, found: SignedIn) -> None:
    try:
        with database.writing() as session:
            note_use(session, found.session_id)
    except Unavailable:
        pass  # a store that cannot be written to can still be read


MaybeSignedIn = Annotated[SignedIn | None, Depends(_find_signed_in)]


def _signed_in(found: MaybeSignedIn) -> SignedIn:
    if found is None:
        raise NotSignedIn("This page is for those who write here. Log in first.")
    return found


ThisSession = Annotated[SignedIn, Depends(_signed_in)]


def _person(found: MaybeSignedIn) -> Person | None:
    return found.person if found else None


def _curator(found: ThisSession) -> Person:
    found.person.require("curator")
    return found.person


def curator_of(request: Request) -> Person:
    """Return who is signed in, for a function that answers with what was typed where nobody is, or nobody can tell."""
    return _curator(_signed_in(_find_signed_in(request)))


def _editor(found: ThisSession) -> Person:
    found.person.require("editor")
    return found.person


def _admin(found: ThisSession) -> Person:
    found.person.require("admin")
    return found.person


MaybePerson = Annotated[Person | None, Depends(_person)]
Curating = Annotated[Person, Depends(_curator)]
Editing = Annotated[Person, Depends(_editor)]
Administering = Annotated[Person, Depends(_admin)]
