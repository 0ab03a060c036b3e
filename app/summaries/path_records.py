"""A reading path as one self-contained record."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.summaries.documents import Slug, Words


class StepRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    summary: Slug
    note: Words = ""


class PathRecord(BaseModel):
    """Title, description and ordered steps; a step names a summary once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Slug
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    description: Words = ""
    steps: Annotated[tuple[StepRecord, ...], Field(max_length=500)] = ()
