"""The form of a paper: its record as fields that a person types, and back; filled from pasted BibTeX on demand.

Authors stand one a line, “Family, Given”; a body such as a collaboration stands in braces, for it has one name only.
NOT here: saving (`papers.py`).
"""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, get_args

from pydantic import Field, ValidationError

from app.desk.forms import DeskForm
from app.errors import BadInput, FieldProblem
from app.interchange.bibtex import parse_bibtex
from app.interchange.complaints import sentences
from app.papers.records import PaperKind, PaperRecord, PersonName

KINDS = tuple((kind, kind.capitalize()) for kind in get_args(PaperKind))
LABELS = {
    "kind": "Kind", "title": "Title", "authors": "Authors", "year": "Year", "month": "Month", "day": "Day",
    "venue": "Venue", "volume": "Volume", "issue": "Issue", "pages": "Pages", "publisher": "Publisher",
    "institution": "Institution", "doi": "DOI", "arxiv_id": "arXiv id", "arxiv_class": "arXiv class",
    "url": "Web address", "code_url": "Code", "abstract": "Abstract", "key": "Key", "bibtex": "BibTeX",
}  # fmt: skip
NUMBERS = ("year", "month", "day")
ABSENT = ("doi", "arxiv_id", *NUMBERS)  # None in a record where the field is empty
_BRACED = re.compile(r"\{(?P<family>.*)\}\s*(?:,\s*(?P<given>.*))?", re.DOTALL)

Typed = Annotated[str, Field(max_length=25_000)]


class PaperForm(DeskForm):
    """What the form sends; nothing of it is refused for what it says. `base` is the digest of the record begun from."""

    kind: Typed = "other"
    title: Typed = ""
    authors: Annotated[str, Field(max_length=2_000_000)] = ""
    year: Typed = ""
    month: Typed = ""
    day: Typed = ""
    venue: Typed = ""
    volume: Typed = ""
    issue: Typed = ""
    pages: Typed = ""
    publisher: Typed = ""
    institution: Typed = ""
    doi: Typed = ""
    arxiv_id: Typed = ""
    arxiv_class: Typed = ""
    url: Typed = ""
    code_url: Typed = ""
    abstract: Typed = ""
    base: Typed = ""
    bibtex: Annotated[str, Field(max_length=200_000)] = ""


def form_of(record: PaperRecord) -> PaperForm:
    """Return the form that a record is edited in."""
    plain = {
        name: spoken(getattr(record, name)) for name in LABELS if name in PaperRecord.model_fields and name != "key"
    }
    return PaperForm(**plain, base=record.digest())


def record_from(
    form: PaperForm, key: str, also: Callable[[PaperRecord], Sequence[FieldProblem]] = lambda _rest: ()
) -> PaperRecord:
    """Return what the form says as a record; raises BadInput naming every field, and line of authors, that is wrong.

    Where one is, `also` is asked what else is: it gets a record of the key and the identifiers that can be read.
    """
    problems: list[FieldProblem] = []
    values: dict[str, Any] = form.model_dump(exclude={"base", "bibtex", "authors"})
    values |= {name: (values[name].strip() or None) for name in ABSENT}
    values["authors"] = _authors(form.authors, problems)
    try:
        record = PaperRecord.model_validate({**values, "key": key})
    except ValidationError as error:
        problems += [FieldProblem(name, sentence) for name, sentence in sentences(error)]
    if problems:
        wrong = {problem.field for problem in problems}
        named = {"key": key, "doi": values["doi"], "arxiv_id": values["arxiv_id"]}
        rest = {"key": "unnamed", "title": "?"} | {name: named[name] for name in named if name not in wrong}
        problems += [problem for problem in also(PaperRecord.model_validate(rest)) if problem.field not in wrong]
        raise BadInput("Some fields need a hand; nothing was saved.", problems)
    return record


def filled(form: PaperForm) -> tuple[PaperForm, list[str]]:
    """Return the form with what the pasted entry says in its fields, and what of the entry is not kept."""
    entries, refused = parse_bibtex(form.bibtex, name="What was pasted")
    if not entries:
        why = f"line {refused[0].line}: {refused[0].sentence}" if refused else "there is no entry in it"
        raise BadInput(f"BibTeX: {why}.", [FieldProblem("bibtex", why)])
    entry = entries[0]
    given = entry.record.model_dump(exclude_defaults=True)
    new = {name: spoken(getattr(entry.record, name)) for name in given if name in PaperForm.model_fields}
    notes = list(entry.notes)
    if len(entries) > 1:
        notes.append(f"there are {len(entries)} entries; the first, “{entry.record.key}”, was taken")
    return form.model_copy(update={**new, "bibtex": ""}), notes


def spoken(value: object) -> str:
    """Return a value of a record as the form shows it."""
    if isinstance(value, tuple):
        return "\n".join(_line_of(name) for name in value)
    return "" if value is None else str(value)


def _line_of(name: PersonName) -> str:
    if not name.given:
        return f"{{{name.family}}}"
    family = f"{{{name.family}}}" if "," in name.family or name.family.startswith("{") else name.family
    return f"{family}, {name.given}"


def _authors(text: str, problems: list[FieldProblem]) -> Sequence[PersonName]:
    found: list[PersonName] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line = line.strip()
        if not line:
            continue
        braced = _BRACED.fullmatch(line)
        family, comma, given = (braced["family"], ",", braced["given"] or "") if braced else line.partition(",")
        if not comma or not family.strip() or (not braced and not given.strip()):
            sentence = "write “Family, Given”, or a body in braces: {OpenAI}"
            problems.append(FieldProblem("authors", sentence, number))
            continue
        try:
            found.append(PersonName(family=family, given=given))
        except ValidationError as error:
            problems += [FieldProblem("authors", sentence, number) for _, sentence in sentences(error)]
    return found
