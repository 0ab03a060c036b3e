"""The kind of route that the JSON API is made of: open to every origin, and it says which methods it takes.

No cookie is read here and none is set, so a page of any site may read what anybody may read.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from app.api.answers import API
from app.errors import Moved

METHODS = "GET, HEAD, OPTIONS"
OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After"}
PREFLIGHT = {
    "Allow": METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",
}


class OpenRoute(APIRoute):
    """A read that any origin may make; HEAD arrives as GET (`app/web/headers.py`).

    What moved is led on to within the API: the domains name the place of the page.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answer_here(request: Request) -> Response:
            try:
                return await answer(request)
            except Moved as moved:
                if not request.url.path.startswith(API) or moved.location.startswith(API):
                    raise
                raise Moved(API + moved.location) from None

        return answer_here

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_openly(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(OPEN)
            await send(message)

        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send_openly)
            return
        if scope["method"] != "GET":
            raise HTTPException(405, headers={"Allow": METHODS, **OPEN})
        await super().handle(scope, receive, send_openly)
