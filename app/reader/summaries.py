"""Lists of summaries, and the summary itself."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.reader.citing import cite_forms
from app.reader.describing import describe_summary, render_described
from app.reader.narrowing import narrow
from app.reader.parameters import Listed, Nothing
from app.reader.pictures import vicinity_of
from app.summaries.browsing import author_counts, find_named, names_of, series_counts
from app.summaries.connections import Connections, Neighbour, connections_of
from app.summaries.excerpts import for_head
from app.summaries.facets import facets_of
from app.summaries.listing import page_of_summaries
from app.summaries.models import Summary
from app.summaries.ordering import way_to
from app.summaries.queries import get_published
from app.summaries.related import Related, related_to
from app.web.sessions import Reading
from app.web.templating import render

router = APIRouter()
RELATED = 5
SORTS = {"newest": "Newest", "oldest": "Oldest", "updated": "Last changed", "title": "By title"}


@router.get("/summaries")
def index(request: Request, session: Reading, asked: Listed) -> Response:
    """List published summaries, narrowed by what the address says."""
    filters, active = asked.filters(), asked.active()
    page = page_of_summaries(session, filters, asked.sort, asked.page)
    facets = facets_of(session, filters)
    counts = {
        "category": facets.category,
        "tag": facets.tag,
        "kind": facets.kind,
        "year": facets.year,
        "series": series_counts(session, filters),
        "author": author_counts(session, filters),
    }
    names = names_of(
        session,
        categories=active.get("category", ()),
        tags=active.get("tag", ()),
        authors=active.get("author", ()),
        series=active.get("series", ()),
    )
    fixed: list[tuple[str, object]] = [("sort", asked.sort)] if asked.sort != "newest" else []
    narrowing = narrow("/summaries", active, counts, names, fixed)
    return render(request, "reader/summaries.html", page=page, narrowing=narrowing, sorts=SORTS, sort=asked.sort)


@router.get("/summaries/{slug}")
def show(request: Request, session: Reading, slug: str, _: Nothing) -> Response:
    """Show one summary with everything around it."""
    summary = get_published(session, slug)
    around = connections_of(session, summary)
    before, after = _neighbours(around.parts, summary.part)
    made = summary.rendering
    assert made is not None, "published things are rendered"
    return render_described(
        request,
        "reader/summary.html",
        summary.papers,
        describe_summary(request, session, summary, made),
        summary=summary,
        rendering=made,
        in_short=for_head(made.tldr_html),
        around=around,
        way=way_to(session, summary.id),
        related=_related(session, summary, around),
        vicinity=vicinity_of(session, summary.id, summary.slug, summary.title),
        cite=cite_forms(summary.papers),
        before=before,
        after=after,
        freshness_by=find_named(session, summary.freshness_by),
    )


def _neighbours(parts: Sequence[tuple[int, Neighbour]], part: int | None) -> tuple[Neighbour | None, Neighbour | None]:
    """Return the parts of the series before and after this one."""
    before = [neighbour for number, neighbour in parts if part is not None and number < part]
    after = [neighbour for number, neighbour in parts if part is not None and number > part]
    return (before[-1] if before else None, after[0] if after else None)


def _related(session: Session, summary: Summary, around: Connections) -> list[Related]:
    """Return the nearest summaries but those that the page names as connected already."""
    named = {one.url for one in (*around.requires, *around.required_by, *around.backlinks)}
    named |= {neighbour.url for _, neighbour in around.parts}
    nearest = related_to(session, summary, RELATED + len(named))
    return [one for one in nearest if one.url not in named][:RELATED]
