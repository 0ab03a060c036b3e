"""Markdown and TeX to safe HTML: the assembly. Knows no database; everything it needs is handed in.

Not here: parsing (``parser``), formulas (``tex``), single forms (``structure``, ``html_rules``), the allowlist.
"""

from __future__ import annotations

import html as escaping
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from app.markup.headings import Heading, HeadingIds, HeadingLevels
from app.markup.html_rules import renderer
from app.markup.inline_only import reduce_to_inline
from app.markup.links import Reference, Target
from app.markup.macros import EMPTY_MACROS, Macros
from app.markup.parser import Parsed, Place, parse, walk
from app.markup.plain import count_words, plain_text
from app.markup.problems import Problem
from app.markup.sanitise import sanitise, sanitise_inline
from app.markup.source_lines import mark_lines
from app.markup.structure import restructure
from app.markup.tex import Formula, convert_formulas
from app.markup.tex_environments import ENVIRONMENTS
from app.markup.together import hold_in

# Raise this whenever the same source gives different HTML.
RENDERER_VERSION = "11"
MAX_PROBLEMS = 200
_BEGIN = re.compile(r"\\begin\{([A-Za-z]{1,40}\*?)\}")
_PRICE = re.compile(r"\$[0-9][0-9.,]*(?!\S)")
_SIGNS = ("$", r"\(", r"\)")


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe HTML, its words, its headings, what is wrong with the source, and two counts."""

    html: str
    text: str
    headings: tuple[Heading, ...]
    problems: tuple[Problem, ...]
    word_count: int
    formula_count: int


@dataclass(slots=True)
class Work:
    """What the rules for single tokens share while one text is rendered."""

    parsed: Parsed
    targets: Mapping[str, Target]
    references: Mapping[str, Reference]
    media_base: str
    inline_only: bool = False
    problems: list[Problem] = field(default_factory=list)
    cited: dict[str, Reference] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    highlight_budget: list[int] = field(default_factory=lambda: [100_000])

    def report(self, place: Place, offset: int, message: str, severity: str = "error") -> None:
        """Note a problem at an offset in the block a token stands in."""
        if len(self.problems) >= MAX_PROBLEMS:
            return
        line, column = self.parsed.locate(place.line, place.content, offset)
        self.problems.append(Problem(line, column, message, "warning" if severity == "warning" else "error"))


def render(
    source: str,
    *,
    macros: Macros = EMPTY_MACROS,
    targets: Mapping[str, Target] = {},
    references: Mapping[str, Reference] = {},
    media_base: str = "/media/",
    lines: bool = False,
) -> Rendered:
    """Render a body; whatever is wrong with it is told in ``problems`` and never raised.

    With ``lines`` its blocks say in ``data-line`` where they stand in the source: for previews, never to be stored.
    """
    work = Work(parse(source), targets, references, media_base)
    formulas = _prepare(work, macros)
    if lines:
        mark_lines(work.parsed)
    body = _to_html(work) + _reference_list(work)
    return _rendered(work, body, formulas, lines=lines)


def render_inline(
    source: str,
    *,
    macros: Macros = EMPTY_MACROS,
    targets: Mapping[str, Target] = {},
    references: Mapping[str, Reference] = {},
) -> Rendered:
    """Render a TLDR or an update: paragraphs, lists, emphasis, code, links and formulas; other blocks as words.

    A citation is shown by its label: there is no list of references here to lead to.
    """
    work = Work(parse(source), targets, references, "/media/", inline_only=True)
    formulas = _prepare(work, macros)
    # Several of these stand on one page: no address may be there twice.
    return _rendered(work, re.sub(r' id="eq-[^"]*"', "", _to_html(work)), formulas)


def _rendered(work: Work, body: str, formulas: int, *, lines: bool = False) -> Rendered:
    safe = sanitise(body, lines=lines)
    text = plain_text(safe)
    problems = sorted({*work.parsed.problems, *work.problems}, key=lambda one: (one.line, one.column, one.message))
    return Rendered(safe, text, tuple(work.headings), tuple(problems[:MAX_PROBLEMS]), count_words(text), formulas)


def _prepare(work: Work, macros: Macros) -> int:
    work.parsed.tokens = restructure(work.parsed.tokens)
    if work.inline_only:
        work.parsed.tokens = reduce_to_inline(work.parsed.tokens)
    _warn_of_cut_cells(work)
    _warn_of_unread_environments(work)
    formulas = _convert(work, macros)
    for token in work.parsed.tokens:
        hold_in(token.children or [])
    _mark_names(work)
    _check_addresses(work)
    _number_headings(work)
    return formulas


def _mark_names(work: Work) -> None:
    """Mark the formulas of headings, headers and links: what these are called is made of what stands in them."""
    before: Token | None = None
    for token in work.parsed.tokens:
        inside = int(before is not None and before.type in ("heading_open", "th_open"))
        for child in token.children or []:
            if child.type in ("link_open", "link_close", "wiki_open", "wiki_close"):
                inside += child.nesting
            elif inside and child.type == "math_inline":
                child.meta["names"] = True
        before = token


def _convert(work: Work, macros: Macros) -> int:
    places = [place for place in walk(work.parsed.tokens) if place.token.type in ("math_inline", "math_block")]
    converted = convert_formulas([Formula(p.token.content, bool(p.token.meta["display"])) for p in places], macros)
    for place, result in zip(places, converted, strict=True):
        start = place.token.meta["offset"]
        place.token.meta["converted"] = result
        for offset, message in result.warnings:
            work.report(place, start + offset, message, "warning")
        if result.error is not None:
            work.report(place, start + result.error.offset, result.error.message)
    return len(places)


def _warn_of_cut_cells(work: Work) -> None:
    """In a table a bar ends the cell, inside a formula or a link too; without a word about it half of that is gone."""
    row: Token | None = None
    for token in work.parsed.tokens:
        if token.type in ("tr_open", "tr_close"):
            row = token if token.nesting == 1 else None
        elif row is not None and token.type == "inline" and row.map:
            place = Place(token, row.map[0], token.content)
            if _has_cut_formula(token):
                at = max(0, *(token.content.find(sign) for sign in _SIGNS))
                told = r"A | inside a formula ends the cell of a table; write \mid, \vert or \Vert"
                work.report(place, at, told, "warning")
            words = "".join(child.content for child in token.children or [] if child.type == "text")
            if words.count("[[") > words.count("]]"):
                told = r"A | inside a link ends the cell of a table; write \|"
                work.report(place, max(0, token.content.rfind("[[")), told, "warning")


def _has_cut_formula(cell: Token) -> bool:
    children = cell.children or []
    if any(_PRICE.sub("", child.content).count("$") % 2 for child in children if child.type == "text"):
        return True
    opened, closed = (
        cell.content.count(sign) - sum(child.content.count(sign) for child in children if child.type == "code_inline")
        for sign in (r"\(", r"\)")
    )
    return opened != closed


def _warn_of_unread_environments(work: Work) -> None:
    """What looks like an environment and stands among the words was not read as a formula."""
    for token in work.parsed.tokens:
        if token.type != "inline" or r"\begin{" not in token.content:
            continue
        written = "".join(child.content for child in token.children or [] if child.type == "text")
        for name in dict.fromkeys(_BEGIN.findall(written)):
            opening = rf"\begin{{{name}}}"
            place = Place(token, token.map[0] if token.map else 0, token.content)
            told = f"The formula opened by {opening} here is never closed"
            if name not in ENVIRONMENTS:
                told = f"The environment {name} is not known; it is shown as written"
            work.report(place, max(0, token.content.find(opening)), told, "warning")


def _check_addresses(work: Work) -> None:
    """Give every link and image its place, for the rules that judge them."""
    for place in walk(work.parsed.tokens):
        if place.token.type in ("link_open", "image", "wiki_open", "citation"):
            place.token.meta["place"] = place


def _number_headings(work: Work) -> None:
    levels, ids = HeadingLevels(), HeadingIds()
    tokens = work.parsed.tokens
    for index, token in enumerate(tokens):
        if token.type != "heading_open" or work.inline_only:
            continue
        level = levels.level(int(token.tag[1]))
        token.tag = f"h{level}"
        tokens[index + 2].tag = token.tag
        inner, text = _heading(work, _without_links(tokens[index + 1], {}))
        token.attrSet("id", ids.id(text))
        if any(child.type == "wiki_open" for child in tokens[index + 1].children or []):
            # Its address holds the name as written: another's title may change, an address may not.
            inner, text = _heading(work, _without_links(tokens[index + 1], work.targets))
        if token.level == 0:
            work.headings.append(Heading(level, str(token.attrs["id"]), inner, text))


def _heading(work: Work, inline: Token) -> tuple[str, str]:
    """Give a heading's inline HTML and its words."""
    inner = renderer().render([inline], {}, {"work": work, "quiet": True})
    if "<" not in inner and "&" not in inner:
        return inner, " ".join(inner.split())
    inner = sanitise(inner)
    return inner, " ".join(plain_text(inner).split())


def _without_links(inline: Token, targets: Mapping[str, Target]) -> Token:
    left_out = ("link_open", "link_close", "wiki_open", "wiki_close", "footnote_ref", "citation", "image")
    children: list[Token] = []
    for child in inline.children or []:
        if child.type == "wiki_open" and child.meta["label"] is None:
            target = targets.get(child.meta["target"])
            words = Token("text", "", 0, content=child.meta["target"])
            children.append(Token("title", "", 0, content=target.title) if target else words)
        if child.type not in left_out:
            children.append(child)
    return Token("inline", "", 0, children=children, content=inline.content)


def _to_html(work: Work) -> str:
    env: dict[str, Any] = {**work.parsed.env, "work": work}
    return str(renderer().render(work.parsed.tokens, {}, env))


def _reference_list(work: Work) -> str:
    if not work.cited:
        return ""
    work.headings.append(Heading(2, "references", "References", "References"))
    items = "".join(
        f'<li id="{reference_id(key)}">{sanitise_inline(one.html)}</li>\n' for key, one in work.cited.items()
    )
    opening = '<section class="references" aria-labelledby="references">\n<h2 id="references">References</h2>\n'
    return f"{opening}<ol>\n{items}</ol>\n</section>\n"


def reference_id(key: str) -> str:
    """Give the address of a work in the reference list."""
    return "ref-" + escaping.escape(key)
