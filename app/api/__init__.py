"""The third door: the library as JSON under `/api/v1`, its OpenAPI document, and a page that shows it.

Reads are anonymous and see published content only; with a bearer token they see what its owner may see, and with one of
scope `write` the library can be changed. NOT here: rules and SQL; they are the domains'.
"""

from fastapi import APIRouter

from app.api import (
    bulk,
    changes,
    description,
    docs,
    library,
    macro_sets,
    papers,
    runs,
    search,
    shelves,
    summaries,
    twins,
    writing,
)
from app.api.answers import API
from app.api.routes import OpenRoute

reads = APIRouter(prefix=API, route_class=OpenRoute)
for part in (summaries, papers, shelves, runs, macro_sets, search, library, changes):
    reads.include_router(part.router)
writes = APIRouter(prefix=API, route_class=OpenRoute)
for part in (writing, bulk):
    writes.include_router(part.router)
described = APIRouter()
described.include_router(reads)
described.include_router(writes)

router = APIRouter()
router.include_router(description.make_router(described))
router.include_router(docs.make_router(described))
router.include_router(described)
router.include_router(twins.router)
