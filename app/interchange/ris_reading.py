"""RIS, read: the dialects of Zotero, EndNote, Mendeley and publishers' sites. NOT here: writing it (`ris.py`).

A line is a tag, blanks, a hyphen and a value; what has no tag continues the value before it. A record begins with TY;
ER may be missing. Tags: RIS format specification (Research Information Systems, 2001) and what programs made of it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
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
MAX_RECORDS = 200_000
MAX_VALUE = 200_000
MOST_ASIDES = 1000
MOST_AUTHORS = 5000
KINDS: dict[str, PaperKind] = {
    "JOUR": "article", "JFULL": "article", "EJOUR": "article", "MGZN": "article", "NEWS": "article", "ABST": "article",
    "INPR": "article", "CONF": "conference", "CPAPER": "conference", "UNPB": "preprint", "MANSCPT": "preprint",
    "RPRT": "report", "THES": "thesis", "BOOK": "book", "EBOOK": "book", "EDBOOK": "book",
}  # fmt: skip
# Which tags say what; of several that are there the first counts.
MEANING = {
    "title": ("TI", "T1", "CT", "BT"),
    "venue": ("T2", "JF", "JO", "BT", "C3", "JA", "J2", "J1"),
    "volume": ("VL",),
    "issue": ("IS", "CP"),
    "publisher": ("PB",),
    "abstract": ("AB", "N2"),
    "doi": ("DO", "DI"),
    "url": ("UR", "LK"),
}
DATES = ("PY", "Y1", "DA")
SEARCHED = ("AN", "N1", "M1", "M3", "C1", "C2", "C7", "L1", "L2", "UR", "AB")
READ = {tag for tags in MEANING.values() for tag in tags} | {"TY", "ER", "ID", "AU", "A1", "SP", "EP", *DATES}
_LINE = re.compile(r"([A-Z][A-Z0-9]) {0,3}-(?:[ \t](.*))?")


@dataclass(slots=True)
class _Raw:
    line: int
    tags: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))

    def first(self, *names: str) -> str:
        return next((value for name in names for value, _ in self.tags.get(name, ()) if value), "")


def parse_ris(
    text: str, *, name: str, asides: list[tuple[int, str]] | None = None
) -> tuple[list[ParsedEntry], list[Refusal]]:
    """Read RIS; return the records in their order and those refused, each with line, key and sentence.

    `asides` collects (line, sentence) about what is beside the records. Raises BadInput beyond the limits, and where
    there is no record at all.
    """
    asides = [] if asides is None else asides
    if len(text) > MAX_CHARACTERS:
        raise BadInput(f"{name} is too large: more than {MAX_CHARACTERS:,} characters.")
    parsed: list[ParsedEntry] = []
    refused: list[Refusal] = []
    for number, raw in enumerate(_split(text, asides)):
        if number >= MAX_RECORDS:
            raise BadInput(f"{name} has more than {MAX_RECORDS:,} records.")
        try:
            parsed.append(_read(raw))
        except ValidationError as error:
            refused.append(Refusal(raw.line, raw.first("ID")[:120], sentences(error)[0][1]))
    if not parsed and not refused:
        raise BadInput(f"{name} holds no RIS record: none of its lines begins with “TY  - ”.")
    return parsed, refused


def _split(text: str, asides: list[tuple[int, str]]) -> Iterator[_Raw]:
    raw: _Raw | None = None
    last: tuple[list[tuple[str, int]], list[str], int] | None = None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")

    def settle() -> None:
        if last is not None:
            last[0].append((" ".join(" ".join(last[1]).split())[:MAX_VALUE], last[2]))

    for number, line in enumerate(text.split("\n"), start=1):
        match = _LINE.fullmatch(line.strip(" \t\ufeff"))
        if match is None:
            if last is not None:
                last[1].append(line)
            elif line.strip() and len(asides) < MOST_ASIDES:
                asides.append((number, f"not part of any record: “{line.strip()[:60]}”"))
            continue
        settle()
        last = None
        tag, value = match[1], match[2] or ""
        if tag == "TY":
            if raw is not None:
                asides.append((raw.line, "the record is not closed by ER; it was read up to the next one"))
                yield raw
            raw = _Raw(number)
        if raw is None:
            asides += [] if len(asides) >= MOST_ASIDES else [(number, f"not part of any record: “{line.strip()[:60]}”")]
        elif tag == "ER":
            yield raw
            raw = None
        else:
            last = (raw.tags[tag], [value], number)
    settle()
    if raw is not None:
        asides.append((raw.line, "the record is not closed by ER; it was read up to the end of the file"))
        yield raw


def _read(raw: _Raw) -> ParsedEntry:
    notes: list[str] = []
    values: dict[str, Any] = {"kind": KINDS.get(raw.first("TY").upper(), "other")}
    used: dict[str, str] = {}
    for name, tags in MEANING.items():
        values[name] = raw.first(*tags)
        used[name] = next((tag for tag in tags if raw.first(tag)), "")
    if used["venue"] == used["title"]:
        values["venue"] = ""
    values["doi"] = values["doi"] or None
    values["url"] = values["url"].split(";")[0].strip() if values["url"].count("://") > 1 else values["url"]
    values["pages"] = page_range(raw.first("SP"), raw.first("EP"))
    values["authors"] = tuple(islice(_authors(raw), MOST_AUTHORS + 1))  # one too many is told
    _read_date(raw, values, notes)
    settle_publisher(values)
    archive = raw.first("AN")
    elsewhere = [value[:2000] for tag in SEARCHED for value, _ in raw.tags.get(tag, ())]
    settle_identifiers(values, elsewhere, notes)
    key = raw.first("ID")
    key = "" if key.isdigit() else ascii_key(key)
    values["key"] = key or make_key(values["title"], values["authors"], values.get("year"))
    kept = {"AN"} if archive.lower().startswith("arxiv:") else set()
    lost = [f"{tag} (line {found[0][1]})" for tag, found in raw.tags.items() if tag not in READ | kept and found]
    lost += [f"{tag} (line {line})" for tag in ("UR", "LK") for _, line in raw.tags.get(tag, ())[1:]]
    if lost:
        notes.append(f"not kept: {', '.join(lost[:50])}")
    return ParsedEntry(forgiving(values, notes), raw.line, tuple(notes))


def _authors(raw: _Raw) -> Iterator[PersonName]:
    """Give the authors in the order of their lines, however the program calls them."""
    found = sorted((line, value) for tag in ("AU", "A1") for value, line in raw.tags.get(tag, ()))
    for _, value in found:
        for name in value.split(";"):
            if (read := person(name)) is not None:
                yield read


def _read_date(raw: _Raw, values: dict[str, Any], notes: list[str]) -> None:
    """Take the fullest of the dates that agree with the year."""
    dates = []
    for tag in DATES:
        for value, line in raw.tags.get(tag, ()):
            date = read_date(value)
            dates += [date] if date else []
            if value and not date:
                notes.append(f"{tag} (line {line}): “{value[:40]}” is not a date")
    agreeing = [date for date in dates if date["year"] == dates[0]["year"]]
    fullest: dict[str, int] = max(agreeing, key=len, default={})
    values.update(fullest)
