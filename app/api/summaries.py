"""Summaries and their revisions as JSON. NOT here: writing them (`nouns.py`, `writing.py`)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import addresses
from app.accounts.rights import Person
from app.api import shapes
from app.api.answers import API, Places, answer_detail, answer_list, next_url, slice_of
from app.api.bearer import REALM, MaybeBearer
from app.api.parameters import NoQuery, Paging, SummaryListQuery, SummarySlug
from app.api.responses import DETAIL_LINK, LIST_LINK, documented
from app.api.routes import OpenRoute
from app.api.schemas import SummaryDetail
from app.api.shelf_schemas import RevisionItem, RevisionList, SummaryList
from app.errors import Gone, Moved, NotSignedIn
from app.interchange.json_documents import write_document
from app.summaries.connections import connections_of
from app.summaries.editing import get_for_desk
from app.summaries.history import list_revisions
from app.summaries.listing import slice_of_summaries
from app.summaries.models import Summary
from app.summaries.queries import document_for, get_published, revisions_of
from app.summaries.shelves import links_of
from app.web.sessions import Reading

router = APIRouter(tags=["summaries"], route_class=OpenRoute)


@router.get(
    "/summaries",
    operation_id="list_summaries",
    response_model=SummaryList,
    responses=documented(401, headers=LIST_LINK),
)
def list_summaries(
    request: Request, session: Reading, bearer: MaybeBearer, query: Annotated[SummaryListQuery, Query()]
) -> Response:
    """List published summaries under filters that combine, or with a token those of another status.

    Following `next` to its end gives every row once, whatever is published in between.
    """
    if bearer is None and query.status not in (None, "published"):
        raise NotSignedIn(f"Summaries of the status {query.status} are shown to those with a token only.", REALM)
    found = slice_of_summaries(session, query.filters(), query.sort, query.cursor, query.limit)
    following, at = next_url(request, found.next_cursor), Places(request)
    items = [shapes.summary_item(row, at) for row in found.items]
    return answer_list(
        request, SummaryList(items=items, next=following, total=found.total), following, found.previous_cursor
    )


@router.get(
    "/summaries/{slug}",
    operation_id="get_summary",
    response_model=SummaryDetail,
    responses=documented(301, 401, 404, 410, headers=DETAIL_LINK),
)
def get_summary(
    request: Request, session: Reading, bearer: MaybeBearer, slug: SummarySlug, _: Annotated[NoQuery, Query()]
) -> Response:
    """Get one summary, whole: text, papers, categories, provenance and everything it is connected to.

    With a token, of any status but the trash.
    """
    detail = show(session, slug, Places(request), bearer.person if bearer else None)
    about = [addresses.lasting_address(paper.doi, paper.arxiv_id) for paper in detail.papers]
    license_url: str = request.app.state.settings.license_url
    return answer_detail(request, detail, detail.url, about[0] if len(about) == 1 else "", license_url)


@router.get(
    "/summaries/{slug}/revisions",
    operation_id="list_summary_revisions",
    response_model=RevisionList,
    responses=documented(301, 401, 404, 410, headers=LIST_LINK),
)
def list_summary_revisions(
    request: Request, session: Reading, bearer: MaybeBearer, slug: SummarySlug, query: Annotated[Paging, Query()]
) -> Response:
    """List the saves of a summary that readers may see, newest first; with a token, every save."""
    summary = _find(session, slug, bearer.person if bearer else None, "/revisions")
    rows = revisions_of(session, summary) if bearer is None else list_revisions(session, summary)
    found = slice_of("revisions", rows, lambda row: (-row.number,), [int], query.cursor, query.limit)
    following = next_url(request, found.next_cursor)
    items = [
        RevisionItem(
            number=row.number,
            saved=row.saved_at,
            by=(row.actor if bearer else row.told_actor) or None,
            note=row.note or None,
            sha256=row.sha256,
        )
        for row in found.items
    ]
    return answer_list(
        request, RevisionList(items=items, next=following, total=found.total), following, found.previous_cursor
    )


def show(session: Reading, slug: str, at: Places, person: Person | None) -> SummaryDetail:
    """Return a summary as this person, or any reader, sees it; raises SummaryNotFound, Gone, Moved."""
    summary = _find(session, slug, person)
    around, links = connections_of(session, summary), links_of(session, summary.id)
    document = document_for(session, summary)
    if person is None:  # what it requires that readers do not see is not told
        public = tuple(one.url.rpartition("/")[2] for one in around.requires)
        document = document.model_copy(update={"requires": public})
    return shapes.summary_detail(summary, around, links, at, write_document(document))


def _find(session: Reading, slug: str, person: Person | None, rest: str = "") -> Summary:
    """Return the summary, or lead from a former slug to the same place in this API."""
    if person is None:
        try:
            return get_published(session, slug)
        except Moved as moved:
            raise Moved(API + moved.location + rest) from None
    summary = get_for_desk(session, slug)
    if summary.slug != slug:
        raise Moved(API + addresses.summary_path(summary.slug) + rest)
    if summary.trashed_at is not None:
        raise Gone(f"The summary “{summary.title}” is in the trash; it can be restored there.")
    return summary
