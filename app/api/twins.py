"""The pages' JSON: the same answers as the API's, at the pages' own addresses with `.json` behind them.

They are not in the OpenAPI document, which describes the same things under `/api/v1`.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import papers, runs, search, shelves, summaries
from app.api.answers import API
from app.api.parameters import NoQuery, SummarySlug
from app.api.routes import OpenRoute
from app.errors import Moved
from app.web.sessions import Reading

router = APIRouter(route_class=OpenRoute, include_in_schema=False)


@router.get("/summaries/{slug:stem}.json")
def summary(request: Request, session: Reading, slug: SummarySlug, query: Annotated[NoQuery, Query()]) -> Response:
    """Get one summary, or be led from a former slug to the present one, here and not in the API."""
    try:
        return summaries.get_summary(request, session, slug, query)
    except Moved as moved:
        raise Moved(moved.location.removeprefix(API)) from None


ANSWERS: dict[str, Callable[..., Response]] = {
    "/summaries.json": summaries.list_summaries,
    "/papers.json": papers.list_papers,
    "/papers/{key:stem}.json": papers.show_paper,
    "/authors.json": papers.list_authors,
    "/authors/{slug:stem}.json": papers.show_author,
    "/categories.json": shelves.show_categories,
    "/categories/{slug:stem}.json": shelves.show_category,
    "/tags.json": shelves.show_tags,
    "/tags/{slug:stem}.json": shelves.show_tag,
    "/series/{slug:stem}.json": runs.show_series,
    "/paths.json": runs.show_paths,
    "/paths/{slug:stem}.json": runs.show_path,
    "/search.json": search.search_summaries,
}
for path, answer in ANSWERS.items():
    router.add_api_route(path, answer, methods=["GET"])
