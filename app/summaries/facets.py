"""What a list of summaries holds, counted: by category, tag, kind and year.

NOT here: by author and series, which a list is narrowed by in other places (`browsing.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.database import remembered
from app.papers.models import Paper
from app.summaries.listing import SummaryFilters, conditions
from app.summaries.models import Summary, SummaryCategory, SummaryPaper, SummaryTag
from app.taxonomy.models import Category, Tag

FACET_TAGS = 30


@dataclass(frozen=True, slots=True)
class FacetValue:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of what the present list holds, most first (years newest first)."""

    category: Sequence[FacetValue]
    tag: Sequence[FacetValue]
    kind: Sequence[FacetValue]
    year: Sequence[FacetValue]


def facets_of(session: Session, filters: SummaryFilters) -> Facets:
    """Count what the list under these filters holds, in one statement a facet; remembered while nothing changes."""
    return remembered(session, ("facets", filters), lambda: _count_facets(session, filters))


def _count_facets(session: Session, filters: SummaryFilters) -> Facets:
    where = conditions(filters)

    def values(statement: Select[*tuple[Any, ...]], label: Callable[[Any], str]) -> list[FacetValue]:
        return [FacetValue(str(row[0]), label(row), row[-1]) for row in session.execute(statement)]

    number = func.count()
    categories = (
        select(Category.slug, Category.name, number)
        .join(SummaryCategory, SummaryCategory.category_id == Category.id)
        .join(Summary, Summary.id == SummaryCategory.summary_id)
        .where(*where)
        .group_by(Category.id, Category.slug, Category.name)
        .order_by(number.desc(), Category.name)
    )
    tags = (
        select(Tag.slug, Tag.name, number)
        .join(SummaryTag, SummaryTag.tag_id == Tag.id)
        .join(Summary, Summary.id == SummaryTag.summary_id)
        .where(*where)
        .group_by(Tag.id, Tag.slug, Tag.name)
        .order_by(number.desc(), Tag.name)
        .limit(FACET_TAGS)
    )
    kinds = select(Summary.kind, number).where(*where).group_by(Summary.kind).order_by(number.desc(), Summary.kind)
    years = (
        select(Paper.year, func.count(Summary.id.distinct()))
        .join(SummaryPaper, SummaryPaper.paper_id == Paper.id)
        .join(Summary, Summary.id == SummaryPaper.summary_id)
        .where(*where, Paper.year.is_not(None))
        .group_by(Paper.year)
        .order_by(Paper.year.desc())
    )
    return Facets(
        category=values(categories, lambda row: row[1]),
        tag=values(tags, lambda row: row[1]),
        kind=values(kinds, lambda row: row[0]),
        year=values(years, lambda row: str(row[0])),
    )
