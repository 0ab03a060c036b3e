"""How secrets are kept: passwords under argon2id, random tokens under SHA-256, for they need no slowness.

NOT here: which passwords are refused (`service.py`), and how often one may try (`throttle.py`).
"""

import base64
import hashlib
import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Unavailable

LONGEST_PASSWORD = 1024  # bytes
AT_ONCE = 2  # each takes 64 MiB and a core
WAIT_SECONDS = 5

_hasher = PasswordHasher()
_turns = BoundedSemaphore(AT_ONCE)


def new_secret() -> str:
    """Return 256 random bits that fit into an address or a cookie."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return what is stored of a random secret: the hex digest of its SHA-256."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def hash_password(password: str) -> str:
    """Return what is stored of a password."""
    return _hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Return whether this is the password; as slow where there is none to compare with (None).

    Raises Unavailable where too many wait for their turn.
    """
    given = password.encode("utf-8", "surrogatepass")
    known = password_hash is not None and len(given) <= LONGEST_PASSWORD
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Too many people are logging in at this moment. Please try again.", retry_after=5)
    try:
        return _hasher.verify(password_hash or _nobodys(), given[:LONGEST_PASSWORD]) and known
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _turns.release()


def is_outdated(password_hash: str) -> bool:
    """Return whether the hash was made under other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _nobodys() -> str:
    """Return a hash under today's parameters that no password has."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (_hasher.salt_len, _hasher.hash_len)
    )
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"
