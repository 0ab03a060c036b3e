"""Sitemaps (sitemaps.org, protocol 0.9): the public addresses with their last change, and an index where they are many.

NOT here: which addresses there are (`app/summaries/site_places.py`).
"""

import datetime as dt
from collections.abc import Iterable, Sequence

from app.interchange.xml_writing import Element, document, element

MEDIA_TYPE = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000  # the protocol's limit for one file

Place = tuple[str, dt.datetime]


def sitemap(base: str, places: Sequence[Place], most: int = MOST) -> bytes:
    """Return the sitemap of all these places, or where they are too many for one file, the index of its parts."""
    if len(places) <= most:
        return _file("urlset", "url", base, places)
    parts = [places[at : at + most] for at in range(0, len(places), most)]
    newest = [(f"/sitemap-{number}.xml", max(at for _, at in part)) for number, part in enumerate(parts, 1)]
    return _file("sitemapindex", "sitemap", base, newest)


def part_of_sitemap(base: str, places: Sequence[Place], number: int, most: int = MOST) -> bytes | None:
    """Return the numbered part, counted from 1; None where the sitemap has no parts or not so many."""
    part = places[(number - 1) * most : number * most]
    return _file("urlset", "url", base, part) if part and len(places) > most else None


def _file(root: str, entry: str, base: str, places: Iterable[Place]) -> bytes:
    def line(path: str, at: dt.datetime) -> Element:
        return element(entry, element("loc", base + path), element("lastmod", f"{at:%Y-%m-%dT%H:%M:%SZ}"))

    return document(element(root, *(line(path, at) for path, at in places), attributes={"xmlns": NAMESPACE}))
