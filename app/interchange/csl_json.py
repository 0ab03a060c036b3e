"""CSL-JSON, written: what citation processors (citeproc, pandoc, Zotero) take. Schema: CSL 1.0.2 input data."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from app.interchange.ris import Keywords, address
from app.papers.records import PaperRecord

MEDIA_TYPE = "application/vnd.citationstyles.csl+json"
TYPES = {
    "article": "article-journal",
    "conference": "paper-conference",
    "preprint": "article",
    "report": "report",
    "thesis": "thesis",
    "book": "book",
    "other": "document",
}


def format_csl_json(records: Iterable[PaperRecord], keywords: Keywords | None = None) -> str:
    """Return these papers as a CSL-JSON array; `keywords` are by the papers' keys."""
    found = keywords or {}
    items = [csl_item(record, found.get(record.key, ())) for record in records]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def csl_item(record: PaperRecord, keywords: Sequence[str] = ()) -> dict[str, Any]:
    """Return one paper as a CSL item; what is not known is left out."""
    item: dict[str, Any] = {"id": record.key, "type": TYPES[record.kind], "title": record.title}
    if record.authors:
        item["author"] = [
            {"family": author.family, "given": author.given} if author.given else {"literal": author.family}
            for author in record.authors
        ]
    if record.year:
        parts = [part for part in (record.year, record.month, record.day) if part]
        item["issued"] = {"date-parts": [parts]}
    publisher = record.publisher or record.institution
    if record.kind == "preprint" and record.arxiv_id:
        publisher = publisher or "arXiv"
        item["number"] = f"arXiv:{record.arxiv_id}"
    for name, value in (
        ("container-title", record.venue),
        ("volume", record.volume),
        ("issue", record.issue),
        ("page", record.pages.replace("--", "-").replace("–", "-")),
        ("publisher", publisher),
        ("DOI", record.doi or ""),
        ("URL", address(record)),
        ("abstract", record.abstract),
        ("keyword", ", ".join(keywords)),
    ):
        if value:
            item[name] = value
    return item
