"""Door 1: HTML for readers. Load, act, answer; every rule and every read is in the domains."""

from fastapi import APIRouter

from app.reader import home, media, oai, papers, pictures, search, shelves, styleguide, summaries

router = APIRouter(include_in_schema=False)
for part in (home, summaries, papers, shelves, search, pictures, media, styleguide, oai):
    router.include_router(part.router)
