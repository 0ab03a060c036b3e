"""Atom feeds: of the site, of every list and search, whole texts with their formulas, page by page.

An entry comes to the front when its curator says that it was updated, not for a corrected comma. NOT here: XML
(`app/interchange/atom.py`), the order of a feed (`app/summaries/taking_along.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app import addresses
from app.database import library_state
from app.interchange.atom import MEDIA_TYPE, Category, Entry, Feed, Link, absolute, format_atom, tag_uri
from app.markup import title_text
from app.pagination import Slice
from app.papers.queries import get_author
from app.reader.parameters import ListQuery, NoParameters, SearchQuery
from app.reader.search import find
from app.reader.steps import steps_of_path
from app.reader.taking import base_of, lasting_address
from app.settings import Settings
from app.summaries import taking_along as along
from app.summaries.browsing import get_public_tag
from app.summaries.listing import SummaryFilters
from app.summaries.models import Rendering, Summary
from app.taxonomy.queries import get_category, get_series
from app.web.conditional import answer
from app.web.sessions import Reading

router = APIRouter()
ENTRIES = 20
MOST_FOUND = 5000
LANGUAGE = "en"
Cursor = Annotated[str | None, Field(max_length=400)]


class FeedQuery(NoParameters):
    """Where to go on in a feed: taken from its `next` link, never made."""

    cursor: Cursor = None


class ListFeedQuery(ListQuery):
    page: Literal[1] = 1
    cursor: Cursor = None


class SearchFeedQuery(SearchQuery):
    page: Literal[1] = 1
    cursor: Cursor = None


Followed = Annotated[FeedQuery, Query()]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a feed is of: its title, a sentence, the page it belongs to, and what it holds."""

    title: str
    page: str
    subtitle: str = ""
    filters: SummaryFilters = field(default_factory=SummaryFilters)
    within: Sequence[int] | None = None


@router.get("/feed.atom")
def site(request: Request, session: Reading, asked: Followed) -> Response:
    """Give the feed of the whole library."""
    return _answer(request, session, asked.cursor, Subject("", "/", "What is new in this library of paper summaries."))


@router.get("/summaries.atom")
def summaries(request: Request, session: Reading, asked: Annotated[ListFeedQuery, Query()]) -> Response:
    """Give the feed of the list as it is narrowed; its order is always that of a feed."""
    return _answer(request, session, asked.cursor, Subject("Summaries", "/summaries", filters=asked.filters()))


@router.get("/categories/{slug:stem}.atom")
def category(request: Request, session: Reading, slug: str, asked: Followed) -> Response:
    shelf = get_category(session, slug)
    filters = SummaryFilters(category=(shelf.slug,))
    subject = Subject(shelf.name, addresses.category_path(shelf.slug), shelf.description, filters)
    return _answer(request, session, asked.cursor, subject)


@router.get("/tags/{slug:stem}.atom")
def tag(request: Request, session: Reading, slug: str, asked: Followed) -> Response:
    label = get_public_tag(session, slug)
    subject = Subject(label.name, addresses.tag_path(label.slug), filters=SummaryFilters(tag=(label.slug,)))
    return _answer(request, session, asked.cursor, subject)


@router.get("/authors/{slug:stem}.atom")
def author(request: Request, session: Reading, slug: str, asked: Followed) -> Response:
    """Give the feed of summaries of an author's papers."""
    person = get_author(session, slug)
    filters = SummaryFilters(author=person.slug)
    subject = Subject(person.name, addresses.author_path(person.slug), "Summaries of their papers.", filters)
    return _answer(request, session, asked.cursor, subject)


@router.get("/series/{slug:stem}.atom")
def series(request: Request, session: Reading, slug: str, asked: Followed) -> Response:
    found = get_series(session, slug)
    filters = SummaryFilters(series=found.slug)
    subject = Subject(title_text(found.title), addresses.series_path(found.slug), found.description, filters)
    return _answer(request, session, asked.cursor, subject)


@router.get("/paths/{slug:stem}.atom")
def path(request: Request, session: Reading, slug: str, asked: Followed) -> Response:
    """Give the feed of the steps of a reading path."""
    found = steps_of_path(session, slug)
    ids = [step.summary.id for step in found.steps]
    subject = Subject(title_text(found.title), addresses.reading_path_path(found.slug), found.description, within=ids)
    return _answer(request, session, asked.cursor, subject)


@router.get("/search.atom")
def search(request: Request, session: Reading, asked: Annotated[SearchFeedQuery, Query()]) -> Response:
    """Give the feed of what a search finds: newest first, unlike the page, so that it can be followed."""
    found = find(request, asked, MOST_FOUND)
    title = f"Search: {asked.q.strip() or 'everything'}"
    subject = Subject(title, "/search", " ".join(found.notes), within=found.ids)
    return _answer(request, session, asked.cursor, subject)


def _answer(request: Request, session: Session, cursor: str | None, subject: Subject) -> Response:
    settings: Settings = request.app.state.settings
    found = along.slice_of_feed(session, subject.filters, cursor, ENTRIES, subject.within)
    began = along.library_began(session)
    seen = along.first_seen(session, found.items)
    licence = [Link("license", settings.license_url)] if settings.license_url else []
    entries = [_entry(row, seen[row.id], settings.base, licence) for row in found.items]
    feed = Feed(
        id=tag_uri(settings.base, began.date(), "feed", *_names(request)),
        title=f"{subject.title} · {settings.title}" if subject.title else settings.title,
        subtitle=subject.subtitle,
        updated=max((entry.updated for entry in entries), default=began),
        author=settings.title,
        links=[*_links(request, subject, found), *licence],
        entries=entries,
    )
    headers = {
        # Not the newest entry's moment: a corrected comma and an entry that is gone would go unnoticed.
        "Last-Modified": format_datetime(library_state(session)[1], usegmt=True),
        "Access-Control-Allow-Origin": "*",
    }
    return answer(request, format_atom(feed, LANGUAGE), f"{MEDIA_TYPE}; charset=utf-8", headers=headers)


def _names(request: Request) -> list[str]:
    """Return what tells this feed from the others: its address without the suffix, and what it was asked."""
    names = request.url.path.removesuffix(".atom").removeprefix("/feed").split("/")
    return [*filter(None, names), *(f"{name}={value}" for name, value in sorted(_asked(request)))]


def _asked(request: Request) -> list[tuple[str, str]]:
    ignored = ("cursor", "page", "sort")
    return [(name, value) for name, value in request.query_params.multi_items() if value and name not in ignored]


def _links(request: Request, subject: Subject, found: Slice[Summary]) -> list[Link]:
    base, pairs = base_of(request), _asked(request)

    def url(path: str, **more: str) -> str:
        asked = urlencode([*pairs, *more.items()])
        return base + path + (f"?{asked}" if asked else "")

    own = quote(request.url.path)
    links = [
        Link("self", url(own, **_after(request.query_params.get("cursor"))), MEDIA_TYPE),
        Link("alternate", url(subject.page), "text/html"),
        Link("first", url(own), MEDIA_TYPE),
    ]
    if found.previous_cursor is not None:
        links.append(Link("previous", url(own, **_after(found.previous_cursor)), MEDIA_TYPE))
    if found.next_cursor is not None:
        links.append(Link("next", url(own, **_after(found.next_cursor)), MEDIA_TYPE))
    return links


def _after(cursor: str | None) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}


def _entry(summary: Summary, seen: along.FirstSeen, base: str, licence: Sequence[Link]) -> Entry:
    """Return a whole summary as an entry; its id is made from where and when readers first met it."""
    page = base + addresses.summary_path(summary.slug)
    published = summary.published_at
    assert published is not None, "published things have a date"
    papers = [(title_text(paper.title), lasting_address(paper) or paper.url) for paper in summary.papers]
    links = [Link("alternate", page, "text/html")]
    links += [Link("related", url, title=title) for title, url in papers if url]
    if summary.link:
        links.append(Link("related", summary.link, title=title_text(summary.title)))
    shelves = [Category(row.slug, f"{base}/categories", row.name) for row in summary.categories]
    return Entry(
        id=tag_uri(base, seen.published, "summaries", seen.slug),
        title=title_text(summary.title),
        published=published,
        updated=max(published, summary.updated_at or published),
        authors=[curator.name for curator in summary.curators],
        links=[*links, *licence],
        categories=[*shelves, *(Category(row.slug, f"{base}/tags", row.name) for row in summary.tags)],
        summary=_made(summary).tldr_text,
        html=absolute(_content(summary), base, page),
    )


def _content(summary: Summary) -> str:
    """Return the whole text as one piece of HTML: the TLDR, the body, and the dated notes."""
    made = _made(summary)
    tldr = f"<blockquote>{made.tldr_html}</blockquote>\n" if made.tldr_html else ""
    notes = "".join(
        f"<li><time>{update.on.isoformat()}</time> {html}</li>"
        for update, html in zip(summary.updates, made.updates_html, strict=True)
    )
    return tldr + made.html + (f"\n<ul>{notes}</ul>" if notes else "")


def _made(summary: Summary) -> Rendering:
    assert summary.rendering is not None, "published things are rendered"
    return summary.rendering
