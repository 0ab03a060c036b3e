"""TLDRs cut for lists and for what stands in a page's head: between words, never inside a formula.

NOT here: the cutting (`app/markup/plain.py`), excerpts that show where words were found (`app/search/snippets.py`).
"""

from functools import lru_cache

from app.markup.plain import excerpt, plain_text

LIST_WORDS = 90  # a few sentences; what a TLDR should be fits
HEAD_WORDS = 45


@lru_cache(maxsize=4096)
def for_lists(tldr_html: str) -> str:
    """Return the HTML of a TLDR as lists show it."""
    return excerpt(tldr_html, words=LIST_WORDS)


def for_head(tldr_html: str) -> str:
    """Return a TLDR as plain text of a line or two, for the page's description."""
    return " ".join(plain_text(excerpt(tldr_html, words=HEAD_WORDS)).split())
