"""The form of a summary: its fields as they are typed, and the way from them to a SummaryDocument and back.

Every field is text here, so that whatever was typed can be shown again. NOT here: rules about values (they are the
document's and the services'), what is said of them (`form_words.py`), pages (`editing.py`).
"""

import csv
import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic import Field, ValidationError

from app.desk.form_words import PLACES, problem_of
from app.desk.forms import DeskForm
from app.errors import BadInput, FieldProblem
from app.summaries.documents import MAX_BODY, SummaryDocument

ACTIONS = ("save", "preview", "submit", "publish")
UPDATE = re.compile(r"(\d{4}-\d{2}-\d{2}):[ \t]*(.*)")
YEARS = (1900, 2200)

LINES = ("papers", "tags", "authors", "requires", "macros")
AREAS = ("tldr", "body", "updates", "freshness_reason")
PLAIN = ("title", "kind", "tldr", "body")


class SummaryForm(DeskForm):
    """What the form sends, in the words of the front matter; nothing of it is refused for what it says."""

    title: str = ""
    slug: str = ""
    kind: str = "paper-summary"
    papers: str = ""
    categories: list[str] = Field(default_factory=list)
    main_shelf: str = ""
    tags: str = ""
    tldr: str = ""
    body: str = ""
    authors: str = ""
    series: str = ""
    part: str = ""
    requires: str = ""
    macros: str = ""
    link: str = ""
    source_name: str = ""
    source_url: str = ""
    published: str = ""
    updated: str = ""
    updates: str = ""
    written_by: str = "human"
    model: str = ""
    read: str = ""
    paper_version: str = ""
    reviewed_by: str = ""
    reviewed_on: str = ""
    freshness_state: str = "current"
    freshness_reason: str = ""
    freshness_by: str = ""
    note: str = ""
    base_revision: str = ""
    submission: str = ""
    action: str = Field("save", alias="_action")

    @property
    def base(self) -> int:
        """The revision that was begun from; 0 for a new summary."""
        text = self.base_revision.strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Everything that was typed, as the form sends it, but the button."""
        pairs: list[tuple[str, str]] = []
        for name, value in self.model_dump(exclude={"action"}).items():
            pairs.extend((name, each) for each in (value if isinstance(value, list) else [value]))
        return pairs


def one_time_value() -> str:
    """Return what tells one form from another, so that one that is sent twice is saved once."""
    return secrets.token_urlsafe(16)


def form_of(document: SummaryDocument, revision: int) -> SummaryForm:
    """Return the form that a document is typed into, begun from this revision."""
    values: dict[str, Any] = {name: getattr(document, name) for name in PLAIN}
    values |= {name: join_names(getattr(document, name)) for name in LINES}
    for name, (part, inner) in PLACES.items():
        values[name] = str(getattr(getattr(document, part), inner) or "")
    return SummaryForm(
        **values,
        slug=document.slug,
        categories=list(document.categories),
        main_shelf=next(iter(document.categories), ""),
        series=document.series or "",
        part=str(document.part or ""),
        link=document.link or "",
        published=_moment_text(document.published),
        updated=_moment_text(document.updated),
        updates="\n".join(f"{update.date}: {update.text}" for update in document.updates),
        base_revision=str(revision),
        submission=one_time_value(),
    )


def form_of_draft(kept: Mapping[str, Any]) -> SummaryForm:
    """Return the form that an autosaved draft was typed into; what is no field of it, or no text, is passed over."""
    values: dict[str, Any] = {}
    for name in SummaryForm.model_fields:
        value = kept.get(name)
        if name == "categories":
            items = value if isinstance(value, list) else [value]
            values[name] = [item for item in items if isinstance(item, str) and item]
        elif isinstance(value, str):
            values[name] = value
    return SummaryForm(**values)


def document_from(
    form: SummaryForm,
    *,
    slug: str,
    status: str,
    also: Callable[[SummaryDocument], list[FieldProblem]] = lambda _rest: [],
) -> SummaryDocument:
    """Return what the form says as a document; raises BadInput that names every field which is wrong.

    Where one is, `also` is asked what else is: it gets a document of those fields only that can be read.
    """
    problems: list[FieldProblem] = []
    lines: list[int] = []
    if not slug and form.title.strip():
        problems.append(FieldProblem("slug", "The title makes no address; write one, like on-attention"))
    form = form.model_copy(update={name: _one_kind_of_line_end(getattr(form, name)) for name in AREAS})
    values: dict[str, Any] = {"slug": slug or "untitled", "status": status, "categories": _in_order(form)}
    values |= {name: getattr(form, name) for name in PLAIN}
    values |= {name: split_names(getattr(form, name)) for name in LINES}
    values |= {"series": form.series.strip() or None, "link": form.link.strip() or None}
    for part in ("source", "provenance", "freshness"):
        inside = [(inner, getattr(form, name)) for name, (own, inner) in PLACES.items() if own == part]
        values[part] = {inner: value for inner, value in inside if value}
    values["part"] = _read(problems, "part", form.part, _number)
    values["published"] = _read(problems, "published", form.published, _moment)
    values["updated"] = _read(problems, "updated", form.updated, _moment)
    values["provenance"]["reviewed_on"] = _read(problems, "reviewed_on", form.reviewed_on, _day)
    values["updates"] = _updates(problems, form.updates, lines)
    wrong = {problem.field for problem in problems}
    try:
        document = SummaryDocument.model_validate(values)
    except ValidationError as error:
        found = [(str(raw["loc"][0]), problem_of(raw, lines)) for raw in error.errors()]
        problems += _first_of_each(problem for name, problem in found if name not in wrong)
        wrong |= {name for name, _ in found}
    if problems:
        rest = SummaryDocument.model_construct(**{"slug": ""} | {name: values[name] for name in values.keys() - wrong})
        problems += [problem for problem in also(rest) if problem.field not in wrong]
        raise BadInput("Some fields need a hand; nothing was saved.", problems)
    return document


def _first_of_each(problems: Iterable[FieldProblem]) -> list[FieldProblem]:
    """Return the first of each field and line: of a value that may be of two kinds, Pydantic says why it is neither."""
    found: dict[tuple[str, int | None], FieldProblem] = {}
    for problem in problems:
        found.setdefault((problem.field, problem.line), problem)
    return list(found.values())


def _in_order(form: SummaryForm) -> tuple[str, ...]:
    """Return the chosen categories, the main one first; choosing it as such alone puts nothing on it."""
    return tuple(sorted(form.categories, key=lambda slug: slug != form.main_shelf))


def _one_kind_of_line_end(text: str) -> str:
    """Return the text as it is kept: forms send their lines with two characters at the end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def same_text(one: SummaryForm, other: SummaryForm) -> bool:
    """Say whether two forms would save the same: what a form says of itself does not count."""
    own = {"slug", "note", "base_revision", "submission", "action"}
    return _plain_ends(one.model_dump(exclude=own)) == _plain_ends(other.model_dump(exclude=own))


def _plain_ends(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _one_kind_of_line_end(value).strip() if isinstance(value, str) else value
        for name, value in values.items()
    }


def too_large(form: SummaryForm) -> bool:
    """Say whether the text is more than a summary may hold."""
    return len(form.body) > MAX_BODY


def split_names(line: str) -> tuple[str, ...]:
    """Return the names in a line of them, separated by commas; one that has a comma of its own stands in quotes."""
    try:
        rows = list(csv.reader(line.splitlines(), skipinitialspace=True, strict=True))
    except csv.Error:
        rows = [part.split(",") for part in line.splitlines()]
    return tuple(name for row in rows for each in row if (name := " ".join(each.split())))


def join_names(names: Sequence[str]) -> str:
    """Return names as such a line."""
    quoted = ('"' + name.replace('"', '""') + '"' if "," in name or name.startswith('"') else name for name in names)
    return ", ".join(quoted)


def _read(problems: list[FieldProblem], field: str, text: str, read: Any) -> Any:
    text = text.strip()
    if not text:
        return None
    try:
        return read(text)
    except ValueError as error:
        problems.append(FieldProblem(field, str(error)))
        return None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise ValueError("Write a whole number")
    return int(text)


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError("Write the date as year-month-day, like 2024-03-05") from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise ValueError("This year is not one of ours")
    return day


def _moment(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(re.sub(r"\s*UTC$", "+00:00", text))
    except ValueError:
        raise ValueError("Write the date as 2024-03-05, or with a time in UTC as 2024-03-05 14:03") from None
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise ValueError("This year is not one of ours")
    return moment


def _moment_text(moment: dt.datetime | None) -> str:
    if moment is None:
        return ""
    moment = moment.astimezone(dt.UTC)
    if not (moment.hour or moment.minute or moment.second):
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M}" + (f":{moment:%S}" if moment.second else "")


def _updates(problems: list[FieldProblem], text: str, lines: list[int] | None = None) -> list[dict[str, Any]]:
    """Return the dated notes, one a line; a line that begins with no date goes on with the one before.

    `lines` gets the line on which each of them begins.
    """
    found: list[dict[str, Any]] = []
    for number, line in enumerate(_one_kind_of_line_end(text).split("\n"), 1):
        match = UPDATE.match(line)
        if match is None:
            if found:
                found[-1]["text"] += "\n" + line
            elif line.strip():
                problems.append(FieldProblem("updates", "Begin each update with its date: 2024-03-05: text", number))
            continue
        try:
            found.append({"date": _day(match[1]), "text": match[2]})
            if lines is not None:
                lines.append(number)
        except ValueError as error:
            problems.append(FieldProblem("updates", str(error), number))
    return [{**each, "text": each["text"].strip()} for each in found]


def texts_of_updates(text: str) -> list[str]:
    """Return the texts of the dated notes, for a preview: wrong lines are left to saving."""
    return [each["text"] for each in _updates([], text)]
