"""Which line of the source a block came from, told in the HTML, so that a preview can scroll along with its source.

For previews only: what is stored carries no lines. NOT here: where a problem is (``parser.Parsed.locate``).
"""

from __future__ import annotations

from markdown_it.token import Token

from app.markup.parser import Parsed

ATTRIBUTE = "data-line"
_INSIDE = frozenset({"list_item_open", "tr_open", "math_block"})


def mark_lines(parsed: Parsed) -> None:
    """Give every top-level block, list item, table row and displayed formula its line, counted from 1."""
    for token in parsed.tokens:
        marked = token.level == 0 or token.type in _INSIDE or (token.level == 1 and token.meta.get("figure"))
        if token.map and token.nesting >= 0 and marked:
            line = token.map[0]
            if token.type == "math_block" and "offset" in token.meta:
                content = str(token.meta.get("within", token.content))
                line = parsed.locate(line, content, token.meta["offset"])[0] - 1
            _place_of(token).attrSet(ATTRIBUTE, str(line + 1))


def _place_of(token: Token) -> Token:
    """A figure has no block of its own: the picture in it becomes one."""
    return token.children[0] if token.meta.get("figure") and token.children else token


def line_of(token: Token) -> str:
    """Return the attribute of a block for the rules that write their own HTML, with a space before it, or nothing."""
    line = token.attrs.get(ATTRIBUTE)
    return f' {ATTRIBUTE}="{line}"' if line else ""
