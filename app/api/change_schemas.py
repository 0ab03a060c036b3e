"""What the changes feed and the bulk import take and answer, field by field; the rules are in `schemas.py`."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.api.parameters import Cursor, whole_number
from app.api.schemas import Answer
from app.tombstones import Kind

CHANGES_AT_ONCE = 1000
LATEST = 2**31 - 1


class ChangesQuery(BaseModel):
    """The parameters of the changes feed."""

    model_config = ConfigDict(extra="forbid")

    since: Annotated[
        int,
        Field(ge=0, le=LATEST, description="The library version that the client's copy is at; 0 for an empty one."),
        BeforeValidator(whole_number),
    ] = 0
    kind: Annotated[list[Kind], Field(max_length=10)] = Field(
        [], description="Only of this kind. May be repeated: of any of them."
    )
    limit: Annotated[
        int,
        Field(ge=1, le=CHANGES_AT_ONCE, description="How many items to give at most."),
        BeforeValidator(whole_number),
    ] = 100
    cursor: Cursor | None = None


class ChangeItem(Answer):
    """One thing that changed or is gone. What it shows of other things is told in the items of those."""

    kind: Kind = Field(description="What it is.")
    name: str = Field(description="Its slug, key or name.")
    action: Literal["changed", "deleted"] = Field(description="Whether it is to be read again, or dropped.")
    version: int = Field(ge=0, description="The library version at which that happened.")
    at: dt.datetime | None = Field(description="When that was.")
    moved_to: str | None = Field(description="The name to use instead of one that is gone, where there is one.")
    url: str | None = Field(description="URL of the page for people, or of the picture; null for macro sets.")
    api_url: str | None = Field(description="URL of it in this API; null for pictures.")


class ChangeList(Answer):
    """One slice of what changed since a library version."""

    version: int = Field(ge=0, description="The version that a copy is at which took in everything up to here.")
    items: list[ChangeItem] = Field(description="What changed, in the order of the versions.")
    next: str | None = Field(description="URL of what follows; null on the last slice.")


class ImportQuery(BaseModel):
    """The parameters of the bulk import."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(False, description="Only report what would happen; nothing is kept.")
