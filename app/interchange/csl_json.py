"""CSL-JSON, written: what citation processors (citeproc, pandoc, Zotero) take. Schema: CSL 1.0.2 input data."""

import json
from collections.abc import Iterable
from typing import Any

from app.interchange.ris import address
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


def format_csl_json(records: Iterable[PaperRecord]) -> str:
    """Return these papers as a CSL-JSON array."""
    return json.dumps([csl_item(record) for record in records], ensure_ascii=False, indent=2) + "\n"


def csl_item(record: PaperRecord) -> dict[str, Any]:
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
        ("page", record.pages.replace("--", "-")),
        ("publisher", publisher),
        ("DOI", record.doi or ""),
        ("URL", address(record)),
        ("abstract", record.abstract),
    ):
        if value:
            item[name] = value
    return item
