"""Shelves as self-contained records: what a file, a form or a request says of them."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.fields import shown, without_nul
from app.taxonomy.slugs import is_slug


def _slug(text: str) -> str:
    if not is_slug(text):
        raise ValueError(f"“{shown(text)}” is not a slug: lower-case letters, digits and single hyphens only")
    return text


Slug = Annotated[str, AfterValidator(_slug)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), BeforeValidator(without_nul)
]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), BeforeValidator(without_nul)
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000), BeforeValidator(without_nul)]


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CategoryRecord(_Record):
    """A category as a record; `position` is its place among the categories."""

    slug: Slug
    name: Name
    description: Words = ""
    position: int = Field(0, ge=0, le=100_000)


class SeriesRecord(_Record):
    """A series as a record."""

    slug: Slug
    title: Title
    description: Words = ""
