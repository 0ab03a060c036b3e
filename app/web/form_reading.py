"""Forms are read in little memory: what the escapes of a form stand for (`%C3%A9`) is worked out piece by piece.

The standard library splits a text at every escape, all at once: a form of nine million bytes took 700 million, and a
second and a half in which nobody else was answered. Starlette asks it by name, so that name is given another function.
NOT here: how large a form may be (`body_limit.py`).
"""

import re

from starlette import formparsers

PIECE = 64 * 1024
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


def unquote_plus(text: str) -> str:
    """Return what a value of a form stands for: as `urllib.parse.unquote_plus`, in little more room than its own."""
    found = bytearray()
    start = 0
    while start < len(text):
        end = min(start + PIECE, len(text))
        if end < len(text):  # no escape is cut in two
            end -= 2 if text[end - 2] == "%" else 1 if text[end - 1] == "%" else 0
        piece = text[start:end].replace("+", " ").encode("utf-8", "surrogatepass")
        found += _ESCAPES.sub(_bytes_of, piece)
        start = end
    return found.decode("utf-8", "replace")


def _bytes_of(run: re.Match[bytes]) -> bytes:
    return bytes.fromhex(run[0].replace(b"%", b"").decode())


def install() -> None:
    """Have every form be read so."""
    formparsers.unquote_plus = unquote_plus  # type: ignore[assignment, attr-defined]
