"""What the addresses of pages may carry. Everything else is refused by name: a page ignores nothing silently."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.summaries.listing import Sort, SummaryFilters

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=160)]
Kind = Literal["paper-summary", "deep-dive", "link"]


class NoParameters(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PageNumber(NoParameters):
    page: int = Field(1, ge=1, le=1_000_000)


class Narrowed(PageNumber):
    """What a list of summaries can be narrowed to; everything given must hold."""

    category: list[Slug] = Field([], max_length=10)
    tag: list[Slug] = Field([], max_length=10)
    kind: Kind | None = None
    year: int | None = Field(None, ge=1000, le=2200)
    author: Slug | None = None
    series: Slug | None = None

    def active(self) -> dict[str, list[str]]:
        """Return kind -> values of every filter that is set."""
        single = {"kind": self.kind, "year": self.year, "author": self.author, "series": self.series}
        several = {"category": list(dict.fromkeys(self.category)), "tag": list(dict.fromkeys(self.tag))}
        return {kind: values for kind, values in several.items() if values} | {
            kind: [str(value)] for kind, value in single.items() if value is not None
        }


class ListQuery(Narrowed):
    sort: Sort = "newest"

    def filters(self) -> SummaryFilters:
        return SummaryFilters(
            category=tuple(self.category),
            tag=tuple(self.tag),
            kind=self.kind,
            year=self.year,
            author=self.author,
            series=self.series,
        )


class SearchQuery(Narrowed):
    q: str = ""


class PapersQuery(PageNumber):
    """Every paper, or with `summarised=no` those that summaries name and none is about."""

    summarised: Literal["no"] | None = None


Nothing = Annotated[NoParameters, Query()]
Numbered = Annotated[PageNumber, Query()]
Listed = Annotated[ListQuery, Query()]
Searched = Annotated[SearchQuery, Query()]
Recorded = Annotated[PapersQuery, Query()]
