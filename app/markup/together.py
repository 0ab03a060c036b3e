r"""What stands beside a formula in a line without a space, and must not part from it at the line's end.

To a browser a formula is a box, with a place to break before and after it: the full stop after $x$ would begin the next
line, and the base of ``RL$^2$`` end the one before. Not here: where formulas stand (``markdown_math``, ``titles``).
"""

from __future__ import annotations

import html as escaping
import re
from collections.abc import Sequence

from markdown_it.token import Token

MOST = 12  # what does not break stays legible; a longer word has no place to break in it anyway
# Between these a line may break, as after a hyphen or a dash; of wide scripts only the brackets and stops hold on.
_LOOSE = r" \t\n\r–—\-\u2e80-\uffdc"
_BEFORE = re.compile(rf"(?:[^{_LOOSE}]{{1,{MOST}}}|[（「『【《〈]+)$")
_AFTER = re.compile(rf"[^{_LOOSE}]{{0,{MOST}}}(?:[–—-]|[，。、；：！？）」』】》〉]+)?")


def part_before(words: str) -> tuple[str, str]:
    """Split the words before a formula into those that may end a line and what holds on to it."""
    found = _BEFORE.search(words[-MOST:])
    return (words[: len(words) - len(found[0])], found[0]) if found else (words, "")


def part_after(words: str) -> tuple[str, str]:
    """Split the words after a formula into what holds on to it and those that may begin a line."""
    held = _AFTER.match(words)
    end = held.end() if held else 0
    return words[:end], words[end:]


def hold(before: str, formula: str, after: str) -> str:
    """Give the HTML of a formula in a line with what holds on to it, which is text."""
    if not before and not after:
        return formula
    return f'<span class="together">{escaping.escape(before)}{formula}{escaping.escape(after)}</span>'


def hold_in(children: Sequence[Token]) -> None:
    """Move what holds on to a formula out of the text beside it and to the formula, for ``html_rules`` to put back."""
    for at, token in enumerate(children):
        if token.type != "math_inline" or token.meta["display"]:
            continue
        if at and children[at - 1].type == "text":
            children[at - 1].content, token.meta["before"] = part_before(children[at - 1].content)
        if at + 1 < len(children) and children[at + 1].type == "text":
            token.meta["after"], children[at + 1].content = part_after(children[at + 1].content)
