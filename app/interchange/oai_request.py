"""OAI-PMH 2.0, the requests: which arguments a verb takes, what they may be, and what is answered where they are wrong.

A resumption token is the whole of the first request and the place where the page ended, signed: a client can neither
make nor change one, and any server with the same key takes it. NOT here: the store.
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from app.summaries.harvest import START, Position

Code = Literal[
    "badArgument",
    "badResumptionToken",
    "badVerb",
    "cannotDisseminateFormat",
    "idDoesNotExist",
    "noRecordsMatch",
    "noMetadataFormats",
    "noSetHierarchy",
]
PREFIX = "oai_dc"
IDENTIFIER_LABEL = "summaries/"
TOKEN_LIFE = dt.timedelta(hours=24)
LONGEST_ARGUMENT = 2000

# What each verb needs, and what it may have besides.
VERBS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Identify": ((), ()),
    "ListMetadataFormats": ((), ("identifier",)),
    "ListSets": ((), ("resumptionToken",)),
    "GetRecord": (("identifier", "metadataPrefix"), ()),
    "ListIdentifiers": (("metadataPrefix",), ("from", "until", "set", "resumptionToken")),
    "ListRecords": (("metadataPrefix",), ("from", "until", "set", "resumptionToken")),
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_WORD = r"[A-Za-z0-9\-_.!~*'()]+"
_SET = re.compile(rf"{_WORD}(?::{_WORD})*")


class Complaint(Exception):
    """What is wrong with a request, by the protocol's code and a sentence."""

    def __init__(self, code: Code, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True, slots=True)
class Harvest:
    """A list that is asked for, and where in it: `since` and `until` as they were given, `set` a spec or "";
    `delivered` counts the records given before, `total` is how many there were at the beginning.
    """

    verb: str
    since: str = ""
    until: str = ""
    set: str = ""
    position: Position = START
    delivered: int = 0
    total: int = 0

    @property
    def is_resumed(self) -> bool:
        return self.delivered > 0

    def bounds(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        """Return the two moments, both included."""
        return _read_moment(self.since, "from", False), _read_moment(self.until, "until", True)

    def set_parts(self) -> tuple[str, str] | None:
        """Return the set as (kind, slug); raises Complaint for one that this repository cannot have."""
        if not self.set:
            return None
        kind, _, slug = self.set.partition(":")
        if kind not in ("category", "tag") or not slug or ":" in slug:
            raise Complaint("noRecordsMatch", f"There is no set “{self.set}” here.")
        return kind, slug

    def after(self, position: Position, delivered: int) -> "Harvest":
        return replace(self, position=position, delivered=self.delivered + delivered)


def moment(value: dt.datetime) -> str:
    """Return a moment as the protocol writes it: UTC, to the second."""
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_arguments(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the arguments of a request, checked against its verb; raises Complaint (badVerb, badArgument)."""
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        what = "is missing" if not verbs else "is given more than once" if len(verbs) > 1 else "is not one of OAI-PMH"
        raise Complaint("badVerb", f"The verb {what}: use one of {', '.join(VERBS)}.")
    asked: dict[str, str] = {}
    required, optional = VERBS[verbs[0]]
    for name, value in pairs:
        if name in asked:
            raise Complaint("badArgument", f"“{name[:40]}” is given more than once.")
        if name not in ("verb", *required, *optional):
            raise Complaint("badArgument", f"{verbs[0]} takes no “{name[:40]}”.")
        if not value or len(value) > LONGEST_ARGUMENT:
            raise Complaint("badArgument", f"“{name}” is {'empty' if not value else 'too long'}.")
        asked[name] = value
    if "resumptionToken" in asked:
        if len(asked) > 2:
            raise Complaint("badArgument", "A resumptionToken stands alone beside the verb.")
        return asked
    missing = [name for name in required if name not in asked]
    if missing:
        raise Complaint("badArgument", f"{verbs[0]} needs {' and '.join(missing)}.")
    if not re.fullmatch(_WORD, asked.get("metadataPrefix", PREFIX)):
        raise Complaint("badArgument", "metadataPrefix has characters that no prefix has.")
    return asked


def read_harvest(asked: dict[str, str], key: bytes, present: dt.datetime) -> Harvest:
    """Return the list that is asked for, anew or by a token; raises Complaint."""
    if "resumptionToken" in asked:
        return _read_token(asked["resumptionToken"], asked["verb"], key, present)
    harvest = Harvest(asked["verb"], asked.get("from", ""), asked.get("until", ""), asked.get("set", ""))
    since, until = harvest.bounds()
    if harvest.since and harvest.until and len(harvest.since) != len(harvest.until):
        raise Complaint("badArgument", "from and until must have the same granularity.")
    if since and until and since > until:
        raise Complaint("badArgument", "from is later than until.")
    if harvest.set and not _SET.fullmatch(harvest.set):
        raise Complaint("badArgument", "set is not the spec of a set, such as category:optimization.")
    check_prefix(asked)
    return harvest


def check_prefix(asked: dict[str, str]) -> None:
    if asked.get("metadataPrefix", PREFIX) != PREFIX:
        raise Complaint("cannotDisseminateFormat", f"The only metadata format here is {PREFIX}.")


def _read_moment(text: str, name: str, at_end: bool) -> dt.datetime | None:
    """Read a day or a second in UTC; the last second of a day for `until`."""
    if not text:
        return None
    try:
        if _SECOND.fullmatch(text):
            return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
        if _DAY.fullmatch(text):
            day = dt.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=dt.UTC)
            return day.replace(hour=23, minute=59, second=59) if at_end else day
    except ValueError:
        pass
    raise Complaint("badArgument", f"{name} must be a day (2026-03-05) or a second in UTC (2026-03-05T12:00:00Z).")


def make_token(harvest: Harvest, key: bytes, expires: dt.datetime) -> str:
    """Return the token that goes on with this harvest."""
    content = json.dumps(
        [
            harvest.verb,
            PREFIX,
            harvest.since,
            harvest.until,
            harvest.set,
            list(harvest.position),
            harvest.delivered,
            harvest.total,
            int(expires.timestamp()),
        ],
        separators=(",", ":"),
    ).encode()
    return f"{_pack(content)}.{_pack(_sign(content, key))}"


def _read_token(token: str, verb: str, key: bytes, present: dt.datetime) -> Harvest:
    problem = Complaint("badResumptionToken", "This resumptionToken is not one that this list gave out.")
    try:
        content, signature = (_unpack(part) for part in token.split("."))
    except (ValueError, binascii.Error):
        raise problem from None
    if not hmac.compare_digest(signature, _sign(content, key)):
        raise problem
    given = cast(list[Any], json.loads(content))  # ours, for it is signed
    if given[0] != verb:
        raise problem
    if given[8] < present.timestamp():
        raise Complaint("badResumptionToken", "This resumptionToken has expired; begin the harvest again.")
    kind, number, name = given[5]
    return Harvest(verb, given[2], given[3], given[4], (kind, number, name), given[6], given[7])


def _unpack(part: str) -> bytes:
    content = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    if _pack(content) != part:  # the last character has bits that decoding ignores
        raise ValueError("not the one way to write it")
    return content


def _pack(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _sign(content: bytes, key: bytes) -> bytes:
    return hmac.digest(key, b"oai-pmh resumption\0" + content, hashlib.sha256)[:18]
