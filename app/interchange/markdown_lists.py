"""Markdown for machines: lists of summaries and papers, and a paper's record, as text that reads well by itself.

NOT here: a summary as Markdown, which is its file in the library folder (`library_folder.py`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.papers.records import PaperRecord

_SPECIAL = re.compile(r"([\\`*_\[\]<>$~^|#&@])")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """One item: its title, where it is, a few facts, and a text below it; `inner` are (title, URL) under it."""

    title: str
    url: str
    facts: str = ""
    text: str = ""
    inner: Sequence[tuple[str, str]] = ()


def markdown_list(title: str, lead: str, lines: Iterable[Line], *, numbered: bool = False) -> str:
    """Return a page of Markdown: a heading, a sentence if there is one, and the items."""
    items = [_item(line, f"{number}." if numbered else "-") for number, line in enumerate(lines, start=1)]
    parts = [f"# {plain(title)}", plain(lead), "\n".join(items) or "Nothing yet."]
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown_paper(record: PaperRecord, url: str, summaries: Sequence[tuple[str, str]]) -> str:
    """Return a paper's record, and (title, URL) of the summaries about it, as Markdown."""
    numbers = record.volume + (f"({record.issue})" if record.issue else "")
    facts = [
        ("Authors", ", ".join(f"{author.given} {author.family}".strip() for author in record.authors)),
        ("Appeared in", ", ".join(filter(None, (record.venue, numbers, record.pages)))),
        ("Published by", record.publisher or record.institution),
        ("Date", "-".join(f"{part:02d}" for part in (record.year, record.month, record.day) if part)),
    ]
    addresses = [
        ("DOI", record.doi, f"https://doi.org/{record.doi}"),
        ("arXiv", record.arxiv_id, f"https://arxiv.org/abs/{record.arxiv_id}"),
        ("Address", record.url, record.url),
        ("Code", record.code_url, record.code_url),
        ("Here", record.key, url),
    ]
    lines = [f"- {name}: {plain(value)}" for name, value in facts if value]
    lines += [f"- {name}: {link(value, where)}" for name, value, where in addresses if value]
    parts = [f"# {plain(record.title)}", "\n".join(lines)]
    if record.abstract:
        parts += ["## Abstract", plain(record.abstract)]
    if summaries:
        parts += ["## Summaries", "\n".join(f"- {link(title, where)}" for title, where in summaries)]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Return a text on one line in which no character means anything to Markdown."""
    escaped = _SPECIAL.sub(r"\\\1", _SPACE.sub(" ", text).strip())
    return re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", re.sub(r"^([-+=])", r"\\\1", escaped))


def link(title: str, url: str) -> str:
    return f"[{plain(title)}](<{re.sub(r'[<>]', lambda match: f'%{ord(match[0]):02X}', url)}>)"


def _item(line: Line, mark: str) -> str:
    indent = " " * (len(mark) + 1)
    written = [f"{mark} {link(line.title, line.url)}" + (f" ({plain(line.facts)})" if line.facts else "")]
    if line.text:
        written.append(f"{indent}{plain(line.text)}")
    written += [f"{indent}- {link(title, url)}" for title, url in line.inner]
    return "\n".join(written)
