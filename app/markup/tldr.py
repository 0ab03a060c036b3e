"""The TLDR taken out of a body: a first section headed TLDR, or a first paragraph that begins with it in bold.

Not here: rendering either of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.token import Token

from app.markup.parser import MAX_BYTES, MAX_LINES, clean_source, markdown

_HEADED = re.compile(
    r"(?:(?:\d+|[ivx]+)(?:\.\d+)*[.):]?\s+)?[*_]{0,3}TL\s*;?\s*DR[*_]{0,3}\s*[:.;—–-]?\s*[*_]{0,3}\s*", re.IGNORECASE
)
_RUN_IN = re.compile(
    r"\s*(?:(?:\d+|[ivx]+)(?:\.\d+)*[.):]?\s+)?([*_]{2,3})\s*TL\s*;?\s*DR\s*([:.;—–-]?)\s*\1\s*([:.;—–-]?)\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Extract:
    """A TLDR's Markdown, or None, and the body without it."""

    tldr: str | None
    body: str


def extract_tldr(source: str) -> Extract:
    """Take the TLDR out of a source; a source without one comes back unchanged."""
    if len(source) > MAX_BYTES:
        return Extract(None, source)
    text = clean_source(source)
    if text.count("\n") > MAX_LINES:
        return Extract(None, source)
    tokens = [token for token in markdown().parse(text, {}) if token.level == 0 or token.type == "inline"]
    lines = text.split("\n")
    titled = False
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.map:
            heading = tokens[index + 1].content
            if _HEADED.fullmatch(heading.strip()):
                return _section(tokens, index, lines) or Extract(None, source)
            # A title of the whole text may stand in front; any other section means that there is no first one.
            if token.tag != "h1" or titled or index:
                return Extract(None, source)
            titled = True
        elif token.type == "paragraph_open":
            return _paragraph(token, lines) or Extract(None, source)
        elif token.type not in ("heading_close", "inline", "hr"):
            return Extract(None, source)
    return Extract(None, source)


def _section(tokens: list[Token], index: int, lines: list[str]) -> Extract | None:
    opening = tokens[index]
    if not opening.map:
        return None
    end = len(lines)
    for token in tokens[index + 1 :]:
        if token.type in ("heading_open", "hr") and token.map:
            end = token.map[0] + (token.type == "hr")
            break
    inside = lines[opening.map[1] : end]
    if inside and tokens and _is_rule(tokens, end - 1):
        inside = inside[:-1]
    tldr = "\n".join(inside).strip("\n").rstrip()
    body = "\n".join([*lines[: opening.map[0]], *lines[end:]]).strip("\n")
    return Extract(tldr, body + "\n" if body else "") if tldr else None


def _is_rule(tokens: list[Token], line: int) -> bool:
    return any(token.type == "hr" and token.map is not None and token.map[0] == line for token in tokens)


def _paragraph(opening: Token, lines: list[str]) -> Extract | None:
    if not opening.map:
        return None
    first, end = opening.map
    paragraph = "\n".join(lines[first:end])
    match = _RUN_IN.match(paragraph)
    if match is None:
        return None
    tldr = paragraph[match.end() :].strip()
    if not tldr:
        return None
    body = "\n".join([*lines[:first], *lines[end:]]).strip("\n")
    return Extract(tldr, body + "\n" if body else "")
