"""HTML of feed entries back to Markdown: formulas to TeX where the TeX stands beside them, code kept as code.

What has no Markdown is told. NOT here: feeds (`feed_reading.py`); Markdown to HTML is `app/markup/`.
"""

import re
import warnings
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag
from markdownify import MarkdownConverter

from app.errors import BadInput

MAX_HTML = 1_000_000
MAX_DEPTH = 150
MAX_TAGS = 30_000
MAX_BROKEN = 100
DROPPED = ("script", "style", "iframe", "object", "embed", "form", "svg", "video", "audio", "canvas", "noscript")
_DISPLAY = re.compile(r"\bdisplay\b|\bmath-display\b|katex-display|MathJax_Display")
_WORDPRESS = re.compile(r"\blatex\b")
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]*)[^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*)*>""")
_DECLARED = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">"))
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


class _Converter(MarkdownConverter):
    """Know a formula, which is put in as text before, from words that need escaping."""

    def convert_tex(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002 - the vendor's signature
        source = str(el.get("source", ""))
        return f"\n\n$$\n{source}\n$$\n\n" if el.get("kind") == "display" else f"${source}$"


def html_to_markdown(html: str) -> tuple[str, list[str]]:
    """Return HTML as Markdown, and a sentence for each kind of thing that was lost; raises BadInput beyond limits."""
    if len(html) > MAX_HTML:
        raise BadInput(f"its text is longer than {MAX_HTML:,} characters of HTML")
    html = _tidied(html)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)  # a short text may look like a file's name
        soup = BeautifulSoup(html, "html.parser")
    lost: dict[str, int] = {}
    _formulas(soup, lost)
    for name in DROPPED:
        for tag in soup.find_all(name):
            tag.decompose()
            lost[f"<{name}>"] = lost.get(f"<{name}>", 0) + 1
    try:
        text = _Converter(heading_style="atx", bullets="-", escape_underscores=False).convert_soup(soup)
    except RecursionError as error:
        raise BadInput("its HTML is nested too deeply") from error
    text = re.sub(r"[ \t]+\n", "\n", re.sub(r"\n{3,}", "\n\n", text.replace("\0", ""))).strip()
    return text, [f"{name}: left out ({count} time{'s' * (count > 1)})" for name, count in lost.items()]


def _tidied(html: str) -> str:
    """Return HTML in which every `<` begins a whole tag, in one pass: the parser takes its time over broken ones.

    Comments and declarations go. Raises BadInput for too many tags, too deep a nest or too much that is broken.
    """
    out: list[str] = []
    at = depth = tags = broken = 0
    while (start := html.find("<", at)) >= 0:
        out.append(html[at:start])
        tag = _TAG.match(html, start)
        if tag is not None:
            tags, at = tags + 1, tag.end()
            out.append(tag[0])
            name = tag[2].lower()
            if name in ("script", "style") and not tag[1]:
                closing = re.compile(f"</{name}", re.IGNORECASE).search(html, at)
                at, whole = (closing.start(), html[at : closing.start()]) if closing else (len(html), "")
                out.append(whole)
            if name not in _VOID and not tag[0].endswith("/>"):
                depth = max(0, depth + (-1 if tag[1] else 1))
        elif (declared := next((end for sign, end in _DECLARED if html.startswith(sign, start)), "")) != "":
            end = html.find(declared, start + 2)
            at = end + len(declared) if end >= 0 else len(html)
        else:
            out.append("&lt;")
            at = start + 1
            broken += html[at : at + 1].isalpha() or html.startswith("/", at)
        if tags > MAX_TAGS or depth > MAX_DEPTH or broken > MAX_BROKEN:
            raise BadInput(f"its HTML is broken, or has over {MAX_TAGS:,} tags, or is nested over {MAX_DEPTH} deep")
    return "".join([*out, html[at:]])


def _formulas(soup: BeautifulSoup, lost: dict[str, int]) -> None:
    """Put TeX in the place of every formula that carries it; others leave their text."""
    for element, source, display in list(_found(soup)):
        if element.parent is None or element.decomposed:
            continue
        tex = " ".join(source.split()) if not display else source.strip()
        if not tex or "$" in tex:
            lost["a formula without TeX"] = lost.get("a formula without TeX", 0) + 1
            continue
        attributes: dict[str, Any] = {"source": tex, "kind": "display" if display else "inline"}
        element.replace_with(soup.new_tag("tex", attrs=attributes))
    for maths in soup.find_all("math"):
        if not maths.decomposed:
            lost["a formula without TeX"] = lost.get("a formula without TeX", 0) + 1
            maths.replace_with(maths.get_text(" ", strip=True))


def _found(soup: BeautifulSoup) -> Iterator[tuple[Tag, str, bool]]:
    """Give every element that is a formula, its TeX, and whether it stands on lines of its own; the outermost first."""
    for element in soup.find_all(None, {"data-tex": True}):  # ours
        yield element, str(element["data-tex"]), bool(_DISPLAY.search(_classes(element)))
    for annotation in soup.find_all("annotation"):  # KaTeX, MathJax 3, pandoc
        if "tex" in str(annotation.get("encoding", "")).lower():
            element = annotation.find_parent("math") or annotation
            display = element.get("display") == "block" if isinstance(element, Tag) else False
            for parent in list(element.parents)[:4]:
                names = _classes(parent)
                if re.search(r"\bkatex\b|katex-display|\bMathJax|\bmath\b", names):
                    element, display = parent, display or bool(_DISPLAY.search(names))
            yield element, annotation.get_text(), display
    for maths in soup.find_all("math", {"alttext": True}):  # LaTeXML, as arXiv's pages have it
        yield maths, str(maths["alttext"]), maths.get("display") == "block"
    for script in soup.find_all("script", type=re.compile(r"^math/tex")):  # MathJax 2
        yield script, script.get_text(), "mode=display" in str(script.get("type"))
    for image in soup.find_all("img", {"class": _WORDPRESS}):
        yield image, str(image.get("alt", "")), False


def _classes(element: Tag) -> str:
    found: Any = element.get("class") or []
    return " ".join(found) if isinstance(found, list) else str(found)
