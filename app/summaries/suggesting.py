"""What completes a word that a curator is typing: tags, summaries of any status, papers, shelves.

NOT here: what readers are suggested (`completing.py`), who may ask (the desk: every curator may know every summary).
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.papers.models import Author, Authorship, Paper
from app.summaries.models import Summary, SummaryTag
from app.taxonomy.models import Category, Tag

SuggestionKind = Literal["tag", "link", "citation", "category"]
LIMIT = 8
MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is written when it is chosen, what it is called, and what tells it from others of that name."""

    value: str
    label: str
    detail: str = ""


def suggest(session: Session, kind: SuggestionKind, typed: str, limit: int = LIMIT) -> list[Suggestion]:
    """Return what these words may mean, what begins with them first; for no words, what is newest or most used."""
    text = " ".join(typed.replace("\0", "").lower().split()[:MOST_WORDS])
    return {"tag": _tags, "link": _summaries, "citation": _papers, "category": _categories}[kind](session, text, limit)


def _has_words(text: str, *columns: Any) -> list[ColumnElement[bool]]:
    """Every word somewhere in one of the columns."""
    return [or_(*(func.lower(column).contains(word, autoescape=True) for column in columns)) for word in text.split()]


def _begins(text: str, *columns: Any) -> Any:
    """Order what begins as typed before what only has it somewhere inside."""
    return and_(*(~func.lower(column).startswith(text, autoescape=True) for column in columns))


def _tags(session: Session, text: str, limit: int) -> list[Suggestion]:
    number = func.count(SummaryTag.summary_id)
    statement = (
        select(Tag.name, number)
        .outerjoin(SummaryTag, SummaryTag.tag_id == Tag.id)
        .where(*_has_words(text, Tag.name, Tag.slug))
        .group_by(Tag.id, Tag.name, Tag.slug)
        .order_by(_begins(text, Tag.name, Tag.slug), number.desc(), Tag.slug)
        .limit(limit)
    )
    rows = session.execute(statement)
    return [Suggestion(name, name, "1 summary" if count == 1 else f"{count} summaries") for name, count in rows]


def _summaries(session: Session, text: str, limit: int) -> list[Suggestion]:
    statement = (
        select(Summary.slug, Summary.title, Summary.status)
        .where(Summary.trashed_at.is_(None), *_has_words(text, Summary.title, Summary.slug))
        .order_by(_begins(text, Summary.title, Summary.slug), Summary.saved_at.desc(), Summary.id)
        .limit(limit)
    )
    return [
        Suggestion(slug, title, slug if status == "published" else f"{slug}, {status.replace('-', ' ')}")
        for slug, title, status in session.execute(statement)
    ]


def _papers(session: Session, text: str, limit: int) -> list[Suggestion]:
    first = (
        select(Author.family)
        .join(Authorship, Authorship.author_id == Author.id)
        .where(Authorship.paper_id == Paper.id)
        .order_by(Authorship.position)
        .limit(1)
        .scalar_subquery()
    )
    names = func.coalesce(first, "")
    statement = (
        select(Paper.key, Paper.title, names, Paper.year)
        .where(*_has_words(text, Paper.key, Paper.title, names))
        .order_by(_begins(text, Paper.key, names, Paper.title), Paper.updated_at.desc(), Paper.id)
        .limit(limit)
    )
    return [
        Suggestion(key, title, ", ".join(part for part in (key, author, str(year or "")) if part))
        for key, title, author, year in session.execute(statement)
    ]


def _categories(session: Session, text: str, limit: int) -> list[Suggestion]:
    statement = (
        select(Category.slug, Category.name)
        .where(*_has_words(text, Category.name, Category.slug))
        .order_by(_begins(text, Category.name, Category.slug), Category.position, Category.slug)
        .limit(limit)
    )
    return [Suggestion(slug, name) for slug, name in session.execute(statement)]
