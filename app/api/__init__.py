"""The third door: the library as JSON under `/api/v1`, its OpenAPI document, and a page that shows it.

Reads are anonymous and see published content only. NOT here: rules and SQL; they are the domains'.
"""

from fastapi import APIRouter

from app.api import description, docs, library, papers, runs, search, shelves, summaries, twins
from app.api.answers import API
from app.api.routes import OpenRoute

reads = APIRouter(prefix=API, route_class=OpenRoute)
for part in (summaries, papers, shelves, runs, search, library):
    reads.include_router(part.router)

router = APIRouter()
router.include_router(description.make_router(reads))
router.include_router(docs.make_router(reads))
router.include_router(reads)
router.include_router(twins.router)
