"""The search page. NOT here: the query language, ranking, snippets (`app/search/`)."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from app.addresses import paper_path
from app.pagination import PAGE_SIZE, Page, check_page
from app.papers.queries import find_by_identifier
from app.reader.narrowing import Narrowing, label_of, narrow
from app.reader.parameters import Searched, SearchQuery
from app.search.identifiers import identifier
from app.search.matching import Filters
from app.search.query import Hit, Results
from app.search.query import Request as Asked
from app.search.query import search as ask
from app.summaries.browsing import FACET_AUTHORS, names_of
from app.summaries.facets import FACET_TAGS, FacetValue
from app.summaries.listing import SummaryRow, list_by_ids
from app.web.sessions import Reading
from app.web.templating import render

router = APIRouter()
WORDS = {"arxiv": "arXiv id", "doi": "DOI", "key": "citation key"}
MOST = {"tag": FACET_TAGS, "author": FACET_AUTHORS}


@router.get("/search")
def search(request: Request, session: Reading, asked: Searched) -> Response:
    """Answer a search; a pasted arXiv id, DOI or citation key leads straight to its paper."""
    text, active = asked.q.replace("\x00", " ").strip(), asked.active()
    if not text and not active:
        return render(request, "reader/search.html", q="", page=None, narrowing=None, results=None, notes=())
    location, note = _straight_to(session, text)
    if location and not active:
        return RedirectResponse(location, 303)
    results = ask(
        request.app.state.index,
        text,
        Asked(filters=_filters(asked), limit=PAGE_SIZE, offset=(asked.page - 1) * PAGE_SIZE),
        fallback=request.app.state.source.all_documents,
    )
    check_page(asked.page, results.total)
    page = Page(_joined(session, results), asked.page, PAGE_SIZE, results.total)
    narrowing = _narrowing(session, text, active, results)
    return render(
        request, "reader/search.html", q=text, page=page, narrowing=narrowing, results=results,
        notes=[*note, *results.notes],
    )  # fmt: skip


def find(request: Request, asked: SearchQuery, limit: int, offset: int = 0) -> Results:
    """Return what a search finds, the best fit first and without excerpts; for its other forms."""
    return ask(
        request.app.state.index,
        asked.q.replace("\x00", " ").strip(),
        Asked(filters=_filters(asked), limit=limit, offset=offset, with_snippets=False),
        fallback=request.app.state.source.all_documents,
    )


def _straight_to(session: Session, text: str) -> tuple[str | None, list[str]]:
    """Return where a pasted identifier leads, or a note where it is one that no paper here has."""
    if not text or " " in text:
        return None, []
    found = identifier(text)
    named: dict[str, str] = {found.kind: found.value} if found else {"key": text[:120]}
    paper = find_by_identifier(session, **named)
    if paper is not None:
        return paper_path(paper.key), []
    return None, [f"No paper in this library has the {WORDS[found.kind]} {found.value}."] if found else []


def _filters(asked: SearchQuery) -> Filters:
    active = asked.active()
    return Filters(
        category=tuple(active.get("category", ())),
        tag=tuple(active.get("tag", ())),
        year=tuple(map(int, active.get("year", ()))),
        kind=tuple(active.get("kind", ())),
        author=tuple(active.get("author", ())),
        series=tuple(active.get("series", ())),
    )


def _joined(session: Session, results: Results) -> list[tuple[Hit, SummaryRow]]:
    """Join hits to the store, which decides what is shown."""
    rows = {row.id: row for row in list_by_ids(session, results.ids)}
    return [(hit, rows[hit.id]) for hit in results.hits if hit.id in rows]


def _narrowing(session: Session, text: str, active: Mapping[str, list[str]], results: Results) -> Narrowing:
    values = {kind: list(counts)[: MOST.get(kind, 50)] for kind, counts in results.facets.items()}

    def slugs(kind: str) -> list[str]:
        return [*values.get(kind, ()), *active.get(kind, ())]

    names = names_of(
        session, categories=slugs("category"), tags=slugs("tag"), authors=slugs("author"), series=slugs("series")
    )
    counts = {
        kind: [FacetValue(value, label_of(kind, value, names), results.facets[kind][value]) for value in found]
        for kind, found in values.items()
    }
    counts["year"] = sorted(counts.get("year", []), key=lambda one: one.value, reverse=True)
    return narrow("/search", active, counts, names, [("q", text)])
