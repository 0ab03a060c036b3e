"""The front page and the page about this library."""

from fastapi import APIRouter, Request, Response

from app.reader.parameters import Nothing
from app.reader.pictures import activity_of
from app.reader.steps import longest_path, longest_series
from app.summaries.listing import SummaryFilters, page_of_summaries
from app.summaries.shelves import count_library, list_categories
from app.web.conditional import answer
from app.web.sessions import Reading
from app.web.static_files import STATIC
from app.web.templating import render

router = APIRouter()
NEWEST = 6


@router.get("/")
def home(request: Request, session: Reading, _: Nothing) -> Response:
    """Show what this library is, what is new, its shelves, a reading path and a series."""
    return render(
        request,
        "reader/home.html",
        counts=count_library(session),
        newest=page_of_summaries(session, SummaryFilters(), size=NEWEST).items,
        shelves=list_categories(session),
        path=longest_path(session),
        series=longest_series(session),
        activity=activity_of(session),
    )


@router.get("/about")
def about(request: Request, session: Reading, _: Nothing) -> Response:
    """Tell how summaries are made, what their marks mean, and how to search."""
    return render(request, "reader/about.html", counts=count_library(session))


@router.get("/favicon.ico")
def favicon(request: Request) -> Response:
    """Answer those who ask for the icon at its old address, whatever page they stand on."""
    icon = (STATIC / "icon.svg").read_bytes()
    return answer(request, icon, "image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
