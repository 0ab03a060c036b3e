"""Tokens rearranged before they become HTML: captions, task lists, figures and displayed formulas out of paragraphs.

Not here: the HTML itself (``render``), what makes a figure (``figures``).
"""

from __future__ import annotations

import re

from markdown_it.token import Token

_TASK = re.compile(r"\[([ xX])\][ \t\n]+")
_CAPTION = re.compile(r"Table(\s+\d+)?\s*[:.]\s+", re.IGNORECASE)


def restructure(tokens: list[Token]) -> list[Token]:
    """Give the tokens with our block forms in place."""
    _mark_tasks(tokens)
    tokens = _caption_tables(tokens)
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        if tokens[at].type == "paragraph_open" and at + 2 < len(tokens) and tokens[at + 1].type == "inline":
            out.extend(_paragraph(tokens[at : at + 3]))
            at += 3
        else:
            out.append(tokens[at])
            at += 1
    return out


def _paragraph(three: list[Token]) -> list[Token]:
    opening, inline, closing = three
    children = inline.children or []
    if inline.meta.get("figure"):
        return [inline]
    if not any(child.type == "math_inline" and child.meta["display"] for child in children):
        return three
    return _split_at_displays(opening, inline, closing)


def _split_at_displays(opening: Token, inline: Token, closing: Token) -> list[Token]:
    """A displayed formula is a block of its own: the paragraph ends before it and goes on after it."""
    out: list[Token] = []
    part: list[Token] = []
    depth = 0

    def end_part() -> None:
        kept = _trimmed(part)
        if kept:
            piece = Token("inline", "", 0, children=kept, content=inline.content, map=inline.map, level=inline.level)
            out.extend([opening, piece, closing])
        part.clear()

    for child in inline.children or []:
        depth += child.nesting
        if child.type == "math_inline" and child.meta["display"] and depth == 0:
            end_part()
            block = Token("math_block", "math", 0, content=child.content, meta={**child.meta, "within": inline.content})
            block.map, block.block = inline.map, True
            out.append(block)
        else:
            part.append(child)
    end_part()
    return out


def _trimmed(children: list[Token]) -> list[Token]:
    kept = list(children)
    while kept and (
        kept[0].type in ("softbreak", "hardbreak") or (kept[0].type == "text" and not kept[0].content.strip())
    ):
        kept.pop(0)
    while kept and (
        kept[-1].type in ("softbreak", "hardbreak") or (kept[-1].type == "text" and not kept[-1].content.strip())
    ):
        kept.pop()
    if kept and kept[0].type == "text":
        kept[0].content = kept[0].content.lstrip()
    return kept


def _mark_tasks(tokens: list[Token]) -> None:
    lists: list[Token] = []
    for index, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "inline" and index >= 2 and tokens[index - 2].type == "list_item_open" and lists:
            children = token.children or []
            first = children[0] if children else None
            if first is None or first.type != "text":
                continue
            match = _TASK.match(first.content + " " if len(children) > 1 else first.content)
            if match is None:
                continue
            first.content = first.content[match.end() :]
            box = Token("task_box", "", 0, meta={"done": match[1] != " "})
            children.insert(0, box)
            tokens[index - 2].attrSet("class", "task")
            lists[-1].attrSet("class", "tasks")


def _caption_tables(tokens: list[Token]) -> list[Token]:
    """A paragraph that begins with ``Table:`` right before or after a table is the table's caption."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        if _is_caption(tokens, at) and at + 3 < len(tokens) and tokens[at + 3].type == "table_open":
            tokens[at + 3].meta["caption"] = _caption(tokens[at + 1])
            at += 3
            continue
        if tokens[at].type == "table_close" and _is_caption(tokens, at + 1):
            opening = next(token for token in reversed(out) if token.type == "table_open")
            if "caption" not in opening.meta:
                opening.meta["caption"] = _caption(tokens[at + 2])
                out.append(tokens[at])
                at += 4
                continue
        out.append(tokens[at])
        at += 1
    for index in range(len(out) - 1, -1, -1):
        if out[index].type == "table_open" and "caption" in out[index].meta:
            caption: Token = out[index].meta["caption"]
            out[index + 1 : index + 1] = [Token("caption_open", "caption", 1, block=True), caption,
                                          Token("caption_close", "caption", -1, block=True)]  # fmt: skip
    return out


def _is_caption(tokens: list[Token], at: int) -> bool:
    return (
        at + 2 < len(tokens)
        and tokens[at].type == "paragraph_open"
        and tokens[at].level == 0
        and tokens[at + 1].type == "inline"
        and _CAPTION.match(tokens[at + 1].content) is not None
        and bool(tokens[at + 1].children)
        and (tokens[at + 1].children or [])[0].type == "text"
    )


def _caption(inline: Token) -> Token:
    """Take off the word that made it a caption; a number stays, as the text may speak of “Table 3”."""
    first = (inline.children or [])[0]
    marked = _CAPTION.match(first.content)
    if marked is not None and marked[1] is None:
        first.content = first.content[marked.end() :]
    return inline
