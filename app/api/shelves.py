"""Categories and tags as JSON: what a summary stands on."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import addresses
from app.accounts.rights import Person
from app.api.answers import Places, answer_detail, answer_list, next_url, slice_of
from app.api.bearer import MaybeBearer
from app.api.parameters import NoQuery, Paging, ShelfSlug
from app.api.responses import DETAIL_LINK, LIST_LINK, documented
from app.api.routes import OpenRoute
from app.api.shelf_schemas import CategoryDetail, CategoryItem, CategoryList, TagDetail, TagItem, TagList
from app.interchange.json_documents import TagRecord, write_document
from app.summaries.browsing import get_public_tag
from app.summaries.listing import SummaryFilters, count
from app.summaries.shelves import Shelf, list_categories, list_tags
from app.taxonomy.queries import get_category, get_tag, list_category_records
from app.taxonomy.records import CategoryRecord
from app.web.sessions import Reading

router = APIRouter(route_class=OpenRoute)


@router.get(
    "/categories",
    operation_id="list_categories",
    tags=["shelves"],
    response_model=CategoryList,
    responses=documented(headers=LIST_LINK),
)
def show_categories(request: Request, session: Reading, query: Annotated[Paging, Query()]) -> Response:
    """List the categories in shelf order, empty ones too."""
    positions = {record.slug: record.position for record in list_category_records(session)}
    shelves = list_categories(session)
    found = slice_of(
        "categories", shelves, lambda shelf: (positions[shelf.slug], shelf.slug), [int, str], query.cursor, query.limit
    )
    following, at = next_url(request, found.next_cursor), Places(request)
    items = [_category(shelf, at) for shelf in found.items]
    return answer_list(
        request, CategoryList(items=items, next=following, total=found.total), following, found.previous_cursor
    )


@router.get(
    "/categories/{slug}",
    operation_id="get_category",
    tags=["shelves"],
    response_model=CategoryDetail,
    responses=documented(301, 404, headers=DETAIL_LINK),
)
def show_category(request: Request, session: Reading, slug: ShelfSlug, _: Annotated[NoQuery, Query()]) -> Response:
    """Get one category, and where its summaries are listed."""
    detail = category_detail(session, slug, Places(request))
    return answer_detail(request, detail, detail.url)


def category_detail(session: Reading, slug: str, at: Places) -> CategoryDetail:
    """Return a category as readers see it; raises ShelfNotFound, Moved."""
    row = get_category(session, slug)
    number = count(session, SummaryFilters(category=(slug,)))
    item = _category(Shelf(row.id, row.slug, row.name, row.description, number), at)
    record = CategoryRecord(slug=slug, name=row.name, description=row.description, position=row.position)
    url = at.filtered("/summaries", category=slug)
    return CategoryDetail(**item.model_dump(), summaries_url=url, document=write_document(record))


@router.get(
    "/tags",
    operation_id="list_tags",
    tags=["shelves"],
    response_model=TagList,
    responses=documented(headers=LIST_LINK),
)
def show_tags(request: Request, session: Reading, query: Annotated[Paging, Query()]) -> Response:
    """List the tags that published summaries carry, by slug."""
    found = slice_of("tags", list_tags(session), lambda shelf: (shelf.slug,), [str], query.cursor, query.limit)
    following, at = next_url(request, found.next_cursor), Places(request)
    items = [_tag(shelf, at) for shelf in found.items]
    return answer_list(
        request, TagList(items=items, next=following, total=found.total), following, found.previous_cursor
    )


@router.get(
    "/tags/{slug}",
    operation_id="get_tag",
    tags=["shelves"],
    response_model=TagDetail,
    responses=documented(301, 401, 404, headers=DETAIL_LINK),
)
def show_tag(
    request: Request, session: Reading, bearer: MaybeBearer, slug: ShelfSlug, _: Annotated[NoQuery, Query()]
) -> Response:
    """Get one tag, and where its summaries are listed. Without a token, a tag that only drafts carry is not there."""
    detail = tag_detail(session, slug, Places(request), bearer.person if bearer else None)
    return answer_detail(request, detail, detail.url)


def tag_detail(session: Reading, slug: str, at: Places, person: Person | None) -> TagDetail:
    """Return a tag as this person, or any reader, sees it; raises ShelfNotFound, Moved."""
    row = get_public_tag(session, slug) if person is None else get_tag(session, slug)
    item = _tag(Shelf(row.id, row.slug, row.name, "", count(session, SummaryFilters(tag=(slug,)))), at)
    record = TagRecord(slug=row.slug, name=row.name)
    url = at.filtered("/summaries", tag=slug)
    return TagDetail(**item.model_dump(), summaries_url=url, document=write_document(record))


def _category(shelf: Shelf, at: Places) -> CategoryItem:
    return CategoryItem(
        slug=shelf.slug,
        name=shelf.name,
        description=shelf.description,
        summary_count=shelf.count,
        **at.both(addresses.category_path(shelf.slug)),
    )


def _tag(shelf: Shelf, at: Places) -> TagItem:
    places = at.both(addresses.tag_path(shelf.slug))
    return TagItem(slug=shelf.slug, name=shelf.name, summary_count=shelf.count, **places)
