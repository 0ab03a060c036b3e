"""Highwire Press tags: what reference managers and Google Scholar read from a page's head about one paper.

One container tag fixes the type of what is cited. There is no address of a PDF: none is hosted here.
"""

from collections.abc import Iterator, Sequence

from app.interchange.ris import address, first_and_last
from app.markup import title_text
from app.papers.records import PaperRecord

CONTAINERS = {
    "article": "citation_journal_title",
    "conference": "citation_conference_title",
    "report": "citation_technical_report_institution",
    "preprint": "citation_technical_report_institution",
    "thesis": "citation_dissertation_institution",
}


def highwire_tags(record: PaperRecord, keywords: Sequence[str], page_url: str, language: str) -> list[tuple[str, str]]:
    """Return (name, content) of the tags, in their order; what is not known is left out."""
    return [(name, value) for name, value in _tags(record, keywords, page_url, language) if value]


def _tags(record: PaperRecord, keywords: Sequence[str], page_url: str, language: str) -> Iterator[tuple[str, str]]:
    yield "citation_title", title_text(record.title)
    for author in record.authors:
        yield "citation_author", f"{author.family}, {author.given}" if author.given else author.family
    yield "citation_publication_date", date_of(record, "/")
    if record.kind in CONTAINERS:
        yield CONTAINERS[record.kind], title_text(_container(record))
    first, last = first_and_last(record.pages)
    yield "citation_volume", record.volume
    yield "citation_issue", record.issue
    yield "citation_firstpage", first
    yield "citation_lastpage", last
    yield "citation_doi", record.doi or ""
    yield "citation_abstract_html_url", address(record) or page_url
    yield "citation_arxiv_id", record.arxiv_id or ""
    yield "citation_keywords", "; ".join(keywords)
    yield "citation_language", language
    if record.kind == "preprint":
        yield "z:itemType", "preprint"


def date_of(record: PaperRecord, between: str) -> str:
    """Return as much of the date as is known: year, year and month, or all of it."""
    known = [f"{record.year:04d}"] if record.year else []
    known += [f"{part:02d}" for part in (record.month, record.day) if part]
    return between.join(known)


def _container(record: PaperRecord) -> str:
    if record.kind in ("article", "conference"):
        return record.venue
    if record.kind == "preprint":
        return record.institution or record.publisher or record.venue or ("arXiv" if record.arxiv_id else "")
    return record.institution or record.publisher or record.venue
