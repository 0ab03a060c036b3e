"""What a page's head says about it to reference managers, search engines and whoever unfolds a link.

NOT here: the formats (`app/interchange/highwire.py`, `json_ld.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app import addresses
from app.interchange.atom import moment
from app.interchange.highwire import highwire_tags
from app.interchange.json_ld import Review, article_node, breadcrumbs_node, json_ld, paper_id, review_node
from app.markup import title_text
from app.papers.models import Paper
from app.papers.queries import record_of
from app.reader.taking import base_of, lasting_address, links_out
from app.settings import Settings
from app.summaries.excerpts import for_head
from app.summaries.listing import SummaryRow
from app.summaries.models import Rendering, Summary
from app.summaries.taking_along import names_of_cited
from app.web.templating import render

LANGUAGE = "en"
MOST_CITED = 100
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Description:
    """`tags` are (name, content) of meta elements, `properties` those of Open Graph; `graph` is JSON-LD.

    `license_url` is that of the text of a summary, or empty.
    """

    tags: Sequence[tuple[str, str]]
    properties: Sequence[tuple[str, str]]
    graph: str
    cite_as: str
    license_url: str = ""


def describe_paper(request: Request, paper: Paper, summaries: Sequence[SummaryRow]) -> Description:
    """Describe a paper's page; needs the paper's authors."""
    base, record = base_of(request), record_of(paper)
    page = base + addresses.paper_path(paper.key)
    keywords = list(dict.fromkeys(name for row in summaries for _, name in row.tags))
    title = title_text(paper.title)
    way = [("Papers", base + "/papers"), (title, page)]
    return Description(
        tags=highwire_tags(record, keywords, page, LANGUAGE),
        properties=_open_graph(request, title, title_text(paper.abstract), page, "website"),
        graph=json_ld([article_node(record, page), breadcrumbs_node(way)]),
        cite_as=lasting_address(paper),
    )


def describe_summary(request: Request, session: Session, summary: Summary, made: Rendering) -> Description:
    """Describe a summary's page: about one paper, it is that paper to a reference manager."""
    base = base_of(request)
    page = base + addresses.summary_path(summary.slug)
    records = [record_of(paper) for paper in summary.papers]
    about = [paper_id(record.doi, record.arxiv_id, _page_of(record.key, base)) for record in records]
    named = names_of_cited(session, summary.id, MOST_CITED)
    cited = [paper_id(doi, arxiv_id, _page_of(key, base)) for key, doi, arxiv_id in named]
    published = moment(summary.published_at) if summary.published_at else ""
    modified = moment(summary.updated_at) if summary.updated_at else published
    settings: Settings = request.app.state.settings
    words = title_text(summary.title)
    review = Review(
        url=page,
        title=words,
        abstract=made.tldr_text,
        authors=[curator.name for curator in summary.curators],
        publisher=settings.title,
        published=published,
        modified=modified,
        language=LANGUAGE,
        license_url=settings.license_url,
    )
    nodes = [article_node(record, _page_of(record.key, base)) for record in records]
    nodes += [review_node(review, about, [one for one in cited if one not in about])]
    times = [("article:published_time", published), ("article:modified_time", modified)]
    alone = len(summary.papers) == 1
    return Description(
        tags=highwire_tags(records[0], [tag.name for tag in summary.tags], page, LANGUAGE) if alone else [],
        properties=[*_open_graph(request, words, for_head(made.tldr_html), page, "article"), *times],
        graph=json_ld([*nodes, breadcrumbs_node(_way_to(summary, base, page))]),
        cite_as=lasting_address(summary.papers[0]) if alone else "",
        license_url=settings.license_url,
    )


def render_described(
    request: Request, name: str, papers: Sequence[Paper], description: Description, **context: Any
) -> Response:
    """Answer with a page about papers, with what is to be cited and the licence in a header too."""
    page = render(request, name, description=description, **context)
    page.headers.update(links_out(papers, description.license_url))
    return page


def _page_of(key: str, base: str) -> str:
    return base + addresses.paper_path(key)


def _way_to(summary: Summary, base: str, page: str) -> list[tuple[str, str]]:
    way = [("Summaries", f"{base}/summaries")]
    way += [(row.name, base + addresses.category_path(row.slug)) for row in summary.categories[:1]]
    return [*way, (title_text(summary.title), page)]


def _open_graph(request: Request, title: str, words: str, page: str, kind: str) -> list[tuple[str, str]]:
    shown = words if len(words) <= LONGEST else words[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
    site: str = request.app.state.settings.title
    pairs = [("title", title), ("description", shown), ("type", kind), ("url", page), ("site_name", site)]
    return [(f"og:{name}", value) for name, value in pairs if value]
