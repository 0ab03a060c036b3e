"""The pages' JSON: the same answers as the API's, at the pages' own addresses with `.json` behind them.

They are not in the OpenAPI document, which describes the same things under `/api/v1`. What moved leads on to the same
form of it (`app/web/negotiation.py`).
"""

from collections.abc import Callable

from fastapi import APIRouter, Response

from app.api import papers, runs, search, shelves, summaries
from app.api.routes import OpenRoute

router = APIRouter(route_class=OpenRoute, include_in_schema=False)


ANSWERS: dict[str, Callable[..., Response]] = {
    "/summaries.json": summaries.list_summaries,
    "/summaries/{slug:stem}.json": summaries.get_summary,
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
