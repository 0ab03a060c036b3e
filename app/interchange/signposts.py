"""What tells programs where things are: robots.txt, llms.txt, the OpenSearch description, and suggestions.

NOT here: the sitemap (`sitemap.py`).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app import addresses
from app.interchange.xml_writing import document, element

OPENSEARCH = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
LONGEST_NAME = 16  # OpenSearch 1.1, ShortName
DISALLOWED = ("/admin", "/search?", "/search.", "/suggest", "/summaries?", "/api/")


@dataclass(frozen=True, slots=True)
class Signpost:
    """A shelf or path as llms.txt names it."""

    path: str
    name: str
    description: str
    count: int


def robots(base: str) -> str:
    """Return robots.txt."""
    lines = [
        "# Everything may be read; searches and the thousand ways to narrow a list need no visit.",
        "User-agent: *",
        *(f"Disallow: {path}" for path in DISALLOWED),
        "",
        f"Sitemap: {base}/sitemap.xml",
    ]
    return "\n".join(lines) + "\n"


def opensearch(base: str, title: str, icon: str) -> bytes:
    """Return the OpenSearch 1.1 description; `icon` is the path of a picture."""

    def url(kind: str, path: str, rel: str = "results") -> dict[str, str]:
        return {"type": kind, "rel": rel, "template": f"{base}{path}"}

    name = title if len(title) <= LONGEST_NAME else title[: LONGEST_NAME - 1].rstrip() + "…"
    places = (
        url("text/html", "/search?q={searchTerms}"),
        url("application/atom+xml", "/search.atom?q={searchTerms}"),
        url("application/json", "/search.json?q={searchTerms}"),
        url(SUGGESTIONS, "/suggest?q={searchTerms}", "suggestions"),
        url(OPENSEARCH, "/opensearch.xml", "self"),
    )
    picture = {"type": "image/svg+xml", "width": "16", "height": "16"}
    root = element(
        "OpenSearchDescription",
        element("ShortName", name),
        element("Description", f"Search {title}, a library of paper summaries."[:1024]),
        *(element("Url", attributes=place) for place in places),
        element("Image", base + icon, attributes=picture),
        element("Language", "en"),
        element("InputEncoding", "UTF-8"),
        element("OutputEncoding", "UTF-8"),
        attributes={"xmlns": "http://a9.com/-/spec/opensearch/1.1/"},
    )
    return document(root)


def suggestions(base: str, typed: str, found: Iterable[tuple[str, str, str]]) -> bytes:
    """Return suggestions as browsers read them (OpenSearch suggestions 1.0); each is (words, description, path)."""
    rows = list(found)
    answer = [typed, [row[0] for row in rows], [row[1] for row in rows], [base + row[2] for row in rows]]
    return json.dumps(answer, ensure_ascii=False).encode()


def llms(base: str, title: str, licence: str, shelves: Sequence[Signpost], paths: Sequence[Signpost]) -> str:
    """Return llms.txt: what the library is, its shelves and paths with links, and how to have a page as text.

    `licence` is the line about that of the texts, or empty.
    """
    lines = [
        f"# {title}",
        "",
        "> A curated library of paper summaries: of each paper its point in a few sentences (the TLDR), then the"
        " argument, the mathematics and the limits. Each summary says who wrote it and how far the paper was read.",
        "",
        "Every page can be had in other forms: add `.md` (front matter and Markdown with LaTeX), `.json`, `.bib`,"
        " `.ris`, `.csl.json` or `.atom` to its address, before any `?`. Without a suffix it is HTML for people.",
        *(["", licence] if licence else []),
        "",
        "## Start",
        "",
        f"- [All summaries]({base}/summaries.md): newest first; narrow by `category`, `tag`, `kind`, `year`, `author`",
        f"- [Search]({base}/search.json?q=attention): put your words after `q=`",
        f"- [One paper]({base}/lookup?arxiv=1706.03762): the summaries of a paper by `arxiv`, `doi` or `key`, as JSON",
        f"- [JSON API]({base}/api/v1/openapi.json): everything, described by OpenAPI",
    ]
    for heading, posts in (("Shelves", shelves), ("Reading paths", paths)):
        if posts:
            lines += ["", f"## {heading}", "", *(_line(base, post) for post in posts)]
    feeds = f"- [Feed]({base}/feed.atom): what is new, with full text", f"- [Sitemap]({base}/sitemap.xml)"
    lines += ["", "## Optional", "", *feeds, f"- [OAI-PMH]({base}/oai?verb=Identify): for harvesters"]
    return "\n".join(lines) + "\n"


def _line(base: str, post: Signpost) -> str:
    name = post.name.replace("[", "(").replace("]", ")")
    description = " ".join(post.description.split())
    number = f"{post.count} {'summary' if post.count == 1 else 'summaries'}"
    return f"- [{name}]({base}{post.path}.md): {f'{description} ' if description else ''}({number})"


def category_post(slug: str, name: str, description: str, count: int) -> Signpost:
    return Signpost(addresses.category_path(slug), name, description, count)


def path_post(slug: str, name: str, description: str, count: int) -> Signpost:
    return Signpost(addresses.reading_path_path(slug), name, description, count)
