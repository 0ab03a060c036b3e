"""What the tools answer with, as models: the SDK makes the schemas that agents read from them."""

from pydantic import BaseModel, Field


class PaperNamed(BaseModel):
    """A paper, as results name it."""

    key: str = Field(description="Citation key: give it to read_paper or cite.")
    title: str
    authors: list[str]
    year: int | None
    arxiv_id: str | None
    doi: str | None


class Found(BaseModel):
    """One summary in a result."""

    slug: str = Field(description="Give it to read_summary.")
    title: str
    url: str
    kind: str = Field(description="paper-summary, deep-dive or link")
    tldr: str = Field(description="The curator's own take.")
    papers: list[PaperNamed]
    freshness: str = Field(description="current, contested, superseded or retracted: say so when you rely on it.")
    excerpt: str = Field(description="Where the words were found.")


class SearchAnswer(BaseModel):
    """The best fits first."""

    total: int
    results: list[Found]
    suggestion: str | None = Field(description="Another spelling that would find more.")
    notes: list[str]


class ShelfNamed(BaseModel):
    """A category, tag, series or reading path."""

    slug: str
    name: str
    url: str
    summaries: int
    description: str = ""


class Shelves(BaseModel):
    """Everything that summaries stand on."""

    categories: list[ShelfNamed]
    series: list[ShelfNamed]
    paths: list[ShelfNamed] = Field(description="Reading paths: ordered steps from prerequisites.")
    tags: list[ShelfNamed]
