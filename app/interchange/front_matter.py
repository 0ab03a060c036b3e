"""YAML as the library folder uses it: front matter and lists of records, every value with its line.

Values are texts, lists and groups only: whether `2` is a number or `no` a word is for the record to say, so nothing is
guessed. Aliases, tags, a key given twice and deep nesting are refused. NOT here: writing (`yaml_writing.py`).
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from app.errors import BadInput, FieldProblem
from app.interchange.complaints import Location, field_names, located

MAX_FRONT_MATTER = 6_000_000
MAX_DEPTH = 12
Lines = dict[Location, int]
LineAt = Callable[[Any], int]
Record = TypeVar("Record", bound=BaseModel)

_FENCE = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:[Zz]|[+-]\d\d(?::?\d\d)?))?)?")


class _Loader(yaml.CSafeLoader):
    """Know no kind of plain value but null."""


_Loader.yaml_implicit_resolvers = {}
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""])


def split_front_matter(text: str) -> tuple[str, str, int]:
    """Return the YAML between the fences (from line 2), the body, and the body's first line; raises BadInput."""
    opening = _FENCE.match(text)
    if opening is None:
        raise problem("the front matter is missing: the first line must be ---", 1)
    closing = _CLOSING.search(text, opening.end())
    if closing is None:
        raise problem("the front matter that begins here is never closed by a line ---", 1)
    inside = text[opening.end() : closing.start()]
    return inside, text[closing.end() :], 2 + inside.count("\n") + 1


def read_yaml(text: str, first_line: int = 1) -> tuple[Any, Lines]:
    """Return what a YAML text says and the line of every value by its place; raises BadInput with a line."""
    if len(text) > MAX_FRONT_MATTER:
        raise problem(f"longer than {MAX_FRONT_MATTER:,} characters", first_line)
    odd = _UNPRINTABLE.search(text)
    if odd:
        line = first_line + text.count("\n", 0, odd.start())
        raise problem(f"holds a control character (U+{ord(odd[0]):04X})", line)
    line_at = _line_finder(text, first_line)
    try:
        _check_events(text, line_at)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        at = line_at(error.problem_mark or error.context_mark)
        raise problem(f"not valid YAML: {error.problem}", at) from error
    except yaml.YAMLError as error:
        raise problem("not valid YAML", first_line) from error
    lines: Lines = {(): first_line}
    return (None if node is None else _plain(node, (), lines, line_at)), lines


def _line_finder(text: str, first_line: int) -> LineAt:
    """Return a function from a parser's mark to a line as editors count it (YAML has more kinds of line end)."""
    ends = [index for index, char in enumerate(text) if char == "\n"]
    return lambda mark: first_line + (bisect_left(ends, mark.index) if mark else 0)


def validated(model: type[Record], values: Any, lines: Lines, at: Location = (), **more: Any) -> Record:
    """Make a record of what was read at a place; raises BadInput whose problems carry line and sentence."""
    if not isinstance(values, Mapping):
        raise problem("must be a group of “key: value” lines", nearest(lines, at))
    try:
        return model.model_validate({**values, **more})
    except ValidationError as error:
        problems = [
            FieldProblem(str(where[0]) if where else "", sentence, _line_of(values, lines, at, where, sentence))
            for where, sentence in located(error, field_names(model))
        ]
        raise BadInput("; ".join(each.message for each in problems), problems) from error


def check_dates(values: Any, lines: Lines, moments: Sequence[Location], dates: Sequence[Location]) -> None:
    """Refuse a date that is not written as one, before anything takes `2024` for a number of seconds."""
    wrong = []
    for places, pattern, example in (
        (moments, _MOMENT, "2024-03-05 or 2024-03-05T10:30:00Z"),
        (dates, _DATE, "2024-03-05"),
    ):
        for place in places:
            value = value_at(values, place)
            if value is not None and not (isinstance(value, str) and pattern.fullmatch(value.strip())):
                sentence = f"{' '.join(map(str, place))}: “{str(value)[:40]}” is not a date like {example}"
                wrong.append(FieldProblem(str(place[0]), sentence, nearest(lines, place)))
    if wrong:
        raise BadInput(wrong[0].message, wrong)


def value_at(values: Any, place: Location) -> Any:
    """Return the value at a place, None where there is none."""
    for part in place:
        if isinstance(values, list) and isinstance(part, int):
            values = values[part] if part < len(values) else None
        else:
            values = values.get(part) if isinstance(values, dict) else None
    return values


def nearest(lines: Lines, place: Location) -> int:
    """Return the line of a place, or of the closest thing around it."""
    while place not in lines and place:
        place = place[:-1]
    return lines.get(place, 1)


def problem(sentence: str, line: int) -> BadInput:
    return BadInput(sentence, [FieldProblem("", sentence, line)])


def _line_of(values: Mapping[str, Any], lines: Lines, at: Location, where: Location, sentence: str) -> int:
    if where:
        return nearest(lines, (*at, *where))
    # About several fields together: the line of the first whose name or value the sentence has.
    words = set(re.findall(r"[a-z_]+", sentence))
    named = [lines[(*at, key)] for key, value in values.items() if key in words or str(value) in words]
    return min(named, default=nearest(lines, at))


def _check_events(text: str, line_at: LineAt) -> None:
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = line_at(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise problem("YAML aliases (*name) are not read; write the value out", line)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise problem("only one YAML document is read", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise problem("nested too deeply", line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if getattr(event, "tag", None) not in (None, "!"):
            raise problem("YAML tags (!name) are not read", line)


def _plain(node: Node, place: Location, lines: Lines, line_at: LineAt) -> Any:
    lines.setdefault(place, line_at(node.start_mark))
    if isinstance(node, ScalarNode):
        return None if node.tag.endswith(":null") else node.value
    if isinstance(node, SequenceNode):
        return [_plain(item, (*place, index), lines, line_at) for index, item in enumerate(node.value)]
    if not isinstance(node, MappingNode):
        raise problem("not a value that is read here", line_at(node.start_mark))
    values: dict[str, Any] = {}
    for key, value in node.value:
        line = line_at(key.start_mark)
        if not isinstance(key, ScalarNode):
            raise problem("a key must be one word", line)
        if key.value in values:
            raise problem(f"the key “{key.value[:80]}” is given twice", line)
        lines[(*place, key.value)] = line
        values[key.value] = _plain(value, (*place, key.value), lines, line_at)
    return {key: value for key, value in values.items() if value is not None}
