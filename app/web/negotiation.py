"""Which form of a page a request gets: by the suffix of its address, or by its Accept header.

A request that would rather have a machine's form goes on under the address of that twin, so the doors know suffixes
only. The page cache stands in front and tells requests apart by what Accept puts before HTML (`twins.before_html`).
Answers say what other forms there are. NOT here: what they hold.
"""

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.compression import vary
from app.web.errors import problem_response
from app.web.twins import FORMS, PAGES, before_html, kind_of, split, twins_of

CANONICAL = 'rel="canonical"'
MOST_LINKS = 3000  # characters: proxies give all headers together some 4 to 8 kB


class Negotiation:
    """Wrap the application; stands inside `Outermost`, which makes HEAD a GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        page, suffix = split(scope["path"])
        offered = PAGES.get(kind_of(page), ())
        if suffix and suffix not in offered:
            await _refuse(scope, receive, send, suffix, offered)
            return
        if not offered:
            await self.app(scope, receive, send)
            return
        links = _links(scope, page, suffix)
        if not suffix:
            suffix = _accepted(scope, offered)
            raw: bytes = scope.get("raw_path") or page.encode()
            scope = {**scope, "path": page + suffix, "raw_path": raw + suffix.encode()}

        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                vary(headers, "Accept")
                moved = headers.get("location", "").removeprefix("/api/v1")  # the pages' JSON is made by the API
                if message["status"] in (301, 308) and suffix and kind_of(moved):
                    headers["location"] = moved + suffix  # the same form of it
                if message["status"] in (200, 304) and links:
                    given = headers.get("link", "")
                    new = links[1:] if CANONICAL in given and CANONICAL in links[0] else links
                    headers["link"] = ", ".join(filter(None, [given, *new]))
            await send(message)

        await self.app(scope, receive, send_with_links)


def _accepted(scope: Scope, offered: tuple[str, ...]) -> str:
    """Return the suffix of the twin that the request's Accept header prefers to the page, or none."""
    accept = dict(scope["headers"]).get(b"accept", b"")
    return next((one for one in before_html(accept) if one in offered), "")


def _links(scope: Scope, page: str, suffix: str) -> list[str]:
    """Return the links (RFC 8288) from any form of a page to the others, and to the page itself if it is of one thing.

    A list's twins may be asked for more than the page takes, so they do not say what the page's address would be.
    """
    base: str = scope["app"].state.settings.base
    detail = kind_of(page).endswith("*")
    if suffix and not detail:
        return []
    query = "" if detail else scope["query_string"].decode("latin-1")
    links = [
        f'<{base}{twin.path}>; rel="alternate"; type="{twin.form.media_type}"'
        for twin in twins_of(page, query)
        if twin.form.suffix != suffix
    ]
    if detail:
        address = (scope.get("raw_path") or page.encode()).decode("latin-1").removesuffix(suffix)
        links.insert(0, f'<{base}{address}>; {CANONICAL}; type="text/html"')
    return links if sum(map(len, links)) < MOST_LINKS else links[: 1 if detail else 0]


async def _refuse(scope: Scope, receive: Receive, send: Send, suffix: str, offered: tuple[str, ...]) -> None:
    names = [f"{FORMS[one].suffix} ({FORMS[one].name})" for one in offered]
    has = f"it has {', '.join(names[:-1])} and {names[-1]}" if names else "it has none"
    detail = f"This page has no form {suffix[:40]}; {has}."
    await problem_response(Request(scope), 404, "No such form", detail)(scope, receive, send)
