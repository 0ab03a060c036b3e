"""Which address of the live site becomes which file, and which cannot be one.

A page is `index.html` in a folder of its name, so its address stays as it is on any web server; a twin is a file beside
that folder. Of the addresses with a query those with one plain choice are built (a page number, a year, a kind); the
others are the work of a server and have no file. NOT here: reading or writing anything.
"""

import posixpath
import re
from urllib.parse import parse_qsl, unquote, urlsplit

# What only a server can answer; a link to it loses its address, not its words.
SERVED = re.compile(
    r"/(?:admin|api|login|logout|invitations|preview|mcp|oai|unapi|suggest|lookup|metrics|healthz|readyz"
    r"|summaries/[^/]+/history)(?:[/.]|$)"
)
SUFFIX = re.compile(r"\.(?:json|md|bib|ris|atom|xml|txt|css|js|svg|png|jpe?g|webp|gif|woff2)$")
PLAIN = re.compile(r"[A-Za-z0-9._-]{1,120}")
ELSEWHERE = {"category": "/categories/", "tag": "/tags/", "author": "/authors/", "series": "/series/"}
CHOICES = {
    "/summaries": {"year", "kind", "sort"},
    "/papers": {"summarised"},
    "/timeline": {"category"},
    "/graph": {"category", "around"},
}
SEARCH = "/search"
SAMPLES = "/styleguide"  # its pages of a list are only drawn


def own_address(address: str) -> str:
    """Return the address to ask for instead of this one: a list narrowed to one shelf is that shelf's own page."""
    parts = urlsplit(address)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    pages = [value for name, value in pairs if name == "page"]
    shelves = [pair for pair in pairs if pair[0] in ELSEWHERE and PLAIN.fullmatch(pair[1])]
    if parts.path != "/summaries" or len(shelves) != 1 or len(pairs) != 1 + len(pages) or len(pages) > 1:
        return address
    name, value = shelves[0]
    return f"{ELSEWHERE[name]}{value}" + "".join(f"?page={page}" for page in pages)


def site_path(address: str) -> str | None:
    """Return the address that stands for this one on the static site: a path that ends in a file's name or in “/”.

    `address` is a path with an optional query. None where it has no file.
    """
    if address.startswith("//"):
        return None
    parts = urlsplit(own_address(address))
    path = unquote(parts.path)
    if SERVED.match(path) or "\x00" in path or "//" in path:
        return None
    if path.startswith("/static/"):
        return path  # its version in the query matters to caches of the live site only
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names) or not all(PLAIN.fullmatch(value) for _, value in pairs):
        return None
    asked = dict(pairs)
    page = asked.pop("page", None)
    if path == SEARCH or path.startswith(SEARCH + "."):
        return SEARCH + "/" if path == SEARCH and not pairs else None
    if SUFFIX.search(path):
        return _document(path, asked, page)
    if len(asked) > 1 or not set(asked) <= CHOICES.get(path, set()):
        return None
    if path == SAMPLES and pairs:
        return None
    chosen = "".join(f"{name}/{value}/" for name, value in asked.items())
    numbered = f"page/{page}/" if page not in (None, "1") else ""
    return posixpath.join(path, "") + chosen + numbered


def _document(path: str, asked: dict[str, str], page: str | None) -> str | None:
    if asked:
        return None
    if page in (None, "1"):
        return path
    stem, dot, suffix = path.rpartition("/")[2].partition(".")
    return f"{path.rpartition('/')[0]}/{stem}-page-{page}{dot}{suffix}"


def file_of(site: str) -> str:
    """Return the file, relative to the folder of the site, that an address of the static site is read from."""
    return (site + "index.html" if site.endswith("/") else site).lstrip("/")


def relative(site: str, page: str) -> str:
    """Return how `page` names `site`, both addresses of the static site."""
    start, target = page.split("/")[:-1], site.split("/")
    shared = 0
    while shared < min(len(start), len(target) - 1) and start[shared] == target[shared]:
        shared += 1
    named = "../" * (len(start) - shared) + "/".join(target[shared:])
    return f"./{named}" if not named or ":" in named.partition("/")[0] else named
