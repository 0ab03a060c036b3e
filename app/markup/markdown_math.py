r"""Where formulas stand in Markdown: ``$..$``, ``$$..$$``, ``\(..\)``, ``\[..\]`` and top-level environments.

The tokens made here carry the formula's source; ``tex`` converts it. A dollar opens a formula only where no space
follows, and closes one only where no space precedes and no digit follows, so that prices stay prices.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from app.markup.problems import Problem
from app.markup.tex_environments import ENVIRONMENTS

MAX_DOLLARS_TRIED = 12
MAX_BLOCK_LINES = 400
MAX_FORMULA = 20_000
# Environments of one name inside of one another; each costs a look ahead.
MAX_ALIKE = 20

# An escaped sign and a code span are passed over; a span is looked for only so far, to keep the search linear.
_DOLLAR = re.compile(r"\\.|(?<!`)(?P<ticks>`+)(?!`).{1,2000}?(?<!`)(?P=ticks)(?!`)|(?P<dollar>\$)", re.DOTALL)
_CLOSER = re.compile(r"(?<![\s])\$(?!\d)")
_REFERENCE = re.compile(r"\\(?:eq)?ref\{([A-Za-z0-9:_.-]{1,100})\}")
_ENVIRONMENT = re.compile(rf"\\begin\{{({'|'.join(re.escape(name) for name in sorted(ENVIRONMENTS))})\}}")


def install(md: MarkdownIt) -> None:
    """Teach a parser where formulas stand."""
    md.inline.ruler.before("escape", "math", _inline)
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
    md.block.ruler.before("code", "math_environment", _environment_block, interrupts)
    md.block.ruler.before("code", "math_block", _delimited_block, interrupts)


def _inline(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    first = source[start]
    if first == "$":
        found = _double_dollar(source, start, state.posMax) or _single_dollar(state, start)
    elif first == "\\":
        found = _backslash(state, start)
    else:
        return False
    if found is None:
        return False
    begin, end, after, display = found
    if not silent:
        token = state.push("math_inline", "math", 0)
        token.content = source[begin:end]
        token.meta = {"offset": begin, "display": display}
    state.pos = after
    return True


Found = tuple[int, int, int, bool]


def _double_dollar(source: str, start: int, limit: int) -> Found | None:
    if not source.startswith("$$", start):
        return None
    end = source.find("$$", start + 2, min(limit, start + MAX_FORMULA))
    if end <= start + 2 or not source[start + 2 : end].strip():
        return None
    return start + 2, end, end + 2, True


def _single_dollar(state: StateInline, start: int) -> Found | None:
    source = state.src
    if start + 2 >= state.posMax or source[start + 1] in " \t\n$" or source[start - 1 : start] == "$":
        return None
    dollars = _dollars(state)
    fallback: int | None = None
    depth = 0
    scanned = start + 1
    at = bisect_left(dollars, (start + 1, False))
    for place, closes in dollars[at : at + MAX_DOLLARS_TRIED]:
        if place >= state.posMax:
            break
        piece = source[scanned:place].replace("\\\\", "").replace("\\{", "").replace("\\}", "")
        depth += piece.count("{") - piece.count("}")
        scanned = place
        if depth <= 0:
            # A dollar that could only open ends the search: what began here was no formula.
            return (start + 1, place, place + 1, False) if closes and place > start + 1 else None
        if closes and fallback is None:
            fallback = place
    return None if fallback is None else (start + 1, fallback, fallback + 1, False)


def _dollars(state: StateInline) -> list[tuple[int, bool]]:
    """List, once for each text, its unescaped dollars, each with whether it may close a formula."""
    cached = state.env.get("math_dollars")
    if cached is None or cached[0] is not state.src:
        places = [
            (match.start(), _CLOSER.match(state.src, match.start()) is not None)
            for match in _DOLLAR.finditer(state.src)
            if match["dollar"]
        ]
        cached = (state.src, places)
        state.env["math_dollars"] = cached
    places_found: list[tuple[int, bool]] = cached[1]
    return places_found


def _backslash(state: StateInline, start: int) -> Found | None:
    source, limit = state.src, state.posMax
    pair = source[start : start + 2]
    if pair in (r"\(", r"\["):
        end = _closing_backslash(state, start + 2, r"\)" if pair == r"\(" else r"\]")
        if end is None or not source[start + 2 : end].strip():
            return None
        return start + 2, end, end + 2, pair == r"\["
    opened = _ENVIRONMENT.match(source, start, limit)
    if opened is not None:
        return _environment(state, opened)
    reference = _REFERENCE.match(source, start, limit)
    if reference is not None:
        return start, reference.end(), reference.end(), False
    return None


def _environment(state: StateInline, opened: re.Match[str]) -> Found | None:
    closing = _closing_of(opened[1])
    end = _closing_backslash(state, opened.end(), closing)
    if end is None:
        return None
    end = _environment_end(state.src, opened[0], closing, opened.end(), end) + len(closing)
    return (opened.start(), end, end, opened[1] != "math") if end <= state.posMax else None


def _closing_of(environment: str) -> str:
    return rf"\end{{{environment}}}"


def _environment_end(source: str, opening: str, closing: str, at: int, end: int) -> int:
    r"""Give where an environment closes whose next ``\end`` is at ``end``: later, where it holds others of its name."""
    for _ in range(MAX_ALIKE):
        inner = source.find(opening, at, end)
        following = source.find(closing, end + 1, at + MAX_FORMULA) if inner >= 0 else -1
        if following < 0:
            break
        at, end = inner + len(opening), following
    return end


def _closing_backslash(state: StateInline, at: int, closing: str) -> int | None:
    end = _next_closing(state.env, state.src, at, closing)
    return end if end is not None and end + 2 <= state.posMax and end - at <= MAX_FORMULA else None


def _next_closing(env: MutableMapping[str, Any], source: str, at: int, closing: str) -> int | None:
    """Find where a formula is closed; the answer is kept, as it holds for every place before it too."""
    key = f"math_closing {closing}"
    cached = env.get(key)
    if cached is None or cached[0] is not source or not cached[1] <= at <= cached[2]:
        end = source.find(closing, at)
        while end >= 0 and closing[0] == "\\" and _is_escaped(source, end):
            end = source.find(closing, end + 1)
        cached = (source, at, end if end >= 0 else len(source))
        env[key] = cached
    found: int = cached[2]
    return found if found < len(source) else None


def _is_escaped(source: str, at: int) -> bool:
    before = at
    while before > 0 and source[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


def _delimited_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    at = state.bMarks[start_line] + state.tShift[start_line]
    opening = state.src[at : at + 2]
    closing = {"$$": "$$", r"\[": r"\]"}.get(opening)
    if closing is None:
        return False
    return _block(state, start_line, end_line, silent, opening, closing, inner=True)


def _environment_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    if state.is_code_block(start_line):
        return False
    at = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith(r"\begin{", at):
        return False
    opened = _ENVIRONMENT.match(state.src, at, state.eMarks[start_line])
    if opened is None or opened[1] == "math":
        return False
    return _block(state, start_line, end_line, silent, opened[0], _closing_of(opened[1]), inner=False)


def _block(
    state: StateBlock, start_line: int, end_line: int, silent: bool, opening: str, closing: str, *, inner: bool
) -> bool:
    """Read a formula that fills its lines; a sentence's full stop or comma may follow it."""
    begin = state.bMarks[start_line] + state.tShift[start_line] + len(opening)
    end = _next_closing(state.env, state.src, begin, closing)
    if end is not None and not inner:
        end = _environment_end(state.src, opening, closing, begin, end)
    last_line = min(end_line, start_line + MAX_BLOCK_LINES) - 1
    if end is None or end >= state.eMarks[last_line]:
        _report_open(state, start_line, opening, silent)
        return False
    indent = state.blkIndent
    line = start_line
    while state.eMarks[line] <= end:
        line += 1
        if state.sCount[line] < indent and not state.isEmpty(line):
            _report_open(state, start_line, opening, silent)
            return False
    rest = state.src[end + len(closing) : state.eMarks[line]].strip()
    if rest not in ("", ".", ",", ";", ":"):
        return False
    content = state.getLines(start_line, line + 1, indent, False)
    first = content.find(opening)
    last = content.rfind(closing)
    body = content[first + len(opening) : last] if inner else content[first : last + len(closing)]
    if not body.strip():
        return False
    if not silent:
        token = state.push("math_block", "math", 0)
        token.block = True
        token.map = [start_line, line + 1]
        token.content = body
        token.meta = {"offset": first + len(opening) if inner else first, "within": content, "display": True}
        token.info = rest
        state.line = line + 1
    return True


def _report_open(state: StateBlock, start_line: int, opening: str, silent: bool) -> None:
    if not silent:
        problems: list[Problem] = state.env.setdefault("problems", [])
        column = state.tShift[start_line] + 1
        problems.append(
            Problem(start_line + 1, column, f"The formula opened by {opening} here is never closed", "warning")
        )
