"""What the cite box offers: the citation of some papers in five forms, from the formats in `app/interchange/`."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.interchange.bibtex import format_bibtex
from app.interchange.citation_text import apa, plain
from app.interchange.csl_json import format_csl_json
from app.interchange.ris import format_ris
from app.papers.models import Paper
from app.papers.queries import record_of


@dataclass(frozen=True, slots=True)
class CiteForm:
    """A citation in one form: its name for people, and the text to take along."""

    name: str
    text: str


def cite_forms(papers: Sequence[Paper]) -> list[CiteForm]:
    """Return these papers' citation in each form, all papers in one text; needs their authors loaded."""
    if not papers:
        return []
    records = [record_of(paper) for paper in papers]
    texts = {
        "BibTeX": format_bibtex(records),
        "RIS": format_ris(records).replace("\r\n", "\n"),  # HTML knows one kind of line end
        "CSL-JSON": format_csl_json(records),
        "APA": "\n".join(apa(record) for record in records),
        "Plain": "\n".join(plain(record) for record in records),
    }
    return [CiteForm(name, text.strip()) for name, text in texts.items()]
