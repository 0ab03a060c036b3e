r"""Where formulas stand in Markdown: ``$..$``, ``$$..$$``, ``\(..\)``, ``\[..\]`` and top-level environments.

The tokens made here carry the formula's source; ``tex`` converts it. A dollar opens a formula only where no space
follows, and closes one only where no space precedes and no digit follows, so that prices stay prices.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from app.markup.problems import Problem

MAX_CLOSERS_TRIED = 12
MAX_BLOCK_LINES = 400

_CLOSER = re.compile(r"(?<![\s\\$])\$(?![0-9$])|(?<=\\\\)\$(?![0-9$])")
_REFERENCE = re.compile(r"\\(?:eq)?ref\{([A-Za-z0-9:_.-]{1,100})\}")
_ENVIRONMENT = re.compile(
    r"\\begin\{((?:equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|subequations)\*?"
    r"|[pbBvV]?matrix|array|cases|aligned|gathered|split)\}"
)


def install(md: MarkdownIt) -> None:
    """Teach a parser where formulas stand."""
    md.inline.ruler.before("escape", "math", _inline)
    interrupts = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
    md.block.ruler.before("code", "math_environment", _environment_block, interrupts)
    md.block.ruler.before("code", "math_block", _delimited_block, interrupts)


def _inline(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    first = source[start]
    if first == "$":
        found = _double_dollar(source, start, state.posMax) or _single_dollar(state, start)
    elif first == "\\":
        found = _backslash(source, start, state.posMax)
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
    end = source.find("$$", start + 2, min(limit, start + 20_000))
    if end <= start + 2 or not source[start + 2 : end].strip():
        return None
    return start + 2, end, end + 2, True


def _single_dollar(state: StateInline, start: int) -> Found | None:
    source = state.src
    if start + 2 >= state.posMax or source[start + 1] in " \t\n$" or source[start - 1 : start] == "$":
        return None
    closers = _closers(state)
    first: int | None = None
    depth = 0
    scanned = start + 1
    at = bisect_left(closers, start + 2)
    for closer in closers[at : at + MAX_CLOSERS_TRIED]:
        if closer >= state.posMax:
            break
        first = closer if first is None else first
        piece = source[scanned:closer].replace("\\\\", "").replace("\\{", "").replace("\\}", "")
        depth += piece.count("{") - piece.count("}")
        scanned = closer
        if depth <= 0:
            return start + 1, closer, closer + 1, False
    return None if first is None else (start + 1, first, first + 1, False)


def _closers(state: StateInline) -> list[int]:
    """List, once for each text, the dollars that may close a formula."""
    cached = state.env.get("math_closers")
    if cached is None or cached[0] != state.src:
        cached = (state.src, [match.start() for match in _CLOSER.finditer(state.src)])
        state.env["math_closers"] = cached
    closers: list[int] = cached[1]
    return closers


def _backslash(source: str, start: int, limit: int) -> Found | None:
    pair = source[start : start + 2]
    if pair in (r"\(", r"\["):
        end = _closing_backslash(source, start + 2, limit, r"\)" if pair == r"\(" else r"\]")
        if end is None or not source[start + 2 : end].strip():
            return None
        return start + 2, end, end + 2, pair == r"\["
    reference = _REFERENCE.match(source, start, limit)
    if reference is not None:
        return start, reference.end(), reference.end(), False
    return None


def _closing_backslash(source: str, at: int, limit: int, closing: str) -> int | None:
    limit = min(limit, at + 20_000)
    while True:
        end = source.find(closing, at, limit)
        if end < 0:
            return None
        if not _is_escaped(source, end):
            return end
        at = end + 1


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
    if opened is None:
        return False
    return _block(state, start_line, end_line, silent, opened[0], rf"\end{{{opened[1]}}}", inner=False)


def _block(
    state: StateBlock, start_line: int, end_line: int, silent: bool, opening: str, closing: str, *, inner: bool
) -> bool:
    """Read a formula that fills its lines; a sentence's full stop or comma may follow it."""
    line = start_line
    indent = state.blkIndent
    while True:
        if line >= end_line or line - start_line > MAX_BLOCK_LINES:
            _report_open(state, start_line, opening, silent)
            return False
        if line > start_line and state.sCount[line] < indent and not state.isEmpty(line):
            _report_open(state, start_line, opening, silent)
            return False
        begin = state.bMarks[line] + state.tShift[line] + (len(opening) if line == start_line else 0)
        end = _find_closing(state.src, begin, state.eMarks[line], closing)
        if end is not None:
            break
        line += 1
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


def _find_closing(source: str, begin: int, end: int, closing: str) -> int | None:
    at = source.find(closing, begin, end)
    while at >= 0 and closing[0] == "\\" and _is_escaped(source, at):
        at = source.find(closing, at + 1, end)
    return at if at >= 0 else None


def _report_open(state: StateBlock, start_line: int, opening: str, silent: bool) -> None:
    if not silent:
        problems: list[Problem] = state.env.setdefault("problems", [])
        column = state.tShift[start_line] + 1
        problems.append(Problem(start_line + 1, column, f"The formula opened by {opening} here is never closed", "warning"))
