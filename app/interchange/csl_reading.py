"""CSL-JSON, read, in the shapes of Zotero, Mendeley, pandoc and Crossref. NOT here: writing it (`csl_json.py`).

Items are decoded one at a time, so that each has its line and a file that breaks off in the middle gives what stands
before. Schema: CSL 1.0.2 input data.
"""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from pydantic import ValidationError

from app.errors import BadInput
from app.interchange.bibtex_entries import Refusal
from app.interchange.complaints import sentences
from app.interchange.foreign_records import (
    ParsedEntry,
    ascii_key,
    forgiving,
    make_key,
    page_range,
    person,
    read_date,
    settle_identifiers,
    settle_publisher,
)
from app.papers.records import PaperKind, PersonName

MAX_CHARACTERS = 32_000_000
MAX_ITEMS = 200_000
MAX_AUTHORS = 5000
KINDS: dict[str, PaperKind] = {
    "article-journal": "article", "article-magazine": "article", "article-newspaper": "article",
    "journal-article": "article", "paper-conference": "conference", "proceedings-article": "conference",
    "article": "preprint", "manuscript": "preprint", "posted-content": "preprint", "report": "report",
    "thesis": "thesis", "dissertation": "thesis", "book": "book", "monograph": "book",
    "edited-book": "book", "reference-book": "book",
}  # fmt: skip
TEXTS = {
    "title": ("title",),
    "venue": ("container-title",),
    "volume": ("volume",),
    "issue": ("issue",),
    "publisher": ("publisher",),
    "abstract": ("abstract",),
    "doi": ("DOI", "doi"),
    "url": ("URL", "url"),
}
SEARCHED = ("number", "archive_location", "archive-location", "note", "arxivId", "URL")
DATES = ("issued", "published", "published-print", "published-online")  # Crossref's “issued” may hold nothing
READ = {name for names in TEXTS.values() for name in names} | {"id", "citation-key", "type", "author", "page", *DATES}
_MARKUP = re.compile(
    r"</?(?:i|b|sub|sup|sc|em|strong|span|p|title|sec|(?:jats|mml):[a-z-]{1,20})(?:\s[^<>]{0,400})?/?>", re.IGNORECASE
)
_BLOCK = re.compile(r"<[/\s]*(?:jats:)?(?:p|title|sec|list|list-item|disp-formula)\b", re.IGNORECASE)
_HEADING = re.compile(r"<(jats:)?title>\s*(?:abstract|summary)\s*[.:]?\s*</(?:jats:)?title>", re.IGNORECASE)
_NOTED_KEY = re.compile(r"\bcitation key:\s*(\S+)", re.IGNORECASE)  # where Zotero keeps what Better BibTeX gave
_BLANKS = re.compile(r"[ \t\n\r]*")
_HELD = re.compile(r'\{\s*"(?:items|references|bibliography)"\s*:\s*(?=\[)')


def parse_csl_json(text: str, *, name: str) -> tuple[list[ParsedEntry], list[Refusal]]:
    """Read CSL-JSON (an array, one item, or an object that holds the array); return the records and those refused.

    Raises BadInput beyond the limits, and where it is not CSL-JSON at all.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadInput(f"{name} is too large: more than {MAX_CHARACTERS:,} characters.")
    parsed: list[ParsedEntry] = []
    refused: list[Refusal] = []
    line, counted = 1, 0
    for number, (item, at) in enumerate(_items(text.removeprefix("\ufeff"))):
        line, counted = line + text.count("\n", counted, at), at
        if number >= MAX_ITEMS:
            raise BadInput(f"{name} has more than {MAX_ITEMS:,} items.")
        if isinstance(item, str):
            refused.append(Refusal(line, "", item))
            continue
        try:
            parsed.append(_read(item, line))
        except ValidationError as error:
            refused.append(Refusal(line, _text(item.get("id"))[:120], sentences(error)[0][1]))
    if not parsed and not refused:
        raise BadInput(f"{name} holds no CSL-JSON item.")
    return parsed, refused


def _items(text: str) -> Iterator[tuple[Mapping[str, Any] | str, int]]:
    """Give every item, or a sentence in its place, and where it begins."""
    decoder = json.JSONDecoder()
    held = _HELD.match(text, _skip(text, 0))
    at = held.end() if held else _skip(text, 0)
    many = text[at : at + 1] == "["
    at = _skip(text, at + 1) if many else at
    while not many or text[at : at + 1] != "]":
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            yield "not valid JSON; nothing behind this was read", at
            return
        yield (value if isinstance(value, dict) else "not an item: it must be a group in { }"), at
        at = _skip(text, end)
        if not many:
            break
        if text[at : at + 1] == ",":
            at = _skip(text, at + 1)
        elif text[at : at + 1] != "]":
            yield "a comma or ] is missing; nothing behind this was read", min(at, len(text))
            return


def _skip(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _read(item: Mapping[str, Any], line: int) -> ParsedEntry:
    notes: list[str] = []
    values: dict[str, Any] = {"kind": KINDS.get(_text(item.get("type")), "other")}
    for name, keys in TEXTS.items():
        values[name] = next((text for key in keys if (text := _text(item.get(key)))), "")
    for name in ("title", "venue", "publisher", "abstract"):
        values[name] = _plain(values[name])
    values["title"] = _with_subtitle(values["title"], _plain(_text(item.get("subtitle"))))
    values["doi"] = values["doi"] or None
    first, _, last = _text(item.get("page")).replace("–", "-").partition("-")
    values["pages"] = page_range(first, last)
    values["authors"] = tuple(_authors(item.get("author"), notes))
    date = next((date for name in DATES if (date := _date(item.get(name)))), {})
    values |= date
    if item.get("issued") and not date:
        notes.append("issued: not a date that can be read")
    settle_publisher(values)
    elsewhere = [_text(item.get(key))[:2000] for key in SEARCHED]
    settle_identifiers(values, elsewhere, notes)
    noted = _NOTED_KEY.search(_text(item.get("note"))[:2000])
    given = _text(item.get("citation-key")) or (noted[1] if noted else "") or _text(item.get("id"))
    key = "" if given.isdigit() or "/" in given else ascii_key(given)
    values["key"] = key or make_key(values["title"], values["authors"], values.get("year"))
    kept = {"number"} if values.get("arxiv_id") and _text(item.get("number")).lower().startswith("arxiv:") else set()
    lost = sorted(
        str(key)[:40]
        for key, value in item.items()
        if key not in READ | kept | {"subtitle"} and value not in (None, "", [])
    )
    if lost:
        notes.append(f"not kept: {', '.join(lost[:50])}")
    return ParsedEntry(forgiving(values, notes), line, tuple(notes))


def _text(value: Any) -> str:
    """Return a value as text: numbers as they are written, of a list (Crossref) the first."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(str(value)[:200_000].split())


def _plain(text: str) -> str:
    """Return a text without the markup of HTML, JATS and MathML that Crossref and reference managers leave in it."""
    text = _MARKUP.sub(lambda tag: " " if _BLOCK.match(tag[0]) else "", _HEADING.sub(" ", text))
    return " ".join(unescape(text).split())


def _with_subtitle(title: str, subtitle: str) -> str:
    if not title or not subtitle or subtitle.lower() in title.lower():
        return title
    return f"{title} {subtitle}" if title.endswith(("?", "!", ":", ".")) else f"{title}: {subtitle}"


def _authors(value: Any, notes: list[str]) -> Iterator[PersonName]:
    names = value if isinstance(value, list) else []
    if value and not names:
        notes.append("author: not a list of names")
    for number, name in enumerate(names[:MAX_AUTHORS], start=1):
        read = person(name) if isinstance(name, str) else _person(name) if isinstance(name, dict) else None
        if read is None:
            notes.append(f"author {number}: not a name that can be read")
        else:
            yield read


def _person(name: Mapping[str, Any]) -> PersonName | None:
    family, given, literal = (_text(name.get(part)) for part in ("family", "given", "literal"))
    before, dropping, suffix = (
        _text(name.get(part)) for part in ("non-dropping-particle", "dropping-particle", "suffix")
    )
    body = _text(name.get("name"))  # a group at Crossref; its commas divide nothing
    if body and not family and not literal:
        return PersonName(family=body) if len(body) <= 200 and "\0" not in body else None
    if not family:
        return person(f"{literal or given},")
    whole = " ".join(part for part in (before, family, suffix) if part)
    return person(f"{whole.replace(',', '')}, {' '.join(part for part in (given, dropping) if part)}")


def _date(value: Any) -> dict[str, int]:
    """Read a date in any of its shapes; empty where there is none."""
    if not isinstance(value, dict):
        return read_date(_text(value))
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        return read_date("-".join(_text(part) for part in parts[0][:3] if _text(part)))
    return next((date for name in ("raw", "literal", "year") if (date := read_date(_text(value.get(name))))), {})
