"""How single tokens become HTML, where Markdown's own rules do not do.

Not here: putting the page together (``render``), and the last allowlist (``sanitise``).
"""

# ruff: noqa: ARG002 - the rules share one signature, whatever each needs of it

from __future__ import annotations

import html as escaping
import posixpath
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from app.markup.highlight import code_block
from app.markup.parser import markdown
from app.markup.plain import name_of
from app.markup.sanitise import is_safe_address
from app.markup.source_lines import line_of
from app.markup.tex import Converted, error_html
from app.markup.tex_tokens import TexError
from app.markup.titles import title_html
from app.markup.together import hold

if TYPE_CHECKING:
    from app.markup.render import Work

Tokens = Sequence[Token]


@lru_cache(maxsize=1)
def renderer() -> Renderer:
    """Give the one renderer; what belongs to a text travels in the environment."""
    return Renderer()


def _escape(text: str) -> str:
    return escaping.escape(text)


class Renderer(RendererHTML):
    """Markdown's HTML with our forms; each method is named after its token."""

    def render(self, tokens: Tokens, options: Any, env: Any) -> str:
        """Render tokens; options are fixed here."""
        return super().render(tokens, markdown().options, env)

    # formulas

    def math_inline(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        formula = _formula(token, "span", "math display" if token.meta["display"] else "math inline")
        return hold(token.meta.get("before", ""), formula, token.meta.get("after", ""))

    def math_block(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        return _formula(token, "div", "math display") + "\n"

    # links

    def link_open(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        token, work = tokens[index], _work(env)
        address = str(token.attrs.get("href", ""))
        if not is_safe_address(address):
            token.meta["refused"] = True
            if not env.get("quiet"):
                place = token.meta["place"]
                at = max(0, place.content.find(unquote(address)[:20]))
                work.report(
                    place, at, "A link may be http, https, mailto or relative; this one is shown as text", "warning"
                )
            _refuse_close(tokens, index)
            return ""
        token.attrs["href"] = media_address(address, work.media_base) or address
        return self.renderToken(tokens, index, options, env)

    def link_close(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return "" if tokens[index].meta.get("refused") else "</a>"

    def wiki_open(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        token, work = tokens[index], _work(env)
        meta = token.meta
        target = work.targets.get(meta["target"])
        closing: Token = meta["closing"]
        words = "" if meta["label"] is not None else title_html(target.title) if target else _escape(meta["target"])
        if target is None or not is_safe_address(target.url):
            closing.tag = "span"
            work.report(meta["place"], meta["offset"], f"[[{meta['target']}]] leads nowhere yet", "warning")
            return f'<span class="missing-link">{words}'
        closing.tag = "a"
        kind = f' data-link-type="{_escape(meta["type"])}"' if meta["type"] else ""
        return f'<a class="wiki-link" href="{_escape(target.url)}"{kind}>{words}'

    def title(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return title_html(tokens[index].content)

    def wiki_close(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return f"</{tokens[index].tag}>"

    def citation(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        work = _work(env)
        token = tokens[index]
        pieces: list[str] = []
        for key, after in token.meta["works"]:
            reference = work.references.get(key)
            rest = _escape(after if not after or after[0] in ",.:" else f" {after}")
            if reference is None:
                work.report(token.meta["place"], token.meta["offset"], f"No paper has the key {key}", "warning")
                pieces.append(f'<span class="missing-citation">@{_escape(key)}</span>{rest}')
            elif work.inline_only:
                pieces.append(_escape(reference.label) + rest)
            else:
                work.cited[key] = reference
                pieces.append(f'<a class="citation" href="#ref-{_escape(key)}">{_escape(reference.label)}</a>{rest}')
        return f'<span class="citations">({"; ".join(pieces)})</span>'

    # images, code, lists, tables

    def image(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        token, work = tokens[index], _work(env)
        source = str(token.attrs.get("src", ""))
        words = _plain_words(token.children or [])
        place = token.meta.get("place")
        if not is_safe_address(source) or source.lower().startswith("mailto:") or not source:
            if place is not None:
                work.report(
                    place, 0, "An image may be http, https or relative; this one is shown as its words", "warning"
                )
            return _escape(words)
        if not words.strip() and place is not None:
            work.report(place, 0, "This image has no words for those who cannot see it: ![words](address)", "warning")
        title = str(token.attrs.get("title", ""))
        source = _escape(media_address(source, work.media_base) or source)
        image = f'<img src="{source}" alt="{_escape(words)}" loading="lazy" decoding="async"'
        if token.meta.get("figure"):
            return f"<figure{line_of(token)}>{image}><figcaption>"
        return image + (f' title="{_escape(title)}">' if title else ">")

    def figure_close(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return "</figcaption></figure>\n"

    def fence(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        token = tokens[index]
        block = code_block(token.content, unescapeAll(token.info).strip(), _work(env).highlight_budget)
        return block.replace("<pre", f"<pre{line_of(token)}", 1)

    def code_block(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        block = code_block(tokens[index].content, "", _work(env).highlight_budget)
        return block.replace("<pre", f"<pre{line_of(tokens[index])}", 1)

    def task_box(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        done = tokens[index].meta["done"]
        words, sign = ("done", "☑") if done else ("to do", "☐")
        return f'<span class="task-box" role="img" aria-label="{words}">{sign}</span> '

    def table_open(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        line = line_of(tokens[index])
        return f'<div class="table-scroll" tabindex="0" role="group" aria-label="Table"{line}><table>\n'

    def table_close(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return f'<th scope="col"{_alignment(tokens[index])}>'

    def td_open(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return f"<td{_alignment(tokens[index])}>"

    # footnotes

    def footnote_ref(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        number, again = tokens[index].meta["id"] + 1, tokens[index].meta.get("subId", 0)
        address = f"fnref{number}" + (f"-{again + 1}" if again else "")
        label = f'aria-label="Footnote {number}"'
        return f'<sup class="footnote-ref"><a href="#fn{number}" id="{address}" {label}>{number}</a></sup>'

    def footnote_block_open(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return '<section class="footnotes" aria-label="Footnotes">\n<ol>\n'

    def footnote_block_close(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return f'<li id="fn{tokens[index].meta["id"] + 1}">'

    def footnote_close(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Tokens, index: int, options: Any, env: Any) -> str:
        number, again = tokens[index].meta["id"] + 1, tokens[index].meta.get("subId", 0)
        address = f"fnref{number}" + (f"-{again + 1}" if again else "")
        return f' <a class="footnote-backref" href="#{address}" aria-label="Back to the text">↩\ufe0e</a>'


def _work(env: Any) -> Work:
    work: Work = env["work"]
    return work


def _formula(token: Token, tag: str, classes: str) -> str:
    converted: Converted = token.meta["converted"]
    if converted.mathml is None or converted.error is not None:
        code = error_html(token.content, converted.error or TexError(""))
        return f"<p{line_of(token)}>{code}</p>" if tag == "div" else code
    focus = ' tabindex="0"' if "display" in classes else ""
    tex = _escape(token.content.strip())
    after = _escape(token.info) if tag == "div" else ""
    named = name_of(converted.mathml, token.content) if token.meta.get("names") else ""
    attributes = f'class="{classes}"{focus} data-tex="{tex}"{named}{line_of(token)}'
    return f"<{tag} {attributes}>{converted.mathml}{after}</{tag}>"


def _refuse_close(tokens: Tokens, index: int) -> None:
    # Links do not nest: the next end of a link is this one's.
    while tokens[index].type != "link_close":
        index += 1
    tokens[index].meta["refused"] = True


def media_address(address: str, media_base: str) -> str | None:
    """Give the served address of a file of the library (``../media/x.svg``), or None for any other address."""
    path = address.removeprefix("./").removeprefix("../").removeprefix("/")
    if not path.startswith("media/"):
        return None
    inside = posixpath.normpath(path.removeprefix("media/"))
    # The folder is flat; an address that would climb out of it leads nowhere instead.
    return media_base + (posixpath.basename(inside) if inside.startswith("..") else inside)


def _alignment(token: Token) -> str:
    style = str(token.attrs.get("style", ""))
    side = style.removeprefix("text-align:")
    return f' class="align-{side}"' if side in ("left", "center", "right") else ""


def _plain_words(children: Sequence[Token]) -> str:
    words: list[str] = []
    for child in children:
        if child.type == "image":
            words.append(_plain_words(child.children or []))
        elif child.type in ("softbreak", "hardbreak"):
            words.append(" ")
        elif child.type == "wiki_open" and child.meta["label"] is None:
            words.append(child.meta["target"])
        else:
            words.append(child.content)
    return "".join(words)
