"""Markdown and TeX to safe HTML with MathML. Knows no database and no web; the only owner of its vendors.

``render`` makes a body, ``render_inline`` a TLDR; the ``find_`` functions and ``extract_tldr`` read a source;
``title_html`` shows a paper's title;
``parse_macros`` and ``combine`` make the macros that texts take. Style rules the HTML needs: ``static/css/math.css``.
"""

from app.markup.headings import Heading
from app.markup.links import FoundLink, Reference, Target
from app.markup.macros import EMPTY_MACROS, Macros, MacroSet, combine, parse_macros
from app.markup.parser import find_citations, find_links, find_media
from app.markup.plain import excerpt
from app.markup.problems import Problem
from app.markup.render import RENDERER_VERSION, Rendered, render, render_inline
from app.markup.titles import title_html, title_text
from app.markup.tldr import Extract, extract_tldr

__all__ = [
    "EMPTY_MACROS",
    "RENDERER_VERSION",
    "Extract",
    "FoundLink",
    "Heading",
    "MacroSet",
    "Macros",
    "Problem",
    "Reference",
    "Rendered",
    "Target",
    "combine",
    "excerpt",
    "extract_tldr",
    "find_citations",
    "find_links",
    "find_media",
    "parse_macros",
    "render",
    "render_inline",
    "title_html",
    "title_text",
]
