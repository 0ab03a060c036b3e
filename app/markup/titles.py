r"""Titles of papers, which are plain text but for the formulas between dollars: as safe HTML, and as words.

Bibliographies write ``RL$^2$`` and mean it. Dollars count as in Markdown, so that prices stay prices; nothing else of
Markdown does: a star in a title is a star. Not here: the text of summaries (``render``).
"""

from __future__ import annotations

import html as escaping
import re
from functools import lru_cache

from app.markup.macros import EMPTY_MACROS
from app.markup.plain import plain_text
from app.markup.sanitise import sanitise
from app.markup.tex import Formula, convert_formulas

# As in ``markdown_math``: no space after the opening dollar, none before the closing one, and no digit after that.
_FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])((?:\\.|[^$\\])+)(?<!\s)\$(?!\d)", re.DOTALL)
_ID = re.compile(r' id="[^"]*"')  # several titles stand on one page: no address may be there twice


def title_html(title: str) -> str:
    """Give a title as inline HTML: its formulas as MathML, the rest escaped, a wrong formula as typed."""
    return _rendered(title) if "$" in title else escaping.escape(title)


def title_text(title: str) -> str:
    """Give a title as words, for where no markup can stand: “RL²” for ``RL$^2$``."""
    return _spoken(title) if "$" in title else title


@lru_cache(maxsize=4096)
def _rendered(title: str) -> str:
    pieces = _FORMULA.split(title)  # words and formulas by turns
    converted = convert_formulas([Formula(tex, display=False) for tex in pieces[1::2]], EMPTY_MACROS)
    out = [_escaped(pieces[0])]
    for tex, made, words in zip(pieces[1::2], converted, pieces[2::2], strict=True):
        if made.mathml is None or made.error is not None:
            out.append(escaping.escape(f"${tex}$"))
        else:
            mathml = _ID.sub("", made.mathml)
            out.append(f'<span class="math inline" data-tex="{escaping.escape(tex)}">{mathml}</span>')
        out.append(_escaped(words))
    return sanitise("".join(out))


@lru_cache(maxsize=4096)
def _spoken(title: str) -> str:
    return " ".join(plain_text(_rendered(title)).split())


def _escaped(words: str) -> str:
    return escaping.escape(words.replace(r"\$", "$"))
