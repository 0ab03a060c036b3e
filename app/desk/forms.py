"""What forms may carry: a schema for each action, unknown fields refused by name, no control characters in a line."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")]
# As it was typed: a space at either end belongs to it. How long it may be is the accounts' to say.
Password = Annotated[str, Field(max_length=5000)]
Address = Annotated[str, Field(max_length=2000)]


class DeskForm(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NoFields(DeskForm):
    """A form that is nothing but its button."""
