"""What programs look for at fixed addresses: the sitemap, robots.txt, llms.txt, OpenSearch and its suggestions.

NOT here: twins of pages and feeds, OAI-PMH (`oai.py`), look-ups of one paper (`lookup.py`).
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from app.addresses import summary_path, tag_path
from app.errors import NotFound
from app.interchange import signposts, sitemap
from app.markup import title_text
from app.reader.parameters import NoParameters, Nothing
from app.search.query import suggest as complete
from app.settings import Settings
from app.summaries.completing import tags_beginning, titles_by_ids
from app.summaries.paths import list_paths
from app.summaries.shelves import list_categories
from app.summaries.site_places import list_places
from app.web.conditional import answer
from app.web.sessions import Reading

router = APIRouter()
TITLES, TAGS = 8, 3


class Typed(NoParameters):
    q: str = Field("", max_length=500)


@router.get("/sitemap.xml")
def whole_sitemap(request: Request, session: Reading, _: Nothing) -> Response:
    """List every public address, or the parts of that list where it is too long for one file."""
    places = list_places(session)
    return answer(request, sitemap.sitemap(_base(request), places), sitemap.MEDIA_TYPE)


@router.get("/sitemap-{number:int}.xml")
def part_of_sitemap(request: Request, session: Reading, number: int, _: Nothing) -> Response:
    """List the public addresses of one part."""
    part = sitemap.part_of_sitemap(_base(request), list_places(session), number) if number > 0 else None
    if part is None:
        raise NotFound("The sitemap has no such part.")
    return answer(request, part, sitemap.MEDIA_TYPE)


@router.get("/robots.txt")
def robots(request: Request, _: Nothing) -> Response:
    """Tell crawlers what is not for them, and where the sitemap is."""
    return answer(request, signposts.robots(_base(request)).encode(), "text/plain; charset=utf-8")


@router.get("/opensearch.xml")
def opensearch(request: Request, _: Nothing) -> Response:
    """Describe the search to browsers and programs."""
    body = signposts.opensearch(_base(request), request.app.state.settings.title, "/static/icon.svg")
    return answer(request, body, signposts.OPENSEARCH)


@router.get("/suggest")
def suggest(request: Request, session: Reading, asked: Annotated[Typed, Query()]) -> Response:
    """Complete what is being typed: titles that have its words, then tags that begin with it."""
    found = complete(request.app.state.index, asked.q, TITLES)
    rows = [
        (title_text(title), "Summary", summary_path(slug))
        for slug, title in titles_by_ids(session, [id_ for id_, _ in found])
    ]
    for slug, name, count in tags_beginning(session, asked.q, TAGS):
        rows.append((name, f"Tag, {count} {'summary' if count == 1 else 'summaries'}", tag_path(slug)))
    return answer(request, signposts.suggestions(_base(request), asked.q, rows), signposts.SUGGESTIONS)


@router.get("/llms.txt")
def llms(request: Request, session: Reading, _: Nothing) -> Response:
    """Tell language models what is here and how to have it as text."""
    shelves = [
        signposts.category_post(row.slug, row.name, row.description, row.count) for row in list_categories(session)
    ]
    paths = [
        signposts.path_post(row.slug, title_text(row.title), row.description, row.steps) for row in list_paths(session)
    ]
    settings: Settings = request.app.state.settings
    licence = f"The texts are under the licence {settings.license_name}: <{settings.license_url}>"
    text = signposts.llms(settings.base, settings.title, licence if settings.license_url else "", shelves, paths)
    return answer(request, text.encode(), "text/plain; charset=utf-8")


def _base(request: Request) -> str:
    base: str = request.app.state.settings.base
    return base
