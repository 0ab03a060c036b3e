"""The OpenAPI document of the JSON API, made from its routes, and the addresses that lead to it."""

import json
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import RedirectResponse

from app.api.answers import API
from app.api.document_schemas import document_schemas, with_references
from app.api.parameters import NoQuery
from app.api.responses import Problem
from app.api.routes import OpenRoute
from app.api.write_description import complete_write
from app.settings import Settings
from app.web.conditional import answer

INTRODUCTION = """\
The library as data. Reading needs no account and sees what any reader sees: published summaries only.

**Lists** answer with `items`, `next` and `total`, and with a `Link` header. Follow `next` until it is null; nothing
comes twice and nothing is left out, whatever is published in between. `limit` is 1 to 100, 20 if not given.
A parameter that an address does not know is refused (422), so that a misspelt filter is never silently no filter.

**Conditional requests**: every answer has a strong `ETag`; send it as `If-None-Match` and get an empty 304 as long as
nothing changed. HEAD works wherever GET does.

**Writing** needs a bearer token of scope `write`: `Authorization: Bearer cairn_…`, made by `cairn token create` or on
your account's page. It may do what its owner may do. Cookies mean nothing here. A token that may only read sees drafts.

**Documents**: every thing has a `document`, the whole of it. What GET gives there, PUT and POST take. PATCH takes a
JSON Merge Patch (RFC 7396) of it. In documents what is not known is empty, or null, or left out. Another name in a
document renames the thing; its former name leads on.

**Preconditions**: PUT, PATCH and DELETE need `If-Match` with the ETag of what you read (428 without, 412 where it
changed since; `*` for whatever is there), PUT of something new `If-None-Match: *`. The answer's ETag is that of the
next GET.

**Idempotency**: send `Idempotency-Key` (any text of up to 255 characters, new for each thing you want done) with what
must happen once. The same request with the same key within 24 hours gets the same answer, with `Idempotency-Replayed:
true`, and nothing is done again; another request with that key is refused (422). A refusal is not kept.

**Errors** are problem documents (RFC 9457): `type title status detail instance`, and `errors` with the field's name,
dotted where it is inside another: `provenance.read`, `updates.0.date`. What is refused leaves nothing half done.

**Other origins** may read everything here: answers carry `Access-Control-Allow-Origin: *`. Writing is not offered to
their pages: a token does not belong in a page.
"""

TAGS = [
    {"name": "summaries", "description": "What curators wrote."},
    {"name": "papers", "description": "Bibliographic records."},
    {"name": "authors", "description": "Who wrote the papers."},
    {"name": "shelves", "description": "Categories and tags."},
    {"name": "series", "description": "Ordered runs of summaries."},
    {"name": "paths", "description": "Reading paths."},
    {"name": "macro sets", "description": "TeX definitions that summaries share."},
    {"name": "search", "description": "Search with facets and highlights."},
    {"name": "library", "description": "The library as a whole: its version, what changed, many things at once."},
]


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    text = {"type": "string", **schema}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": text}


PARAMETERS = {
    "IfNoneMatch": _header("If-None-Match", "ETags of the copies that the client has."),
    "IfMatch": _header("If-Match", "The ETag of what was read, or `*`. Needed."),
    "IfMissing": _header("If-None-Match", "`*` to make something, and only where nothing is."),
    "IfPresent": _header("If-Match", "The ETag of what was read, or `*`. Needed where something is."),
    "IdempotencyKey": _header(
        "Idempotency-Key", "New for each thing that must happen once; kept for 24 hours.", minLength=1, maxLength=255
    ),
    "Note": {
        "name": "note",
        "in": "query",
        "required": False,
        "description": "What changed, for the history.",
        "schema": {"type": "string", "maxLength": 1000},
    },
}
HEADERS = {
    "get": ("IfNoneMatch",),
    "post": ("IdempotencyKey",),
    "put": ("IfPresent", "IfMissing", "IdempotencyKey"),
    "patch": ("IfMatch", "IdempotencyKey"),
    "delete": ("IfMatch", "IdempotencyKey"),
}
BEARER = {"type": "http", "scheme": "bearer", "description": "A token: `cairn_…`, of scope `read` or `write`."}


def describe(router: APIRouter, settings: Settings) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of these routes."""
    document = get_openapi(
        title=f"{settings.title}: JSON API",
        version=_version(),
        openapi_version="3.1.0",
        description=INTRODUCTION,
        routes=router.routes,
        tags=TAGS,
        servers=[{"url": settings.base}],
    )
    schemas = document["components"]["schemas"]
    problem = Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    document["components"]["parameters"] = {name: dict(raw) for name, raw in PARAMETERS.items()}
    document["components"]["securitySchemes"] = {"bearer": BEARER}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method)
            if method != "get":
                complete_write(path, methods, method)
    for schema in schemas.values():
        with_references(schema)
    schemas |= document_schemas()
    _drop_unused(document)
    return document


def _complete(operation: dict[str, Any], method: str) -> None:
    """Say of one operation what the framework leaves out or says loosely."""
    words = operation.pop("description").partition("\n\n")
    operation["summary"] = words[0].removesuffix(".")
    if words[2]:
        operation["description"] = words[2]
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        for choice in schema.pop("anyOf", ()):
            if choice != {"type": "null"}:  # no parameter can be null: it is given or not
                parameter["schema"] = schema = {**choice, **schema}
        parameter.setdefault("description", schema.get("description", ""))
        for name in ("title", "description"):
            schema.pop(name, None)
    ordered = sorted(operation.get("parameters", ()), key=_importance)
    headers = HEADERS[method] if operation["operationId"] != "import_library" else ()
    operation["parameters"] = [*ordered, *({"$ref": f"#/components/parameters/{name}"} for name in headers)]
    if method == "get":
        operation["responses"]["200"]["description"] = "What was asked for."
    operation["responses"] = dict(sorted(operation["responses"].items()))
    operation["security"] = [{}, {"bearer": []}] if method == "get" else [{"bearer": []}]


def _importance(parameter: dict[str, Any]) -> tuple[bool, bool, bool]:
    name = parameter["name"]
    return parameter["in"] != "path", name in ("limit", "cursor"), name != "q"


def _drop_unused(document: dict[str, Any]) -> None:
    """Leave out the framework's own error models: errors here are problems."""
    schemas = document["components"]["schemas"]
    while unused := [name for name in schemas if f'"#/components/schemas/{name}"' not in json.dumps(document)]:
        for name in unused:
            del schemas[name]


def _version() -> str:
    try:
        return version("cairn")
    except PackageNotFoundError:
        return "0.1.0"


def document_of(request: Request, router: APIRouter) -> dict[str, Any]:
    """Return the OpenAPI document of this application, made once."""
    state = request.app.state
    if not hasattr(state, "openapi"):
        state.openapi = describe(router, state.settings)
    document: dict[str, Any] = state.openapi
    return document


def make_router(described: APIRouter) -> APIRouter:
    """Return the routes that tell of the described ones."""
    router = APIRouter(route_class=OpenRoute, include_in_schema=False)

    @router.get(f"{API}/openapi.json")
    def openapi(request: Request, _: Annotated[NoQuery, Query()]) -> Response:
        """Answer with the OpenAPI document."""
        body = json.dumps(document_of(request, described), ensure_ascii=False, indent=1).encode()
        return answer(request, body, "application/json")

    @router.get("/api")
    @router.get(API)
    def index(_: Annotated[NoQuery, Query()]) -> Response:
        """Lead to the description: the page for people."""
        return RedirectResponse("/api/docs", 307)

    return router
