"""Tokens reduced to what a TLDR may hold: paragraphs, lists, emphasis, code, links and formulas.

Nothing an author wrote is lost: other blocks become paragraphs of their words. Not here: the HTML (``html_rules``).
"""

from __future__ import annotations

from markdown_it.token import Token

_AS_PARAGRAPH = frozenset({"heading", "dt", "tr", "caption"})
_OPENED = frozenset({"blockquote", "dl", "dd", "table", "thead", "tbody", "th", "td", "footnote_block", "footnote"})
_LEFT_OUT = frozenset({"hr", "footnote_anchor"})


def reduce_to_inline(tokens: list[Token]) -> list[Token]:
    """Give the tokens without headings, quotes, tables, images, code blocks and notes; their words stay."""
    out: list[Token] = []
    in_description = 0
    for token in tokens:
        in_description += token.nesting if token.type.startswith("dd_") else 0
        if in_description and token.type.startswith("paragraph_"):
            token.hidden = False
        kind, _, end = token.type.rpartition("_")
        if token.type in _LEFT_OUT or (end in ("open", "close") and kind in _OPENED):
            continue
        if end in ("open", "close") and kind in _AS_PARAGRAPH:
            out.append(Token(f"paragraph_{end}", "p", token.nesting, block=True, map=token.map))
        elif token.type in ("fence", "code_block"):
            code = Token("code_inline", "code", 0, content=" ".join(token.content.split()))
            out.extend(_paragraph([code], token))
        elif token.type == "inline" and token.meta.get("figure"):
            token.children = _reduced((token.children or [])[:1])
            out.extend(_paragraph(token.children, token))
        elif token.type == "inline":
            token.children = _reduced(token.children or [])
            if out and out[-1].type == "inline":
                # The cells of a table's row share a paragraph.
                token.children.insert(0, Token("text", "", 0, content=" "))
            out.append(token)
        else:
            if "class" in token.attrs:
                token.attrs.pop("class")
            out.append(token)
    return out


def _reduced(children: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for child in children:
        if child.type == "image":
            kept.append(Token("text", "", 0, content=child.content))
        elif child.type not in ("footnote_ref", "task_box"):
            kept.append(child)
    return kept


def _paragraph(children: list[Token], source: Token) -> list[Token]:
    inline = Token("inline", "", 0, children=children, content=source.content, map=source.map)
    opening = Token("paragraph_open", "p", 1, block=True, map=source.map)
    return [opening, inline, Token("paragraph_close", "p", -1, block=True)]
