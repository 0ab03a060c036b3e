"""Slowing those who guess passwords down, without locking anybody out.

A failure counts against the pair of account and address: after five, each further one doubles the wait. An account
under attack from many addresses leaves each new address one free try, so its owner, who knows the password, gets in
from anywhere else at once. An address that fails on many accounts waits as well, whichever it tries next.

A try is noted before its password is looked at and taken back when it was right: whoever tries in parallel, or breaks
off, is counted. One that is refused for waiting is not counted, so no wait can be prolonged for ever. NOT here: the
password (`login.py`).
"""

import datetime as dt
import hashlib
import ipaddress

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.accounts.models import AuditEntry, LoginFailure
from app.accounts.service import Actor, record
from app.database import now
from app.errors import TooManyRequests

REMEMBERED = dt.timedelta(hours=1)
FREE = 5
ATTACKED = 20  # failures on one account, from wherever
FREE_UNDER_ATTACK = 1
FREE_OF_ADDRESS = 30  # an office behind one address mistypes now and then
LONGEST_WAIT = 900  # seconds
LONGEST_WAIT_OF_ADDRESS = 120
TOLD_EVERY = dt.timedelta(minutes=5)
FAILED, NO_ACCOUNT = "session.refused", "no account in use"


def begin_try(session: Session, email: str, address: str) -> None:
    """Note a try to log in; raises TooManyRequests where this account and address, or this address, must wait."""
    account, place = account_key(email), place_of(address)
    _one_at_a_time(session)
    moment = now()
    session.execute(delete(LoginFailure).where(LoginFailure.at < moment - REMEMBERED))
    of_account = session.scalars(select(LoginFailure).where(LoginFailure.account == account)).all()
    of_pair = [failure.at for failure in of_account if failure.address == place]
    of_place = list(session.scalars(select(LoginFailure.at).where(LoginFailure.address == place)))
    free = FREE if len(of_account) < ATTACKED else FREE_UNDER_ATTACK
    wait = max(
        _wait(of_pair, free, LONGEST_WAIT, moment), _wait(of_place, FREE_OF_ADDRESS, LONGEST_WAIT_OF_ADDRESS, moment)
    )
    if wait > 0:
        raise TooManyRequests(f"There were too many tries to log in. Please wait {_in_words(wait)}.", retry_after=wait)
    session.add(LoginFailure(at=moment, account=account, address=place))
    session.flush()


def forget_failures(session: Session, email: str, address: str) -> None:
    """Take back what was noted for this account and address: the password was right."""
    own = (LoginFailure.account == account_key(email), LoginFailure.address == place_of(address))
    session.execute(delete(LoginFailure).where(*own))


def record_failure(session: Session, email: str | None, address: str) -> None:
    """Tell the audit log of a wrong password: one line for an account and a place within a few minutes.

    `email` is None where there is no such account: what was typed there may be a password.
    """
    subject, place = email or NO_ACCOUNT, place_of(address)
    _one_at_a_time(session)
    told = select(AuditEntry.id).where(
        AuditEntry.action == FAILED,
        AuditEntry.subject == subject,
        AuditEntry.address == place,
        AuditEntry.at > now() - TOLD_EVERY,
    )
    if session.scalars(told.limit(1)).first() is None:
        record(session, Actor("Somebody", address=place), FAILED, subject)


def account_key(email: str) -> str:
    """Return what is kept of an e-mail address that was typed: what people mistype there may be a password."""
    return hashlib.sha256(email.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()


def place_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address, or an IPv6 network, for whoever has one has all of it."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:45]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _wait(failures: list[dt.datetime], free: int, longest: int, moment: dt.datetime) -> int:
    """Return the seconds still to wait after these failures."""
    beyond = len(failures) - free
    if beyond < 0:
        return 0
    since = int((moment - max(failures)).total_seconds())
    growing = int(2 ** min(beyond + 1, 20))
    return min(growing, longest) - max(0, since)


def _one_at_a_time(session: Session) -> None:
    """Let tries queue: on SQLite every writer does, on PostgreSQL this lock makes them, until the commit."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(0x6361_6972_6E01)))


def _in_words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} second{'s' if seconds != 1 else ''}"
    return f"{-(-seconds // 60)} minutes"
