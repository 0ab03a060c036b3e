"""How twins are answered: rows and records in, one of the forms out, with its headers.

NOT here: which address gives what (`twins.py`), feeds (`feeds.py`), the formats themselves (`app/interchange/`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app import addresses
from app.interchange.bibtex import format_bibtex
from app.interchange.csl_json import format_csl_json
from app.interchange.markdown_lists import Line, markdown_list
from app.interchange.ris import format_ris
from app.markup import title_text
from app.pagination import Page
from app.papers.models import Paper
from app.reader.steps import Steps
from app.summaries import taking_along as along
from app.summaries.listing import PaperLine, SummaryRow
from app.summaries.shelves import PaperRow
from app.web.conditional import answer
from app.web.twins import FORMS

TITLES_SHORT = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """What a list is called, in its text and as a file; `lead` is a sentence about it, or empty."""

    title: str
    name: str
    lead: str = ""


def base_of(request: Request) -> str:
    base: str = request.app.state.settings.base
    return base


def links_out(papers: Sequence[Paper], license_url: str = "") -> dict[str, str]:
    """Return the header that says what to cite for a page about one paper, where that has a lasting address, and what
    licence the page's text is under, if it is told.
    """
    cited = lasting_address(papers[0]) if len(papers) == 1 else ""
    links = [f'<{url}>; rel="{rel}"' for rel, url in (("cite-as", cited), ("license", license_url)) if url]
    return {"Link": ", ".join(links)} if links else {}


def lasting_address(paper: Paper) -> str:
    return addresses.lasting_address(paper.doi, paper.arxiv_id)


def answer_records(
    request: Request,
    session: Session,
    form: str,
    ids: Iterable[int],
    name: str,
    headers: Mapping[str, str] | None = None,
    page: Page[int] | None = None,
) -> Response:
    """Answer with these papers as BibTeX, RIS or CSL-JSON; the tags of their summaries are their keywords."""
    cited = list(along.iter_cited(session, ids))
    records = [one.record for one in cited]
    keywords = {one.record.key: one.keywords for one in cited}
    if form == "bib":
        text = format_bibtex(records)
    elif form == "ris":
        text = format_ris(records, keywords)
    else:
        text = format_csl_json(records, keywords)
    return answer_text(request, form, text, name, headers, page)


def answer_summaries(request: Request, session: Session, form: str, page: Page[int], heading: Heading) -> Response:
    """Answer with the papers that these summaries are about, or in Markdown with the summaries."""
    if form != "md":
        papers = along.papers_of_summaries(session, page.items)
        return answer_records(request, session, form, papers, heading.name, page=page)
    base = base_of(request)
    lines = [summary_line(row, base) for row in along.iter_rows(session, page.items)]
    text = markdown_list(heading.title, heading.lead, lines)
    return answer_text(request, form, text, heading.name, page=page)


def answer_papers(request: Request, session: Session, form: str, page: Page[int], heading: Heading) -> Response:
    """Answer with these papers; in Markdown each has its summaries under it."""
    if form != "md":
        return answer_records(request, session, form, page.items, heading.name, page=page)
    base = base_of(request)
    lines = [_paper_line(row, base) for row in along.iter_papers(session, page.items)]
    text = markdown_list(heading.title, heading.lead, lines)
    return answer_text(request, form, text, heading.name, page=page)


def answer_steps(request: Request, session: Session, form: str, steps: Steps) -> Response:
    """Answer with the papers along a path or series, or in Markdown with its steps in order and their notes."""
    if form != "md":
        papers = along.papers_of_summaries(session, [step.summary.id for step in steps.steps])
        return answer_records(request, session, form, papers, steps.slug)
    base = base_of(request)
    lines = [summary_line(step.summary, base, step.note) for step in steps.steps]
    text = markdown_list(steps.title, steps.description, lines, numbered=True)
    return answer_text(request, form, text, steps.slug)


def answer_text(
    request: Request,
    form: str,
    text: str,
    name: str,
    headers: Mapping[str, str] | None = None,
    page: Page[Any] | None = None,
) -> Response:
    """Answer with a text in this form, under the name that a client may save it by."""
    found = FORMS[f".{form}"]
    shown = dict(headers or {})
    if page is not None and page.number < page.pages:
        pairs = [(key, value) for key, value in request.query_params.multi_items() if key != "page"]
        url = f"{base_of(request)}{quote(request.url.path)}?{urlencode([*pairs, ('page', page.number + 1)])}"
        shown["Link"] = f'<{url}>; rel="next"'
    if form != "md":
        shown["Content-Disposition"] = f'inline; filename="{_file_name(name)}.{form}"'
    shown["Access-Control-Allow-Origin"] = "*"
    media_type = found.media_type + ("" if form == "csl.json" else "; charset=utf-8")
    return answer(request, text.encode(), media_type, headers=shown)


def summary_line(row: SummaryRow, base: str, note: str = "") -> Line:
    """Return a summary as an item of a Markdown list, with the note of whoever laid a path or its TLDR."""
    papers = [_short(paper) for paper in row.papers[:TITLES_SHORT]]
    facts = "; ".join([*papers, row.published_at.date().isoformat()])
    return Line(title_text(row.title), base + addresses.summary_path(row.slug), facts, note or row.tldr_text)


def _short(paper: PaperLine) -> str:
    return " ".join(filter(None, (paper.short_authors or title_text(paper.title), str(paper.year or ""))))


def _paper_line(row: PaperRow, base: str) -> Line:
    authors = ", ".join(name for _, name, _ in row.authors[:TITLES_SHORT])
    if len(row.authors) > TITLES_SHORT:
        authors += " and others"
    facts = "; ".join(filter(None, (authors, title_text(row.venue), str(row.year or ""))))
    inner = [(title_text(title), base + addresses.summary_path(slug)) for slug, title in row.summaries]
    return Line(title_text(row.title), base + addresses.paper_path(row.key), facts, inner=inner)


def _file_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._+-]", "-", name)[:100]
