"""Macro sets as JSON: the TeX definitions that summaries share. There is no page of them for people."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from app.api.answers import Places, answer_detail, answer_list, next_url, slice_of
from app.api.parameters import MacroSetName, NoQuery, Paging
from app.api.responses import LIST_LINK, documented
from app.api.routes import OpenRoute
from app.api.shelf_schemas import MacroSetDetail, MacroSetItem, MacroSetList
from app.errors import Moved, NotFound
from app.interchange.json_documents import MacroSetRecord, write_document
from app.summaries.assets import iter_macro_sets
from app.summaries.macro_sets import get_macro_set
from app.tombstones import moved_to
from app.web.sessions import Reading

router = APIRouter(tags=["macro sets"], route_class=OpenRoute)


@router.get(
    "/macro-sets",
    operation_id="list_macro_sets",
    response_model=MacroSetList,
    responses=documented(headers=LIST_LINK),
)
def list_macro_sets(request: Request, session: Reading, query: Annotated[Paging, Query()]) -> Response:
    """List the macro sets by name."""
    names = [name for name, _ in iter_macro_sets(session)]
    found = slice_of("macro-sets", names, lambda name: (name,), [str], query.cursor, query.limit)
    following, at = next_url(request, found.next_cursor), Places(request)
    items = [MacroSetItem(name=name, url=None, api_url=at.api(macro_set_path(name))) for name in found.items]
    return answer_list(
        request, MacroSetList(items=items, next=following, total=found.total), following, found.previous_cursor
    )


@router.get(
    "/macro-sets/{name}",
    operation_id="get_macro_set",
    response_model=MacroSetDetail,
    responses=documented(301, 404, headers={}),
)
def show_macro_set(request: Request, session: Reading, name: MacroSetName, _: Annotated[NoQuery, Query()]) -> Response:
    """Get one macro set with its definitions."""
    return answer_detail(request, show(session, name, Places(request)), None)


def show(session: Reading, name: str, at: Places) -> MacroSetDetail:
    """Return a macro set; raises NotFound, Moved."""
    try:
        row = get_macro_set(session, name)
    except NotFound:
        target = moved_to(session, "macro-set", name)
        if target is None:
            raise
        raise Moved(macro_set_path(target)) from None
    document = write_document(MacroSetRecord(name=row.name, source=row.source))
    place = at.api(macro_set_path(row.name))
    return MacroSetDetail(name=row.name, url=None, api_url=place, modified=row.updated_at, document=document)


def macro_set_path(name: str) -> str:
    return f"/macro-sets/{quote(name)}"
