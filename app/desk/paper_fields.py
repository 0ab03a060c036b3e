"""The fields of a paper as they are typed, and the record that they are.

Authors stand one a line, “Family, Given”; a line without a comma, or in braces, is a body. NOT here: pages.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, ValidationError

from app.desk.forms import DeskForm, Line
from app.errors import BadInput, FieldProblem
from app.interchange.complaints import located, spoken
from app.papers.records import PaperRecord, PersonName

KINDS = (
    ("article", "Journal article"), ("conference", "Conference paper"), ("preprint", "Preprint"), ("report", "Report"),
    ("thesis", "Thesis"), ("book", "Book"), ("other", "Something else"),
)  # fmt: skip
LABELS = {
    "key": "Key", "kind": "Kind", "title": "Title", "authors": "Authors", "year": "Year", "month": "Month",
    "day": "Day", "venue": "Journal, conference or book", "volume": "Volume", "issue": "Issue", "pages": "Pages",
    "publisher": "Publisher", "institution": "Institution", "doi": "DOI", "arxiv_id": "arXiv id",
    "arxiv_class": "arXiv class", "url": "Address", "code_url": "Address of its code", "abstract": "Abstract",
}  # fmt: skip
NUMBERS = ("year", "month", "day")
Lines = Annotated[str, Field(max_length=1_000_000)]


class PaperForm(DeskForm):
    """Every field as text, so that whatever was typed can be shown again."""

    key: Line = ""
    kind: Line = "other"
    title: Line = ""
    authors: Lines = ""
    year: Line = ""
    month: Line = ""
    day: Line = ""
    venue: Line = ""
    volume: Line = ""
    issue: Line = ""
    pages: Line = ""
    publisher: Line = ""
    institution: Line = ""
    doi: Line = ""
    arxiv_id: Line = ""
    arxiv_class: Line = ""
    url: Line = ""
    code_url: Line = ""
    abstract: Lines = ""


def fields_of(record: PaperRecord) -> dict[str, str]:
    """Return the fields that show this record."""
    plain = {name: getattr(record, name) for name in PaperForm.model_fields if name != "authors"}
    shown = {name: "" if value is None else str(value) for name, value in plain.items()}
    return shown | {"authors": "\n".join(_line(name) for name in record.authors)}


def record_of_fields(form: PaperForm) -> PaperRecord:
    """Return the record that was typed; raises BadInput naming every field that is wrong."""
    values: dict[str, object] = {name: getattr(form, name) for name in PaperForm.model_fields}
    values |= {name: values[name] or None for name in (*NUMBERS, "doi", "arxiv_id")}
    values["authors"] = [{"family": family, "given": given} for family, given in _names(form.authors)]
    try:
        return PaperRecord.model_validate(values)
    except ValidationError as error:
        problems = [_problem(where, sentence) for where, sentence in located(error)]
        raise BadInput(" ".join(problem.message for problem in problems), problems) from None


def _problem(where: tuple[str | int, ...], sentence: str) -> FieldProblem:
    name = str(where[0]) if where else "day"
    said = sentence.removeprefix(f"{spoken(where)}: ").removeprefix(f"{spoken(where)} ")
    at = f", line {where[1] + 1}" if len(where) > 1 and isinstance(where[1], int) else ""
    return FieldProblem(name, f"{LABELS.get(name, name)}{at}: {said}.")


def _names(text: str) -> Iterator[tuple[str, str]]:
    for line in text.replace("\r", "\n").split("\n"):
        name = " ".join(line.split())
        if name.startswith("{") and name.endswith("}"):
            yield name[1:-1].strip(), ""
        elif name:
            family, _, given = name.partition(",")
            yield family.strip(), given.strip()


def _line(name: PersonName) -> str:
    if name.given:
        return f"{name.family}, {name.given}"
    return f"{{{name.family}}}" if "," in name.family or name.family.startswith("{") else name.family
