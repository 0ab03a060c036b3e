"""The one Markdown parser: CommonMark with our extensions, raw HTML off, bounded input.

Everything that looks into a source (rendering, finding links, taking out the TLDR) parses with this, so that none of
them can be fooled by what another understands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from app.markup import bounds, figures, links, markdown_math
from app.markup.problems import Problem

MAX_BYTES = 1_000_000
MAX_LINES = 30_000
REMEMBERED_LENGTH = 100_000


@dataclass(slots=True)
class Parsed:
    """A source as tokens, with the lines it was made of and what the parser had to say."""

    tokens: list[Token]
    lines: list[str]
    env: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)

    def locate(self, line: int, content: str, offset: int) -> tuple[int, int]:
        """Give line and column, from 1, of an offset in a block's content that begins on ``line`` (from 0)."""
        within = content.count("\n", 0, offset)
        begin = content.rfind("\n", 0, offset) + 1
        end = content.find("\n", begin)
        piece = content[begin : end if end >= 0 else len(content)]
        if line + within >= len(self.lines):
            return max(1, len(self.lines)), 1
        # The block's content lacks the indent and the marks (of lists, quotes, cells) its line has in the source.
        at = self.lines[line + within].find(piece.strip())
        indent = len(piece) - len(piece.lstrip())
        column = at + offset - begin - indent + 1 if at >= 0 else 1
        return line + within + 1, max(1, column)


@lru_cache(maxsize=1)
def markdown() -> MarkdownIt:
    """Give the parser; it holds no state of a text and may serve many threads."""
    md = MarkdownIt("commonmark", {"html": False, "maxNesting": bounds.MAX_NESTING})
    md.enable(["table", "strikethrough"])
    # Addresses are judged once, with a Problem, when links are rendered.
    md.validateLink = _every_address  # type: ignore[method-assign]
    md.use(deflist_plugin).use(footnote_plugin, inline=False)
    md.inline.ruler.at("footnote_ref", bounds.footnote_reference)
    md.core.ruler.at("inline", bounds.inline)
    markdown_math.install(md)
    links.install(md)
    figures.install(md)
    md.parse("*a*", {})
    return md


def _every_address(url: str) -> bool:  # noqa: ARG001 - the parser's own name for it
    return True


def clean_source(source: str) -> str:
    """Give the source as the parser sees it: one kind of line end, no surrogates, no NUL."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return source.encode("utf-8", "replace").decode("utf-8") if not source.isascii() else source


def parse(source: str) -> Parsed:
    """Parse a source; one that is too long becomes no tokens and a Problem."""
    if len(source) > MAX_BYTES or len(source.encode("utf-8", "replace")) > MAX_BYTES:
        return Parsed([], [], {}, [Problem(1, 1, f"The text is longer than {MAX_BYTES:,} bytes and is not shown")])
    source = clean_source(source)
    if source.count("\n") > MAX_LINES:
        return Parsed([], [], {}, [Problem(1, 1, f"The text has more than {MAX_LINES:,} lines and is not shown")])
    env: dict[str, Any] = {}
    tokens = markdown().parse(source, env)
    problems = list(dict.fromkeys(env.get("problems", [])))
    return Parsed(tokens, source.split("\n"), env, problems)


@dataclass(frozen=True, slots=True)
class Place:
    """A token with the block it stands in: enough to say where it is."""

    token: Token
    line: int
    content: str


def walk(tokens: list[Token]) -> Iterator[Place]:
    """Visit every token in order, the inline ones inside their block."""
    line = 0
    for token in tokens:
        if token.map:
            line = token.map[0]
        if token.type == "inline":
            for child in token.children or []:
                yield Place(child, line, token.content)
        else:
            yield Place(token, line, str(token.meta.get("within", token.content)))


def _parse_to_look(source: str) -> Parsed:
    """Parse for looking only: links, citations and pictures of one source are asked for one after the other."""
    return _parse_remembered(source) if len(source) <= REMEMBERED_LENGTH else parse(source)


@lru_cache(maxsize=4)
def _parse_remembered(source: str) -> Parsed:
    return parse(source)


def find_links(source: str) -> list[links.FoundLink]:
    """List the wiki links of a source in order; none from code or formulas."""
    parsed = _parse_to_look(source)
    found: list[links.FoundLink] = []
    for place in walk(parsed.tokens):
        if place.token.type == "wiki_open":
            meta = place.token.meta
            line, _ = parsed.locate(place.line, place.content, meta["offset"])
            found.append(links.FoundLink(meta["target"], meta["type"], line, meta["label"]))
    return found


def find_citations(source: str) -> list[str]:
    """List the keys cited in a source, each once, in order."""
    keys: dict[str, None] = {}
    for place in walk(_parse_to_look(source).tokens):
        if place.token.type == "citation":
            keys.update(dict.fromkeys(key for key, _ in place.token.meta["works"]))
    return list(keys)


def find_media(source: str) -> list[str]:
    """List the relative addresses of images in a source, each once, in order, as written."""
    found: dict[str, None] = {}
    for place in walk(_parse_to_look(source).tokens):
        if place.token.type == "image":
            address = str(place.token.attrs.get("src", ""))
            if address and ":" not in address.split("/")[0] and not address.startswith(("/", "#", "?")):
                found[address] = None
    return list(found)
