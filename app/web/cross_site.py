"""Nothing is changed for a page of another site: unsafe methods must come from a page of this one, logging in too.

Browsers say where a request comes from in Sec-Fetch-Site, and over plain http in Origin; a page cannot forge either.
One that is too old to say either is refused as well. What is no browser acts for nobody but whoever started it, so it
may leave both out; most of it wants the JSON API, which takes bearer tokens and ignores cookies. Pure ASGI, so that a
refused body is never read. NOT here: which hosts are answered for (main, TrustedHostMiddleware).
"""

import re
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.errors import problem_response

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
# No cookie means anything here, so a page of another site gains nothing.
OPEN = ("/api/v1", "/oai", "/mcp")
REFUSAL = (
    "This form was not sent from a page of this library, so nothing was changed. "
    "Open the page here, and send the form from there."
)
LONGEST_NEXT = 2000
NOT_IN_A_PATH = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")


class CrossSite:
    """Wrap the application; `base` is the address it is reached at, scheme and host."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self.app = app
        self._own = base.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE or _is_open(scope["path"]) or self._is_ours(scope):
            await self.app(scope, receive, send)
            return
        refusal = problem_response(Request(scope), 403, "Not from here", REFUSAL)
        await refusal(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        site = headers.getlist("sec-fetch-site")
        if site:
            return site == ["same-origin"]
        origin = headers.getlist("origin")
        if not origin:
            return not headers.get("user-agent", "").startswith("Mozilla/")  # as every browser's does
        here = f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"
        return len(origin) == 1 and origin[0].lower() in (self._own, here.lower())


def local_path(asked: str, otherwise: str) -> str:
    """Return the path on this server that was asked for, or `otherwise` where it might lead anywhere else."""
    if len(asked) > LONGEST_NEXT or not asked.startswith("/") or asked.startswith("//") or NOT_IN_A_PATH.search(asked):
        return otherwise
    return quote(asked, safe="/?&=#%:@!$'()*+,;~[]")


def _is_open(path: str) -> bool:
    return any(path == prefix or path.startswith(prefix + "/") for prefix in OPEN)
