"""The one box: what was pasted is understood, found in the library, or looked up, or read: something to go on with.

No session is open while a service is asked. NOT here: the steps themselves (`pasted.py`, `new_papers.py`,
`lookups.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.database import Database
from app.errors import BadInput, FieldProblem
from app.interchange.foreign_records import ParsedEntry
from app.interchange.lookups import LookupFailed, Services, look_up
from app.interchange.new_papers import find_known, find_named, papers_like, unused_key
from app.interchange.pasted import Pasted, read_pasted
from app.summaries.desk_papers import DeskPaper

SWITCHED_OFF = "Looking papers up is switched off on this server."
NEW = "new"


@dataclass(frozen=True, slots=True)
class Understood:
    """What a pasted text comes to.

    `known` is the paper that the library has, `certain` whether an identifier or the key says so; `like` are papers
    that may be meant; `entry` is a record to begin a new paper from, `partial` are fields of one where that is all;
    `trouble` says why nothing could be looked up.
    """

    pasted: Pasted
    known: DeskPaper | None = None
    certain: bool = False
    like: Sequence[DeskPaper] = ()
    entry: ParsedEntry | None = None
    partial: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""


def understand(database: Database, services: Services | None, text: str, pick: str = "") -> Understood:
    """Return what a text comes to; raises BadInput naming `what`.

    `pick` is the number of one of several records, or NEW where none of the papers that are like it is meant.
    `services` is None where nothing may be looked up.
    """
    pasted = read_pasted(text)
    if pasted.kind == "records":
        return _of_records(database, pasted, pick)
    with database.reading() as session:
        named = "key" if pasted.kind in ("title", "address") else pasted.kind
        if (known := find_named(session, named, pasted.value)) is not None:
            return Understood(pasted, known, certain=True)
        like = papers_like(session, pasted.value) if pasted.kind == "title" else []
    if pasted.kind == "key":
        sentence = f"There is no paper with the key “{pasted.value}” here."
        raise BadInput(sentence, [FieldProblem("what", sentence)])
    if pick != NEW and (like or pasted.kind == "address"):
        return Understood(pasted, like=like)
    if pasted.kind in ("title", "address"):
        return Understood(pasted, partial=_partial(pasted))
    return _looked_up(database, pasted, services)


def _of_records(database: Database, pasted: Pasted, pick: str) -> Understood:
    number = int(pick) if pick.isascii() and pick.isdigit() and len(pick) < 7 else 0
    if len(pasted.records) > 1 and (not pick or number >= len(pasted.records)):
        return Understood(pasted)
    return _begun(database, pasted, pasted.records[number])


def _looked_up(database: Database, pasted: Pasted, services: Services | None) -> Understood:
    if services is None:
        return Understood(pasted, partial=_partial(pasted), trouble=SWITCHED_OFF)
    try:
        entry = look_up(services, pasted.kind, pasted.value)
    except LookupFailed as error:
        return Understood(pasted, partial=_partial(pasted), trouble=str(error))
    return _begun(database, pasted, entry)


def _begun(database: Database, pasted: Pasted, entry: ParsedEntry) -> Understood:
    """Return a new paper to begin, under a key that is free, and the paper that it may be in truth."""
    record = entry.record
    with database.reading() as session:
        known = find_known(session, record)
        key = unused_key(session, record.key)
    certain = known is not None and (
        (record.doi is not None and record.doi == known.doi)
        or (record.arxiv_id is not None and record.arxiv_id == known.arxiv_id)
    )
    fresh = ParsedEntry(record.model_copy(update={"key": key}), entry.line, entry.notes)
    return Understood(pasted, known, certain, entry=fresh)


def _partial(pasted: Pasted) -> dict[str, str]:
    """Return the fields that are known without asking anybody."""
    if pasted.kind == "title":
        return {"title": pasted.value}  # its key is made once name and year are known too
    if pasted.kind == "arxiv":
        return {"arxiv_id": pasted.value, "kind": "preprint"}
    return {"doi": pasted.value, "kind": "article"} if pasted.kind == "doi" else {"url": pasted.value}
