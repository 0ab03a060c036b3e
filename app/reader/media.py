"""Pictures that summaries show."""

from fastapi import APIRouter, Request, Response

from app.reader.parameters import Nothing
from app.summaries.assets import get_media
from app.web.conditional import answer
from app.web.sessions import Reading

router = APIRouter()
# An SVG opened by its own address is a document: this takes scripts, forms, frames and everything fetched from it.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
KEEP = "public, max-age=86400, stale-while-revalidate=604800"


@router.get("/media/{name}")
def show(request: Request, session: Reading, name: str, _: Nothing) -> Response:
    """Serve a picture, as a picture and nothing else."""
    media = get_media(session, name)
    headers = {
        "Content-Security-Policy": SANDBOX,
        "Cache-Control": KEEP,
        "Content-Disposition": "inline",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return answer(request, media.data, media.content_type, headers=headers)
