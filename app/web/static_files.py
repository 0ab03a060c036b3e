"""Static files: kept by browsers for ever where the address carries the content's hash, asked again otherwise.

A style sheet that is written in parts is served as one file, so that a page asks once. NOT here: what the parts say.
"""

import hashlib
from functools import lru_cache
from os import PathLike, stat_result
from urllib.parse import parse_qs

from fastapi import Response
from starlette.datastructures import Headers
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.settings import ROOT
from app.web.conditional import etag_of, matches_weakly

STATIC = ROOT / "static"

PARTS = "tokens base layout pieces lists paths home summary math prose code pages pictures widths print".split()
DESK_PARTS = [f"css/desk/{part}.css" for part in ("frame", "editor", "pages")]
# What is served under one name, and its parts in the order in which their rules win over one another.
BUNDLES = {
    "app.css": [f"css/{part}.css" for part in PARTS],
    "desk.css": DESK_PARTS,
    "styleguide.css": [*DESK_PARTS, "css/styleguide.css"],
}


@lru_cache(maxsize=len(BUNDLES))
def bundle(name: str) -> bytes:
    """Return the parts of a bundle as one file; read once, like everything else that a hash names."""
    return b"\n".join((STATIC / part).read_bytes() for part in BUNDLES[name])


@lru_cache(maxsize=100)
def static_url(name: str) -> str:
    """Return the address of a static file, with the hash of its content, so that browsers may keep it for ever."""
    content = bundle(name) if name in BUNDLES else (STATIC / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


class HashedStaticFiles(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        if path in BUNDLES and scope["method"] in ("GET", "HEAD"):
            return _bundled(path, scope)
        return await super().get_response(path, scope)

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = _cache_control(scope)
        return response


def _bundled(name: str, scope: Scope) -> Response:
    body = bundle(name)
    headers = {"ETag": etag_of(body), "Cache-Control": _cache_control(scope)}
    if matches_weakly(Headers(scope=scope).get("if-none-match"), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="text/css")


def _cache_control(scope: Scope) -> str:
    versioned = b"v" in parse_qs(scope["query_string"])
    return "public, max-age=31536000, immutable" if versioned else "no-cache"
