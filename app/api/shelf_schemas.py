"""What the JSON API answers of shelves, people, search, history and the library; the rules are in `schemas.py`."""

import datetime as dt

from pydantic import Field

from app.api.document_schemas import CategoryDoc, MacroSetDoc, PathDoc, SeriesDoc, TagDoc
from app.api.schemas import Answer, Listing, PaperItem, Part, SummaryItem, SummaryRef


class CategoryItem(Answer):
    """A curated shelf."""

    slug: str = Field(description="Its name in URLs and filters.")
    name: str = Field(description="The name people see.")
    description: str = Field(description="What belongs on it; may be empty.")
    summary_count: int = Field(ge=0, description="How many published summaries stand in it.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the category in this API.")


class CategoryDetail(CategoryItem):
    """A curated shelf and where its summaries are listed."""

    summaries_url: str = Field(description="URL of the list of its summaries in this API.")
    document: CategoryDoc = Field(description="The whole of it as it may be sent back: what PUT takes.")


class TagItem(Answer):
    """A free label."""

    slug: str = Field(description="Its name in URLs and filters.")
    name: str = Field(description="The name people see.")
    summary_count: int = Field(ge=0, description="How many published summaries carry it.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the tag in this API.")


class TagDetail(TagItem):
    """A free label and where its summaries are listed."""

    summaries_url: str = Field(description="URL of the list of its summaries in this API.")
    document: TagDoc = Field(description="The whole of it as it may be sent back: what PUT takes.")


class AuthorItem(Answer):
    """An author of papers in the library."""

    slug: str = Field(description="The author's name in URLs and filters.")
    name: str = Field(description="The name as printed: given name first.")
    family: str = Field(description="The family name; the whole name of a collaboration.")
    given: str | None = Field(description="The given names; null for a collaboration.")
    paper_count: int = Field(ge=0, description="How many papers in the library are by this author.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the author in this API.")


class AuthorDetail(AuthorItem):
    """An author and where their papers and the summaries of them are listed."""

    papers_url: str = Field(description="URL of the list of the author's papers in this API.")
    summaries_url: str = Field(description="URL of the list of summaries of these papers in this API.")


class SeriesItem(Answer):
    """An ordered run of summaries."""

    slug: str = Field(description="Its name in URLs and filters.")
    title: str = Field(description="Its title.")
    description: str = Field(description="What it is about; may be empty.")
    summary_count: int = Field(ge=0, description="How many published parts it has.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the series in this API.")


class SeriesDetail(SeriesItem):
    """An ordered run of summaries with its parts."""

    parts: list[Part] = Field(description="Its published parts in order.")
    document: SeriesDoc = Field(description="The whole of it as it may be sent back: what PUT takes.")


class PathItem(Answer):
    """A reading path."""

    slug: str = Field(description="Its name in URLs.")
    title: str = Field(description="Its title.")
    description: str = Field(description="Where it leads; may be empty.")
    step_count: int = Field(ge=0, description="How many of its steps are published.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the path in this API.")


class Step(SummaryRef):
    """A step of a reading path."""

    note: str | None = Field(description="Why it stands here.")


class PathDetail(PathItem):
    """A reading path with its steps."""

    steps: list[Step] = Field(description="Its published steps in order.")
    document: PathDoc = Field(description="The whole of it as it may be sent back: what PUT takes.")


class MacroSetItem(Answer):
    """A named list of TeX definitions that summaries use."""

    name: str = Field(description="Its name.")
    url: None = Field(None, description="There is no page for people.")
    api_url: str = Field(description="URL of the macro set in this API.")


class MacroSetDetail(MacroSetItem):
    """A named list of TeX definitions, whole."""

    modified: dt.datetime = Field(description="When it last changed.")
    document: MacroSetDoc = Field(description="The whole of it as it may be sent back: what PUT takes.")


class RevisionItem(Answer):
    """One save of a summary. Revisions are ordered by their numbers, never by their times."""

    number: int = Field(ge=1, description="Counted from 1; readers are not told of unpublished saves.")
    saved: dt.datetime = Field(description="When it was saved.")
    by: str | None = Field(description="Who saved it; no e-mail address is told without a token.")
    note: str | None = Field(description="Why, if they said so.")
    sha256: str = Field(description="The SHA-256 of the saved document, in hexadecimal.")


class Counts(Answer):
    """How much the library holds, as readers see it."""

    summaries: int = Field(ge=0, description="Published summaries.")
    papers: int = Field(ge=0, description="Bibliographic records.")
    authors: int = Field(ge=0, description="Authors of these papers.")
    categories: int = Field(ge=0, description="Categories, empty ones too.")
    tags: int = Field(ge=0, description="Tags that a published summary carries.")
    series: int = Field(ge=0, description="Series.")
    paths: int = Field(ge=0, description="Reading paths.")


class LibraryState(Answer):
    """The library as a whole."""

    title: str = Field(description="Its name.")
    version: int = Field(ge=0, description="Grows by one with every change to what readers can see.")
    changed: dt.datetime = Field(description="When it last grew.")
    counts: Counts = Field(description="How much it holds.")
    url: str = Field(description="URL of its home page for people.")
    api_url: str = Field(description="URL of this answer.")


class Highlight(Answer):
    """A stretch of text with the words found in it."""

    field: str = Field(description="Where it is from: `title` or `text` (TLDR, body and notes).")
    html: str = Field(description="As HTML: everything escaped, the words found in `<mark>`.")


class SearchItem(SummaryItem):
    """A summary that was found."""

    score: float = Field(ge=0, description="How well it fits; comparable within one answer only.")
    highlights: list[Highlight] = Field(description="Where it fits; the title only where words of it were found.")


class FacetValue(Answer):
    """A value that results share."""

    value: str = Field(description="What to give to the filter of this name.")
    label: str = Field(description="What people see.")
    count: int = Field(ge=0, description="How many of all results have it.")


class Facets(Answer):
    """Counts over all results, the biggest first, at most 30 values each."""

    category: list[FacetValue] = Field(description="Categories.")
    tag: list[FacetValue] = Field(description="Tags.")
    year: list[FacetValue] = Field(description="Years of the papers.")
    kind: list[FacetValue] = Field(description="Kinds of summary.")
    author: list[FacetValue] = Field(description="Authors of the papers.")
    series: list[FacetValue] = Field(description="Series.")


class SearchResults(Listing[SearchItem]):
    """One slice of what was found, best first."""

    query: str = Field(description="The query as it was understood.")
    facets: Facets = Field(description="What the results share.")
    notes: list[str] = Field(description="What was read differently from how it was written, as sentences.")
    suggestion: str | None = Field(description="Another query that finds something, where this one finds nothing.")
    degraded: bool = Field(description="Whether the index is being rebuilt, so that results may be incomplete.")
    library_version: int = Field(ge=0, description="The library version that the index holds.")


class SummaryList(Listing[SummaryItem]):
    """Published summaries."""


class PaperList(Listing[PaperItem]):
    """Papers."""


class AuthorList(Listing[AuthorItem]):
    """Authors."""


class CategoryList(Listing[CategoryItem]):
    """Categories."""


class TagList(Listing[TagItem]):
    """Tags."""


class SeriesList(Listing[SeriesItem]):
    """Series."""


class PathList(Listing[PathItem]):
    """Reading paths."""


class MacroSetList(Listing[MacroSetItem]):
    """Macro sets."""


class RevisionList(Listing[RevisionItem]):
    """The saves of a summary that readers may see."""
