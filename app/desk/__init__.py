"""Door 2: HTML for those who write. Load, act, answer; every rule and every read is in the domains.

Who asks is settled by `who.py`; that a form comes from a page of ours, before any of this, by `app/web/cross_site.py`.
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends

from app.desk import (
    account,
    assist,
    audit,
    authors,
    comments,
    editing,
    exports,
    history,
    home,
    imports,
    intake,
    invitations,
    listing,
    login,
    macros,
    papers,
    paths,
    people,
    previews,
    shelf_series,
    shelf_tags,
    shelves,
    trash,
    workflow,
)
from app.errors import Moved

# A form sends up to nine bytes for a character; what is too long for a summary is refused in words, not here.
LARGEST_FIELD = 10_000_000

# Where the desk has what readers see at an address that begins so; all else is at the same place below /admin.
SHELVES = ("/categories/", "/series/", "/tags/")


async def _lead_on_within() -> AsyncIterator[None]:
    """Lead on within the desk where something has another address: the domains name the place of the readers' page."""
    try:
        yield
    except Moved as moved:
        raise Moved(f"/admin{'/shelves' * moved.location.startswith(SHELVES)}{moved.location}") from None


router = APIRouter(
    include_in_schema=False,
    form_limits={"max_part_size": LARGEST_FIELD},
    dependencies=[Depends(_lead_on_within, scope="function")],
)
for part in (
    home,
    login,
    invitations,
    account,
    people,
    audit,
    assist,
    intake,
    imports,
    exports,
    editing,
    workflow,
    history,
    comments,
    previews,
    trash,
    listing,
    papers,
    authors,
    shelves,
    shelf_series,
    shelf_tags,
    paths,
    macros,
):
    router.include_router(part.router)
