"""YAML as the library folder writes it: one way for every value, lines that diff well, read back as it was.

A writer of our own, since a library's choices of quotes and folds change with its version and the same library must
give the same bytes. NOT here: reading (`front_matter.py`).
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

import yaml

WIDTH = 100
Value = str | int | dt.date | Mapping[str, "Value"] | Sequence["Value"]

_PLAIN = re.compile(r"[^\W_](?:.*[^\s:])?")
_NOT_PLAIN = re.compile(r": |\s#")
# What YAML takes for a line end or refuses as it is; a line feed is dealt with apart.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_ESCAPED = re.compile(f'[\\\\"\n]|{_CONTROL.pattern}')
_NUMBER = re.compile(r"\d[\d_.]*(?:[eE][+-]?\d+)?|0[xob][\da-fA-F_]+")
_WORDS = frozenset("y n yes no on off true false null nan inf".split())
_UNFOLDABLE = re.compile(r"^ | $|  |\A\s|\s\Z|\A\Z", re.MULTILINE)
_FLOW_BREAKERS = frozenset(",[]{}?:#&*!|>'\"%@`")


def write_mapping(values: Mapping[str, Value], indent: int = 0) -> str:
    """Return a mapping as block YAML, each line ended; lists of short words stand on one line."""
    return "".join(_entry(key, value, indent) for key, value in values.items())


def write_list(items: Sequence[Mapping[str, Value]], indent: int = 0) -> str:
    """Return a list of mappings as block YAML."""
    out = []
    for item in items:
        text = write_mapping(item, indent + 2)
        out.append(f"{' ' * indent}- {text[indent + 2 :]}")
    return "".join(out)


def _entry(key: str, value: Value, indent: int) -> str:
    pad = " " * indent
    if isinstance(value, str):
        return f"{pad}{key}: {_text(value, indent + 2, len(key) + indent + 2)}\n"
    if isinstance(value, int):
        return f"{pad}{key}: {value}\n"
    if isinstance(value, dt.date):
        return f"{pad}{key}: {_date(value)}\n"
    if isinstance(value, Mapping):
        return f"{pad}{key}:\n{write_mapping(value, indent + 2)}" if value else f"{pad}{key}: {{}}\n"
    if value and all(isinstance(item, Mapping) for item in value):
        return f"{pad}{key}:\n" + write_list([item for item in value if isinstance(item, Mapping)], indent + 2)
    items = [_scalar(str(item)) for item in value]
    line = f"{pad}{key}: [{', '.join(items)}]\n"
    if len(line) <= WIDTH + 20 and not any(_breaks_flow(item) for item in items):
        return line
    return f"{pad}{key}:\n" + "".join(f"{pad}  - {item}\n" for item in items)


def _date(value: dt.date) -> str:
    """Return a date, or a moment in UTC; midnight is left out."""
    if not isinstance(value, dt.datetime):
        return value.isoformat()
    moment = value.astimezone(dt.UTC)
    if moment.time() == dt.time():
        return moment.date().isoformat()
    return moment.isoformat().replace("+00:00", "Z")


def _text(value: str, indent: int, used: int) -> str:
    """Return a text on its line where it is short, folded below where it is prose, else literal or quoted."""
    if "\n" not in value and used + len(value) <= WIDTH:
        return _scalar(value)
    pad = " " * indent
    if not _CONTROL.search(value) and not _UNFOLDABLE.search(value):
        lines = []
        for number, paragraph in enumerate(value.split("\n")):
            lines += [""] if number else []
            lines += [pad + line for line in _wrapped(paragraph, WIDTH - indent)] if paragraph else []
        return ">-\n" + "\n".join(lines)
    if "\n" in value and value == value.strip() and not _CONTROL.search(value.replace("\t", "")):
        return "|-\n" + "\n".join(pad + line if line else "" for line in value.split("\n"))
    return _scalar(value)


def _wrapped(paragraph: str, width: int) -> list[str]:
    lines = [""]
    for word in paragraph.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def _scalar(value: str) -> str:
    plain = _PLAIN.fullmatch(value) and not _NOT_PLAIN.search(value) and not _CONTROL.search(value)
    if plain and not _means_something_else(value):
        return value
    return '"' + _ESCAPED.sub(lambda match: _escape(match[0]), value) + '"'


def _escape(char: str) -> str:
    if char in SHORT_ESCAPES:
        return SHORT_ESCAPES[char]
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"


SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _means_something_else(value: str) -> bool:
    """Say whether any YAML reader would take these letters for a number, a date, a truth value or nothing."""
    if _NUMBER.fullmatch(value) or value.lower() in _WORDS:
        return True
    return any(pattern.match(value) for _, pattern in yaml.SafeLoader.yaml_implicit_resolvers.get(value[0], []))


def _breaks_flow(item: str) -> bool:
    return not item.startswith('"') and any(char in _FLOW_BREAKERS for char in item)
