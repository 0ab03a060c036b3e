"""The kind of route that the JSON API is made of: reads are open to every origin, and it says which methods it takes.

No cookie is read here and none is set, so a page of any site may read what anybody may read. Writing is not offered to
pages of other sites: a token belongs in a program, not in a page that somebody else's scripts share.
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

READING = "GET, HEAD, OPTIONS"
EXPOSED = "ETag, Link, Location, Retry-After, WWW-Authenticate, Idempotency-Replayed"
WRITE_ONLY = ("/import",)
OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
PREFLIGHT = {
    "Access-Control-Allow-Methods": READING,
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": "no-store",
}


class OpenRoute(APIRoute):
    """A read that any origin may make; HEAD arrives as GET (`app/web/headers.py`).

    What moved is led on to within the API: the domains name the place of the page.
    """

    # Path -> the methods that change something there; filled where they are made (`writing.py`).
    unsafe: dict[str, list[str]] = {}  # noqa: RUF012

    @property
    def allowed(self) -> str:
        """The methods of this address, as `Allow` has them."""
        reads = ["GET", "HEAD"] if self.path not in WRITE_ONLY else []
        return ", ".join([*reads, "OPTIONS", *self.unsafe.get(self.path, [])])

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
            headers = {"Allow": self.allowed, **PREFLIGHT}
            await Response(status_code=204, headers=headers)(scope, receive, send_openly)
            return
        if scope["method"] not in (self.methods or ()):
            raise HTTPException(405, headers={"Allow": self.allowed, **OPEN})
        await super().handle(scope, receive, send_openly)
