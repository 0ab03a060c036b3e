"""Static files: kept by browsers for ever where the address carries the content's hash, asked again otherwise."""

from os import PathLike, stat_result
from urllib.parse import parse_qs

from fastapi import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class HashedStaticFiles(StaticFiles):
    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        versioned = b"v" in parse_qs(scope["query_string"])
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return response
