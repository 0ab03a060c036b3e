r"""Titles of papers and summaries, plain text but for the formulas between dollars: as safe HTML, and as words.

Bibliographies write ``RL$^2$`` and mean it. Dollars count as in Markdown, so that prices stay prices; nothing else of
Markdown does: a star in a title is a star. Not here: the text of summaries (``render``).
"""

from __future__ import annotations

import html as escaping
import re
from functools import lru_cache

from app.markup.macros import EMPTY_MACROS
from app.markup.plain import name_of, plain_text
from app.markup.sanitise import sanitise
from app.markup.tex import Formula, convert_formulas
from app.markup.together import hold, part_after, part_before

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
    out = []
    words = _unescaped(pieces[0])
    for tex, made, following in zip(pieces[1::2], converted, pieces[2::2], strict=True):
        formula = escaping.escape(f"${tex}$")
        if made.mathml is not None and made.error is None:
            mathml = _ID.sub("", made.mathml)
            named = name_of(mathml, tex)
            formula = f'<span class="math inline" data-tex="{escaping.escape(tex)}"{named}>{mathml}</span>'
        words, before = part_before(words)
        after, rest = part_after(_unescaped(following))
        out += [escaping.escape(words), hold(before, formula, after)]
        words = rest
    return sanitise("".join([*out, escaping.escape(words)]))


@lru_cache(maxsize=4096)
def _spoken(title: str) -> str:
    return " ".join(plain_text(_rendered(title)).split())


def _unescaped(words: str) -> str:
    return words.replace(r"\$", "$")
