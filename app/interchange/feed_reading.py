"""Atom and RSS files: entries with their whole text become posts, those with a short one become links.

The XML is checked first (well-formed, no DTD, limits), then read by feedparser, which knows the dialects. NOT here:
writing Atom (`atom.py`), fetching anything.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

import feedparser
from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser
from pydantic import ValidationError

from app.errors import BadInput
from app.interchange.complaints import sentences
from app.interchange.front_matter import problem
from app.interchange.html_to_markdown import html_to_markdown
from app.interchange.post_front import read_moment
from app.markup import extract_tldr
from app.summaries.documents import SummaryDocument
from app.taxonomy.slugs import make_slug

MAX_BYTES = 32_000_000
MAX_ENTRIES = 20_000
MAX_DEPTH = 100
LONG = 1200  # a description of so many characters is a text, not a remark
_ENTRIES = frozenset({"entry", "item"})


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """An entry as a document (its slug may be taken), the line it begins on, its shelves, and what was lost."""

    document: SummaryDocument
    line: int
    categories: tuple[str, ...]
    notes: tuple[str, ...]


class _Lines(ContentHandler):
    """Note the line of every entry, and refuse what is nested too deeply or too much."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []
        self.root = ""
        self._depth = 0
        self._where: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - SAX's name
        self._where = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802, ARG002 - SAX's name
        self._depth += 1
        plain = name.rpartition(":")[2].lower()
        self.root = self.root or plain
        if self._depth > MAX_DEPTH:
            raise problem("nested too deeply", self._line())
        if plain in _ENTRIES and self._depth <= 4:
            self.lines.append(self._line())
            if len(self.lines) > MAX_ENTRIES:
                raise problem(f"more than {MAX_ENTRIES:,} entries", self._line())

    def endElement(self, name: str) -> None:  # noqa: N802, ARG002 - SAX's name
        self._depth -= 1

    def _line(self) -> int:
        return int(self._where.getLineNumber() or 1) if self._where is not None else 1


def read_feed(data: bytes, name: str) -> tuple[list[FeedEntry], list[tuple[int, str, str]]]:
    """Read an Atom or RSS document; return its entries and those refused as (line, title, sentence).

    Raises BadInput where it is neither, is not well-formed, has a DTD, or is beyond the limits.
    """
    lines = _check(data, name)
    # Given as a file: feedparser would take bytes for the name of one. HTML is cleaned by the renderer, not here.
    feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    found: list[FeedEntry] = []
    refused: list[tuple[int, str, str]] = []
    title = _line_of_text(feed.feed.get("title", "")) or name
    for number, entry in enumerate(feed.entries):
        line = lines[number] if number < len(lines) else 1
        shown = _line_of_text(entry.get("title", ""))[:200]
        try:
            found.append(_entry(dict(entry), title, line))  # plain: feedparser's own dictionary guesses for others
        except BadInput as error:
            refused.append((line, shown, str(error)))
        except ValidationError as error:
            refused.append((line, shown, "; ".join(sentence for _, sentence in sentences(error))))
    return found, refused


def _check(data: bytes, name: str) -> list[int]:
    if len(data) > MAX_BYTES:
        raise BadInput(f"{name} is larger than {MAX_BYTES:,} bytes.")
    handler = _Lines()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    try:
        parser.parse(io.BytesIO(data))
    except DefusedXmlException as error:
        raise problem("the XML has a DTD or entities of its own, which are not read", 1) from error
    except SAXParseException as error:
        raise problem(f"not well-formed XML: {error.getMessage()}", error.getLineNumber() or 1) from error
    except (SAXException, ValueError, LookupError) as error:
        raise problem("not XML that can be read", 1) from error
    if handler.root not in ("feed", "rss", "rdf"):
        raise problem(f"neither Atom nor RSS: the document is a “{handler.root[:40]}”", 1)
    return handler.lines


def _entry(entry: Mapping[str, Any], feed: str, line: int) -> FeedEntry:
    notes: list[str] = []
    title = _line_of_text(str(entry.get("title", "")))
    link = _link(entry)
    long, short = _texts(entry)
    body, lost = html_to_markdown(long)
    tldr, more = html_to_markdown(short)
    notes += dict.fromkeys([*lost, *more])
    if not title:
        title = (tldr or body)[:80].split("\n")[0] or link or ""
    values: dict[str, Any] = {"slug": make_slug(title, limit=160) or f"entry-{line}", "title": title[:500]}
    if not body and link is None:
        raise problem("it has neither a text nor a link", line)
    if body:
        if not tldr or tldr[:40] == body[:40]:
            extract = extract_tldr(body)
            tldr, body = (
                (extract.tldr, extract.body) if extract.tldr else ("" if tldr[:40] == body[:40] else tldr, body)
            )
        values |= {"kind": "deep-dive", "body": body, "source": {"name": feed[:500], "url": link or ""}}
    else:
        values |= {"kind": "link", "link": link, "source": {"name": feed[:500]}}
    values["tldr"] = tldr[:20_000]
    values["authors"] = list(_authors(entry))[:100]
    for name, key in (("published", "published"), ("updated", "updated")):
        moment = read_moment(str(entry.get(key, ""))) or _parsed(entry.get(f"{key}_parsed"))
        if moment:
            values[name] = moment
    enclosed = [str(link.get("href", "")) for link in entry.get("links", ()) if link.get("rel") == "enclosure"]
    notes += [f"an enclosure is not kept: {address[:100]}" for address in enclosed[:5]]
    labels = [_line_of_text(str(tag.get("label") or tag.get("term") or ""))[:120] for tag in entry.get("tags", ())]
    categories = tuple(label for label in labels if make_slug(label))[:50]
    return FeedEntry(SummaryDocument.model_validate(values), line, categories, tuple(notes))


def _texts(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return the whole text (HTML) and the short one; either may be empty."""
    whole = ""
    for content in entry.get("content", ()):
        whole = max(whole, _as_html(content), key=len)
    detail = entry.get("summary_detail") or {"value": entry.get("summary", "")}
    short = _as_html(detail)
    if short == whole:
        short = ""
    if not whole and len(short) > LONG:
        whole, short = short, ""
    return whole, short


def _as_html(content: Mapping[str, Any]) -> str:
    value = str(content.get("value", ""))
    if content.get("type") == "text/plain":
        return value.replace("&", "&amp;").replace("<", "&lt;")
    return value


def _link(entry: Mapping[str, Any]) -> str | None:
    """Return the address of the entry's page: http or https only."""
    links = [
        str(link.get("href", "")) for link in entry.get("links", ()) if link.get("rel", "alternate") == "alternate"
    ]
    for address in (*links, str(entry.get("link", "")), str(entry.get("id", ""))):
        if re.match(r"https?://[^\s]{1,1900}\Z", address, re.IGNORECASE):
            return address
    return None


def _authors(entry: Mapping[str, Any]) -> Iterator[str]:
    for author in entry.get("authors", ()):
        name = _line_of_text(str(author.get("name", "")))[:120]
        if name:
            yield name


def _parsed(moment: Any) -> str | None:
    """Return feedparser's reading of a date in whatever way it was written."""
    try:
        return "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}+00:00".format(*moment[:6]) if moment else None
    except (TypeError, ValueError):
        return None


def _line_of_text(text: str) -> str:
    """Return a title as plain text on one line: without tags and what they would hide."""
    return " ".join(re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", text.replace("\0", "")).split())
