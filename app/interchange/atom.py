"""Atom (RFC 4287) with paged feeds (RFC 5005), built as a tree, so that what comes out is well-formed whatever goes in.

Ids are `tag:` URIs (RFC 4151). NOT here: which summaries a feed has, or when one counts as new.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

MEDIA_TYPE = "application/atom+xml"
# XML 1.0 has no way to write these, not even as a reference.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A tag as our sanitiser writes it: attributes in double quotes, and no bare < anywhere else.
_TAG = re.compile(r'<[a-zA-Z][^\s>]*(?:\s+[^\s=>"]+(?:="[^"]*")?)*\s*/?>')
_ADDRESS = re.compile(r'(\s(?:href|src)=")([^"]*)(")')


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a feed or entry; `type` and `title` may be empty."""

    rel: str
    href: str
    type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """What an entry stands under: the slug, the vocabulary (a URL), the name for people."""

    term: str
    scheme: str
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A summary as feed readers get it: `summary` is text, `html` its whole content with absolute addresses."""

    id: str
    title: str
    published: dt.datetime
    updated: dt.datetime
    authors: Sequence[str]
    links: Sequence[Link]
    categories: Sequence[Category]
    summary: str
    html: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and one page of its entries; `author` is whose entries they are where an entry names nobody."""

    id: str
    title: str
    subtitle: str
    updated: dt.datetime
    author: str
    links: Sequence[Link]
    entries: Sequence[Entry]


def format_atom(feed: Feed, language: str) -> bytes:
    """Return the feed as an XML document in UTF-8."""
    root = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", moment(feed.updated))
    _text(SubElement(root, "author"), "name", feed.author)
    _text(root, "generator", "Cairn")
    for link in feed.links:
        _link(root, link)
    for entry in feed.entries:
        _entry(SubElement(root, "entry"), entry)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def tag_uri(base: str, day: dt.date, *names: str) -> str:
    """Return the permanent name of something: the host that gave it, a day on which it did, and the names."""
    host = (urlsplit(base).hostname or "localhost").strip("[]").replace(":", ".")
    return f"tag:{host},{day.isoformat()}:{'/'.join(quote(name, safe='') for name in names)}"


def moment(at: dt.datetime) -> str:
    """Return a moment as RFC 3339 has it, in UTC and whole seconds."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def absolute(html: str, base: str, page_url: str) -> str:
    """Return sanitised HTML with the addresses in its tags made absolute; `#note` becomes a place on the page."""

    def complete(match: re.Match[str]) -> str:
        address = match[2]
        if address.startswith("/") and not address.startswith("//"):
            address = base + address
        elif address.startswith("#"):
            address = page_url + address
        return match[1] + address + match[3]

    return _TAG.sub(lambda tag: _ADDRESS.sub(complete, tag[0]), html)


def _entry(element: Element, entry: Entry) -> None:
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "published", moment(entry.published))
    _text(element, "updated", moment(entry.updated))
    for name in entry.authors:
        _text(SubElement(element, "author"), "name", name)
    for link in entry.links:
        _link(element, link)
    for category in entry.categories:
        values = {"term": category.term, "scheme": category.scheme, "label": category.label}
        SubElement(element, "category", {name: _writable(value) for name, value in values.items()})
    _text(element, "summary", entry.summary)
    _text(element, "content", entry.html, type="html")


def _link(parent: Element, link: Link) -> None:
    values = {"rel": link.rel, "type": link.type, "href": link.href, "title": link.title}
    SubElement(parent, "link", {name: _writable(value) for name, value in values.items() if value})


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    if text:
        SubElement(parent, name, attributes).text = _writable(text)


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("", text)
