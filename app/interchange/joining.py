"""A paper from somebody else's file meets the library: the same paper is completed, never overwritten.

The same is decided by DOI, then arXiv id, then title and first author (`app.papers.duplicates`). What the library says
stays; fields that it leaves empty are filled; what differs is told. NOT here: papers.bib of a library folder, whose
word counts (`import_tasks.paper_task`).
"""

from difflib import SequenceMatcher
from typing import Any

from sqlalchemy.orm import Session

from app.interchange.foreign_records import free_key
from app.outcome import Outcome
from app.papers.duplicates import find_same, normal_title
from app.papers.models import Paper
from app.papers.queries import find_by_identifier, find_for_edit, record_of
from app.papers.records import PaperRecord
from app.summaries.service import save_paper

# What is true of a paper in whatever form it appeared; the rest belongs to one form (preprint, article, ...).
COMMON = ("authors", "arxiv_id", "arxiv_class", "url", "code_url", "abstract")
OF_ONE_FORM = ("doi", "venue", "volume", "issue", "pages", "publisher", "institution")
ALIKE = 0.8


class _Keys:
    """The keys in use, asked for one at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __contains__(self, key: object) -> bool:
        return find_for_edit(self._session, str(key)) is not None


def join_paper(session: Session, record: PaperRecord) -> tuple[Outcome, str, str]:
    """Save a foreign record, or complete the paper it is of; return the outcome, a sentence, and the paper's key."""
    paper = find_same(session, record) or _same_by_key(session, record)
    if paper is None:
        key = free_key(record.key, _Keys(session))
        renamed = "" if key == record.key else f"another paper has the key “{record.key}”; this one became “{key}”"
        return save_paper(session, record.model_copy(update={"key": key})), renamed, key
    known = record_of(paper)
    filled = _filled(session, known, record)
    told = [f"the same as “{known.key}”"] if known.key != record.key else []
    if filled:
        told.append(f"filled in: {', '.join(filled)}")
    differing = [name for name in _comparable(known, record) if getattr(known, name) != getattr(record, name)]
    if differing:
        told.append(f"kept as the library has it: {', '.join(differing)}")
    outcome = save_paper(session, PaperRecord.model_validate(known.model_dump() | filled)) if filled else "unchanged"
    return outcome, "; ".join(told), known.key


def _same_by_key(session: Session, record: PaperRecord) -> Paper | None:
    """Return the paper with this key where it is evidently this one with its title written a little differently."""
    paper = find_for_edit(session, record.key)
    if paper is None or not paper.authors or not record.authors:
        return None
    if paper.authors[0].family.casefold() != record.authors[0].family.casefold():
        return None
    for known, told in ((paper.doi, record.doi), (paper.arxiv_id, record.arxiv_id), (paper.year, record.year)):
        if known and told and known != told:
            return None
    one, other = (normal_title(title)[:300] for title in (paper.title, record.title))
    return paper if SequenceMatcher(None, one, other).ratio() >= ALIKE else None


def _filled(session: Session, known: PaperRecord, record: PaperRecord) -> dict[str, Any]:
    """Return the values that the library lacks; an identifier that another paper has is not among them."""
    same_form = known.kind == record.kind or "other" in (known.kind, record.kind)
    names = [*COMMON, *(OF_ONE_FORM if same_form else ())]
    found = {name: getattr(record, name) for name in names if not getattr(known, name) and getattr(record, name)}
    for name, word in (("doi", "doi"), ("arxiv_id", "arxiv")):
        if name in found and find_by_identifier(session, **{word: found[name]}) is not None:
            del found[name]
    if known.kind == "other" and record.kind != "other":
        found["kind"] = record.kind
    if not known.year:
        found |= {name: getattr(record, name) for name in ("year", "month", "day") if getattr(record, name)}
    elif same_form and known.year == record.year and not known.month:
        found |= {name: getattr(record, name) for name in ("month", "day") if getattr(record, name)}
    elif same_form and (known.year, known.month) == (record.year, record.month) and not known.day and record.day:
        found["day"] = record.day
    return found


def _comparable(known: PaperRecord, record: PaperRecord) -> list[str]:
    """Return the fields of which both have something to say."""
    names = [
        name for name in PaperRecord.model_fields if name != "key" and getattr(known, name) and getattr(record, name)
    ]
    return [name for name in names if name != "kind" or "other" not in (known.kind, record.kind)]
