"""The library folder's format: which file holds what, how each is read into records and written from them.

Reading names every complaint with its line; writing is deterministic, and what is written reads back equal.
NOT here: the store (`importing.py`, `exporting.py`), files as such (`folder_files.py`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import BadInput, FieldProblem
from app.interchange.front_matter import (
    Lines,
    check_dates,
    nearest,
    problem,
    read_yaml,
    split_front_matter,
    validated,
)
from app.interchange.yaml_writing import write_list, write_mapping
from app.markup import extract_tldr
from app.summaries.documents import SummaryDocument
from app.summaries.path_records import PathRecord
from app.taxonomy.records import CategoryRecord, SeriesRecord

MANIFEST, CATEGORIES, SERIES, PAPERS = "library.json", "categories.yaml", "series.yaml", "papers.bib"
FOLDERS = {"macros": ".tex", "media": "", "summaries": ".md", "paths": ".md"}
FORMAT, FORMAT_VERSION = "cairn-library", 1


@dataclass(frozen=True, slots=True)
class Located:
    """A record that was read from a YAML list, and the line it begins on; or the complaint in its place."""

    record: CategoryRecord | SeriesRecord | None
    name: str
    line: int
    error: BadInput | None = None


@dataclass(frozen=True, slots=True)
class SummaryFile:
    """A document that was read, with what is needed to say where in its file something is."""

    document: SummaryDocument
    lines: Lines
    body_line: int
    behind: int  # lines of the document's body beyond this one stood
    shift: int  # so many lines further down in the file, because a TLDR was taken out

    def line_of(self, field: str, sentence: str = "") -> int:
        """Return the line of a front matter field, or of the item in it that a sentence quotes."""
        value = getattr(self.document, field, None)
        if isinstance(value, tuple):
            for index, item in enumerate(value):
                if f"“{item}”" in sentence and (field, index) in self.lines:
                    return self.lines[(field, index)]
        return nearest(self.lines, (field,))

    def line_of_body(self, line: int) -> int:
        return self.body_line + line - 1 + (self.shift if line > self.behind else 0)


def manifest() -> str:
    """Return the manifest: the format only, since anything else would differ between equal libraries."""
    return json.dumps({"format": FORMAT, "version": FORMAT_VERSION}) + "\n"


def read_manifest(text: str) -> None:
    """Raise BadInput where this is no manifest, or of a newer format."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise problem("not valid JSON", 1) from error
    if not isinstance(values, dict) or values.get("format") != FORMAT or not isinstance(values.get("version"), int):
        raise problem("not the manifest of a Cairn library", 1)
    if values["version"] > FORMAT_VERSION:
        raise problem(f"this library is of format {values['version']}; this Cairn reads up to {FORMAT_VERSION}", 1)


def read_shelves(text: str, model: type[CategoryRecord] | type[SeriesRecord]) -> list[Located]:
    """Read categories.yaml or series.yaml; raises BadInput only where the whole cannot be read."""
    values, lines = read_yaml(text)
    if values is None:
        return []
    if not isinstance(values, list):
        raise problem("must be a list (each item begins with “- slug:”)", 1)
    found: list[Located] = []
    first: dict[str, int] = {}
    for index, item in enumerate(values):
        line = lines[(index,)]
        name = str(item.get("slug", "")) if isinstance(item, Mapping) else ""
        try:
            if name and name.lower() in first:
                raise problem(f"the slug “{name}” is already used on line {first[name.lower()]}", line)
            found.append(Located(validated(model, item, lines, (index,)), name, line))
            first[name.lower()] = line
        except BadInput as error:
            found.append(Located(None, name, line, error))
    return found


def read_summary(text: str, slug: str, *, publish: bool = False) -> SummaryFile:
    """Read a summary's file; raises BadInput whose problems carry lines.

    Without a `tldr` in the front matter, a first section headed TLDR is taken out of the body.
    """
    front, body, body_line = split_front_matter(text)
    values, lines = read_yaml(front, 2)
    values = _mapping(values)
    updates = values.get("updates")
    dated = [("updates", n, "date") for n in range(len(updates))] if isinstance(updates, list) else []
    check_dates(values, lines, [("published",), ("updated",)], [*dated, ("provenance", "reviewed_on")])
    _refuse_fields(values, lines, ("slug", "body"))
    more: dict[str, Any] = {"slug": slug, "body": body}
    if publish and values.get("status", "draft") == "draft":
        more["status"] = "published"
    if "tldr" not in values:
        extract = extract_tldr(body)
        if extract.tldr is not None:
            more["tldr"], more["body"] = extract.tldr, extract.body
    document = validated(SummaryDocument, values, lines, **more)
    return in_place(document, lines, body, body_line)


def in_place(document: SummaryDocument, lines: Lines, body: str, body_line: int) -> SummaryFile:
    """Find where the lines of the document's body stood in the file's."""
    leading = len(body) - len(body.lstrip("\n"))
    old, new = body.strip("\n").split("\n"), document.body.split("\n")
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    return SummaryFile(document, lines, body_line + leading, same, len(old) - len(new))


def read_path(text: str, slug: str) -> tuple[PathRecord, Lines]:
    """Read a reading path's file; raises BadInput whose problems carry lines."""
    front, body, body_line = split_front_matter(text)
    values, lines = read_yaml(front, 2)
    values = _mapping(values)
    _refuse_fields(values, lines, ("slug",))
    if body.strip():
        raise problem("a reading path has no text of its own; put it into the description", body_line)
    return validated(PathRecord, values, lines, slug=slug), lines


def _mapping(values: Any) -> dict[str, Any]:
    if values is None:
        return {}
    if not isinstance(values, dict):
        raise problem("the front matter must be “key: value” lines", 2)
    return values


def _refuse_fields(values: Mapping[str, Any], lines: Lines, names: Sequence[str]) -> None:
    """Refuse what is given by the file's name or its text, not by its front matter."""
    for name in names:
        if name in values:
            raise problem(f"unknown key “{name}”: it comes from the file itself", nearest(lines, (name,)))


def is_path_text(text: str) -> bool:
    """Say whether a file's front matter is that of a reading path."""
    try:
        values, _ = read_yaml(split_front_matter(text)[0], 2)
    except BadInput:
        return False
    return isinstance(values, dict) and "steps" in values


def format_shelves(records: Sequence[CategoryRecord | SeriesRecord]) -> str:
    return write_list([record.model_dump(exclude_defaults=True) for record in records])


def format_summary(document: SummaryDocument) -> str:
    """Return the text of a summary's file: keys in the contract's order, defaults left out, one line end at the end."""
    values = document.model_dump(exclude_defaults=True, exclude={"slug", "body"})
    if not document.tldr and extract_tldr(document.body).tldr is not None:
        # Say that there is none, or the next reader would take the body's section for it.
        values["tldr"] = ""
        order = list(SummaryDocument.model_fields)
        values = {name: values[name] for name in order if name in values}
    return _with_front_matter(values, document.body)


def format_path(record: PathRecord) -> str:
    return _with_front_matter(record.model_dump(exclude_defaults=True, exclude={"slug"}), "")


def _with_front_matter(values: dict[str, Any], body: str) -> str:
    return f"---\n{write_mapping(values)}---\n" + (f"\n{body}\n" if body else "")


def first_line(error: BadInput) -> tuple[int | None, str]:
    """Return the line and the one sentence that a report's row says about an error; further lines are named in it."""
    problems = [each for each in error.problems if each.line is not None]
    if not problems:
        return None, str(error)
    told = [problems[0].message]
    told += [each.message + _where(each, problems[0]) for each in problems[1:10]]
    return problems[0].line, "; ".join(told)


def _where(each: FieldProblem, first: FieldProblem) -> str:
    return "" if each.line == first.line else f" (line {each.line})"
