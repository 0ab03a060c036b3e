"""What every answer of the JSON API has: absolute URLs, Link headers, an ETag, and how a list is sliced.

NOT here: errors (`app/web/errors.py`), ETags themselves (`app/web/conditional.py`).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from pydantic import BaseModel

from app.pagination import Slice, decode_cursor, encode_cursor
from app.web.conditional import answer

API = "/api/v1"

T = TypeVar("T")
Key = tuple[Any, ...]


class Places:
    """Absolute URLs, from the settings only: never from what a request claims."""

    def __init__(self, request: Request) -> None:
        self.base: str = request.app.state.settings.base

    def page(self, path: str) -> str:
        """Return the URL of a page for people."""
        return self.base + path

    def api(self, path: str) -> str:
        """Return the URL of the same thing in this API."""
        return self.base + API + path

    def both(self, path: str) -> dict[str, str]:
        return {"url": self.page(path), "api_url": self.api(path)}

    def filtered(self, path: str, **filters: str) -> str:
        """Return the URL of a list in this API under filters."""
        return f"{self.api(path)}?{urlencode(filters)}"


def answer_detail(
    request: Request, shown: BaseModel, canonical: str | None, cite_as: str = "", license_url: str = ""
) -> Response:
    """Answer with one thing, whose page for people is `canonical`, if it has one; `cite_as` is what to cite for it,
    `license_url` what licence its text is under.
    """
    headers = kept_by(request) | canonical_link(canonical)
    more = [f'<{url}>; rel="{rel}"' for rel, url in (("cite-as", cite_as), ("license", license_url)) if url]
    if more:
        headers["Link"] = ", ".join(filter(None, [headers.get("Link"), *more]))
    return answer(request, shown.model_dump_json().encode(), "application/json", headers=headers)


def canonical_link(canonical: str | None) -> dict[str, str]:
    return {} if canonical is None else {"Link": f'<{canonical}>; rel="canonical"; type="text/html"'}


def kept_by(request: Request) -> dict[str, str]:
    """Return who may keep an answer: what is shown for a token, nobody but whoever sent it."""
    if "authorization" not in request.headers:
        return {}
    return {"Cache-Control": "private, no-cache", "Vary": "Accept, Authorization"}


def answer_list(request: Request, shown: BaseModel, following: str | None, previous: str | None = None) -> Response:
    """Answer with a slice of a list: `following` is the URL in its `next`, `previous` the cursor of the one before."""
    links = [f'<{_list_url(request, None)}>; rel="first"']
    if previous is not None:
        links.append(f'<{_list_url(request, previous or None)}>; rel="prev"')
    if following is not None:
        links.append(f'<{following}>; rel="next"')
    headers = kept_by(request) | {"Link": ", ".join(links)}
    return answer(request, shown.model_dump_json().encode(), "application/json", headers=headers)


def next_url(request: Request, cursor: str | None) -> str | None:
    """Return the URL of what follows, with the same filters; None on the last slice."""
    return None if cursor is None else _list_url(request, cursor)


def _list_url(request: Request, cursor: str | None) -> str:
    pairs = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    if cursor is not None:
        pairs.append(("cursor", cursor))
    url = Places(request).base + quote(request.url.path)
    return f"{url}?{urlencode(pairs)}" if pairs else url


def slice_of(
    of: str, rows: Iterable[T], key: Callable[[T], Key], types: Sequence[type], cursor: str | None, limit: int
) -> Slice[T]:
    """Return the rows after a cursor in the order of their keys: for lists that are read whole, like the shelves.

    They are sorted here, because a store's own order of texts depends on its collation.
    """
    ordered = sorted(rows, key=key)
    rest = ordered
    if cursor is not None:
        after = decode_cursor(cursor, *types, of=of)
        rest = [row for row in ordered if key(row) > after]
    shown, before = rest[:limit], len(ordered) - len(rest)

    def encode(row: T) -> str:
        return encode_cursor(*key(row), of=of)

    previous = None if cursor is None else encode(ordered[before - limit - 1]) if before > limit else ""
    return Slice(shown, len(ordered), encode(shown[-1]) if len(rest) > limit else None, previous)
