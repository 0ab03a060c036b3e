"""Habits of foreign BibTeX: what Zotero, Mendeley, Google Scholar, DBLP and biblatex write where we would not look.

Everything of an entry that is not kept is told with its line. NOT here: the library folder's strict reading.
"""

from collections.abc import Sequence
from typing import Any

from app.interchange.bibtex_entries import RawEntry
from app.interchange.foreign_records import ParsedEntry, ascii_key, forgiving, make_key, settle_identifiers
from app.interchange.tex_text import decode, decode_verbatim

# Looked through for identifiers; told as not kept all the same, since there may be more in them.
SEARCHED = ("arxivid", "note", "howpublished", "annote", "number", "eid")
USED_WHOLE = frozenset({"arxivid", "subtitle", "eid"})
BOOKS = frozenset({"collection", "mvbook", "proceedings", "mvcollection", "mvproceedings"})


def forgive(raw: RawEntry, values: dict[str, Any], notes: list[str], unkept: Sequence[str]) -> ParsedEntry:
    """Make a record of a foreign entry; `unkept` names the fields that have no place in one.

    Raises pydantic's ValidationError where no paper is left (no title).
    """
    subtitle = _text(raw, "subtitle")
    if subtitle and values.get("title"):
        values["title"] = f"{values['title']}: {subtitle}"
    if not values.get("pages") and _text(raw, "eid"):
        values["pages"] = _text(raw, "eid")
    if raw.kind in BOOKS:
        values["kind"] = "book"
    kept_kind = values["kind"] if _text(raw, "entrysubtype").lower() == "other" else None
    elsewhere = [decode_verbatim(raw.fields[name][0]) for name in SEARCHED if name in raw.fields]
    bare = _text(raw, "arxivid")
    settle_identifiers(values, [f"arXiv:{bare}" if bare else "", *elsewhere], notes)
    values["kind"] = kept_kind or values["kind"]
    _settle_key(raw, values, notes)
    told = [f"{name} (line {raw.fields[name][1]})" for name in unkept if name not in USED_WHOLE]
    if told:
        notes.append(f"not kept: {', '.join(told)}")
    return ParsedEntry(forgiving(values, notes), raw.line, tuple(notes))


def _settle_key(raw: RawEntry, values: dict[str, Any], notes: list[str]) -> None:
    key = ascii_key(raw.key) or make_key(values.get("title", ""), values.get("authors", ()), values.get("year"))
    if key != raw.key:
        notes.append(f"the key “{raw.key[:120]}” became “{key}”" if raw.key else f"it has no key; it became “{key}”")
    values["key"] = key


def _text(raw: RawEntry, name: str) -> str:
    return " ".join(decode(raw.fields[name][0]).split()) if name in raw.fields else ""
