"""A dated reading list in Markdown: lines, tables or sections with a date, a link and a note, as papers and links.

Forms: `- 2017-08-09 [Title](https://...) note`, `| 2017-08-09 | [Title](https://...) | note |`, and items below a
heading that is a date. NOT here: posts (`posts.py`), the store (`feed_tasks.py`).
"""

import datetime as dt
import re
from dataclasses import dataclass

from pydantic import ValidationError

from app.interchange.complaints import sentences
from app.interchange.foreign_records import find_arxiv_id, find_doi, make_key, read_date
from app.papers.records import PaperRecord
from app.summaries.documents import SummaryDocument
from app.taxonomy.slugs import make_slug

MAX_ITEMS = 20_000
MOST_NOTES = 10_001  # more than half the items there can be: no list any more
LONGEST_LINE = 5_000
FEWEST = 2
_ITEM = re.compile(r"\s{0,12}(?:[-*+]|\d{1,4}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)")
_ROW = re.compile(r"\s*\|(.*)\|\s*")
_RULE = re.compile(r"[\s|:-]+")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*")
_LINK = re.compile(
    r"\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])+)\]\(\s*<?(https?://[^\s<>()]+(?:\([^\s()]*\)[^\s<>()]*)?)>?[^()\n]{0,300}?\)"
)
_BARE = re.compile(r"<?(https?://[^\s<>()\[\]|]{4,1900})>?")
_DAY = re.compile(r"[*_(\[]*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[*_)\]:,.]*")
_WORDED = re.compile(
    r"(?:\d{1,2}\.? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: \d{1,2},?)? \d{4}"
    r"|\d{4}(?:-\d\d)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """A line of a list: the link as a document, the paper it leads to where it has an identifier, and the line."""

    document: SummaryDocument
    line: int
    record: PaperRecord | None
    identifier: tuple[str, str] | None


def is_reading_list(text: str) -> bool:
    """Say whether a text is a list of dated links: no front matter, nearly all items are links, and a date is there."""
    if text.startswith(("---\n", "+++\n", "{")):
        return False
    items, notes = read_list(text)
    return len(items) >= FEWEST and any(item.document.published for item in items) and len(items) >= 2 * len(notes)


def read_list(text: str) -> tuple[list[ReadingItem], list[tuple[int, str]]]:
    """Return the items of a reading list, and (line, sentence) about every line that is none."""
    items: list[ReadingItem] = []
    notes: list[tuple[int, str]] = []
    day: dt.date | None = None
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if len(notes) >= MOST_NOTES:
            break
        stripped = line.strip()
        heading = _HEADING.fullmatch(stripped) if len(stripped) < 300 else None
        if heading:
            found = _heading_day(heading[2])
            day = found if found or len(heading[1]) < 2 else day
            continue
        if not stripped or _RULE.fullmatch(stripped) or _is_table_head(lines, number):
            continue
        item = _ITEM.fullmatch(line) or _ROW.fullmatch(line)
        if len(line) > LONGEST_LINE or item is None or len(items) >= MAX_ITEMS:
            notes.append((number, f"not an item with a link; not kept: “{stripped[:60]}”"))
            continue
        try:
            made = _item(item[1], day, number)
        except ValidationError as error:
            notes.append((number, sentences(error)[0][1]))
            continue
        if made is None:
            notes.append((number, f"no link in it; not kept: “{stripped[:60]}”"))
        else:
            items.append(made)
    return items, notes


def _is_table_head(lines: list[str], number: int) -> bool:
    following = lines[number].strip() if number < len(lines) else ""
    return "|" in lines[number - 1] and "-" in following and "|" in following and bool(_RULE.fullmatch(following))


def _heading_day(text: str) -> dt.date | None:
    whole = _DAY.fullmatch(text.strip())
    if whole or _WORDED.fullmatch(text.strip()):
        found = read_date(text)
        return dt.date(found["year"], found.get("month", 1), found.get("day", 1)) if found else None
    return None


def _item(text: str, day: dt.date | None, line: int) -> ReadingItem | None:
    link = _LINK.search(text)
    bare = None if link else _BARE.search(text)
    if link:
        title, address, rest = link[1], link[2], text[: link.start()] + " | " + text[link.end() :]
    elif bare:
        address, rest = bare[1].rstrip(".,;"), text[: bare.start()] + " | " + text[bare.end() :]
        title = ""
    else:
        return None
    dated = _DAY.search(rest)
    if dated:
        try:
            day = dt.date(int(dated[1]), int(dated[2]), int(dated[3]))
            rest = rest[: dated.start()] + " | " + rest[dated.end() :]
        except ValueError:
            pass
    parts = [part.strip(" \t:;,–—-") for part in re.split(r"(?<!\\)\|", rest)]
    note = " ".join(part for part in parts if part)
    title = " ".join(title.replace("\\", "").split()) or note[:200] or address
    arxiv, doi = find_arxiv_id(address), find_doi(address)
    identifier = ("arxiv", arxiv) if arxiv else ("doi", doi) if doi else None
    document = SummaryDocument(
        slug=make_slug(title, limit=150) or f"item-{line}",
        title=title[:500],
        kind="link",
        link=address,
        tldr=note if note != title else "",
        published=dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) if day else None,
    )
    return ReadingItem(document, line, _record(title, arxiv, doi), identifier)


def _record(title: str, arxiv: str | None, doi: str | None) -> PaperRecord | None:
    """Make what is known of the paper: its title as the list has it, and from an arXiv id the month it is from."""
    if not arxiv and not doi:
        return None
    date: dict[str, int] = {}
    if arxiv and (month := re.match(r"(\d\d)(0[1-9]|1[0-2])\.", arxiv)):
        date = {"year": 2000 + int(month[1]), "month": int(month[2])}
    return PaperRecord.model_validate(
        {"key": make_key(title, (), date.get("year")), "title": title, "arxiv_id": arxiv, "doi": doi, **date}
        | {"kind": "preprint" if arxiv else "other"}
    )
