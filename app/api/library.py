"""The library as a whole as JSON: what it holds, and its version."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import Places, answer_detail
from app.api.parameters import NoQuery
from app.api.responses import DETAIL_LINK, documented
from app.api.routes import OpenRoute
from app.api.shelf_schemas import Counts, LibraryState
from app.database import library_state
from app.summaries.paths import list_paths
from app.summaries.shelves import count_library
from app.web.sessions import Reading

router = APIRouter(route_class=OpenRoute)


@router.get(
    "/library",
    operation_id="get_library",
    tags=["library"],
    response_model=LibraryState,
    responses=documented(headers=DETAIL_LINK),
)
def get_library(request: Request, session: Reading, _: Annotated[NoQuery, Query()]) -> Response:
    """Get how much the library holds, and its version: as long as that stands still, so does everything else."""
    version, changed = library_state(session)
    at = Places(request)
    shown = LibraryState(
        title=request.app.state.settings.title,
        version=version,
        changed=changed,
        counts=Counts(**asdict(count_library(session)), paths=len(list_paths(session))),
        url=at.page("/"),
        api_url=at.api("/library"),
    )
    return answer_detail(request, shown, shown.url)
