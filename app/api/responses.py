"""How answers are documented: the problem document (RFC 9457), headers, and which statuses an operation may give.

Problems are made in `app/web/errors.py`; the models here only describe them, and a test holds the two together.
"""

from collections.abc import Iterable
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
LIST_LINK = {"Link": _text("RFC 8288: `first`, and `prev` and `next` where there are such.")}
DETAIL_LINK = {
    "Link": _text(
        "RFC 8288: `canonical`, the page for people; `cite-as` of one paper; `license` of a summary, where one is told."
    )
}
LOCATION = {"Location": _text("Where it is now.")}
CONTENT_LOCATION = {"Content-Location": _text("Where it is now: another address where it was renamed.")}
ALLOW = {"Allow": _text("The methods that this address takes.")}

SENTENCES = {
    400: "The query would cost too much; the answer says what to change.",
    401: "The token is missing or does not hold.",
    403: "The token may only read, or its owner's role does not reach so far.",
    404: "There is nothing here that you may see.",
    405: "This address does not take that method.",
    409: "The name is taken, it is in use, or another rule between things would break.",
    410: "It was archived, or is in the trash.",
    412: "A precondition fails: it changed since you read it, or is there already.",
    413: "The body is too long.",
    415: "The body is not of a media type that is taken here.",
    422: "A parameter or field is unknown or wrong, or an idempotency key came with another request; `errors` says.",
    428: "A precondition is missing: `If-Match`, or `If-None-Match: *` to make something.",
    503: "The store cannot answer right now; `Retry-After` says when to try again.",
}

Responses = dict[int | str, dict[str, Any]]


def documented(*statuses: int, headers: dict[str, Any]) -> Responses:
    """Return the `responses` of an operation: its 200 with these headers, 304, and the problems it may answer with."""
    responses: Responses = {
        200: {"headers": ETAG | headers},
        304: {"description": "The client's copy is still right.", "headers": ETAG | headers},
    }
    if 301 in statuses:
        responses[301] = {"description": "Its slug changed.", "headers": LOCATION}
    return responses | problems({*statuses, 405, 422, 503} - {301})


def written(method: str) -> Responses:
    """Return the `responses` of an operation that changes something."""
    made: Responses = {201: {"description": "It was made.", "headers": ETAG | LOCATION}}
    done: Responses = {200: {"description": "It is so now.", "headers": ETAG | CONTENT_LOCATION}}
    gone: Responses = {204: {"description": "It is gone."}}
    first: dict[str, Responses] = {"POST": made, "PUT": done | made, "PATCH": done, "DELETE": gone}
    others: dict[str, set[int]] = {
        "POST": set(),
        "PUT": {412, 428},
        "PATCH": {404, 410, 412, 428},
        "DELETE": {404, 410, 412, 428},
    }
    body: set[int] = set() if method == "DELETE" else {415}
    return first[method] | problems({401, 403, 405, 409, 413, 422, 503, *others[method], *body})


def problems(statuses: Iterable[int]) -> Responses:
    """Return the problems that an operation may answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    found: Responses = {
        status: {"description": SENTENCES[status], "content": {PROBLEM: {"schema": schema}}}
        for status in sorted(statuses)
    }
    found[405]["headers"] = ALLOW
    if 401 in found:
        found[401]["headers"] = {"WWW-Authenticate": _text("What to send: a bearer token (RFC 6750).")}
    return found


def imported() -> Responses:
    """Return the `responses` of the bulk import."""
    lines = {"application/x-ndjson": {"schema": {"type": "string"}}}
    done: Responses = {200: {"description": "A report, line by line, and the counts in the last.", "content": lines}}
    return done | problems({401, 403, 405, 413, 415, 422, 503})
