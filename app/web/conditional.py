"""Conditional requests (RFC 9110): the one place that makes and reads ETags."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from fastapi import Request, Response

ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


def etag_of(body: bytes) -> str:
    """Return the strong ETag of these bytes: equal exactly where the bytes are."""
    return f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def matches_weakly(header: str | None, etag: str) -> bool:
    """Return whether an If-None-Match header names this ETag: lists and `*` understood, W/ ignored."""
    if header is None:
        return False
    if header.strip() == "*":
        return True
    return any(tag.removeprefix("W/") == etag.removeprefix("W/") for tag in ETAG.findall(header))


def matches_strongly(header: str, etag: str) -> bool:
    """Return whether an If-Match header names this ETag: lists and `*` understood, a weak one never matches."""
    return header.strip() == "*" or etag in ETAG.findall(header)


def is_unmodified_since(header: str | None, last_modified: str | None) -> bool:
    """Return whether what was last modified then is no newer than an If-Modified-Since header; a wrong date says no."""
    if header is None or last_modified is None:
        return False
    try:
        since, then = parsedate_to_datetime(header), parsedate_to_datetime(last_modified)
    except (ValueError, OverflowError):
        return False
    return then <= (since if since.tzinfo else since.replace(tzinfo=dt.UTC))


def listed(request: Request, name: str) -> str | None:
    """Return a header that is a list, whole, also where it comes in several lines; None where it does not come."""
    lines = request.headers.getlist(name)
    return ", ".join(lines) if lines else None


def not_modified(request: Request, etag: str) -> bool:
    """Return whether the client already has these bytes."""
    return matches_weakly(listed(request, "if-none-match"), etag)


def answer(
    request: Request, body: bytes, media_type: str, *, headers: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    """Answer with these bytes and their ETag, or with 304 where the client has them."""
    etag = etag_of(body)
    shared = {"ETag": etag, "Vary": "Accept", "Cache-Control": "no-cache", **(headers or {})}
    held = not_modified(request, etag)
    if "if-none-match" not in request.headers:  # the older header counts only where the better one is not there
        held = is_unmodified_since(request.headers.get("if-modified-since"), shared.get("Last-Modified"))
    if status == 200 and held:
        return Response(status_code=304, headers=shared)
    return Response(body, status, shared, media_type)
