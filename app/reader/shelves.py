"""Shelves: categories, tags, series and reading paths."""

from fastapi import APIRouter, Request, Response

from app.reader.narrowing import narrow
from app.reader.parameters import Nothing, Numbered
from app.reader.pictures import drawn_path_of
from app.reader.steps import steps_of_path, steps_of_series
from app.summaries.browsing import get_public_tag
from app.summaries.facets import Facets, FacetValue, facets_of
from app.summaries.listing import SummaryFilters, page_of_summaries
from app.summaries.paths import list_paths
from app.summaries.shelves import list_categories, list_series, list_tags
from app.taxonomy.queries import get_category, get_series
from app.web.sessions import Reading
from app.web.templating import render

router = APIRouter()


@router.get("/categories")
def categories(request: Request, session: Reading, _: Nothing) -> Response:
    """List every shelf with its description and how much stands on it."""
    return render(request, "reader/categories.html", shelves=list_categories(session))


@router.get("/categories/{slug}")
def category(request: Request, session: Reading, slug: str, asked: Numbered) -> Response:
    """Show one shelf: what it is for, what stands on it, and ways to narrow it."""
    shelf = get_category(session, slug)
    filters = SummaryFilters(category=(shelf.slug,))
    page = page_of_summaries(session, filters, page=asked.page)
    narrowing = narrow("/summaries", {"category": [shelf.slug]}, _counts(facets_of(session, filters)), {})
    return render(request, "reader/category.html", shelf=shelf, page=page, narrowing=narrowing)


@router.get("/tags")
def tags(request: Request, session: Reading, _: Nothing) -> Response:
    """List every tag that a published summary carries."""
    return render(request, "reader/tags.html", tags=list_tags(session))


@router.get("/tags/{slug}")
def tag(request: Request, session: Reading, slug: str, asked: Numbered) -> Response:
    """Show what carries a tag, and ways to narrow it."""
    label = get_public_tag(session, slug)
    filters = SummaryFilters(tag=(label.slug,))
    page = page_of_summaries(session, filters, page=asked.page)
    narrowing = narrow("/summaries", {"tag": [label.slug]}, _counts(facets_of(session, filters)), {})
    return render(request, "reader/tag.html", tag=label, page=page, narrowing=narrowing)


@router.get("/series/{slug}")
def series(request: Request, session: Reading, slug: str, _: Nothing) -> Response:
    """Show a series and its published parts in order."""
    found = get_series(session, slug)
    steps = steps_of_series(session, found.id, found.slug, found.title, found.description)
    return render(request, "reader/series.html", series=steps)


@router.get("/paths")
def paths(request: Request, session: Reading, _: Nothing) -> Response:
    """List the reading paths, and the series, which are paths of their own kind."""
    return render(request, "reader/paths.html", paths=list_paths(session), series=list_series(session))


@router.get("/paths/{slug}")
def path(request: Request, session: Reading, slug: str, _: Nothing) -> Response:
    """Show a reading path as its steps."""
    path = steps_of_path(session, slug)
    return render(request, "reader/path.html", path=path, drawn_path=drawn_path_of(session, path))


def _counts(facets: Facets) -> dict[str, list[FacetValue]]:
    return {
        "category": list(facets.category),
        "tag": list(facets.tag),
        "kind": list(facets.kind),
        "year": list(facets.year),
    }
