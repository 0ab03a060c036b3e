"""What forms may carry: a schema for each action, unknown fields refused by name, no control characters in a line.

Lengths are limited where a field is kept; here only so far that nobody sends a book. NOT here: rules about values.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.errors import BadInput, CairnError, FieldProblem

LONGEST_LINE = 2000


def _one_line(text: str) -> str:
    """Refuse what no keyboard types into a line and no database should keep."""
    if any(ord(char) < 32 or ord(char) == 127 or 0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise ValueError("contains control characters")
    return text.strip()


Line = Annotated[str, Field(max_length=LONGEST_LINE), AfterValidator(_one_line)]
# A number of a row or of days: what no database takes is refused before it is asked.
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
# As it was typed: a space at either end belongs to a password.
Password = Annotated[str, Field(max_length=5000)]


class DeskForm(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NoFields(DeskForm):
    """A form that is nothing but its button."""


def problems_of(error: CairnError) -> list[tuple[str, str]]:
    """Return what is wrong as (field, sentence), for `forms.complaints` and for the fields themselves."""
    if isinstance(error, BadInput) and error.problems:
        return [(problem.field, _sentence(error, problem)) for problem in error.problems]
    return [("", error.detail)]


def _sentence(error: BadInput, problem: FieldProblem) -> str:
    return error.detail if len(error.problems) == 1 else f"{problem.field}: {problem.message}."


def check_repeated(password: str, again: str) -> None:
    """Raise BadInput where a password was not typed the same twice."""
    if password != again:
        sentence = "The two new passwords are not the same."
        raise BadInput(sentence, [FieldProblem("again", sentence)])
