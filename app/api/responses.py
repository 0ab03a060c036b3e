"""How answers are documented: the problem document (RFC 9457), headers, and which statuses an operation may give.

Problems are made in `app/web/errors.py`; the models here only describe them, and a test holds the two together.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

PROBLEM = "application/problem+json"


class ProblemField(BaseModel):
    """What is wrong with one parameter or field."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(description="The parameter or field, as it was written.")
    message: str = Field(description="What is wrong with it.")
    line: int = Field(0, description="The line, where the field is a text.")


class Problem(BaseModel):
    """An error, as RFC 9457 has it."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="A URI that identifies the kind of problem.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(ge=400, le=599, description="The HTTP status.")
    detail: str = Field(description="What happened, as a sentence.")
    instance: str = Field(description="The path that was asked for.")
    errors: list[ProblemField] = Field([], description="What is wrong with each parameter or field.")
    request_id: str = Field("", description="What to name when reporting a failure of the server.")


def _text(description: str) -> dict[str, Any]:
    return {"description": description, "required": True, "schema": {"type": "string"}}


ETAG = {"ETag": _text("Strong: changes exactly when the body does. Send it back as If-None-Match.")}
LIST_LINK = {"Link": _text("RFC 8288: `first`, and `next` where more follows.")}
DETAIL_LINK = {"Link": _text("RFC 8288: `canonical`, the page for people.")}
LOCATION = {"Location": _text("Where it is now.")}
ALLOW = {"Allow": _text("The methods that this address takes.")}

SENTENCES = {
    400: "The query would cost too much; the answer says what to change.",
    404: "There is nothing here that readers may see.",
    405: "This address does not take that method.",
    410: "It was archived and is no longer shown.",
    422: "A parameter is unknown or wrong; `errors` names it.",
    503: "The store cannot answer right now; `Retry-After` says when to try again.",
}

Responses = dict[int | str, dict[str, Any]]


def documented(*statuses: int, headers: dict[str, Any]) -> Responses:
    """Return the `responses` of an operation: its 200 with these headers, 304, and the problems it may answer with."""
    responses: Responses = {
        200: {"headers": ETAG | headers},
        304: {"description": "The client's copy is still right.", "headers": ETAG | headers},
    }
    for status in sorted({*statuses, 405, 422, 503}):
        if status == 301:
            responses[301] = {"description": "Its slug changed.", "headers": LOCATION}
            continue
        schema = {"$ref": "#/components/schemas/Problem"}
        responses[status] = {"description": SENTENCES[status], "content": {PROBLEM: {"schema": schema}}}
    responses[405]["headers"] = ALLOW
    return responses
