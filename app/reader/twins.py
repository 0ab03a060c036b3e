"""Pages as BibTeX, RIS, CSL-JSON and Markdown: what a reader takes along, whole lists where they stand.

A list gives up to MOST rows at once, about what the page cache keeps, and a link to the next ones. NOT here: JSON
(`app/api/twins.py`), Atom (`feeds.py`), formats (`app/interchange/`).
"""

from fastapi import APIRouter, Request, Response

from app import addresses
from app.interchange.library_folder import format_summary
from app.interchange.markdown_lists import Line, markdown_list, markdown_paper
from app.pagination import Page, check_page
from app.papers.queries import get_author, get_paper, record_of
from app.reader.parameters import Listed, Nothing, Numbered, Recorded, Searched
from app.reader.search import find
from app.reader.steps import steps_of_path, steps_of_series
from app.reader.taking import (
    Heading,
    answer_papers,
    answer_records,
    answer_steps,
    answer_summaries,
    answer_text,
    base_of,
    links_out,
)
from app.summaries import taking_along as along
from app.summaries.browsing import get_public_tag, page_of_authors
from app.summaries.listing import SummaryFilters
from app.summaries.paths import list_paths
from app.summaries.queries import get_published
from app.summaries.shelves import list_categories, list_series, list_tags, papers_by_ids
from app.summaries.wanted import page_of_wanted
from app.taxonomy.queries import get_category, get_series
from app.web.sessions import Reading

router = APIRouter()
MOST = 2000


@router.get("/summaries.{form:taken}")
def summaries(request: Request, session: Reading, form: str, asked: Listed) -> Response:
    """Give the list as it is narrowed: its papers, or in Markdown its summaries."""
    page = along.ids_of_summaries(session, asked.filters(), asked.sort, asked.page, MOST)
    return answer_summaries(request, session, form, page, Heading("Summaries", "summaries"))


@router.get("/summaries/{slug:stem}.{form:taken}")
def summary(request: Request, session: Reading, slug: str, form: str, _: Nothing) -> Response:
    """Give a summary as its file in the library folder, or its bibliography: the papers it is about and cites."""
    found = get_published(session, slug)
    headers = links_out(found.papers, request.app.state.settings.license_url)
    if form == "md":
        return answer_text(request, form, format_summary(along.published_document(session, found)), slug, headers)
    return answer_records(request, session, form, along.papers_behind(session, found.id), slug, headers)


@router.get("/papers.{form:taken}")
def papers(request: Request, session: Reading, form: str, asked: Recorded) -> Response:
    """Give every paper, or those wanted, most named first."""
    if asked.summarised:
        wanted = page_of_wanted(session, asked.page, MOST)
        return answer_papers(request, session, form, wanted, Heading("Papers not yet summarised", "papers-wanted"))
    page = along.ids_of_papers(session, asked.page, MOST)
    return answer_papers(request, session, form, page, Heading("Papers", "papers"))


@router.get("/papers/{key:stem}.{form:taken}")
def paper(request: Request, session: Reading, key: str, form: str, _: Nothing) -> Response:
    """Give a paper's record."""
    found = get_paper(session, key)
    if form != "md":
        return answer_records(request, session, form, [found.id], key, links_out([found]))
    base = base_of(request)
    about = [
        (title, base + addresses.summary_path(slug))
        for row in papers_by_ids(session, [found.id])
        for slug, title in row.summaries
    ]
    text = markdown_paper(record_of(found), base + addresses.paper_path(key), about)
    return answer_text(request, form, text, key, links_out([found]))


@router.get("/authors/{slug:stem}.{form:taken}")
def author(request: Request, session: Reading, slug: str, form: str, asked: Numbered) -> Response:
    person = get_author(session, slug)
    page = along.ids_of_papers(session, asked.page, MOST, person.id)
    return answer_papers(request, session, form, page, Heading(person.name, person.slug))


@router.get("/categories/{slug:stem}.{form:taken}")
def category(request: Request, session: Reading, slug: str, form: str, asked: Numbered) -> Response:
    shelf = get_category(session, slug)
    page = along.ids_of_summaries(session, SummaryFilters(category=(shelf.slug,)), "newest", asked.page, MOST)
    return answer_summaries(request, session, form, page, Heading(shelf.name, shelf.slug, shelf.description))


@router.get("/tags/{slug:stem}.{form:taken}")
def tag(request: Request, session: Reading, slug: str, form: str, asked: Numbered) -> Response:
    label = get_public_tag(session, slug)
    page = along.ids_of_summaries(session, SummaryFilters(tag=(label.slug,)), "newest", asked.page, MOST)
    return answer_summaries(request, session, form, page, Heading(label.name, label.slug))


@router.get("/series/{slug:stem}.{form:taken}")
def series(request: Request, session: Reading, slug: str, form: str, _: Nothing) -> Response:
    found = get_series(session, slug)
    steps = steps_of_series(session, found.id, found.slug, found.title, found.description)
    return answer_steps(request, session, form, steps)


@router.get("/paths/{slug:stem}.{form:taken}")
def path(request: Request, session: Reading, slug: str, form: str, _: Nothing) -> Response:
    return answer_steps(request, session, form, steps_of_path(session, slug))


@router.get("/search.{form:taken}")
def search(request: Request, session: Reading, form: str, asked: Searched) -> Response:
    """Give what a search finds, the best fit first."""
    found = find(request, asked, MOST, (asked.page - 1) * MOST)
    check_page(asked.page, found.total, MOST)
    words = asked.q.strip() or "everything"
    page = Page(found.ids, asked.page, MOST, found.total)
    heading = Heading(f"Search: {words}", "search", " ".join(found.notes))
    return answer_summaries(request, session, form, page, heading)


@router.get("/authors.md")
def authors(request: Request, session: Reading, asked: Numbered) -> Response:
    page = page_of_authors(session, asked.page, MOST)
    base = base_of(request)
    lines = [
        Line(row.name, base + addresses.author_path(row.slug), _counted(row.papers, "paper", "papers"))
        for row in page.items
    ]
    return answer_text(request, "md", markdown_list("Authors", "", lines), "authors", page=page)


@router.get("/categories.md")
def categories(request: Request, session: Reading, _: Nothing) -> Response:
    base = base_of(request)
    lines = [
        Line(
            shelf.name,
            base + addresses.category_path(shelf.slug),
            _counted(shelf.count, "summary", "summaries"),
            shelf.description,
        )
        for shelf in list_categories(session)
    ]
    return answer_text(request, "md", markdown_list("Categories", "", lines), "categories")


@router.get("/tags.md")
def tags(request: Request, session: Reading, _: Nothing) -> Response:
    base = base_of(request)
    lines = [
        Line(label.name, base + addresses.tag_path(label.slug), _counted(label.count, "summary", "summaries"))
        for label in list_tags(session)
    ]
    return answer_text(request, "md", markdown_list("Tags", "", lines), "tags")


@router.get("/paths.md")
def paths(request: Request, session: Reading, _: Nothing) -> Response:
    """Give the reading paths, and behind them the series, as the page has them."""
    base = base_of(request)
    lines = [
        Line(
            row.title,
            base + addresses.reading_path_path(row.slug),
            _counted(row.steps, "step", "steps"),
            row.description,
        )
        for row in list_paths(session)
    ]
    lines += [
        Line(
            row.name,
            base + addresses.series_path(row.slug),
            "series in " + _counted(row.count, "part", "parts"),
            row.description,
        )
        for row in list_series(session)
    ]
    return answer_text(request, "md", markdown_list("Reading paths", "", lines), "paths")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
