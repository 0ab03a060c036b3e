"""BibTeX in and out: what the fields of an entry mean for a paper's record, and a record as an entry.

`parse_bibtex(format_bibtex(records))` gives the records back (pages with one kind of dash), and what it gives is
written to the same bytes again. Strict reading is for the library folder, where a field that would be lost is refused;
foreign files are read leniently and every loss is noted. NOT here: syntax (`bibtex_entries.py`), what other programs
put where (`bibtex_habits.py`), cross-references (`bibtex_inheritance.py`).
"""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from app.interchange.bibtex_entries import MONTHS, Aside, RawEntry, Refusal, split_entries
from app.interchange.bibtex_habits import forgive
from app.interchange.bibtex_inheritance import inherit
from app.interchange.bibtex_names import read_names, write_names
from app.interchange.complaints import sentences
from app.interchange.foreign_records import ParsedEntry
from app.interchange.tex_text import decode, decode_verbatim, encode, encode_title, encode_verbatim
from app.papers.records import PaperKind, PaperRecord, normal_arxiv_id

KINDS: dict[str, PaperKind] = {
    "article": "article", "inproceedings": "conference", "conference": "conference", "techreport": "report",
    "report": "report", "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis", "book": "book",
}  # fmt: skip
TYPES = {"article": "article", "conference": "inproceedings", "report": "techreport", "thesis": "phdthesis"}
TYPES |= {"book": "book", "preprint": "misc", "other": "misc"}
# Which fields say what; of several that are there the first counts.
MEANING = {
    "title": ("title",),
    "venue": ("journal", "journaltitle", "booktitle"),
    "volume": ("volume",),
    "issue": ("number", "issue"),
    "pages": ("pages",),
    "publisher": ("publisher",),
    "institution": ("institution", "school", "organization"),
    "abstract": ("abstract",),
    "arxiv_class": ("primaryclass", "eprintclass"),
}
VERBATIM = {"doi": ("doi",), "url": ("url",), "code_url": ("code",)}
READ = {name for names in (*MEANING.values(), *VERBATIM.values()) for name in names}
READ |= {"author", "year", "month", "day", "date", "eprint", "archiveprefix", "eprinttype", "howpublished"}
READ |= {"entrysubtype"}
# Known, and not kept: Cairn has no place for them. Any other field is refused in a library folder.
IGNORED = frozenset(
    "address annote bibsource biburl copyright edition editor file isbn issn keywords langid language location note "
    "numpages owner series shorttitle timestamp type urldate".split()
)
_DASH = re.compile(r"[-–—\s]*(?:--|[–—])[-–—\s]*")
__all__ = ["ParsedEntry", "Refusal", "format_bibtex", "format_entry", "parse_bibtex"]


def parse_bibtex(
    text: str, *, name: str, strict: bool = False, asides: list[tuple[int, str]] | None = None
) -> tuple[list[ParsedEntry], list[Refusal]]:
    """Read BibTeX; return the entries in their order and those refused, each with line, key and sentence.

    `name` is how a file that is beyond the limits is called in the BadInput raised. With `strict`, a field that Cairn
    does not know or a value that it cannot keep refuses the entry; without, it becomes a note, and cross-references
    are followed. `asides` collects (line, sentence) about what is beside the entries and not kept.
    """
    asides = [] if asides is None else asides
    entries: list[RawEntry | Refusal] = []
    for found in split_entries(text, name):
        if isinstance(found, Aside):
            asides.append((found.line, found.sentence))
        else:
            entries.append(found)
    if not strict:
        entries, notes = inherit(entries)
        asides += notes
    parsed: list[ParsedEntry] = []
    refused: list[Refusal] = []
    seen: set[str] = set()
    for raw in entries:
        if isinstance(raw, Refusal):
            refused.append(raw)
            continue
        outcome = _read_entry(raw, strict)
        if isinstance(outcome, ParsedEntry) and outcome.record.key in seen:
            key = outcome.record.key
            outcome = Refusal(raw.line, key, f"the key “{key}” stands here for the second time; the first is kept")
        if isinstance(outcome, Refusal):
            refused.append(outcome)
        else:
            seen.add(outcome.record.key)
            parsed.append(outcome)
    return parsed, refused


def _read_entry(raw: RawEntry, strict: bool) -> ParsedEntry | Refusal:
    lost: list[str] = []
    notes: list[str] = []
    if strict and raw.twice:
        return Refusal(raw.line, raw.key, f"a field is given twice: {', '.join(sorted(raw.twice))}")
    notes += [f"{field}: given twice; the first is kept" for field in raw.twice]
    try:
        values = _values(raw, lost, notes)
        if not strict:
            return forgive(raw, values, notes + lost, [field for field in raw.fields if field not in READ])
        unknown = [field for field in raw.fields if field not in READ and field not in IGNORED]
        if unknown:
            line = raw.fields[unknown[0]][1]
            return Refusal(line, raw.key, "unknown field " + ", ".join(f"“{field}”" for field in unknown))
        if lost:
            return Refusal(raw.line, raw.key, "; ".join(lost))
        record = PaperRecord.model_validate(values)
    except ValidationError as error:
        field, sentence = sentences(error)[0]
        return Refusal(_line(raw, field), raw.key, sentence)
    return ParsedEntry(record, raw.line, tuple(notes))


def _values(raw: RawEntry, lost: list[str], notes: list[str]) -> dict[str, Any]:
    """Turn the fields of an entry into those of a record; values that cannot be kept are told in `lost`."""
    values: dict[str, Any] = {"key": raw.key, "kind": KINDS.get(raw.kind, "other")}
    for name, fields in MEANING.items():
        values[name] = decode(_first(raw, fields))
    for name, fields in VERBATIM.items():
        values[name] = decode_verbatim(_first(raw, fields))
    values["doi"] = values["doi"] or None
    values["pages"] = _normal_pages(values["pages"])
    values["authors"], others = read_names(_first(raw, ("author",)))
    if others:
        notes.append("the author list is not complete (“and others”)")
    _read_date(raw, values, lost)
    _read_eprint(raw, values, lost)
    howpublished = decode(_first(raw, ("howpublished",))).strip().lower()
    subtype = _first(raw, ("entrysubtype",)).strip().lower()
    if raw.kind in ("misc", "unpublished", "online") and subtype != "other":
        values["kind"] = "preprint" if values.get("arxiv_id") or howpublished == "preprint" else "other"
    return {name: value for name, value in values.items() if value != ""}


def _read_date(raw: RawEntry, values: dict[str, Any], lost: list[str]) -> None:
    """Read year, month and day, or biblatex's date."""
    texts = {name: decode(_first(raw, (name,))).strip() for name in ("year", "month", "day")}
    date = re.match(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?", _first(raw, ("date",)))
    if date and not texts["year"]:
        texts = {"year": date[1], "month": date[2] or "", "day": date[3] or ""}
    named = re.search(r"[A-Za-z]{3}", texts["month"])
    if named and named[0].lower() in MONTHS:
        day = re.search(r"\b\d{1,2}\b", texts["month"])
        texts["day"] = texts["day"] or (day[0] if day else "")
        texts["month"] = str(MONTHS.index(named[0].lower()) + 1)
    for name, text in texts.items():
        if text.isdecimal() and len(text) <= 4:
            values[name] = int(text)
        elif text:
            lost.append(f"{name}: “{text[:40]}” is not a number")


def _read_eprint(raw: RawEntry, values: dict[str, Any], lost: list[str]) -> None:
    eprint = decode_verbatim(_first(raw, ("eprint",)))
    archive = _first(raw, ("archiveprefix", "eprinttype")).strip()
    if not eprint:
        return
    if archive and archive.lower() != "arxiv":
        lost.append(f"eprint: only arXiv is kept, not “{archive[:40]}”")
        return
    try:
        values["arxiv_id"] = normal_arxiv_id(eprint)
    except ValueError as error:
        lost.append(f"eprint: {error}")


def _first(raw: RawEntry, names: Iterable[str]) -> str:
    return next((raw.fields[name][0] for name in names if raw.fields.get(name, ("", 0))[0].strip()), "")


def _line(raw: RawEntry, field: str) -> int:
    names = {**MEANING, **VERBATIM, "authors": ("author",), "arxiv_id": ("eprint",)}.get(field, (field,))
    return next((raw.fields[name][1] for name in names if name in raw.fields), raw.line)


def _normal_pages(text: str) -> str:
    """Return page numbers with the dash that belongs between them."""
    text = _DASH.sub("–", text.strip()) if len(text) < 200 else text
    return text.replace("-", "–") if re.fullmatch(r"\d+-\d+", text) else text


def format_bibtex(records: Iterable[PaperRecord]) -> str:
    """Return the records as BibTeX, sorted by key; equal records give equal text."""
    return "\n".join(format_entry(record) for record in sorted(records, key=lambda record: record.key))


def format_entry(record: PaperRecord) -> str:
    """Return one record as a BibTeX entry with its line end."""
    lines = [f"  {name} = {value},\n" for name, value in _fields(record) if value]
    return f"@{TYPES[record.kind]}{{{record.key},\n{''.join(lines)}}}\n"


def _fields(record: PaperRecord) -> Iterable[tuple[str, str]]:
    def text(value: str) -> str:
        return f"{{{encode(value)}}}" if value else ""

    def exact(value: str | None) -> str:
        return f"{{{encode_verbatim(value)}}}" if value else ""

    kind = record.kind
    yield "title", f"{{{encode_title(record.title)}}}"
    yield "author", f"{{{write_names(record.authors)}}}" if record.authors else ""
    yield "year", f"{{{record.year}}}" if record.year else ""
    yield "month", MONTHS[record.month - 1] if record.month else ""
    yield "day", f"{{{record.day}}}" if record.day else ""
    if kind in ("article", "preprint"):
        yield "journal", text(record.venue)
    else:
        yield "booktitle", f"{{{encode_title(record.venue)}}}" if record.venue else ""  # pandoc lowers its capitals too
    yield "volume", text(record.volume)
    yield "number", text(record.issue)
    yield "pages", f"{{{encode(_normal_pages(record.pages)).replace('–', '--')}}}" if record.pages else ""
    yield "publisher", text(record.publisher)
    yield ("school" if kind == "thesis" else "institution"), text(record.institution)
    yield "howpublished", "{Preprint}" if kind == "preprint" and not record.arxiv_id else ""
    yield "doi", exact(record.doi)
    yield "eprint", exact(record.arxiv_id)
    yield "archivePrefix", "{arXiv}" if record.arxiv_id else ""
    yield "primaryClass", text(record.arxiv_class)
    yield "eprinttype", "{arxiv}" if record.arxiv_id else ""
    yield "entrysubtype", "{other}" if kind == "other" and record.arxiv_id else ""
    yield "url", exact(record.url)
    yield "code", exact(record.code_url)
    yield "abstract", text(record.abstract)
