"""Door 1: HTML for readers. Load, act, answer; every rule and every read is in the domains."""

from fastapi import APIRouter

from app.reader import (
    feeds,
    history,
    home,
    lookup,
    machines,
    media,
    oai,
    papers,
    pictures,
    search,
    shelves,
    styleguide,
    summaries,
    twins,
)

router = APIRouter(include_in_schema=False)
for part in (
    twins,
    feeds,
    home,
    summaries,
    history,
    papers,
    shelves,
    search,
    pictures,
    media,
    styleguide,
    oai,
    machines,
    lookup,
):
    router.include_router(part.router)
