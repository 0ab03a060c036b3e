"""Papers and their authors as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import addresses
from app.api import shapes
from app.api.answers import Places, answer_detail, answer_list, next_url
from app.api.parameters import AuthorSlug, NoQuery, Paging, PaperKey, PaperListQuery
from app.api.responses import DETAIL_LINK, LIST_LINK, documented
from app.api.routes import OpenRoute
from app.api.schemas import PaperDetail
from app.api.shelf_schemas import AuthorDetail, AuthorItem, AuthorList, PaperList
from app.interchange.json_documents import write_document
from app.papers.queries import get_author, get_paper, record_of
from app.summaries.browsing import citing_summaries
from app.summaries.connections import backlinks_of_paper
from app.summaries.shelves import AuthorRow, papers_by_ids, slice_of_authors, slice_of_papers
from app.summaries.wanted import ids_of_wanted
from app.web.sessions import Reading

router = APIRouter(route_class=OpenRoute)


@router.get(
    "/papers",
    operation_id="list_papers",
    tags=["papers"],
    response_model=PaperList,
    responses=documented(headers=LIST_LINK),
)
def list_papers(request: Request, session: Reading, query: Annotated[PaperListQuery, Query()]) -> Response:
    """List bibliographic records by their keys, each with the summaries of it."""
    found = slice_of_papers(
        session,
        query.cursor,
        query.limit,
        author=query.author,
        year=query.year,
        modified_since=query.modified_since,
        among=ids_of_wanted(session) if query.summarised else None,
    )
    following, at = next_url(request, found.next_cursor), Places(request)
    items = [shapes.paper_item(row, at) for row in found.items]
    return answer_list(
        request, PaperList(items=items, next=following, total=found.total), following, found.previous_cursor
    )


@router.get(
    "/papers/{key}",
    operation_id="get_paper",
    tags=["papers"],
    response_model=PaperDetail,
    responses=documented(301, 404, headers=DETAIL_LINK),
)
def show_paper(request: Request, session: Reading, key: PaperKey, _: Annotated[NoQuery, Query()]) -> Response:
    """Get one bibliographic record, the summaries of it and those that link to it."""
    detail = show(session, key, Places(request))
    return answer_detail(request, detail, detail.url, addresses.lasting_address(detail.doi, detail.arxiv_id))


def show(session: Reading, key: str, at: Places) -> PaperDetail:
    """Return a paper as readers see it; raises PaperNotFound, Moved."""
    paper = get_paper(session, key)
    rows = papers_by_ids(session, [paper.id])
    return PaperDetail(
        **shapes.paper_fields(paper, at),
        summaries=[shapes.summary_ref(slug, title, at) for row in rows for slug, title in row.summaries],
        backlinks=[shapes.link_from(one, at) for one in backlinks_of_paper(session, paper)],
        cited_by=[shapes.summary_ref(slug, title, at) for slug, title in citing_summaries(session, key)],
        document=write_document(record_of(paper)),
    )


@router.get(
    "/authors",
    operation_id="list_authors",
    tags=["authors"],
    response_model=AuthorList,
    responses=documented(headers=LIST_LINK),
)
def list_authors(request: Request, session: Reading, query: Annotated[Paging, Query()]) -> Response:
    """List the authors of the library's papers by family and given name."""
    found = slice_of_authors(session, query.cursor, query.limit)
    following, at = next_url(request, found.next_cursor), Places(request)
    items = [_author(row, at) for row in found.items]
    return answer_list(
        request, AuthorList(items=items, next=following, total=found.total), following, found.previous_cursor
    )


@router.get(
    "/authors/{slug}",
    operation_id="get_author",
    tags=["authors"],
    response_model=AuthorDetail,
    responses=documented(301, 404, headers=DETAIL_LINK),
)
def show_author(request: Request, session: Reading, slug: AuthorSlug, _: Annotated[NoQuery, Query()]) -> Response:
    """Get one author, and where their papers and the summaries of these are listed."""
    author, at = get_author(session, slug), Places(request)
    number = slice_of_papers(session, None, 1, author=slug).total
    item = _author(AuthorRow(author.id, author.slug, author.family, author.given, number), at)
    detail = AuthorDetail(
        **item.model_dump(),
        papers_url=at.filtered("/papers", author=slug),
        summaries_url=at.filtered("/summaries", author=slug),
    )
    return answer_detail(request, detail, detail.url)


def _author(row: AuthorRow, at: Places) -> AuthorItem:
    return AuthorItem(
        slug=row.slug,
        name=row.name,
        family=row.family,
        given=row.given or None,
        paper_count=row.papers,
        **at.both(addresses.author_path(row.slug)),
    )
