"""The page that shows the JSON API to people: made from the OpenAPI document, complete without JavaScript.

Each read has a plain form. It goes through `/api/docs/try/...`, which puts what was typed into the address of the
operation, leaves out what was left empty, and leads there. NOT here: the document itself (`description.py`).
"""

import json
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from app import markup
from app.api.description import TAGS, document_of
from app.api.parameters import NoQuery
from app.errors import BadInput, FieldProblem, NotFound
from app.web.templating import render

REFERENCE = "#/components/schemas/"
EXAMPLES = {"slug": "attention-is-all-you-need", "key": "vaswani2017attention", "q": "attention", "limit": "5"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A type in words; `model` names the schema that is linked, if any."""

    before: str
    model: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str
    required: bool
    description: str
    kind: Kind
    limits: str
    choices: list[str]
    default: str
    input_type: str
    example: str


@dataclass(frozen=True, slots=True)
class Reply:
    status: str
    description: str
    media_type: str
    kind: Kind
    headers: list[str]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; one that changes something has no form here, for a page holds no token, but a `body`."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Parameter]
    headers: list[tuple[str, str]]
    body: Reply | None
    replies: list[Reply]
    curl: str


@dataclass(frozen=True, slots=True)
class Model:
    """A schema and its fields: (name, kind, description)."""

    name: str
    description: str
    fields: list[tuple[str, Kind, str]]


def make_router(described: APIRouter) -> APIRouter:
    """Return the page's routes for the described ones."""
    router = APIRouter(include_in_schema=False)

    @router.get("/api/docs")
    def docs(request: Request, _: Annotated[NoQuery, Query()]) -> Response:
        """Show every operation with its parameters, answers, an example and a form, then every schema."""
        document = document_of(request, described)
        operations = _operations(document, request.app.state.settings.base)
        groups = [(tag["name"], tag["description"], operations.get(tag["name"], [])) for tag in TAGS]
        return render(
            request,
            "api/docs.html",
            introduction=markup.render(document["info"]["description"]).html,
            groups=groups,
            models=_models(document),
        )

    @router.get("/api/docs/try/{operation_id}")
    def attempt(request: Request, operation_id: str) -> Response:
        """Lead to the operation's own address with what was typed into its form."""
        for path, methods in document_of(request, described)["paths"].items():
            if methods.get("get", {}).get("operationId") == operation_id:
                return RedirectResponse(_filled(path, request.query_params.multi_items()), 303)
        raise NotFound(f"There is no operation “{operation_id[:80]}”.")

    return router


def _filled(path: str, pairs: list[tuple[str, str]]) -> str:
    """Return the address of an operation: names go into its path, the rest that is not empty into its query."""
    rest: list[tuple[str, str]] = []
    for name, value in pairs:
        place = "{" + name + "}"
        if place in path:
            if not value.strip():
                raise BadInput(f"{name}: is needed for this address.", [FieldProblem(name, "is needed")])
            path = path.replace(place, quote(value.strip(), safe=""))
        elif value:
            rest.append((name, value))
    if "{" in path:
        name = path.partition("{")[2].partition("}")[0]
        raise BadInput(f"{name}: is needed for this address.", [FieldProblem(name, "is needed")])
    return f"{path}?{urlencode(rest)}" if rest else path


def _operations(document: dict[str, Any], base: str) -> dict[str, list[Operation]]:
    """Return the operations by their tags, in the document's order."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, raw in methods.items():
            operation = _operation(document["components"]["parameters"], base, path, method, raw)
            found.setdefault(raw["tags"][0], []).append(operation)
    return found


def _operation(shared: dict[str, Any], base: str, path: str, method: str, raw: dict[str, Any]) -> Operation:
    parameters = [_parameter(parameter) for parameter in raw["parameters"] if "$ref" not in parameter]
    named = [shared[one["$ref"].rpartition("/")[2]] for one in raw["parameters"] if "$ref" in one]
    asked = raw.get("requestBody")
    body = None if asked is None else _reply("", {"description": "", **asked})
    return Operation(
        id=raw["operationId"],
        method=method.upper(),
        path=path,
        summary=raw["summary"],
        description=raw.get("description", ""),
        parameters=parameters,
        headers=[] if method == "get" else [(one["name"], one["description"]) for one in named],
        body=body,
        replies=[_reply(status, reply) for status, reply in raw["responses"].items()],
        curl=_curl(base, path, parameters) if method == "get" else _writing_curl(base, path, method, raw),
    )


def _parameter(raw: dict[str, Any]) -> Parameter:
    schema = raw["schema"]
    one = schema.get("items", schema)
    words = {
        "minimum": "from {}",
        "maximum": "to {}",
        "maxLength": "at most {} characters",
        "maxItems": "up to {} times",
    }
    limits = [text.format(place[name]) for place in (one, schema) for name, text in words.items() if name in place]
    numeric = one["type"] == "integer"
    return Parameter(
        name=raw["name"],
        place=raw["in"],
        required=raw["required"],
        description=raw["description"],
        kind=_kind(one),
        limits=", ".join(dict.fromkeys(limits)),
        choices=one.get("enum", []),
        default="" if schema.get("default") in (None, [], "") else str(schema["default"]),
        input_type="number" if numeric else "search" if raw["name"] == "q" else "text",
        example=EXAMPLES.get(raw["name"], "") if raw["in"] == "path" else "",
    )


def _reply(status: str, raw: dict[str, Any]) -> Reply:
    contents: dict[str, Any] = raw.get("content", {})
    media_type = next(iter(contents), "")
    kind = _kind(contents[media_type]["schema"]) if media_type else Kind("")
    return Reply(status, raw["description"], media_type, kind, list(raw.get("headers", {})))


def _curl(base: str, path: str, parameters: list[Parameter]) -> str:
    for parameter in parameters:
        path = path.replace("{" + parameter.name + "}", EXAMPLES.get(parameter.name, "example"))
    names = {parameter.name for parameter in parameters}
    given = urlencode([(name, EXAMPLES[name]) for name in ("q", "limit") if name in names])
    return f"curl '{base}{path}{'?' + given if given else ''}'"


def _writing_curl(base: str, path: str, method: str, raw: dict[str, Any]) -> str:
    """Return the operation's example as a command: the token and the ETag are the reader's to fill in."""
    for name, example in EXAMPLES.items():
        path = path.replace("{" + name + "}", example)
    lines = [f"curl -X {method.upper()} '{base}{path}'", '-H "Authorization: Bearer $TOKEN"']
    if "{" in path or any(one.get("in") == "path" for one in raw["parameters"]):
        lines.append('-H "If-Match: $ETAG"')
    for media_type, content in raw.get("requestBody", {}).get("content", {}).items():
        example = content["example"]
        text = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)
        quoted = text.strip().replace("'", "'\\''")
        lines += [f"-H 'Content-Type: {media_type}'", f"--data-binary '{quoted}'"]
    return " \\\n  ".join(lines)


def _models(document: dict[str, Any]) -> list[Model]:
    schemas = sorted(document["components"]["schemas"].items())
    return [
        Model(
            name=name,
            description=schema.get("description", ""),
            fields=[
                (field, _kind(raw), raw.get("description", "")) for field, raw in schema.get("properties", {}).items()
            ],
        )
        for name, schema in schemas
    ]


def _kind(schema: dict[str, Any]) -> Kind:
    """Return a schema in words: “list of SummaryItem”, “date-time or null”, “one of newest, oldest”."""
    if "$ref" in schema:
        return Kind("", schema["$ref"].removeprefix(REFERENCE))
    if "anyOf" in schema:
        first = _kind(next(choice for choice in schema["anyOf"] if choice != {"type": "null"}))
        return Kind(first.before, first.model, first.after + " or null")
    if "enum" in schema:
        return Kind("one of " + ", ".join(schema["enum"]))
    if schema["type"] == "array":
        inner = _kind(schema["items"])
        return Kind(f"list of {inner.before}", inner.model, inner.after)
    return Kind(schema.get("format", schema["type"]))
