"""API tokens, `cairn_<id>_<secret>`: what a program acts with for a person. Only the hash of the secret is stored.

A token ends by its date, by being revoked, and with its owner's account; what it may do is what its owner may do, and
writing only where its scope says so. NOT here: how a request brings one (`app/api/bearer.py`).
"""

import datetime as dt
import hmac
import re
import secrets
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from app.accounts.hashing import hash_secret
from app.accounts.models import ApiToken, Scope
from app.accounts.rights import Person
from app.accounts.service import Actor, get_user, record
from app.accounts.sessions import as_person
from app.database import now
from app.errors import BadInput, FieldProblem, NotFound

SCOPES: tuple[Scope, ...] = ("read", "write")
DAYS = 90
MOST_DAYS = 3650
LONGEST_LABEL = 100
USED_EVERY = dt.timedelta(minutes=5)
FORM = re.compile(r"cairn_([0-9a-f]{16})_([0-9a-f]{64})")


def create_token(
    session: Session, email: str, scope: Scope, *, actor: Actor, days: int = DAYS, label: str = ""
) -> tuple[ApiToken, str]:
    """Make a token for the account with this e-mail address and return it with its text: the only time it is told."""
    user = get_user(session, email)
    if user.disabled_at is not None:
        raise BadInput(f"The account {user.email} is disabled.", [FieldProblem("user", "a disabled account")])
    if not 1 <= days <= MOST_DAYS:
        sentence = f"A token lives from 1 to {MOST_DAYS:,} days."
        raise BadInput(sentence, [FieldProblem("days", sentence)])
    label = label.strip()
    if len(label) > LONGEST_LABEL:
        sentence = f"A label has at most {LONGEST_LABEL} characters."
        raise BadInput(sentence, [FieldProblem("label", sentence)])
    public_id, secret = secrets.token_hex(8), secrets.token_hex(32)
    token = ApiToken(
        public_id=public_id,
        user_id=user.id,
        secret_hash=hash_secret(secret),
        scope=scope,
        label=label,
        expires_at=now() + dt.timedelta(days=days),
    )
    session.add(token)
    record(session, actor, "token.create", user.email, f"{public_id}, scope {scope}, {days} days")
    session.flush()
    return token, f"cairn_{public_id}_{secret}"


def find_by_token(session: Session, text: str, *, address: str = "") -> tuple[Person, Scope] | None:
    """Return whose token this is and its scope; None where it is wrong, over, revoked, or its owner disabled."""
    token = find_token(session, text)
    return None if token is None else (as_person(token.user, address), scope_of(token))


def find_token(session: Session, text: str) -> ApiToken | None:
    """Return the token that has this text, with its owner, if it still holds."""
    found = FORM.fullmatch(text)
    if found is None:
        return None
    public_id, secret = found.groups()
    statement = select(ApiToken).options(joinedload(ApiToken.user)).where(ApiToken.public_id == public_id)
    token = session.scalars(statement).one_or_none()
    if token is None or not hmac.compare_digest(token.secret_hash, hash_secret(secret)):
        return None
    return token if state_of(token) == "active" and token.user.disabled_at is None else None


def scope_of(token: ApiToken) -> Scope:
    return cast(Scope, token.scope)


def is_stale(token: ApiToken) -> bool:
    """Return whether its last use should be noted again: every few minutes, for a program may ask often."""
    return token.used_at is None or now() - token.used_at >= USED_EVERY


def note_use(session: Session, token_id: int) -> None:
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now()))


def list_tokens(session: Session, *, user_id: int | None = None) -> list[ApiToken]:
    """List the tokens of a person, or of everybody, with their owners: the newest first."""
    statement = select(ApiToken).options(joinedload(ApiToken.user)).order_by(ApiToken.id.desc())
    if user_id is not None:
        statement = statement.where(ApiToken.user_id == user_id)
    return list(session.scalars(statement))


def revoke_token(session: Session, public_id: str, *, actor: Actor, owner_id: int | None = None) -> None:
    """End a token for good; with `owner_id` only one of that person's. Raises NotFound."""
    statement = select(ApiToken).options(joinedload(ApiToken.user)).where(ApiToken.public_id == public_id)
    if owner_id is not None:
        statement = statement.where(ApiToken.user_id == owner_id)
    token = session.scalars(statement).one_or_none()
    if token is None:
        raise NotFound(f"There is no token {public_id[:80]}.")
    if token.revoked_at is None:
        token.revoked_at = now()
        record(session, actor, "token.revoke", token.user.email, token.public_id)
    session.flush()


def state_of(token: ApiToken) -> str:
    """Return `active`, `revoked` or `expired`."""
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= now() else "active"
