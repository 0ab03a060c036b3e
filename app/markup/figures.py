"""A paragraph that is nothing but an image with a title is a figure, and the title its caption: Markdown with formulas.

The caption's tokens follow the image inside its paragraph, so that its links, citations and formulas are found like all
others. Not here: the HTML (``html_rules``), the captions of tables (``structure``).
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

_OPENING = {'"': '"', "'": "'", ")": "("}


def install(md: MarkdownIt) -> None:
    """Teach a parser figures; the footnotes of captions count like all others."""
    md.core.ruler.after("inline", "figures", _figures)


def _figures(state: StateCore) -> None:
    for before, token in zip(state.tokens, state.tokens[1:], strict=False):
        children = token.children or []
        if token.type != "inline" or before.type != "paragraph_open" or before.hidden or len(children) != 1:
            continue
        image = children[0]
        if image.type == "image" and image.attrs.get("title"):
            token.meta["figure"] = image.meta["figure"] = True
            caption, offset = _caption(token.content, str(image.attrs["title"]))
            state.md.inline.parse(caption, state.md, state.env, children)
            for child in children[1:]:
                if "offset" in child.meta:
                    child.meta["offset"] += offset
            children.append(Token("figure_close", "", 0))
            token.children = children


def _caption(content: str, title: str) -> tuple[str, int]:
    """Give a title as it was typed, with its escapes, and where; one that a reference gives is known only without."""
    end = len(content.rstrip().removesuffix(")").rstrip()) - 1
    begin = content.rfind(_OPENING.get(content[end], '"'), 0, end)
    while begin > 0 and (begin - len(content[:begin].rstrip("\\"))) % 2:
        begin = content.rfind(content[begin], 0, begin)
    typed = content[begin + 1 : end]
    return (typed, begin + 1) if unescapeAll(typed) == title else (title, 0)
