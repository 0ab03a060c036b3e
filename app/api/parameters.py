"""What may be asked of the JSON API: the parameters of each list, checked before anything is read.

A parameter that is not listed here is refused (422) by name. NOT here: the query language (`app/search/grammar.py`).
"""

import base64
import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from app.api.document_schemas import KEY_PATTERN, MACRO_SET_PATTERN, SLUG_PATTERN
from app.api.schemas import Kind, Status
from app.errors import AuthorNotFound, NotFound, PaperNotFound, ShelfNotFound, SummaryNotFound
from app.pagination import MAX_LIMIT, PAGE_SIZE
from app.papers.records import KEY
from app.search.grammar import MAX_LENGTH
from app.summaries.assets import MACRO_SET_NAME
from app.summaries.listing import Sort, SummaryFilters
from app.taxonomy.slugs import SLUG

MAX_VALUES = 10
MAX_SLUG = 160
MAX_KEY = 120
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT")
WHOLE = re.compile(r"-?[0-9]{1,9}")


def whole_number(value: object) -> object:
    """Refuse `20.0`, ` 20` and `2_0`, which a lenient reader of numbers lets pass."""
    if isinstance(value, str) and not WHOLE.fullmatch(value):
        raise ValueError("must be a whole number")
    return value


def _rfc_3339(value: object) -> object:
    if isinstance(value, str) and not RFC_3339.fullmatch(value):
        raise ValueError("must be a moment with a time zone, like 2024-03-05T00:00:00Z (and a + in a URL is %2B)")
    return value


def _in_utc(value: dt.datetime) -> dt.datetime:
    """Return the moment in UTC; one before or after all that can be told is the first or last of these."""
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:
        edge = dt.datetime.min if value.year == 1 else dt.datetime.max
        return edge.replace(tzinfo=dt.UTC)


def _sound_cursor(value: str) -> str:
    """Refuse what no list gave out, down to parts that a store cannot even be asked for."""
    try:
        parts = json.loads(base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True))
        for text in (part for part in parts if isinstance(part, str)):
            text.encode()
            if "\x00" in text:
                raise ValueError("a NUL character")
            if MOMENT.match(text):
                dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise ValueError("not a known cursor") from None
    return value


Slug = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=MAX_SLUG)]
# Constraints stand before the check of the form, or they would not reach the JSON schema.
Year = Annotated[int, Field(ge=1000, le=2200, description="The papers' year."), BeforeValidator(whole_number)]
Limit = Annotated[
    int, Field(ge=1, le=MAX_LIMIT, description="How many rows to give at most."), BeforeValidator(whole_number)
]
Cursor = Annotated[
    str,
    Field(
        pattern="^[A-Za-z0-9_-]+$", max_length=4000, description="Where to go on: take it from `next`, never make one."
    ),
    AfterValidator(_sound_cursor),
]
Since = Annotated[
    AwareDatetime,
    BeforeValidator(_rfc_3339),
    AfterValidator(_in_utc),
    Field(description="Only rows modified at or after this moment (RFC 3339, with a time zone)."),
]


class Paging(BaseModel):
    """What every list takes."""

    model_config = ConfigDict(extra="forbid")

    limit: Limit = PAGE_SIZE
    cursor: Cursor | None = None


class FilteredPaging(Paging):
    """What lists of summaries take: everything given must hold."""

    category: Annotated[list[Slug], Field(max_length=MAX_VALUES)] = Field(
        [], description="On this category (its slug). May be repeated: on all of them."
    )
    tag: Annotated[list[Slug], Field(max_length=MAX_VALUES)] = Field(
        [], description="With this tag (its slug). May be repeated: with all of them."
    )
    kind: Kind | None = Field(None, description="Of this kind.")
    year: Year | None = Field(None, description="About a paper of this year.")
    author: Slug | None = Field(None, description="About a paper by this author (the slug).")
    series: Slug | None = Field(None, description="A part of this series (its slug).")


class SummaryListQuery(FilteredPaging):
    """The parameters of the list of summaries."""

    paper: Annotated[str, Field(pattern=KEY_PATTERN, max_length=MAX_KEY)] | None = Field(
        None, description="About this paper (its key)."
    )
    sort: Sort = Field("newest", description="By publication, by last save, or by title.")
    status: Status | None = Field(
        None, description="Of this status; any but `published` needs a token. The newest are then those made last."
    )
    modified_since: Since | None = None

    def filters(self) -> SummaryFilters:
        return SummaryFilters(
            category=tuple(self.category),
            tag=tuple(self.tag),
            kind=self.kind,
            year=self.year,
            author=self.author,
            series=self.series,
            paper=self.paper,
            modified_since=self.modified_since,
            status=None if self.status == "published" else self.status,
        )


class PaperListQuery(Paging):
    """The parameters of the list of papers."""

    year: Year | None = Field(None, description="Of this year.")
    author: Slug | None = Field(None, description="By this author (the slug).")
    summarised: Literal["no"] | None = Field(
        None, description="`no`: those that summaries cite or link to and that none is about."
    )
    modified_since: Since | None = None


class SearchQuery(FilteredPaging):
    """The parameters of the search."""

    q: str = Field(
        "",
        description=(
            "What to look for: words, “phrases”, `AND`, `OR`, `NOT`, parentheses, a star at a word's end, and "
            "`title: author: tag: category: series: venue: year:2017..2019 kind: key: arxiv: doi:`. "
            "A question, and words that nothing has all of, are answered less strictly, with a note. Empty: everything."
        ),
        json_schema_extra={"maxLength": MAX_LENGTH},  # the grammar refuses a longer one with a sentence of its own
    )


class NoQuery(BaseModel):
    """The parameters of everything that takes none."""

    model_config = ConfigDict(extra="forbid")


def _named(pattern: re.Pattern[str], limit: int, error: type[NotFound]) -> Callable[[str], str]:
    """Make the check of a name in a path. What cannot be a name is not found, like one that nothing has: not a
    ValueError, so that it passes through the validation and is answered with 404 instead of 422.
    """

    def check(value: str) -> str:
        if len(value) > limit or not pattern.fullmatch(value):
            raise error
        return value

    return check


def _path(description: str, pattern: str, limit: int) -> object:
    extra: dict[str, object] = {"pattern": pattern, "minLength": 1, "maxLength": limit}
    return Path(description=description, json_schema_extra=extra)


SummarySlug = Annotated[
    str, AfterValidator(_named(SLUG, MAX_SLUG, SummaryNotFound)), _path("The summary's slug.", SLUG_PATTERN, MAX_SLUG)
]
ShelfSlug = Annotated[
    str, AfterValidator(_named(SLUG, MAX_SLUG, ShelfNotFound)), _path("The slug.", SLUG_PATTERN, MAX_SLUG)
]
AuthorSlug = Annotated[
    str, AfterValidator(_named(SLUG, MAX_SLUG, AuthorNotFound)), _path("The author's slug.", SLUG_PATTERN, MAX_SLUG)
]
MacroSetName = Annotated[
    str,
    AfterValidator(_named(MACRO_SET_NAME, 100, NotFound)),
    _path("The macro set's name.", MACRO_SET_PATTERN, 100),
]
PaperKey = Annotated[
    str, AfterValidator(_named(KEY, MAX_KEY, PaperNotFound)), _path("The paper's key.", KEY_PATTERN, MAX_KEY)
]
