"""The search as JSON: ranked summaries with facets and highlights. NOT here: the query language (`app/search/`)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.api import shapes
from app.api.answers import Places, answer_list, next_url
from app.api.parameters import SearchQuery
from app.api.responses import LIST_LINK, documented
from app.api.routes import OpenRoute
from app.api.shelf_schemas import Facets, FacetValue, Highlight, SearchItem, SearchResults
from app.pagination import decode_cursor, encode_cursor
from app.search.matching import Filters
from app.search.query import Hit, Results, search
from app.search.query import Request as Wanted
from app.search.ranking import RankKey
from app.search.source import StoreSource
from app.summaries.browsing import names_of
from app.summaries.listing import SummaryRow, list_by_ids
from app.web.sessions import Reading

FACET_VALUES = 30

router = APIRouter(route_class=OpenRoute)


@router.get(
    "/search",
    operation_id="search_summaries",
    tags=["search"],
    response_model=SearchResults,
    responses=documented(400, headers=LIST_LINK),
)
def search_summaries(request: Request, session: Reading, query: Annotated[SearchQuery, Query()]) -> Response:
    """Search the published summaries: the best fit first, with counts over all that was found."""
    state = request.app.state
    results = search(state.index, query.q, _wanted(query), fallback=StoreSource(state.database).all_documents)
    rows = {row.id: row for row in list_by_ids(session, results.ids)}
    at = Places(request)
    following = next_url(request, _cursor(results.next))
    shown = SearchResults(
        items=[_item(hit, rows[hit.id], at) for hit in results.hits if hit.id in rows],
        next=following,
        total=results.total,
        query=results.query,
        facets=_facets(session, results),
        notes=list(results.notes),
        suggestion=results.suggestion,
        degraded=results.degraded,
        library_version=results.library_version,
    )
    previous = None if query.cursor is None else _cursor(results.previous) or ""
    return answer_list(request, shown, following, previous)


def _cursor(key: RankKey | None) -> str | None:
    return None if key is None else encode_cursor(key.minus_score, key.minus_day, key.minus_id)


def _wanted(query: SearchQuery) -> Wanted:
    after = None
    if query.cursor is not None:
        score, day, id_ = decode_cursor(query.cursor, float, int, int)
        after = RankKey(float(score or 0), int(day or 0), int(id_ or 0))
    filters = Filters(
        category=tuple(query.category),
        tag=tuple(query.tag),
        kind=(query.kind,) if query.kind else (),
        year=(query.year,) if query.year else (),
        author=(query.author,) if query.author else (),
        series=(query.series,) if query.series else (),
    )
    return Wanted(filters=filters, limit=query.limit, after=after)


def _item(hit: Hit, row: SummaryRow, at: Places) -> SearchItem:
    pieces = (("title", hit.title_html if "<mark>" in hit.title_html else ""), ("text", hit.excerpt_html))
    highlights = [Highlight(field=field, html=html) for field, html in pieces if html]
    return SearchItem(**shapes.summary_fields(row, at), score=hit.score, highlights=highlights)


def _facets(session: Session, results: Results) -> Facets:
    shown = {kind: list(results.facets.get(kind, {}).items())[:FACET_VALUES] for kind in Facets.model_fields}
    slugs = {kind: [value for value, _ in counts] for kind, counts in shown.items()}
    names = names_of(
        session,
        categories=slugs["category"],
        tags=slugs["tag"],
        authors=slugs["author"],
        series=slugs["series"],
    )
    return Facets(
        **{
            kind: [
                FacetValue(value=value, label=names.get((kind, value), value), count=number) for value, number in counts
            ]
            for kind, counts in shown.items()
        }
    )
