"""Slugs: what names look like in URLs and file names."""

import re

from slugify import slugify

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def make_slug(name: str, limit: int = 100) -> str:
    """Return the slug of a name: ASCII, lower case, words joined by hyphens; empty where nothing is left."""
    return slugify(name, max_length=limit, word_boundary=True, save_order=True)


def is_slug(text: str, limit: int = 120) -> bool:
    return len(text) <= limit and SLUG.fullmatch(text) is not None
