"""Summaries and their revisions as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import addresses
from app.api import shapes
from app.api.answers import API, Places, answer_detail, answer_list, next_url, slice_of
from app.api.parameters import NoQuery, Paging, SummaryListQuery, SummarySlug
from app.api.responses import DETAIL_LINK, LIST_LINK, documented
from app.api.routes import OpenRoute
from app.api.schemas import SummaryDetail
from app.api.shelf_schemas import RevisionItem, RevisionList, SummaryList
from app.errors import Moved
from app.summaries.connections import connections_of
from app.summaries.listing import slice_of_summaries
from app.summaries.models import Summary
from app.summaries.queries import get_published, revisions_of
from app.summaries.shelves import links_of
from app.web.sessions import Reading

router = APIRouter(tags=["summaries"], route_class=OpenRoute)


@router.get(
    "/summaries",
    operation_id="list_summaries",
    response_model=SummaryList,
    responses=documented(headers=LIST_LINK),
)
def list_summaries(request: Request, session: Reading, query: Annotated[SummaryListQuery, Query()]) -> Response:
    """List published summaries under filters that combine.

    Following `next` to its end gives every row once, whatever is published in between.
    """
    found = slice_of_summaries(session, query.filters(), query.sort, query.cursor, query.limit)
    following, at = next_url(request, found.next_cursor), Places(request)
    items = [shapes.summary_item(row, at) for row in found.items]
    return answer_list(request, SummaryList(items=items, next=following, total=found.total), following)


@router.get(
    "/summaries/{slug}",
    operation_id="get_summary",
    response_model=SummaryDetail,
    responses=documented(301, 404, 410, headers=DETAIL_LINK),
)
def get_summary(request: Request, session: Reading, slug: SummarySlug, _: Annotated[NoQuery, Query()]) -> Response:
    """Get one summary, whole: text, papers, shelves, provenance and everything it is connected to."""
    summary = _published(session, slug)
    around, links, at = connections_of(session, summary), links_of(session, summary.id), Places(request)
    detail = shapes.summary_detail(summary, around, links, at)
    return answer_detail(request, detail, at.page(addresses.summary_path(slug)))


@router.get(
    "/summaries/{slug}/revisions",
    operation_id="list_summary_revisions",
    response_model=RevisionList,
    responses=documented(301, 404, 410, headers=LIST_LINK),
)
def list_summary_revisions(
    request: Request, session: Reading, slug: SummarySlug, query: Annotated[Paging, Query()]
) -> Response:
    """List the saves of a summary that readers may see, newest first."""
    summary = _published(session, slug, "/revisions")
    rows = revisions_of(session, summary)
    found = slice_of(rows, lambda row: (-row.number,), [int], query.cursor, query.limit)
    following = next_url(request, found.next_cursor)
    items = [
        RevisionItem(number=row.number, saved=row.saved_at, by=row.actor, note=row.note or None, sha256=row.sha256)
        for row in found.items
    ]
    return answer_list(request, RevisionList(items=items, next=following, total=found.total), following)


def _published(session: Reading, slug: str, rest: str = "") -> Summary:
    """Return the summary, or lead from a former slug to the same place in this API."""
    try:
        return get_published(session, slug)
    except Moved as moved:
        raise Moved(API + moved.location + rest) from None
