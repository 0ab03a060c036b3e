"""What a request that changes something brings: its body, its preconditions, its idempotency key.

The token is asked for first, so a body nobody may send is never read. NOT here: what the body means (`writing.py`).
"""

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.requests import ClientDisconnect

from app.api.bearer import WritingBearer
from app.errors import BadInput, FieldProblem
from app.interchange.json_reading import Object, read_object
from app.web.conditional import listed, matches_strongly, matches_weakly

JSON = ("application/json",)
PATCH = ("application/merge-patch+json", "application/json")
KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Sent:
    """A request's body and what it depends on; `digest` tells it from another one under the same key."""

    body: bytes
    media_type: str
    if_match: str | None
    if_none_match: str | None
    key: str | None
    digest: str

    def document(self, *media_types: str) -> Object:
        """Return the JSON object that was sent; refuses another media type (415) and what is no object (422)."""
        if self.media_type not in media_types:
            raise HTTPException(415, f"Send {media_types[0]}, and say so in Content-Type.")
        return read_object(self.body)

    def check(self, etag: str | None) -> None:
        """Refuse what was meant for another state: 412 where a precondition fails, 428 where there is none.

        `etag` is that of what is there now, None where nothing is.
        """
        if self.if_none_match is not None and etag is not None and matches_weakly(self.if_none_match, etag):
            raise HTTPException(412, "There is something here already; If-None-Match asked that there be not.")
        if self.if_match is not None:
            if etag is None or not matches_strongly(self.if_match, etag):
                raise HTTPException(412, "It changed since you read it. Read it again and look what changed.")
        elif etag is not None:
            raise HTTPException(428, "Say which state this is meant for: send its ETag as If-Match.")
        elif self.if_none_match is None:
            raise HTTPException(428, "There is nothing here. To make it under this name, send If-None-Match: *.")


async def pieces(request: Request) -> AsyncIterator[bytes]:
    """Give the body piece by piece; how much of it is read at all is `app/web/body_limit.py`'s."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, "Send the body as it is, without Content-Encoding.")
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        raise HTTPException(400, "The body ended before it was whole.") from None


def media_type_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _read(request: Request, _: WritingBearer) -> Sent:
    body = b"".join([piece async for piece in pieces(request)])
    if_match, if_none_match = listed(request, "if-match"), listed(request, "if-none-match")
    parts = [request.method, str(request.url.path), request.url.query, if_match or ""]
    parts += [if_none_match or "", media_type_of(request)]
    digest = hashlib.sha256("\n".join([*parts, hashlib.sha256(body).hexdigest()]).encode("utf-8", "replace"))
    return Sent(
        body,
        media_type_of(request),
        if_match,
        if_none_match,
        _key(request.headers.get("idempotency-key")),
        digest.hexdigest(),
    )


def _key(text: str | None) -> str | None:
    if text is not None and not KEY.fullmatch(text):
        sentence = "must be 1 to 255 printable ASCII characters"
        raise BadInput(f"Idempotency-Key: {sentence}.", [FieldProblem("Idempotency-Key", sentence)])
    return text


Received = Annotated[Sent, Depends(_read)]
