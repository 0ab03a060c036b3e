"""Limits on what one text may cost: Markdown's own rules are held to them here.

An ordinary summary uses a few hundredths of each. Not here: the limits of formulas (``tex``), of length (``parser``).
"""

from __future__ import annotations

import re

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from app.markup.problems import Problem

MAX_NESTING = 40
MAX_BLOCK_TOKENS = 20_000
MAX_MARKS = 20_000
MAX_MARKS_IN_BLOCK = 3_000

# Each of these makes the inline parser stop and try its rules.
_MARK = re.compile(r"[\[\]!*_`$\\<&~^\n]")
_FOOTNOTE = re.compile(r"\[\^([^\s\]]{1,100})\]")


def inline(state: StateCore) -> None:
    """Parse what stands in each block; from where a text has too many blocks or marks on, show it plainly."""
    _cut_blocks(state)
    left = MAX_MARKS
    told = False
    line = 0
    for token in state.tokens:
        line = token.map[0] if token.map else line
        if token.type != "inline":
            continue
        marks = sum(1 for _ in _MARK.finditer(token.content))
        children = token.children if token.children is not None else []
        token.children = children
        if marks <= min(left, MAX_MARKS_IN_BLOCK):
            left -= marks
            state.md.inline.parse(token.content, state.md, state.env, children)
            continue
        children.append(Token("text", "", 0, content=token.content))
        if not told:
            _report(state, line, "Too many marks in this text; what stands here is shown as written")
            told = True


def _cut_blocks(state: StateCore) -> None:
    tokens = state.tokens
    deepest = next((token for token in tokens if token.level >= MAX_NESTING - 1), None)
    if deepest is not None:
        line = deepest.map[0] if deepest.map else 0
        _report(state, line, f"Blocks are nested more than {MAX_NESTING} deep here; what lies deeper is not shown")
    if len(tokens) <= MAX_BLOCK_TOKENS:
        return
    end = MAX_BLOCK_TOKENS
    while end > 0 and not (tokens[end].level == 0 and tokens[end].nesting >= 0):
        end -= 1
    line = next((token.map[0] for token in tokens[end:] if token.map), 0)
    _report(state, line, "The text has too many blocks; from here on it is not shown")
    del tokens[end:]


def _report(state: StateCore, line: int, message: str) -> None:
    problems: list[Problem] = state.env.setdefault("problems", [])
    problems.append(Problem(line + 1, 1, message))


def footnote_reference(state: StateInline, silent: bool) -> bool:
    """Read ``[^note]`` in time that does not grow with the text; the data is the footnote plugin's."""
    if not state.src.startswith("[^", state.pos):
        return False
    notes = state.env.get("footnotes")
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if not notes or match is None or f":{match[1]}" not in notes.get("refs", {}):
        return False
    if not silent:
        numbered = notes.setdefault("list", {})
        number = notes["refs"][f":{match[1]}"]
        if number < 0:
            number = notes["refs"][f":{match[1]}"] = len(numbered)
            numbered[number] = {"label": match[1], "count": 0}
        token = state.push("footnote_ref", "", 0)
        token.meta = {"id": number, "subId": numbered[number]["count"], "label": match[1]}
        numbered[number]["count"] += 1
    state.pos = match.end()
    return True
