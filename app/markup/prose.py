"""The sentences of a rendered text: its plain words without headings, code, tables, captions and references.

What an excerpt may be cut from. NOT here: the plain words themselves (`plain.py`), excerpts (`app/search/snippets.py`).
"""

import re

from app.markup.plain import plain_text

_ASIDE = re.compile(
    r'<(?P<tag>pre|table|figure|h[1-6])\b.*?</(?P=tag)>|<section class="references".*?</section>', re.DOTALL
)
# A citation that was taken out leaves a gap before the sign behind it.
_GAP = re.compile(r"\s+([,.;:])(?=\s|$)")


def prose_of(html: str, text: str) -> list[str]:
    """Return the stretches of prose in the plain text of some HTML, in order; `text` is its `plain_text`."""
    lines = f"\n{text}\n"
    found, at = [], 0
    for aside in _ASIDE.finditer(html):
        words = plain_text(aside.group())
        place = lines.find(f"\n{words}\n", at) if words else -1
        if place >= 0:
            found.append(lines[at:place])
            at = place + len(words) + 1
    found.append(lines[at:])
    return [_GAP.sub(r"\1", stretch).strip() for stretch in found if stretch.strip()]
