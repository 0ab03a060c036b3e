"""The outermost layer: a request id, the security headers on every answer, HEAD as GET without a body, no path that
a database would not take, and a last net for exceptions. Pure ASGI, because it stands in front of the page cache too.
"""

import re
import secrets
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.errors import SENTENCES, problem_response, unexpected

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}
HSTS = "max-age=31536000; includeSubDomains"
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|ref")


class Outermost:
    """Wrap the application; everything that leaves the server passes here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope = {**scope, "cairn.request_id": secrets.token_hex(8)}
        bodiless = scope["method"] == "HEAD"
        if bodiless:
            scope["method"] = "GET"
        drop_tracking(scope)
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/api/v1"):
                    headers.setdefault("Access-Control-Allow-Origin", "*")  # errors too, or scripts cannot read them
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
                headers["X-Request-ID"] = scope["cairn.request_id"]
                if scope.get("scheme") == "https":
                    headers.setdefault("Strict-Transport-Security", HSTS)
            elif bodiless and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            slashed = _without_trailing_slash(scope)
            if slashed is not None:
                await _redirect(send_with_headers, slashed)
                return
            if UNSTORABLE.search(scope["path"]):
                await _refuse(scope, receive, send_with_headers)
                return
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            if started:
                raise  # half an answer is out: only cutting the connection tells the client
            await unexpected(Request(scope), error)(scope, receive, send_with_headers)


def drop_tracking(scope: Scope) -> None:
    """Forget what mailers and social sites append to page addresses; the API stays strict."""
    if scope["query_string"] and not scope["path"].startswith("/api/"):
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if not TRACKING.fullmatch(name)]
        if len(kept) != len(pairs):
            scope["query_string"] = urlencode(kept).encode("latin-1")


def _without_trailing_slash(scope: Scope) -> str | None:
    raw: str = scope.get("raw_path", b"").decode("latin-1") or scope["path"]
    if len(raw) < 2 or not raw.endswith("/") or scope["method"] != "GET":
        return None
    query = scope["query_string"].decode("latin-1")
    # Leading slashes are folded, or "//host/" would become an address on another host.
    return "/" + raw.strip("/") + (f"?{query}" if query else "")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 404: nothing has a NUL or half a surrogate pair in its name, and PostgreSQL would not even look."""
    request = Request({**scope, "path": UNSTORABLE.sub("", scope["path"])})
    await problem_response(request, 404, "Not Found", SENTENCES[404])(scope, receive, send)


async def _redirect(send: Send, location: str) -> None:
    headers = [(b"location", location.encode("latin-1")), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 308, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
