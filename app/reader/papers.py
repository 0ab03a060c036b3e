"""Papers and their authors, and the papers that nobody has summarised yet."""

from fastapi import APIRouter, Request, Response

from app.pagination import check_page
from app.papers.queries import get_author, get_paper
from app.reader.citing import cite_forms
from app.reader.describing import describe_paper, render_described
from app.reader.parameters import Nothing, Numbered, Recorded
from app.summaries.browsing import citing_summaries, page_of_authors
from app.summaries.connections import backlinks_of_paper
from app.summaries.listing import SummaryFilters, count, page_of_summaries
from app.summaries.shelves import page_of_papers
from app.summaries.wanted import wanted_papers
from app.web.sessions import Reading
from app.web.templating import render

router = APIRouter()
AUTHORS_A_PAGE = 60
ALL = 100


@router.get("/papers")
def index(request: Request, session: Reading, asked: Recorded) -> Response:
    """List every paper, newest year first; or those wanted, most named first."""
    if asked.summarised:
        wanted = wanted_papers(session, ALL)
        check_page(asked.page, len(wanted), ALL)
        return render(request, "reader/wanted.html", wanted=wanted, most=ALL)
    return render(request, "reader/papers.html", page=page_of_papers(session, asked.page))


@router.get("/papers/{key}")
def show(request: Request, session: Reading, key: str, _: Nothing) -> Response:
    """Show a paper's record, the summaries about it, and what links to it or cites it."""
    paper = get_paper(session, key)
    summaries = page_of_summaries(session, SummaryFilters(paper=paper.key), size=ALL).items
    return render_described(
        request,
        "reader/paper.html",
        [paper],
        describe_paper(request, paper, summaries),
        paper=paper,
        summaries=summaries,
        backlinks=backlinks_of_paper(session, paper),
        citing=citing_summaries(session, paper.key),
        cite=cite_forms([paper]),
    )


@router.get("/authors")
def authors(request: Request, session: Reading, asked: Numbered) -> Response:
    """List every author by family name."""
    return render(request, "reader/authors.html", page=page_of_authors(session, asked.page, AUTHORS_A_PAGE))


@router.get("/authors/{slug}")
def author(request: Request, session: Reading, slug: str, asked: Numbered) -> Response:
    """Show an author's papers, newest first, each with its summaries."""
    person = get_author(session, slug)
    return render(
        request,
        "reader/author.html",
        author=person,
        page=page_of_papers(session, asked.page, author_id=person.id),
        summaries=count(session, SummaryFilters(author=person.slug)),
    )
