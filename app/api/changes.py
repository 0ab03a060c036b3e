"""What changed since a library version, as JSON: what a client keeps a copy of the library with.

NOT here: what counts as a change (`app/summaries/changes.py`).
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import addresses
from app.api.answers import Places, answer_list, next_url
from app.api.change_schemas import ChangeItem, ChangeList, ChangesQuery
from app.api.macro_sets import macro_set_path
from app.api.responses import LIST_LINK, documented
from app.api.routes import OpenRoute
from app.summaries.changes import Change, changes_since
from app.tombstones import Kind
from app.web.sessions import Reading

PAGES = {
    "summary": addresses.summary_path,
    "paper": addresses.paper_path,
    "author": addresses.author_path,
    "category": addresses.category_path,
    "tag": addresses.tag_path,
    "series": addresses.series_path,
    "path": addresses.reading_path_path,
    "picture": addresses.media_path,
}

router = APIRouter(tags=["library"], route_class=OpenRoute)


@router.get(
    "/changes",
    operation_id="list_changes",
    response_model=ChangeList,
    responses=documented(headers=LIST_LINK),
)
def list_changes(request: Request, session: Reading, query: Annotated[ChangesQuery, Query()]) -> Response:
    """List what changed or is gone since a library version, in the order of the versions.

    Start with `since=0` and an empty copy. For each item that changed, get its `api_url` (a 404, 410 or 301 means that
    it is gone by now, and a later item says so); for each that is deleted, drop it. Follow `next` to its end, then
    keep `version` and send it as the next `since`. Nothing is ever forgotten, so any version this library has had will
    do; one that it has not reached is refused (422): then this is another library, or an older copy of it; start anew.
    """
    found = changes_since(session, query.since, query.limit, kinds=frozenset(query.kind) or None, cursor=query.cursor)
    following, at = next_url(request, found.cursor), Places(request)
    items = [_item(change, at) for change in found.items]
    return answer_list(request, ChangeList(version=found.version, items=items, next=following), following)


def _item(change: Change, at: Places) -> ChangeItem:
    page = PAGES.get(change.kind)
    return ChangeItem(
        kind=change.kind,
        name=change.name,
        action=change.action,
        version=change.stamp,
        at=change.at,
        moved_to=change.moved_to,
        url=at.page(page(change.name)) if page else None,
        api_url=None if change.kind == "picture" else _api_url(change.kind, change.name, at),
    )


def _api_url(kind: Kind, name: str, at: Places) -> str:
    if kind == "macro-set":
        return at.api(macro_set_path(name))
    return at.api(PAGES[kind](name))
