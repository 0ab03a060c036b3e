"""The OpenAPI document of the JSON API, made from its routes, and the addresses that lead to it."""

import json
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.responses import RedirectResponse

from app.api.answers import API
from app.api.parameters import NoQuery
from app.api.responses import Problem
from app.api.routes import OpenRoute
from app.settings import Settings
from app.web.conditional import answer

INTRODUCTION = """\
The library as data. Reading needs no account and sees what any reader sees: published summaries only.

**Lists** answer with `items`, `next` and `total`, and with a `Link` header. Follow `next` until it is null; nothing
comes twice and nothing is left out, whatever is published in between. `limit` is 1 to 100, 20 if not given.
A parameter that an address does not know is refused (422), so that a misspelt filter is never silently no filter.

**Conditional requests**: every answer has a strong `ETag`; send it as `If-None-Match` and get an empty 304 as long as
nothing changed. HEAD works wherever GET does.

**Errors** are problem documents (RFC 9457): `type title status detail instance`, and `errors` with the field's name.

**Other origins** may read everything here: answers carry `Access-Control-Allow-Origin: *`.
"""

TAGS = [
    {"name": "summaries", "description": "What curators wrote."},
    {"name": "papers", "description": "Bibliographic records."},
    {"name": "authors", "description": "Who wrote the papers."},
    {"name": "shelves", "description": "Categories and tags."},
    {"name": "series", "description": "Ordered runs of summaries."},
    {"name": "paths", "description": "Reading paths."},
    {"name": "search", "description": "Search with facets and highlights."},
    {"name": "library", "description": "The library as a whole."},
]

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETags of the copies that the client has.",
    "schema": {"type": "string"},
}


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
    document["components"]["parameters"] = {"IfNoneMatch": IF_NONE_MATCH}
    for operation in (path["get"] for path in document["paths"].values()):
        _complete(operation)
    _drop_unused(document)
    return document


def _complete(operation: dict[str, Any]) -> None:
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
    operation["parameters"] = [*ordered, {"$ref": "#/components/parameters/IfNoneMatch"}]
    operation["responses"]["200"]["description"] = "What was asked for."
    operation["responses"] = dict(sorted(operation["responses"].items()))


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
