"""Series and reading paths as JSON: summaries in an order."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import addresses
from app.accounts.rights import Person
from app.api import shapes
from app.api.answers import Places, answer_detail, answer_list, next_url, slice_of
from app.api.bearer import MaybeBearer
from app.api.parameters import NoQuery, Paging, ShelfSlug
from app.api.responses import DETAIL_LINK, LIST_LINK, documented
from app.api.routes import OpenRoute
from app.api.schemas import Part
from app.api.shelf_schemas import PathDetail, PathItem, PathList, SeriesDetail, SeriesItem, SeriesList, Step
from app.interchange.json_documents import write_document
from app.summaries.listing import list_by_ids
from app.summaries.paths import PathRow, get_path, list_paths, path_record
from app.summaries.shelves import Shelf, list_series, numbered_parts
from app.taxonomy.queries import get_series
from app.taxonomy.records import SeriesRecord
from app.web.sessions import Reading

router = APIRouter(route_class=OpenRoute)


@router.get(
    "/series",
    operation_id="list_series",
    tags=["series"],
    response_model=SeriesList,
    responses=documented(headers=LIST_LINK),
)
def show_all_series(request: Request, session: Reading, query: Annotated[Paging, Query()]) -> Response:
    """List the series by slug."""
    found = slice_of("series", list_series(session), lambda shelf: (shelf.slug,), [str], query.cursor, query.limit)
    following, at = next_url(request, found.next_cursor), Places(request)
    items = [_series(shelf, at) for shelf in found.items]
    return answer_list(
        request, SeriesList(items=items, next=following, total=found.total), following, found.previous_cursor
    )


@router.get(
    "/series/{slug}",
    operation_id="get_series",
    tags=["series"],
    response_model=SeriesDetail,
    responses=documented(301, 404, headers=DETAIL_LINK),
)
def show_series(request: Request, session: Reading, slug: ShelfSlug, _: Annotated[NoQuery, Query()]) -> Response:
    """Get one series with its published parts in order."""
    detail = series_detail(session, slug, Places(request))
    return answer_detail(request, detail, detail.url)


def series_detail(session: Reading, slug: str, at: Places) -> SeriesDetail:
    """Return a series as readers see it; raises ShelfNotFound, Moved."""
    row = get_series(session, slug)
    parts = [
        Part(part=number, slug=part, title=title, **at.both(addresses.summary_path(part)))
        for number, part, title in numbered_parts(session, row.id)
    ]
    item = _series(Shelf(row.id, row.slug, row.title, row.description, len(parts)), at)
    record = SeriesRecord(slug=slug, title=row.title, description=row.description)
    return SeriesDetail(**item.model_dump(), parts=parts, document=write_document(record))


@router.get(
    "/paths",
    operation_id="list_paths",
    tags=["paths"],
    response_model=PathList,
    responses=documented(headers=LIST_LINK),
)
def show_paths(request: Request, session: Reading, query: Annotated[Paging, Query()]) -> Response:
    """List the reading paths by title."""
    found = slice_of(
        "paths", list_paths(session), lambda row: (row.title, row.slug), [str, str], query.cursor, query.limit
    )
    following, at = next_url(request, found.next_cursor), Places(request)
    items = [_path(row, at) for row in found.items]
    return answer_list(
        request, PathList(items=items, next=following, total=found.total), following, found.previous_cursor
    )


@router.get(
    "/paths/{slug}",
    operation_id="get_path",
    tags=["paths"],
    response_model=PathDetail,
    responses=documented(301, 401, 404, headers=DETAIL_LINK),
)
def show_path(
    request: Request, session: Reading, bearer: MaybeBearer, slug: ShelfSlug, _: Annotated[NoQuery, Query()]
) -> Response:
    """Get one reading path with its published steps in order; with a token, its document has every step."""
    detail = path_detail(session, slug, Places(request), bearer.person if bearer else None)
    return answer_detail(request, detail, detail.url)


def path_detail(session: Reading, slug: str, at: Places, person: Person | None) -> PathDetail:
    """Return a reading path as this person, or any reader, sees it; raises ShelfNotFound, Moved."""
    path = get_path(session, slug)
    rows = {row.id: row for row in list_by_ids(session, [step.summary_id for step in path.steps])}
    steps = [
        Step(
            **shapes.summary_ref(rows[step.summary_id].slug, rows[step.summary_id].title, at).model_dump(),
            note=step.note or None,
        )
        for step in path.steps
        if step.summary_id in rows
    ]
    item = _path(PathRow(path.id, path.slug, path.title, path.description, len(steps)), at)
    record = path_record(session, slug)
    if person is None:
        public = {row.slug for row in rows.values()}
        record = record.model_copy(update={"steps": tuple(step for step in record.steps if step.summary in public)})
    return PathDetail(**item.model_dump(), steps=steps, document=write_document(record))


def _series(shelf: Shelf, at: Places) -> SeriesItem:
    return SeriesItem(
        slug=shelf.slug,
        title=shelf.name,
        description=shelf.description,
        summary_count=shelf.count,
        **at.both(addresses.series_path(shelf.slug)),
    )


def _path(row: PathRow, at: Places) -> PathItem:
    return PathItem(
        slug=row.slug,
        title=row.title,
        description=row.description,
        step_count=row.steps,
        **at.both(addresses.reading_path_path(row.slug)),
    )
