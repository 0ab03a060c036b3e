"""Compression of answers: gzip, and the ETag of a compressed answer, which is not that of the plain one.

A strong ETag names bytes (RFC 9110, 8.8.3), so the compressed answer's is the plain one's with a suffix; the
application never meets the suffix. NOT here: when to compress (`page_cache.py`).
"""

import gzip
import re
from collections.abc import Iterable

import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.types import Message

COMPRESS_FROM = 1000
LEVEL = 6
THREAD_FROM = 128 * 1024  # compressing this much (about 3 ms) would hold up the other requests
SUFFIX = "-gzip"
TEXT = re.compile(
    r"text/(?!event-stream)|image/svg\+xml"
    r"|application/(?:json|xml|javascript|x-bibtex|x-research-info-systems|[\w.-]+\+(?:json|xml))"
)
REFUSES_GZIP = re.compile(rb"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")

Headers = list[tuple[bytes, bytes]]


def takes_gzip(accept_encoding: bytes) -> bool:
    """Return whether a client that sent this Accept-Encoding reads gzip."""
    accepts = accept_encoding.lower()
    return b"gzip" in accepts and REFUSES_GZIP.search(accepts) is None


async def compress(body: bytes) -> bytes:
    if len(body) < THREAD_FROM:
        return gzip.compress(body, LEVEL, mtime=0)
    return await anyio.to_thread.run_sync(lambda: gzip.compress(body, LEVEL, mtime=0))


def is_text(headers: MutableHeaders) -> bool:
    return (
        TEXT.match(headers.get("content-type", "")) is not None
        and "content-encoding" not in headers
        and "content-range" not in headers
    )


def vary(headers: MutableHeaders, *names: str) -> None:
    present = [name.strip() for name in headers.get("vary", "").split(",") if name.strip()]
    known = {name.lower() for name in present}
    headers["vary"] = ", ".join(present + [name for name in names if name.lower() not in known])


def suffixed(etag: str) -> str:
    return f'{etag[:-1]}{SUFFIX}"' if etag.endswith('"') else etag


def without_suffixes(headers: Iterable[tuple[bytes, bytes]]) -> tuple[Headers, bytes]:
    """Return the headers with ETags as the application gave them, and what was said before; empty if nothing was."""
    suffix = f'{SUFFIX}"'.encode()
    changed, held = [], b""
    for name, value in headers:
        if name in (b"if-none-match", b"if-match") and suffix in value:
            held, value = value, value.replace(suffix, b'"')
        changed.append((name, value))
    return changed, held


def restore_suffix(start: Message, held: bytes) -> None:
    headers = MutableHeaders(raw=start["headers"])
    etag = suffixed(headers.get("etag", ""))
    if etag and etag.encode("latin-1") in held:
        headers["etag"] = etag
