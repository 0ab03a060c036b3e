"""Fenced code with its words marked by classes; diagrams and unknown languages keep their spacing untouched.

Not here: the colours (``static/css/code.css``).
"""

from __future__ import annotations

import html

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

# Only these are highlighted: each is quick on hostile input, and together they are what summaries show.
LANGUAGES = frozenset(
    """bash c c++ cpp css cuda diff docker dockerfile go haskell html ini java javascript js json julia latex lua make
    makefile matlab numpy ocaml pycon pytb python python3 py r ruby rust scala sh shell sql swift tex toml ts typescript
    xml yaml yml zsh""".split()
)
MAX_HIGHLIGHTED = 20_000
HIGHLIGHT_BUDGET = 100_000

_FORMATTER = HtmlFormatter(nowrap=True)


def code_block(code: str, info: str, budget: list[int]) -> str:
    """Give a code block as HTML; ``budget[0]`` is how many characters may still be highlighted in this text."""
    words = info.split()
    language = words[0].strip("{}.").lower() if words else ""
    inner = html.escape(code, quote=False)
    if language in LANGUAGES and len(code) <= min(MAX_HIGHLIGHTED, budget[0]):
        # A block costs something however short it is.
        budget[0] -= len(code) + 100
        inner = _highlighted(code, language) or inner
    attribute = f' class="language-{html.escape(language)}"' if language else ""
    return f'<pre class="highlight" tabindex="0"><code{attribute}>{inner}</code></pre>\n'


def _highlighted(code: str, language: str) -> str | None:
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return str(highlight(code, lexer, _FORMATTER))
