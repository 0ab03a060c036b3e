"""The text of a post: constructs of Jekyll, Hugo and HTML that Markdown here has too are rewritten, others are told.

Lines keep their numbers, so that a complaint about the body leads to the line of the file. Code is left alone. NOT
here: front matter (`post_front.py`), where links and pictures lead (`Places`, made by `posts.py`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote

from app.interchange.foreign_records import find_arxiv_id, find_doi

LONGEST_LINE = 10_000
MOST_NOTES = 500
_CONTENTS = re.compile(r"^ {0,3}(?:[*+-]|\d\.) [^\n]{0,200}(?=\n {0,3}\{:toc[ }])", re.MULTILINE)  # a list's stand-in
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?:(?!\1).)+?\1(?!`)")
_HIGHLIGHT = re.compile(
    r"\s*(?:\{%-?\s*highlight\s+([\w+#.-]+)[^%]*%\}|\{\{[<%]\s*highlight\s+\"?([\w+#.-]+)[^>%]*[>%]\}\})\s*"
)
_HIGHLIGHT_END = re.compile(r"\s*(?:\{%-?\s*endhighlight\s*-?%\}|\{\{[<%]\s*/\s*highlight\s*[>%]\}\})\s*")
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\s*-?%\}")
_POST_URL = re.compile(
    r"\{%-?\s*(?:post_url|link)\s+([^\s%]{1,300})\s*-?%\}|\{\{[<%]\s*(?:rel)?ref\s+\"([^\"]{1,300})\"\s*[>%]\}\}"
)
_SITE = re.compile(r"\{\{\s*(?:site\.(?:baseurl|url)|page\.(?:baseurl|url))\s*(?:\|[^{}]{0,80})?\}\}")
_PATH_FILTER = re.compile(
    r"\{\{\s*['\"]([^'\"{}]{1,300})['\"]\s*\|\s*(?:relative_url|absolute_url|prepend[^{}]{0,80})\s*\}\}"
)
_FIGURE = re.compile(r"\{\{[<%]\s*figure\s+([^{}]{1,1000}?)\s*/?[>%]\}\}")
_IMG = re.compile(r"<img\s([^<>]{1,1000}?)/?>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_LIQUID = re.compile(r"(?<!\{)\{%-?\s*(/?\w*)[^{}]{0,400}?%\}|\{\{-?(?![<%])\s*([\w.\"'/]{1,60})[^{}]{0,400}?\}\}")
_SHORTCODE = re.compile(r"\{\{[<%]\s*(/?\s*[\w./-]{1,60})[^{}]{0,800}?[>%]\}\}")
_ATTRIBUTES = re.compile(r"\{:\s?[^{}\n]{0,200}\}")
_COMMENT = re.compile(r"<!--(.*?)-->")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,30})(?:\s[^<>]{0,1000})?/?>")
_MATHS = re.compile(r"\$\$[^$]+\$\$|\$[^$\n]+\$|\\\\?\([^\n]{0,2000}?\\\\?\)")
_LINK = re.compile(
    r"(!?)\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*<?([^\s<>()]*(?:\([^\s()]*\)[^\s<>()]*)?)>?((?:\s+(?:\"[^\"]*\"|'[^']*'))?)\s*\)"
)
# A link as Obsidian and others write it. Ours look alike: a slug, arxiv:…, doi:… or @key, a type before it or not.
_WIKI = re.compile(r"(!?)\[\[([^\[\]|#^\n]{1,300})((?:[#^][^\[\]|\n]{0,300})?)(?:\|([^\[\]\n]{0,300}))?\]\]")
_OURS = re.compile(r"\s*(?:[a-z-]+:\s*)?(?:@\S+|(?i:arxiv|doi):.*|[a-z0-9]+(?:-[a-z0-9]+)*)\s*")
_PICTURE_NAME = re.compile(r"\.(?:png|jpe?g|webp|gif|svg|avif|bmp)\s*$", re.IGNORECASE)
_INLINE_DISPLAY = re.compile(r"(?<=[^\s$])( ?)\$\$([^$\n]+)\$\$|\$\$([^$\n]+)\$\$(?=[ ]?[^\s$])")


class Places(Protocol):
    """Where links and pictures of one post lead."""

    def summary(self, target: str) -> str | None:
        """Return the slug of the post that a relative address names, None where none is."""

    def picture(self, target: str) -> tuple[str, str]:
        """Return the new address of a local picture and why it cannot be had; one of the two is empty."""


@dataclass(slots=True)
class Body:
    """A text that was rewritten, what in it has no counterpart, and the works it links to as (link, kind, id)."""

    text: str = ""
    notes: list[tuple[int, str]] = field(default_factory=list)
    works: list[tuple[str, str, str, int]] = field(default_factory=list)


def rewrite(source: str, first_line: int, places: Places, *, jekyll: bool) -> Body:
    """Rewrite a post's text line by line; `jekyll` reads `$$x$$` within a line as inline, as kramdown does."""
    body = Body()
    source = _CONTENTS.sub("", source)
    lines: list[str] = []
    fence = comment = ""
    for number, line in enumerate(source.split("\n"), start=first_line):
        opening = _FENCE.match(line)
        if fence:
            if (fence == "%" and _HIGHLIGHT_END.fullmatch(line[:400])) or (
                opening and opening[1].startswith(fence) and not line.strip().strip(fence[0])
            ):
                line, fence = ("```" if fence == "%" else line), ""
        elif comment:
            comment = "" if "-->" in line else comment
            line = line.partition("-->")[2] if not comment else ""
        elif opening:
            fence = opening[1]
        elif (highlight := _HIGHLIGHT.fullmatch(line[:400])) is not None:
            line, fence = f"```{highlight[1] or highlight[2]}", "%"
        elif "<!--" in line and "-->" not in line.partition("<!--")[2]:
            line, comment = line.partition("<!--")[0], "!"
            _note(body, number, "an HTML comment; left out")
        elif len(line) > LONGEST_LINE:
            _note(body, number, f"longer than {LONGEST_LINE:,} characters; taken as it is")
        elif not line.startswith(("    ", "\t")):
            line = _around_code(line, lambda piece, at=number: _piece(piece, at, body, places, jekyll))  # type: ignore[misc]
        lines.append(line)
    if fence == "%":
        lines.append("```")
    body.text = "\n".join(lines)
    return body


def _note(body: Body, line: int, sentence: str) -> None:
    if len(body.notes) < MOST_NOTES:
        body.notes.append((line, sentence))


def _around_code(line: str, change: Callable[[str], str]) -> str:
    """Change what of a line stands outside code."""
    out: list[str] = []
    at = 0
    for code in _CODE.finditer(line) if "`" in line else ():
        out += [change(line[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*out, change(line[at:])])


def _piece(text: str, line: int, body: Body, places: Places, jekyll: bool) -> str:
    if "{" in text:
        text = _liquid(text, line, body)
    if "<" in text:
        text = _html(text, line, body)
    if jekyll and "$$" in text:
        text = _INLINE_DISPLAY.sub(lambda match: f"{match[1] or ''}${(match[2] or match[3]).strip()}$", text)
    if "\\\\" in text:
        text = re.sub(r"\\\\([()\[\]])", r"\\\1", text)  # Jekyll's escaped \( and \[
    if "[[" in text:
        text = _WIKI.sub(lambda match: _wiki_link(match, line, body, places), text)
    return _LINK.sub(lambda match: _link(match, line, body, places), text) if "](" in text else text


def _liquid(text: str, line: int, body: Body) -> str:
    text = _SITE.sub("", _RAW.sub("", text))
    text = _PATH_FILTER.sub(lambda match: match[1], text)
    text = _POST_URL.sub(lambda match: f"{(match[1] or match[2]).strip(chr(34))}.md".replace(".md.md", ".md"), text)
    text = _FIGURE.sub(lambda match: _picture(match[1]), text)
    for pattern, what in ((_SHORTCODE, "shortcode"), (_LIQUID, "Liquid tag")):
        for found in pattern.finditer(_without_maths(text)):
            name = next((group for group in found.groups() if group), "").strip()
            _note(body, line, f"the {what} “{name}” has no counterpart; left as text")
    if (found_ := _ATTRIBUTES.search(text)) is not None and not _MATHS.search(text):
        _note(body, line, f"kramdown attributes “{found_[0][:60]}”; left out")
        text = _ATTRIBUTES.sub("", text).rstrip()
    return text


def _html(text: str, line: int, body: Body) -> str:
    for comment in _COMMENT.finditer(text):
        if comment[1].strip() != "more":
            _note(body, line, "an HTML comment; left out")
    text = _COMMENT.sub("", text)
    text = _IMG.sub(lambda match: _picture(match[1]), text)
    names = [f"{found[1]}{found[2].lower()}" for found in _TAG.finditer(_without_maths(text))]
    if names:
        _note(body, line, f"HTML is shown as text: <{'>, <'.join(dict.fromkeys(names))}>")
    return text


def _picture(attributes: str) -> str:
    found = {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(attributes)}
    alt = re.sub(r"[\[\]\n]", " ", found.get("alt") or found.get("caption") or found.get("title") or "")
    title = re.sub(r"[\"\n]", " ", found.get("caption") or found.get("title") or "")
    return f"![{alt}]({found.get('src', '').replace(' ', '%20')}" + (f' "{title}")' if title else ")")


def _link(match: re.Match[str], line: int, body: Body, places: Places) -> str:
    is_picture, words, target, title = match.groups()
    local = target and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|//|#", target)
    if is_picture:
        if not local:
            return match[0]
        address, reason = places.picture(target)
        if reason:
            _note(body, line, f"the picture {target[:120]}: {reason}")
        return f"![{words}]({address or target}{title})"
    if local:
        slug = places.summary(target)
        if slug is None:
            _note(body, line, f"the link to {target[:120]} leads to nothing that is imported; left as it is")
            return match[0]
        return f"[[{slug} | {words}]]" if words and not re.search(r"[|\[\]]", words) else f"[[{slug}]]"
    for kind, found in (("arxiv", find_arxiv_id(target)), ("doi", find_doi(target))):
        if found and len(body.works) < 1000:
            body.works.append((match[0], kind, found, line))
            break
    return match[0]


def _wiki_link(match: re.Match[str], line: int, body: Body, places: Places) -> str:
    """Lead a link between notes to the summary that the note becomes; write a picture as Markdown does."""
    embeds, target, place, words = match[1], match[2].strip(), match[3], (match[4] or "").strip()
    if embeds and _PICTURE_NAME.search(target):
        return f"![{'' if words.isdecimal() else words}]({quote(target)})"  # a number is its width
    slug = places.summary(target)
    if slug is None:
        if embeds or not _OURS.fullmatch(target):
            _note(body, line, f"the link {match[0][:120]} leads to nothing that is imported; left as it is")
        return match[0]
    if embeds:
        _note(body, line, f"the text of {match[0][:120]} does not stand here; a link to it does")
    words = words or (target if target != slug and not place else "")
    return f"[[{slug} | {words}]]" if words else f"[[{slug}]]"


def _without_maths(text: str) -> str:
    return _MATHS.sub(lambda match: " " * len(match[0]), text)
