"""A reading path as one self-contained record."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.summaries.documents import Slug, Words
from app.taxonomy.records import Title


class StepRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: Slug
    note: Words = ""


class PathRecord(BaseModel):
    """Title, description and ordered steps; a step names a summary once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Slug
    title: Title
    description: Words = ""
    steps: Annotated[tuple[StepRecord, ...], Field(max_length=500)] = ()
