"""Export in the browser: what a library folder holds, and the whole of it as a zip archive. NOT here: its format."""

import tempfile
from collections.abc import Iterator
from typing import IO

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from app.database import Database, now
from app.desk.pages import show
from app.desk.who import Editing
from app.interchange.archives import export_zip
from app.interchange.holdings import count_holdings
from app.taxonomy.slugs import make_slug
from app.web.sessions import Reading

router = APIRouter()
PIECE = 256 * 1024


@router.get("/admin/export")
def page(request: Request, session: Reading, person: Editing) -> Response:
    """Show what is in it."""
    return show(request, person, "desk/export.html", holdings=count_holdings(session))


@router.get("/admin/export.zip")
def download(request: Request, _: Editing) -> Response:
    """Send the library folder as an archive: the same library, the same bytes."""
    state = request.app.state
    # Written whole before it is sent: a slow reader must not hold the store, and what fails can still be told.
    file = tempfile.TemporaryFile(prefix="cairn-")  # noqa: SIM115 - it is closed when it was sent
    try:
        _write(state.database, file)
    except BaseException:
        file.close()
        raise
    name = f"{make_slug(state.settings.title) or 'library'}-{now():%Y-%m-%d}.zip"
    headers = {
        "Content-Length": str(file.tell()), "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }  # fmt: skip
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)


def _write(database: Database, file: IO[bytes]) -> None:
    export_zip(database, file)
    file.seek(0, 2)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
