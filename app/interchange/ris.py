"""RIS, written: one record a paper, as reference managers read it. NOT here: reading it.

Tags and types: RIS format specification (Research Information Systems, 2001), with the conference type that Zotero,
EndNote and Mendeley read today. Lines end in CRLF; `TY` comes first, `ER` last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.papers.records import PaperRecord

MEDIA_TYPE = "application/x-research-info-systems"
TYPES = {
    "article": "JOUR",
    "conference": "CONF",
    "preprint": "UNPB",
    "report": "RPRT",
    "thesis": "THES",
    "book": "BOOK",
    "other": "GEN",
}


Keywords = Mapping[str, Sequence[str]]


def format_ris(records: Iterable[PaperRecord], keywords: Keywords | None = None) -> str:
    """Return these papers as RIS; `keywords` are by the papers' keys."""
    found = keywords or {}
    return "".join(
        "".join(f"{tag}  - {value}\r\n" for tag, value in _lines(record, found.get(record.key, ()))) + "\r\n"
        for record in records
    )


def _lines(record: PaperRecord, keywords: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "TY", TYPES[record.kind]
    yield "ID", record.key
    for author in record.authors:
        yield "AU", f"{author.family}, {author.given}" if author.given else author.family
    yield "TI", record.title
    if record.venue:
        yield "T2", record.venue
    if record.year:
        yield "PY", str(record.year)
        month, day = (f"{part:02d}" if part else "" for part in (record.month, record.day))
        yield "DA", f"{record.year}/{month}/{day}/"
    for tag, value in (
        ("AB", record.abstract),
        ("DO", record.doi or ""),
        ("AN", f"arXiv:{record.arxiv_id}" if record.arxiv_id else ""),
        ("UR", address(record)),
        *(("KW", keyword) for keyword in keywords),
        ("VL", record.volume),
        ("IS", record.issue),
        *zip(("SP", "EP"), first_and_last(record.pages), strict=True),
        ("PB", record.publisher or record.institution),
    ):
        if value:
            yield tag, value
    yield "ER", ""


def first_and_last(pages: str) -> tuple[str, str]:
    """Return the first and the last page of a range; one that is no range is a first page."""
    first, _, last = pages.replace("--", "-").replace("–", "-").partition("-")
    return first.strip(), last.strip()


def address(record: PaperRecord) -> str:
    """Return where the paper itself is: its own address, else by DOI, else on arXiv; empty where none is known."""
    if record.url:
        return record.url
    if record.doi:
        return f"https://doi.org/{record.doi}"
    return f"https://arxiv.org/abs/{record.arxiv_id}" if record.arxiv_id else ""
