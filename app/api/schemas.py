"""What the JSON API answers, field by field. The names are for ever.

Three rules hold everywhere: what is not known is null, never an empty string; moments are in UTC; `url` is the page for
people, `api_url` the same thing here. A list's items carry the first fields of what the detail carries, under the same
names. NOT here: how rows become these (`shapes.py`), what may be asked (`parameters.py`).
"""

import datetime as dt
from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from app.api.document_schemas import PaperDoc, SummaryDoc

T = TypeVar("T")

Kind = Literal["paper-summary", "deep-dive", "link"]
PaperKind = Literal["article", "conference", "preprint", "report", "thesis", "book", "other"]
WrittenBy = Literal["human", "ai-assisted", "ai"]
ReadDepth = Literal["none", "abstract", "full", "reproduced"]
FreshnessState = Literal["current", "contested", "superseded", "retracted"]
Status = Literal["draft", "in-review", "published", "archived"]


class Answer(BaseModel):
    """Base of everything that is answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Listing(Answer, Generic[T]):
    """One slice of a list."""

    items: list[T] = Field(description="The rows of this slice, in the order asked for.")
    next: str | None = Field(description="URL of what follows, with the same filters; null on the last slice.")
    total: int = Field(ge=0, description="How many rows the whole list has.")


class SummaryRef(Answer):
    """A summary, named."""

    slug: str = Field(description="The summary's name in URLs.")
    title: str = Field(description="The summary's title.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the summary in this API.")


class ShelfRef(Answer):
    """A category or tag, named."""

    slug: str = Field(description="Its name in URLs and filters.")
    name: str = Field(description="The name people see.")


class AuthorRef(Answer):
    """An author of a paper, named."""

    slug: str = Field(description="The author's name in URLs and filters.")
    name: str = Field(description="The name as printed: given name first.")


class Tldr(Answer):
    """The curator's own take, rendered."""

    html: str = Field(description="As safe HTML; formulas are MathML.")
    text: str = Field(description="As plain text.")


class TldrWithSource(Tldr):
    """The curator's own take, written and rendered."""

    source: str = Field(description="As written: Markdown with LaTeX.")


class Body(Answer):
    """The text of a summary."""

    source: str = Field(description="As written: Markdown with LaTeX.")
    html: str = Field(
        description="As safe HTML; formulas are MathML. Links inside the library are relative to its root."
    )


class Heading(Answer):
    """A heading of a body."""

    level: int = Field(ge=1, le=6, description="Its level on the page.")
    id: str = Field(description="Its anchor: the page's URL, `#` and this.")
    text: str = Field(description="Its words.")


class FreshnessBrief(Answer):
    """Whether a summary still holds."""

    state: FreshnessState = Field(description="`current` unless a curator said otherwise.")


class Freshness(FreshnessBrief):
    """Whether a summary still holds, and why not."""

    reason: str | None = Field(description="Why it is contested, superseded or retracted.")
    by: str | None = Field(description="What contests or supersedes it: a slug, a paper's key, or words.")


class ProvenanceBrief(Answer):
    """Who wrote a summary."""

    written_by: WrittenBy = Field(description="A human, a human with a model, or a model.")


class Provenance(ProvenanceBrief):
    """Who wrote a summary and what was read for it."""

    model: str | None = Field(description="The model that wrote or helped.")
    read: ReadDepth | None = Field(description="How far the papers were read for it.")
    paper_version: str | None = Field(description="Which version of the paper was read.")
    reviewed_by: str | None = Field(description="Who checked it.")
    reviewed_on: dt.date | None = Field(description="The day it was checked.")


class PaperBrief(Answer):
    """A paper as lists name it."""

    key: str = Field(description="Its citation key, and its name in URLs and filters.")
    title: str = Field(description="Its title.")
    authors: list[AuthorRef] = Field(description="Its authors in the paper's order.")
    year: int | None = Field(description="The year it appeared.")
    venue: str | None = Field(description="The journal, proceedings or book it appeared in.")
    doi: str | None = Field(description="Its DOI, bare and in lower case: `10.1234/abc`.")
    arxiv_id: str | None = Field(description="Its arXiv identifier without version: `1706.03762`.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the paper in this API.")


class PaperItem(PaperBrief):
    """A paper in the list of papers."""

    kind: PaperKind = Field(description="What sort of publication it is.")
    modified: dt.datetime = Field(description="When its record last changed; what `modified_since` compares.")
    summaries: list[SummaryRef] = Field(description="The published summaries of it, oldest first.")


class PaperAuthor(AuthorRef):
    """An author with the parts of the name."""

    family: str = Field(description="The family name; the whole name of a collaboration.")
    given: str | None = Field(description="The given names; null for a collaboration.")
    url: str = Field(description="URL of the author's page for people.")
    api_url: str = Field(description="URL of the author in this API.")


class PaperRecord(Answer):
    """A bibliographic record: facts only."""

    key: str = Field(description="Its citation key, and its name in URLs and filters.")
    title: str = Field(description="Its title.")
    authors: list[PaperAuthor] = Field(description="Its authors in the paper's order.")
    year: int | None = Field(description="The year it appeared.")
    month: int | None = Field(description="The month, 1 to 12, where known.")
    day: int | None = Field(description="The day of the month, where known.")
    venue: str | None = Field(description="The journal, proceedings or book it appeared in.")
    volume: str | None = Field(description="The volume of its journal.")
    issue: str | None = Field(description="The issue of its journal.")
    pages: str | None = Field(description="Its pages: `1929-1958`.")
    publisher: str | None = Field(description="Its publisher.")
    institution: str | None = Field(description="The institution of a report or thesis.")
    doi: str | None = Field(description="Its DOI, bare and in lower case: `10.1234/abc`.")
    arxiv_id: str | None = Field(description="Its arXiv identifier without version: `1706.03762`.")
    arxiv_class: str | None = Field(description="Its primary arXiv class: `cs.LG`.")
    external_url: str | None = Field(description="Where it is published, as recorded.")
    code_url: str | None = Field(description="Where its authors' code is.")
    abstract: str | None = Field(description="Its abstract, where recorded.")
    kind: PaperKind = Field(description="What sort of publication it is.")
    modified: dt.datetime = Field(description="When its record last changed; what `modified_since` compares.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the paper in this API.")


class LinkFrom(SummaryRef):
    """A summary whose text links here."""

    types: list[str] = Field(description="What the links say they are: `builds-on`, `contradicts` and so on.")


class PaperDetail(PaperRecord):
    """A paper with what the library says of it."""

    summaries: list[SummaryRef] = Field(description="The published summaries of it, oldest first.")
    backlinks: list[LinkFrom] = Field(description="The published summaries whose texts link to it.")
    cited_by: list[SummaryRef] = Field(description="The published summaries whose texts cite it.")
    document: PaperDoc = Field(description="The whole of it as it may be sent back: what PUT takes.")


class SummaryItem(Answer):
    """A summary as lists show it."""

    slug: str = Field(description="Its name in URLs.")
    title: str = Field(description="Its title.")
    kind: Kind = Field(description="About one paper, about an idea, or a pointer to something elsewhere.")
    tldr: Tldr = Field(description="The curator's own take in a few sentences.")
    papers: list[PaperBrief] = Field(description="The papers it is about, in the curator's order; may be empty.")
    categories: list[ShelfRef] = Field(description="The categories it stands in; the first is its main one.")
    tags: list[ShelfRef] = Field(description="Its free labels.")
    link: str | None = Field(description="Where a summary of kind `link` points.")
    provenance: ProvenanceBrief = Field(description="Who wrote it.")
    freshness: FreshnessBrief = Field(description="Whether it still holds.")
    words: int = Field(ge=0, description="How many words it has.")
    formulas: int = Field(ge=0, description="How many formulas it has.")
    published: dt.datetime | None = Field(description="When it was first published; null only before it is.")
    updated: dt.datetime | None = Field(description="Its last meaningful change as the curator tells it.")
    modified: dt.datetime = Field(description="Its last save of any kind; what `modified_since` compares.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the summary in this API.")


class PathRef(Answer):
    """A reading path, named."""

    slug: str = Field(description="Its name in URLs.")
    title: str = Field(description="Its title.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the path in this API.")


class Part(SummaryRef):
    """A part of a series."""

    part: int = Field(ge=1, description="Its number in the series.")


class SeriesPlace(Answer):
    """Where a summary stands in its series."""

    slug: str = Field(description="The series' name in URLs and filters.")
    title: str = Field(description="The series' title.")
    part: int = Field(ge=1, description="Which part this summary is.")
    parts: list[Part] = Field(description="Every published part, this one among them.")
    url: str = Field(description="URL of the series' page for people.")
    api_url: str = Field(description="URL of the series in this API.")


class LinkTo(Answer):
    """A link in a summary's text."""

    target: str = Field(description="The target: a slug, `arxiv:1706.03762`, `doi:10.1234/abc` or `@key`.")
    type: str | None = Field(description="What the link says it is: `builds-on`, `contradicts` and so on.")
    title: str | None = Field(description="The title of what it leads to; null where that is not in the library.")
    url: str | None = Field(description="URL of the page it leads to; null where that is not in the library.")


class Source(Answer):
    """Where a text came from."""

    name: str | None = Field(description="Its name.")
    url: str | None = Field(description="Its address.")


class Update(Answer):
    """A dated note inside a summary."""

    date: dt.date = Field(description="The day of the note.")
    source: str = Field(description="As written: Markdown with LaTeX.")
    html: str = Field(description="As safe HTML; formulas are MathML.")


class SummaryDetail(Answer):
    """A summary, whole."""

    slug: str = Field(description="Its name in URLs.")
    title: str = Field(description="Its title.")
    kind: Kind = Field(description="About one paper, about an idea, or a pointer to something elsewhere.")
    status: Status = Field(description="Always `published` for anonymous readers.")
    tldr: TldrWithSource = Field(description="The curator's own take in a few sentences.")
    body: Body = Field(description="The summary itself.")
    headings: list[Heading] = Field(description="The headings of the body, in order.")
    papers: list[PaperRecord] = Field(description="The papers it is about, in the curator's order; may be empty.")
    categories: list[ShelfRef] = Field(description="The categories it stands in; the first is its main one.")
    tags: list[ShelfRef] = Field(description="Its free labels.")
    series: SeriesPlace | None = Field(description="The series it is a part of.")
    requires: list[SummaryRef] = Field(description="What to read first, in the curator's order.")
    required_by: list[SummaryRef] = Field(description="The published summaries that ask to read this one first.")
    paths: list[PathRef] = Field(description="The reading paths it is a step of.")
    links: list[LinkTo] = Field(description="The links in its text, in order, each once.")
    backlinks: list[LinkFrom] = Field(description="The published summaries whose texts link to it.")
    link: str | None = Field(description="Where a summary of kind `link` points.")
    source: Source | None = Field(description="Where the text came from, if it is not this library's own.")
    curators: list[str] = Field(description="The people it is by.")
    provenance: Provenance = Field(description="Who wrote it and what was read for it.")
    freshness: Freshness = Field(description="Whether it still holds.")
    updates: list[Update] = Field(description="Dated notes, in the curator's order.")
    words: int = Field(ge=0, description="How many words it has.")
    formulas: int = Field(ge=0, description="How many formulas it has.")
    published: dt.datetime | None = Field(description="When it was first published; null only before it is.")
    updated: dt.datetime | None = Field(description="Its last meaningful change as the curator tells it.")
    modified: dt.datetime = Field(description="Its last save of any kind; what `modified_since` compares.")
    revision: int = Field(ge=1, description="The number of its latest save.")
    document: SummaryDoc = Field(description="The whole of it as it may be sent back: what PUT takes.")
    url: str = Field(description="URL of the page for people.")
    api_url: str = Field(description="URL of the summary in this API.")
