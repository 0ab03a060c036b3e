"""One paper by an identifier: `/lookup` for programs that know an arXiv id, a DOI or a key, and unAPI for list pages.

NOT here: how identifiers are read (`app/search/identifiers.py`), formats (`app/interchange/`).
"""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from app.addresses import paper_path, summary_path
from app.errors import PaperNotFound
from app.interchange import unapi
from app.papers.models import Paper
from app.papers.queries import find_by_identifier, record_of
from app.reader.parameters import NoParameters
from app.search.identifiers import identifier
from app.summaries.listing import SummaryFilters, page_of_summaries
from app.web.conditional import answer
from app.web.sessions import Reading
from app.web.templating import iso_date

router = APIRouter()
MOST = 100
WORDS = {"arxiv": "arXiv id", "doi": "DOI", "key": "key"}


class Named(NoParameters):
    """Exactly one of the three."""

    arxiv: str | None = Field(None, min_length=1, max_length=300)
    doi: str | None = Field(None, min_length=1, max_length=300)
    key: str | None = Field(None, min_length=1, max_length=300)

    @model_validator(mode="after")
    def _exactly_one(self) -> "Named":
        if len(self.given()) != 1:
            raise ValueError("give exactly one of arxiv, doi and key")
        return self

    def given(self) -> list[tuple[str, str]]:
        return [(kind, value) for kind in WORDS if (value := getattr(self, kind)) is not None]


class Object(NoParameters):
    """What unAPI asks for: nothing, an object, or an object in a format."""

    id: str = Field("", max_length=200)
    format: str = Field("", max_length=40)


@router.get("/lookup")
def lookup(request: Request, session: Reading, asked: Annotated[Named, Query()]) -> Response:
    """Answer with the summaries of the paper that has this identifier; 404 where this library has no such paper."""
    ((kind, text),) = asked.given()
    paper = _find(session, kind, text)
    if paper is None:
        raise PaperNotFound(f"No paper in this library has the {WORDS[kind]} “{text[:120]}”.")
    base = request.app.state.settings.base
    rows = page_of_summaries(session, SummaryFilters(paper=paper.key), size=MOST).items
    summaries = [
        {
            "slug": row.slug,
            "title": row.title,
            "kind": row.kind,
            "tldr": row.tldr_text,
            "published": iso_date(row.published_at),
            "updated": iso_date(row.updated_at or row.published_at),
            **_places(base + summary_path(row.slug)),
        }
        for row in rows
    ]
    found = {"paper": _shown(paper, base), "summaries": summaries}
    return answer(request, json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n", "application/json")


@router.get("/unapi")
def unapi_server(request: Request, session: Reading, asked: Annotated[Object, Query()]) -> Response:
    """Answer as unAPI has it: the formats; the formats of one paper (300); the paper in one of them."""
    if not asked.id:
        status = 400 if asked.format else 200
        return answer(request, unapi.formats(), unapi.MEDIA_TYPE, status=status)
    paper = _find(session, "key", asked.id)
    if paper is None:
        raise PaperNotFound(f"There is no paper with the key “{asked.id[:120]}”.")
    if not asked.format:
        return answer(request, unapi.formats(asked.id), unapi.MEDIA_TYPE, status=300)
    if asked.format not in unapi.FORMATS:
        return answer(request, unapi.formats(asked.id), unapi.MEDIA_TYPE, status=406)
    media_type, _, write = unapi.FORMATS[asked.format]
    return answer(request, write([record_of(paper)]).encode(), f"{media_type}; charset=utf-8")


def _find(session: Session, kind: str, text: str) -> Paper | None:
    """Find a paper by what the search page would take for this identifier."""
    if "\0" in text:
        return None
    found = identifier(text)
    an_arxiv_doi = kind == "doi" and "10.48550/" in text
    if found is not None and (found.kind == kind or an_arxiv_doi):
        return find_by_identifier(session, **{found.kind: found.value})
    return find_by_identifier(session, key=text.strip()) if kind == "key" else None


def _shown(paper: Paper, base: str) -> dict[str, Any]:
    facts = {name: getattr(paper, name) for name in ("key", "kind", "title", "year", "venue", "arxiv_id", "doi")}
    return {**facts, "authors": [author.name for author in paper.authors], **_places(base + paper_path(paper.key))}


def _places(url: str) -> dict[str, str]:
    return {"url": url, "json": f"{url}.json", "markdown": f"{url}.md"}
