"""What an import will do with files of other people's programs. NOT here: the library folder (`import_plan.py`)."""

from collections.abc import Callable
from pathlib import Path

from app.errors import BadInput
from app.interchange.bibtex import parse_bibtex
from app.interchange.bibtex_entries import Refusal
from app.interchange.csl_reading import parse_csl_json
from app.interchange.folder_files import MAX_BIBTEX_BYTES
from app.interchange.foreign_records import ParsedEntry
from app.interchange.foreign_text import read_foreign
from app.interchange.import_tasks import Plan, foreign_paper_task
from app.interchange.reports import Row
from app.interchange.ris_reading import parse_ris

Parsed = tuple[list[ParsedEntry], list[Refusal]]
Asides = list[tuple[int, str]]


def _read_bibtex(text: str, name: str, asides: Asides) -> Parsed:
    return parse_bibtex(text, name=name, asides=asides)


def _read_ris(text: str, name: str, asides: Asides) -> Parsed:
    return parse_ris(text, name=name, asides=asides)


def _read_csl(text: str, name: str, asides: Asides) -> Parsed:  # noqa: ARG001 - JSON has nothing beside its items
    return parse_csl_json(text, name=name)


BIBLIOGRAPHIES: dict[str, Callable[[str, str, Asides], Parsed]] = {
    ".bib": _read_bibtex,
    ".bibtex": _read_bibtex,
    ".ris": _read_ris,
    ".json": _read_csl,
}


def plan_bibliography(plan: Plan, path: Path) -> None:
    """Plan the papers of a BibTeX, RIS or CSL-JSON file, each to be joined to what the library knows."""
    file = path.name
    try:
        text, asides = read_foreign(path, MAX_BIBTEX_BYTES)
        parsed, refused = BIBLIOGRAPHIES[path.suffix.lower()](text, file, asides)
    except BadInput as error:
        plan.refuse("file", file, file, error)
        return
    plan.note(file, asides)
    plan.refused += [Row("paper", each.key, "refused", each.sentence, file, each.line) for each in refused]
    plan.stages.append([foreign_paper_task(entry, file) for entry in parsed])
