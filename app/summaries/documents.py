"""A summary as one self-contained document: what a file, a form or a request says, and what a revision keeps.

Everything that changes a summary goes through a SummaryDocument, so every door obeys the same rules. It names other
things (papers, categories, series, macro sets, other summaries) by key or slug; `service.py` checks that they exist.
"""

import datetime as dt
import hashlib
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from app.fields import shown, web_address, without_nul
from app.taxonomy.slugs import is_slug, make_slug

MAX_BODY = 1_000_000


def _slug(text: str) -> str:
    if not is_slug(text, 160):
        raise ValueError(f"“{shown(text)}” is not a slug: lower-case letters, digits and single hyphens only")
    return text


def _unique(items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


Slug = Annotated[str, AfterValidator(_slug)]
WebAddress = Annotated[str, AfterValidator(web_address)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), BeforeValidator(without_nul)]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500), BeforeValidator(without_nul)
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20_000), BeforeValidator(without_nul)]
Slugs = Annotated[tuple[Slug, ...], Field(max_length=100), AfterValidator(_unique)]
Names = Annotated[
    tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)], ...],
    Field(max_length=100),
    AfterValidator(_unique),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Part):
    """Where a text came from, named and linked."""

    name: Line = ""
    url: WebAddress | Literal[""] = ""


class Update(_Part):
    """A dated note."""

    date: dt.date
    text: Words = Field(min_length=1)


class Provenance(_Part):
    """Who wrote it, what was read for it, and who reviewed it."""

    written_by: Literal["human", "ai-assisted", "ai"] = "human"
    model: Annotated[Line, Field(max_length=120)] = ""
    read: Literal["none", "abstract", "full", "reproduced"] | None = None
    paper_version: Annotated[Line, Field(max_length=60)] = ""
    reviewed_by: Annotated[Line, Field(max_length=200)] = ""
    reviewed_on: dt.date | None = None


class Freshness(_Part):
    """Whether it still holds; `by` names what contests or supersedes it (a slug, a key or words)."""

    state: Literal["current", "contested", "superseded", "retracted"] = "current"
    reason: Words = ""
    by: Annotated[Line, Field(max_length=300)] = ""


class SummaryDocument(_Part):
    """The whole of what a curator writes, in the words of the library folder's front matter."""

    slug: Slug
    title: Title
    kind: Literal["paper-summary", "deep-dive", "link"] = "paper-summary"
    papers: Names = ()
    categories: Slugs = ()
    tags: Names = ()
    tldr: Words = ""
    status: Literal["draft", "in-review", "published", "archived"] = "draft"
    published: dt.datetime | None = None
    updated: dt.datetime | None = None
    authors: Names = ()
    series: Slug | None = None
    part: int | None = Field(None, ge=1, le=1000, validate_default=True)
    requires: Slugs = ()
    macros: Names = ()
    link: WebAddress | None = Field(None, validate_default=True)
    source: Source = Source()
    updates: Annotated[tuple[Update, ...], Field(max_length=200)] = ()
    provenance: Provenance = Provenance()
    freshness: Freshness = Freshness()
    body: Annotated[str, StringConstraints(max_length=MAX_BODY), BeforeValidator(without_nul)] = ""

    @field_validator("published", "updated", mode="after")
    @classmethod
    def _in_utc(cls, value: dt.datetime | None) -> dt.datetime | None:
        """Read a moment without a time zone as UTC; keep whole seconds."""
        if value is None:
            return None
        aware = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
        return aware.replace(microsecond=0)

    @field_validator("tags")
    @classmethod
    def _tags_have_slugs(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if not make_slug(name):
                raise ValueError(f"“{name}” needs at least one letter or digit")
        return value

    @field_validator("body", mode="after")
    @classmethod
    def _plain_ends(cls, value: str) -> str:
        """One kind of line end, no blank lines around: what every editor and git agree on."""
        return value.replace("\r\n", "\n").replace("\r", "\n").strip("\n")

    # Rules between fields: each is told at the later one, so that it is told beside whatever else is wrong. What is
    # wrong by itself is not in `info.data`, and no rule is held against it.
    @field_validator("part")
    @classmethod
    def _has_a_series(cls, value: int | None, info: ValidationInfo) -> int | None:
        if "series" in info.data and (info.data["series"] is None) != (value is None):
            raise ValueError("series and part go together: give both or neither")
        return value

    @field_validator("link")
    @classmethod
    def _is_there_for_a_link(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("kind") == "link" and value is None:
            raise ValueError("a summary of kind link needs a link")
        return value

    @field_validator("requires")
    @classmethod
    def _are_others(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("slug") in value:
            raise ValueError("a summary cannot require itself")
        return value

    @field_validator("status")
    @classmethod
    def _may_be(cls, value: str, info: ValidationInfo) -> str:
        if value == "published" and "categories" in info.data and not info.data["categories"]:
            raise ValueError("a published summary stands in at least one category")
        return value

    def canonical(self) -> str:
        """Return the one JSON text of this document: fields in their order, defaults left out."""
        return self.model_dump_json(exclude_defaults=True)

    def digest(self) -> str:
        """Return the sha256 (hex) of the canonical JSON."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()
