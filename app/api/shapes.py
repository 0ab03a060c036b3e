"""Rows of the domains as the models of `schemas.py`: plain copying, no reads.

NOT here: shelves and search, which shape their few fields where they are answered.
"""

from collections.abc import Sequence
from typing import Any

from app import addresses
from app.api.answers import Places
from app.api.schemas import (
    AuthorRef,
    Body,
    Freshness,
    FreshnessBrief,
    Heading,
    LinkFrom,
    LinkTo,
    PaperAuthor,
    PaperBrief,
    PaperItem,
    PaperRecord,
    Part,
    PathRef,
    Provenance,
    ProvenanceBrief,
    SeriesPlace,
    ShelfRef,
    Source,
    SummaryDetail,
    SummaryItem,
    SummaryRef,
    Tldr,
    TldrWithSource,
    Update,
)
from app.papers.models import Paper
from app.summaries.connections import Connections, Neighbour
from app.summaries.listing import PaperLine, SummaryRow
from app.summaries.models import Rendering, Summary
from app.summaries.shelves import OutgoingLink, PaperRow


def summary_ref(slug: str, title: str, at: Places) -> SummaryRef:
    return SummaryRef(slug=slug, title=title, **at.both(addresses.summary_path(slug)))


def author_refs(authors: Sequence[tuple[str, str, str]]) -> list[AuthorRef]:
    return [AuthorRef(slug=slug, name=name) for slug, name, _ in authors]


def shelf_refs(pairs: Sequence[tuple[str, str]]) -> list[ShelfRef]:
    return [ShelfRef(slug=slug, name=name) for slug, name in pairs]


def summary_fields(row: SummaryRow, at: Places) -> dict[str, Any]:
    """Return the fields of a list's item, for the item itself and for what adds to it."""
    return {
        "slug": row.slug,
        "title": row.title,
        "kind": row.kind,
        "tldr": Tldr(html=row.tldr_html, text=row.tldr_text),
        "papers": [paper_brief(paper, at) for paper in row.papers],
        "categories": shelf_refs(row.categories),
        "tags": shelf_refs(row.tags),
        "link": row.link,
        "provenance": ProvenanceBrief.model_validate({"written_by": row.written_by}),
        "freshness": FreshnessBrief.model_validate({"state": row.freshness}),
        "words": row.words,
        "formulas": row.formulas,
        "published": row.published_at,
        "updated": row.updated_at,
        "modified": row.saved_at,
        **at.both(addresses.summary_path(row.slug)),
    }


def summary_item(row: SummaryRow, at: Places) -> SummaryItem:
    return SummaryItem(**summary_fields(row, at))


def paper_brief(paper: PaperLine, at: Places) -> PaperBrief:
    return PaperBrief(
        key=paper.key,
        title=paper.title,
        authors=author_refs(paper.authors),
        year=paper.year,
        venue=paper.venue or None,
        doi=paper.doi,
        arxiv_id=paper.arxiv_id,
        **at.both(addresses.paper_path(paper.key)),
    )


def paper_item(row: PaperRow, at: Places) -> PaperItem:
    fields: dict[str, Any] = {"kind": row.kind, **at.both(addresses.paper_path(row.key))}
    return PaperItem(
        key=row.key,
        title=row.title,
        authors=author_refs(row.authors),
        year=row.year,
        venue=row.venue or None,
        doi=row.doi,
        arxiv_id=row.arxiv_id,
        modified=row.updated_at,
        summaries=[summary_ref(slug, title, at) for slug, title in row.summaries],
        **fields,
    )


def paper_fields(paper: Paper, at: Places) -> dict[str, Any]:
    """Return the fields of a paper's record; needs its authors loaded."""
    known = ("key", "title", "kind", "year", "month", "day", "doi", "arxiv_id")
    words = ("venue", "volume", "issue", "pages", "publisher", "institution", "arxiv_class", "code_url", "abstract")
    return {
        **{name: getattr(paper, name) for name in known},
        **{name: getattr(paper, name) or None for name in words},
        "authors": [
            PaperAuthor(
                slug=author.slug,
                name=author.name,
                family=author.family,
                given=author.given or None,
                **at.both(addresses.author_path(author.slug)),
            )
            for author in paper.authors
        ],
        "external_url": paper.url or None,
        "modified": paper.updated_at,
        **at.both(addresses.paper_path(paper.key)),
    }


def neighbour(one: Neighbour, at: Places) -> dict[str, Any]:
    """Return the fields that name a summary or path; its slug is the last piece of its path."""
    return {"slug": one.url.rpartition("/")[2], "title": one.title, **at.both(one.url)}


def link_from(one: Neighbour, at: Places) -> LinkFrom:
    return LinkFrom(types=one.note.split(", ") if one.note else [], **neighbour(one, at))


def summary_detail(
    summary: Summary, around: Connections, links: Sequence[OutgoingLink], at: Places, document: dict[str, Any]
) -> SummaryDetail:
    """Return a whole summary; needs everything that `get_published` loads."""
    made = summary.rendering or Rendering(tldr_html="", tldr_text="", html="", headings=[], updates_html=[])
    fields: dict[str, Any] = {
        **{name: getattr(summary, name) for name in ("slug", "title", "kind", "status", "link", "revision")},
        "published": summary.published_at,
    }
    return SummaryDetail(
        tldr=TldrWithSource(source=summary.tldr, html=made.tldr_html, text=made.tldr_text),
        body=Body(source=summary.body, html=made.html),
        headings=[Heading(level=each["level"], id=each["id"], text=each["text"]) for each in made.headings],
        papers=[PaperRecord(**paper_fields(paper, at)) for paper in summary.papers],
        categories=shelf_refs([(row.slug, row.name) for row in summary.categories]),
        tags=shelf_refs([(row.slug, row.name) for row in summary.tags]),
        series=_series(summary, around, at),
        requires=[SummaryRef(**neighbour(one, at)) for one in around.requires],
        required_by=[SummaryRef(**neighbour(one, at)) for one in around.required_by],
        paths=[PathRef(**neighbour(one, at)) for one in around.paths],
        links=[_link_to(link, at) for link in links],
        backlinks=[link_from(one, at) for one in around.backlinks],
        source=_source(summary),
        curators=[curator.name for curator in summary.curators],
        provenance=_provenance(summary),
        freshness=_freshness(summary),
        updates=[
            Update(date=update.on, source=update.text, html=html)
            for update, html in zip(summary.updates, made.updates_html, strict=True)
        ],
        words=made.words or 0,
        formulas=made.formulas or 0,
        updated=summary.updated_at,
        modified=summary.saved_at,
        document=document,
        **at.both(addresses.summary_path(summary.slug)),
        **fields,
    )


def _series(summary: Summary, around: Connections, at: Places) -> SeriesPlace | None:
    if summary.series is None or summary.part is None:
        return None
    return SeriesPlace(
        slug=summary.series.slug,
        title=summary.series.title,
        part=summary.part,
        parts=[Part(part=number, **neighbour(one, at)) for number, one in around.parts],
        **at.both(addresses.series_path(summary.series.slug)),
    )


def _link_to(link: OutgoingLink, at: Places) -> LinkTo:
    url = None if link.url is None else at.page(link.url)
    return LinkTo(target=link.target, type=link.type or None, title=link.title, url=url)


def _source(summary: Summary) -> Source | None:
    if not summary.source_name and not summary.source_url:
        return None
    return Source(name=summary.source_name or None, url=summary.source_url or None)


def _provenance(summary: Summary) -> Provenance:
    fields: dict[str, Any] = {"written_by": summary.written_by, "read": summary.read}
    return Provenance(
        model=summary.model or None,
        paper_version=summary.paper_version or None,
        reviewed_by=summary.reviewed_by or None,
        reviewed_on=summary.reviewed_on,
        **fields,
    )


def _freshness(summary: Summary) -> Freshness:
    fields: dict[str, Any] = {"state": summary.freshness}
    return Freshness(reason=summary.freshness_reason or None, by=summary.freshness_by or None, **fields)
