"""BibTeX syntax: entries with their fields as TeX, string macros put in, each with its line. Meaning is `bibtex.py`'s.

bibtexparser does the splitting only: its own middlewares lose lines and stop at the first surprise.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import (
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
    Preamble,
    String,
)

from app.errors import BadInput

MAX_CHARACTERS = 32_000_000
MAX_ENTRIES = 100_000
MAX_VALUE = 200_000
MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())

_BEGINNING = re.compile(r"@\s*\w+\s*[{(]")

# It tells standard error of every broken entry in words of its own; ours go into the report.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry that was not read: where it begins, its key where it has one, and why."""

    line: int
    key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry before anyone asks what it means; `fields` holds lower-case names, TeX and line.

    Of a field that is given twice, `fields` has the first and `twice` the name.
    """

    kind: str
    key: str
    line: int
    fields: dict[str, tuple[str, int]]
    twice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aside:
    """Something beside the entries that is not kept."""

    line: int
    sentence: str


class _Broken(Exception):
    """Carry a sentence about one entry."""


def split_entries(text: str, name: str) -> Iterator[RawEntry | Refusal | Aside]:
    """Give every entry of a BibTeX text in order, or why it cannot be read; lines count from 1.

    Raises BadInput where the whole text is beyond the limits.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadInput(f"{name} is too large: more than {MAX_CHARACTERS:,} characters.")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    # Counted before they are read: each takes some kilobytes, broken ones most.
    if any(number >= MAX_ENTRIES for number, _ in enumerate(_BEGINNING.finditer(text))):
        raise BadInput(f"{name} has more than {MAX_ENTRIES:,} entries.")
    library = parse_string(text, parse_stack=[])
    macros = {month: month for month in MONTHS}
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, DuplicateBlockKeyBlock) and isinstance(block.ignore_error_block, Entry):
            key = block.ignore_error_block.key
            yield Refusal(line, key, f"the key “{key}” stands here for the second time; the first entry is kept")
        elif isinstance(block, DuplicateFieldKeyBlock):
            inside = block.ignore_error_block
            yield _entry(inside, line, macros) if isinstance(inside, Entry) else _broken(block, lines, line)
        elif isinstance(block, ParsingFailedBlock):
            if not re.match(r"\s*@(?:string|comment|preamble)\b", lines[line - 1], re.IGNORECASE):
                yield _broken(block, lines, line)
        elif isinstance(block, Preamble):
            yield Aside(line, "a preamble holds TeX for typesetting; it is not kept")
        elif isinstance(block, String):
            try:
                macros[block.key.lower()] = _value(str(block.value), macros)
            except _Broken:
                macros.pop(block.key.lower(), None)  # whoever uses it is told
        elif isinstance(block, Entry):
            yield _entry(block, line, macros)


def _entry(block: Entry, line: int, macros: dict[str, str]) -> RawEntry | Refusal:
    fields: dict[str, tuple[str, int]] = {}
    twice: list[str] = []
    for field in block.fields:
        name = field.key.strip().lower()
        at = (field.start_line or 0) + 1
        try:
            value = _value(str(field.value), macros)
        except _Broken as broken:
            return Refusal(at, block.key, f"{name}: {broken}")
        if name in fields:
            twice.append(name)
        else:
            fields[name] = (value, at)
    return RawEntry(block.entry_type.strip().lower(), block.key.strip(), line, fields, tuple(dict.fromkeys(twice)))


def _broken(block: ParsingFailedBlock, lines: list[str], line: int) -> Refusal:
    return Refusal(line, _key(lines, line), _why(block))


def _value(raw: str, macros: dict[str, str]) -> str:
    """Put a value together: pieces in braces, in quotes, numbers and macros, joined by `#`."""
    out: list[str] = []
    for piece in _pieces(raw.strip()):
        if len(piece) > 1 and (piece[0], piece[-1]) in (("{", "}"), ('"', '"')):
            out.append(piece[1:-1])
        elif piece.isdigit():
            out.append(piece)
        elif piece.lower() in macros:
            out.append(macros[piece.lower()])
        else:
            raise _Broken(_why_no_value(piece))
        if sum(map(len, out)) > MAX_VALUE:
            raise _Broken(f"the value is longer than {MAX_VALUE:,} characters")
    return "".join(out)


def _why_no_value(piece: str) -> str:
    if not piece:
        return "the value is empty"
    if re.fullmatch(r"[^\s{}\"]+", piece):
        return f"the string macro “{piece[:80]}” is not defined"
    return f"“{piece[:40]}” cannot be read; a comma or # may be missing"


def _pieces(raw: str) -> Iterator[str]:
    """Split at `#` outside braces and quotes."""
    level = start = 0
    quoted = False
    for index, char in enumerate(raw):
        if char in "{}" and raw[index - 1 : index] != "\\":
            level += 1 if char == "{" else -1
        elif char == '"' and level == 0:
            quoted = not quoted
        elif char == "#" and level == 0 and not quoted:
            yield raw[start:index].strip()
            start = index + 1
    yield raw[start:].strip()


def _key(lines: list[str], line: int) -> str:
    match = re.match(r"\s*@\w+\s*[{(]\s*([^\s,={}()]{1,120})", "\n".join(lines[line - 1 : line + 1]))
    return match[1] if match else ""


def _why(block: ParsingFailedBlock) -> str:
    reason = str(getattr(block.error, "abort_reason", ""))
    for beginning, sentence in (
        ("Unexpected block start", "it is not closed before the next entry begins; a brace or comma is missing"),
        ("Unexpectedly reached end", "it is not closed before the file ends; a brace is missing"),
        ("Expected comma after entry key", "a comma is missing after the key"),
        ("Expected a `=`", "a field has a name but no value"),
    ):
        if reason.startswith(beginning):
            return sentence
    return "the entry cannot be read; look for a missing brace, quote or comma"
