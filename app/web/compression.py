"""Compression of answers: gzip, and the ETag of a compressed answer, which is not that of the plain one.

A strong ETag names bytes (RFC 9110, 8.8.3), so the compressed answer's is the plain one's with a suffix; the
application never meets the suffix. NOT here: when to compress (`page_cache.py`).
"""

import gzip
import io
import re
import secrets
from collections.abc import Iterable

import anyio.to_thread
from starlette.datastructures import MutableHeaders
from starlette.types import Message

COMPRESS_FROM = 1000
LEVEL = 6
THREAD_FROM = 128 * 1024  # compressing this much (about 3 ms) would hold up the other requests
BLUR = 100  # bytes at most by which a blurred answer is longer than it need be
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


async def compress(body: bytes, *, blurred: bool = False) -> bytes:
    """Return the body as gzip; `blurred` adds a random length, so that the length tells less of what is inside.

    The length goes into the header's field for a file name, which every reader of gzip skips. It is the way of "Heal
    the BREACH" (Palaiologos et al., 2022).
    """
    make = _blurred if blurred else _plain
    return make(body) if len(body) < THREAD_FROM else await anyio.to_thread.run_sync(make, body)


def _plain(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)


def _blurred(body: bytes) -> bytes:
    made = io.BytesIO()
    name = "x" * secrets.randbelow(BLUR)
    with gzip.GzipFile(name, "wb", LEVEL, made, mtime=0) as file:
        file.write(body)
    return made.getvalue()


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


def weak(etag: str) -> str:
    return etag if etag.startswith("W/") else f"W/{etag}"


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
