"""The ceiling: a bare Starlette application that gives fixed answers, under the same settings of uvicorn as Cairn.

It imports nothing of Cairn, so that its memory is that of the framework alone.
"""

import base64
import json
import os
import sys
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def bare() -> Starlette:
    """Make the application from the file that CEILING_ANSWERS names."""
    described = json.loads(Path(os.environ["CEILING_ANSWERS"]).read_text())

    def route(path: str, status: int, headers: dict[str, str], body: bytes) -> Route:
        async def answer(_: Request) -> Response:
            return Response(body, status, headers)

        return Route(path, answer)

    return Starlette(
        routes=[
            route(path, one["status"], one["headers"], base64.b64decode(one["body"])) for path, one in described.items()
        ]
    )


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(
        "benchmarks.ceiling:bare",
        factory=True,
        host="127.0.0.1",
        port=int(sys.argv[-1]),
        log_level="warning",
        timeout_graceful_shutdown=10,
        timeout_keep_alive=15,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=64 * 1024,
    )
