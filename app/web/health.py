"""Is it alive, can it serve: for load balancers and container engines."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from app.errors import CairnError
from app.schema import check_schema

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> JSONResponse:
    """Answer 200 as long as the process answers at all."""
    return JSONResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """Answer 200 where pages can be served, 503 otherwise, and say how far the search index lags behind the store.

    A lagging or missing index is told but is no reason to be taken out of service: search answers without it.
    """
    state = request.app.state
    problem: str | None
    search: dict[str, object] = {"state": "unknown"}
    try:
        problem = check_schema(state.database)
        search = state.search_status()
    except CairnError as error:
        problem = error.detail
    body = {"status": "not ready" if problem else "ready", "search": search}
    if problem:
        body["reason"] = problem
    return JSONResponse(body, 503 if problem else 200, {"Cache-Control": "no-store"})
