"""unAPI (version 1): which formats a paper can be had in, and the paper in one of them.

An identifier is a paper's citation key. NOT here: the formats themselves (`bibtex.py`, `ris.py`, `csl_json.py`).
"""

from collections.abc import Callable, Iterable

from app.interchange import csl_json, ris
from app.interchange.bibtex import format_bibtex
from app.interchange.xml_writing import document, element
from app.papers.records import PaperRecord

MEDIA_TYPE = "application/xml; charset=utf-8"
FORMATS: dict[str, tuple[str, str, Callable[[Iterable[PaperRecord]], str]]] = {
    "bibtex": ("application/x-bibtex", "http://www.bibtex.org/Format/", format_bibtex),
    "ris": (ris.MEDIA_TYPE, "https://en.wikipedia.org/wiki/RIS_(file_format)", ris.format_ris),
    "csl": (csl_json.MEDIA_TYPE, "https://citeproc-js.readthedocs.io/en/latest/csl-json/", csl_json.format_csl_json),
}


def formats(identifier: str = "") -> bytes:
    """Return the list of formats, of one object where an identifier is given."""
    lines = (
        element("format", attributes={"name": name, "type": media_type, "docs": docs})
        for name, (media_type, docs, _) in FORMATS.items()
    )
    return document(element("formats", *lines, attributes={"id": identifier} if identifier else {}))
