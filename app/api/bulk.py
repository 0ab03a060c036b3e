"""A whole library at once: lines of JSON in, a report of each line out, as it is done.

The body is kept in a file while it comes in, so its length costs no memory. NOT here: what the lines mean, their order
(`app/interchange/json_lines.py`).
"""

import json
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.accounts.rights import Person
from app.api.answers import kept_by
from app.api.bearer import WritingBearer
from app.api.change_schemas import ImportQuery
from app.api.responses import imported
from app.api.routes import OpenRoute
from app.api.sent import media_type_of, pieces
from app.database import Database, library_state
from app.errors import CairnError
from app.interchange.json_lines import LineRow, counts_of, import_lines

LINES = "application/x-ndjson"
MAX_IMPORT = 256_000_000  # bytes of a body; main tells those who read it
IN_MEMORY = 1_000_000

router = APIRouter(route_class=OpenRoute)
OpenRoute.unsafe["/import"] = ["POST"]


async def _spooled(request: Request, bearer: WritingBearer) -> AsyncIterator[IO[bytes]]:
    """Give the body as a file; it goes when the answer is out."""
    bearer.person.require("editor")
    if media_type_of(request) != LINES:
        raise HTTPException(415, f"Send {LINES}, and say so in Content-Type.")
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        async for piece in pieces(request):
            file.write(piece)
        file.seek(0)
        yield file


@router.post(
    "/import",
    operation_id="import_library",
    tags=["library"],
    response_model=None,
    responses=imported(),
)
def import_library(
    request: Request,
    bearer: WritingBearer,
    query: Annotated[ImportQuery, Query()],
    file: Annotated[IO[bytes], Depends(_spooled)],
) -> Response:
    """Make or replace many things: one `{"type": ..., "document": ...}` a line, in any order.

    What a line names may come in a later one. Each line is done whole or refused with its reason, and the others go on.
    The answer is a line of JSON for each, in the order in which they are done, and a last one with the counts. The
    same lines again change nothing. Needs the role editor. `If-Match` is not asked for: what is sent is what counts.
    """
    database: Database = request.app.state.database
    lines = _report(database, file, bearer.person, query.dry_run)
    headers = {"Cache-Control": "no-store", **kept_by(request)}
    if query.dry_run:  # nothing is kept open for a slow reader
        return StreamingResponse(_spooled_report(lines), headers=headers, media_type=LINES)
    return StreamingResponse(lines, headers=headers, media_type=LINES)


def _report(database: Database, file: IO[bytes], person: Person, dry_run: bool) -> Iterator[bytes]:
    outcomes: Counter[str] = Counter()
    ended = ""
    try:
        for row in import_lines(database, file, person=person, dry_run=dry_run):
            outcomes[row.outcome] += 1
            yield _line(_row(row))
    except CairnError as error:  # the store stopped answering: the answer has begun, so it is told here
        ended = str(error)
    with database.reading() as session:
        version, _ = library_state(session)
    last: dict[str, Any] = {"counts": counts_of(outcomes), "dry_run": dry_run, "version": version}
    yield _line(last | ({"error": ended} if ended else {}))


def _spooled_report(lines: Iterator[bytes]) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        file.writelines(lines)
        file.seek(0)
        yield from file


def _row(row: LineRow) -> dict[str, Any]:
    told: dict[str, Any] = {"line": row.line, "type": row.kind, "name": row.name, "outcome": row.outcome}
    if row.outcome == "refused":
        told["detail"] = row.detail
        told["errors"] = [
            {"field": problem.field, "message": problem.message}
            | ({"line": problem.line} if problem.line is not None else {})
            for problem in row.problems
        ]
    return told


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"
