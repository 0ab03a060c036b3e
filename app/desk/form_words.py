"""The fields of a summary's form in words: what people call them, and what is said where one is wrong.

NOT here: the form itself (`summary_form.py`), deciding that something is wrong (the document and the services).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import FieldProblem, with_full_stop
from app.fields import complaint

LABELS = {
    "title": "Title", "slug": "Address", "kind": "Kind", "papers": "Papers", "categories": "Categories",
    "main_shelf": "Main category", "tags": "Tags",
    "tldr": "TLDR", "body": "Text", "authors": "Curators", "series": "Series", "part": "Part",
    "requires": "To be read before it", "macros": "Macro sets", "link": "Link",
    "source_name": "Where it appeared first", "source_url": "Its address there",
    "published": "Published", "updated": "Last changed", "updates": "Updates",
    "written_by": "Written by", "model": "Model", "read": "What was read", "paper_version": "Version of the paper",
    "reviewed_by": "Reviewed by", "reviewed_on": "Reviewed on", "freshness_state": "Standing",
    "freshness_reason": "Why", "freshness_by": "By what", "note": "What changed", "text": "Comment",
    "scheduled": "Moment", "days": "Days", "confirm": "Its name",
}  # fmt: skip
# Where a document keeps what a field of the form says, when the two are not called the same.
PLACES = {
    "source_name": ("source", "name"),
    "source_url": ("source", "url"),
    "freshness_state": ("freshness", "state"),
    "freshness_reason": ("freshness", "reason"),
    "freshness_by": ("freshness", "by"),
    **{name: ("provenance", name) for name in ("written_by", "model", "read", "paper_version", "reviewed_by")},
    "reviewed_on": ("provenance", "reviewed_on"),
}
FIELDS = {".".join(place): name for name, place in PLACES.items()} | {
    "provenance": "read", "source": "source_name",
    "status": "categories",  # the form has no status; a published summary that lacks a category is what is told of it
}  # fmt: skip


def sentences(problems: Sequence[FieldProblem]) -> list[tuple[str, str]]:
    """Return what is wrong as (field of the form, sentence), each once."""
    found: dict[tuple[str, str], None] = {}
    for problem in problems:
        field = field_of(problem.field)
        message = with_full_stop(problem.message[:1].upper() + problem.message[1:])
        where = f", line {problem.line}" if problem.line else ""
        sentence = f"{LABELS[field]}{where}: {message}" if field else message
        found[field, sentence] = None
    return list(found)


def placed(problems: Sequence[FieldProblem]) -> list[tuple[str, str]]:
    """Return what a check misses as (field of the form, what, and its line behind it)."""
    found = []
    for problem in problems:
        field = field_of(problem.field)
        where = f" ({LABELS[field]}, line {problem.line})" if problem.line else ""
        found.append((field, problem.message + where))
    return found


def field_of(name: str) -> str:
    """Return the form's name of a document's field; empty where no field is meant."""
    field = FIELDS.get(name, name.partition(".")[0])
    return FIELDS.get(field, field) if FIELDS.get(field, field) in LABELS else ""


def problem_of(raw: Mapping[str, Any], lines: Sequence[int] = ()) -> FieldProblem:
    """Return what Pydantic says of a document, in words of ours; `lines` are those on which the dated notes begin."""
    place = [part for part in raw["loc"] if isinstance(part, str)]
    name = ".".join(place[:2]) if place and place[0] in ("source", "provenance", "freshness") else "".join(place[:1])
    numbers = [part for part in raw["loc"][1:2] if isinstance(part, int) and name == "updates" and part < len(lines)]
    return FieldProblem(name, _words(raw), lines[numbers[0]] if numbers else None)


def _words(raw: Mapping[str, Any]) -> str:
    limit = raw.get("ctx", {}).get("max_length")
    match raw["type"]:
        case "string_too_long":
            return f"At most {limit:,} characters"
        case "too_long":
            return f"At most {limit:,} of them"
        case "string_too_short":
            return "This cannot be empty"
        case "literal_error":
            return "Choose one of the list"
        case "less_than_equal" | "greater_than_equal":
            return "Write a number from 1 to 1,000"
    return complaint(raw)
