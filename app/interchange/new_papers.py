"""A paper that somebody is about to add: whether the library has it, what is like it, and adding it once.

NOT here: completing a paper that is known from another's file (`joining.py`), forms.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.service import Actor
from app.errors import BadInput, Conflict, FieldProblem
from app.interchange.foreign_records import STOP_WORDS, free_key, make_key
from app.papers.duplicates import find_same, normal_title
from app.papers.models import Paper
from app.papers.queries import find_by_identifier, find_for_edit, record_of
from app.papers.records import PaperRecord
from app.papers.service import taken_identifiers
from app.summaries.desk_papers import DeskPaper, papers_by_ids
from app.summaries.service import save_paper, take_turn

LOOKED_AT = 500
MOST_LIKE = 8
ALIKE = 0.6


class PaperKnown(Conflict):
    """The library has this paper already; `paper` says which, `certain` whether by an identifier."""

    def __init__(self, paper: DeskPaper, certain: bool) -> None:
        super().__init__(f"The library has this paper already, as “{paper.key}”.")
        self.paper, self.certain = paper, certain


def find_known(session: Session, record: PaperRecord) -> DeskPaper | None:
    """Return the paper that this record describes, with the summaries about it."""
    return _as_listed(session, find_same(session, record))


def find_named(session: Session, kind: str, value: str) -> DeskPaper | None:
    """Return the paper with this arXiv id, DOI or key (`kind` says which), with the summaries about it."""
    return _as_listed(session, find_by_identifier(session, **{kind: value}))


def papers_like(session: Session, title: str) -> list[DeskPaper]:
    """Return the papers whose titles are like this one, the likest first; a few words of a title are like it too."""
    words = _telling(title)
    if not words:
        return []
    holds = [Paper.title.icontains(word, autoescape=True) for word in sorted(words, key=len, reverse=True)[:6]]
    rows = session.execute(select(Paper.id, Paper.title).where(or_(*holds)).order_by(Paper.key).limit(LOOKED_AT))
    found = sorted(((_likeness(title, words, other), id_) for id_, other in rows), key=lambda pair: (-pair[0], pair[1]))
    return papers_by_ids(session, [id_ for likeness, id_ in found if likeness >= ALIKE][:MOST_LIKE])


def unused_key(session: Session, key: str) -> str:
    """Return this key, or the first of keya, keyb, ... that no paper has."""
    return free_key(key, _Keys(session))


def add_paper(
    session: Session, record: PaperRecord, *, actor: Actor, another: bool = False, unnamed: bool = False
) -> str:
    """Add a paper and return its key; the same record again adds nothing.

    Raises PaperKnown where the library has it. `another` says that one of the same title is a different paper; one of
    the same DOI or arXiv id never is. `unnamed` says that the key is to be made from name, year and title, as importing
    does. Raises BadInput naming `key` where another paper has the key.
    """
    take_turn(session)
    if unnamed:
        record = _named(session, record)
    holder = find_for_edit(session, record.key)
    if holder is not None and record_of(holder) == record:
        return record.key
    same = find_same(session, record)
    if same is not None:
        certain = (record.doi or "", record.arxiv_id or "") != ("", "") and (
            same.doi == (record.doi or "-") or same.arxiv_id == (record.arxiv_id or "-")
        )
        if certain or not another:
            raise PaperKnown(papers_by_ids(session, [same.id])[0], certain)
    if holder is not None:
        problem = _key_taken(record.key)
        raise BadInput(problem.message, [problem])
    save_paper(session, record, actor=actor)
    return record.key


def taken_by_others(session: Session, record: PaperRecord, *, unnamed: bool) -> list[FieldProblem]:
    """Return what of a new record, which need not be whole, another paper has: identifiers, and the key."""
    problems = taken_identifiers(session, record)
    if not unnamed and find_for_edit(session, record.key) is not None:
        problems.append(_key_taken(record.key))
    return problems


def _key_taken(key: str) -> FieldProblem:
    return FieldProblem("key", f"Another paper has the key “{key}”; choose one that is free.")


def _named(session: Session, record: PaperRecord) -> PaperRecord:
    """Return the record under a key made for it: its own, where it was added so before, or one that is free."""
    made = record.model_copy(update={"key": make_key(record.title, record.authors, record.year)})
    holder = find_for_edit(session, made.key)
    if holder is not None and record_of(holder) == made:
        return made
    return made.model_copy(update={"key": unused_key(session, made.key)})


class _Keys:
    """The keys in use, asked for one at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __contains__(self, key: object) -> bool:
        return find_for_edit(self._session, str(key)) is not None


def _as_listed(session: Session, paper: Paper | None) -> DeskPaper | None:
    return papers_by_ids(session, [paper.id])[0] if paper is not None else None


def _telling(title: str) -> Sequence[str]:
    words = dict.fromkeys(word.lower() for word in re.findall(r"[^\W_]{2,}", title))
    return [word for word in words if word not in STOP_WORDS]


def _likeness(title: str, words: Sequence[str], other: str) -> float:
    """Return 0 to 1: the share of the words that stand in the other title, or how alike the two are as a whole."""
    lower = other.lower()
    share = sum(word in lower for word in words) / len(words)
    whole = SequenceMatcher(None, normal_title(title)[:200], normal_title(other)[:200]).ratio() if share > 0 else 0.0
    # Equal titles stand before those that only hold the words.
    return max(share * 0.9, whole)
