"""JSON-LD in the words of schema.org: the papers, the review of them and the way to it, as one graph.

What stands in a page's script element must not end it, so `<`, `>` and `&` are written as escapes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.interchange.highwire import date_of
from app.interchange.ris import address
from app.markup import title_text
from app.papers.records import PaperRecord, PersonName

Node = dict[str, Any]
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class Review:
    """What a graph says of a summary: its page, words and moments (as text); `authors` are the curators' names.

    `license_url` is that of the text, or empty.
    """

    url: str
    title: str
    abstract: str
    authors: Sequence[str]
    publisher: str
    published: str
    modified: str
    language: str
    license_url: str = ""


def json_ld(nodes: Sequence[Node]) -> str:
    """Return the text of a script element of type application/ld+json."""
    document = {"@context": "https://schema.org", "@graph": list(nodes)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def paper_id(doi: str | None, arxiv_id: str | None, page_url: str) -> str:
    """Return what names a paper to everybody: its DOI or arXiv address, else its page here."""
    if doi:
        return f"https://doi.org/{doi}"
    return f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else page_url


def article_node(record: PaperRecord, page_url: str) -> Node:
    """Return a paper as a ScholarlyArticle."""
    own = paper_id(record.doi, record.arxiv_id, page_url)
    same = [address(record), f"https://arxiv.org/abs/{record.arxiv_id}" if record.arxiv_id else "", page_url]
    identifiers = [("DOI", record.doi), ("arXiv", record.arxiv_id)]
    return _known(
        {
            "@type": "ScholarlyArticle",
            "@id": own,
            "headline": title_text(record.title),
            "author": [_person(author) for author in record.authors],
            "datePublished": date_of(record, "-"),
            "isPartOf": _container(record),
            "pagination": record.pages,
            "identifier": [
                {"@type": "PropertyValue", "propertyID": name, "value": value} for name, value in identifiers if value
            ],
            "sameAs": [url for url in dict.fromkeys(same) if url and url != own],
            "abstract": record.abstract,
        }
    )


def review_node(review: Review, about: Sequence[str], cited: Sequence[str]) -> Node:
    """Return a summary: a Review of the papers with these ids, or an Article where it is about none."""
    publisher = {"@type": "Organization", "name": review.publisher}
    authors: list[Node] = [{"@type": "Person", "name": name} for name in review.authors]
    return _known(
        {
            "@type": "Review" if about else "Article",
            "@id": review.url,
            "url": review.url,
            "itemReviewed": [{"@id": one} for one in about],
            "author": authors or [publisher],
            "publisher": publisher,
            "name": review.title,
            "headline": review.title,
            "abstract": review.abstract,
            "datePublished": review.published,
            "dateModified": review.modified,
            "inLanguage": review.language,
            "license": review.license_url,
            "citation": [{"@id": one} for one in cited],
        }
    )


def breadcrumbs_node(way: Sequence[tuple[str, str]]) -> Node:
    """Return the way to a page, (name, URL) from the outside in."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(way, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _person(author: PersonName) -> Node:
    if not author.given:
        return {"@type": "Organization", "name": author.family}
    return {
        "@type": "Person",
        "name": f"{author.given} {author.family}",
        "givenName": author.given,
        "familyName": author.family,
    }


def _container(record: PaperRecord) -> Node | None:
    if not record.venue:
        return None
    numbers = {"volumeNumber": record.volume, "issueNumber": record.issue}
    kind = "Periodical" if record.kind == "article" else "PublicationVolume"
    return _known({"@type": kind, "name": title_text(record.venue), **numbers})


def _known(node: Mapping[str, Any]) -> Node:
    return {name: value for name, value in node.items() if value}
