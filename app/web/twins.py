"""Twins: the other forms that a page has, each under a suffix of its address. Names and addresses only, no reads.

    /summaries/adam -> /summaries/adam.bib        /search?q=adam -> /search.ris?q=adam

No slug or key ends with one of these suffixes, so an address says what it means. NOT here: choosing a form for a
request (`negotiation.py`), making them (the doors).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode

from starlette.convertors import Convertor, register_url_convertor


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its suffix, its media type, its name for people, and other types by which clients ask for it."""

    suffix: str
    media_type: str
    name: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Twin:
    """A form of one page, and where it is (a path with its query)."""

    form: Form
    path: str


FORMS = {
    form.suffix: form
    for form in (
        Form(".bib", "application/x-bibtex", "BibTeX", ("text/x-bibtex",)),
        Form(".ris", "application/x-research-info-systems", "RIS"),
        Form(".csl.json", "application/vnd.citationstyles.csl+json", "CSL-JSON"),
        Form(".json", "application/json", "JSON"),
        Form(".md", "text/markdown", "Markdown", ("text/x-markdown",)),
        Form(".atom", "application/atom+xml", "Atom"),
    )
}
ALL = tuple(FORMS)
RECORDS = tuple(suffix for suffix in ALL if suffix != ".atom")
PLAIN = (".json", ".md")
PAGES: dict[str, tuple[str, ...]] = {
    "/": (),
    "/summaries": ALL, "/summaries/*": RECORDS,
    "/papers": RECORDS, "/papers/*": RECORDS,
    "/authors": PLAIN, "/authors/*": ALL,
    "/categories": PLAIN, "/categories/*": ALL,
    "/tags": PLAIN, "/tags/*": ALL,
    "/series/*": ALL,
    "/paths": PLAIN, "/paths/*": ALL,
    "/search": ALL,
}  # fmt: skip
SITE_FEED = "/feed.atom"
# What only turns the leaves of a page; a twin has leaves of its own.
LEAVES = ("page", "cursor", "limit")
LISTS = ("/summaries", "/search")
# Of other pages, what they may be asked for that their twins can be asked for too.
CHOICES = {"/papers": {("summarised", "no")}}


def kind_of(path: str) -> str:
    """Return what kind of page lives at a path, a key of PAGES; empty where it is none that has twins."""
    _, head, *rest = path.split("/", 2) if path.startswith("/") else ("", "")
    kind = f"/{head}/*" if rest and rest[0] and "/" not in rest[0] else path
    return kind if kind in PAGES else ""


def split(path: str) -> tuple[str, str]:
    """Return the page's path and the suffix asked for, known or not; no suffix where the path is the page itself."""
    for suffix in (".csl.json", *ALL):
        if path.endswith(suffix) and len(path) > len(suffix) and kind_of(path[: -len(suffix)]):
            return path[: -len(suffix)], suffix
    before, _, last = path.rpartition("/")
    stem, dot, rest = last.partition(".")
    page = f"{before}/{stem}"
    if dot and stem and kind_of(page) and not path.startswith("/papers/"):  # keys may have dots, slugs have none
        return page, dot + rest
    return path, ""


@lru_cache(maxsize=512)
def before_html(accept: bytes) -> tuple[str, ...]:
    """Return the suffixes of the forms that an Accept header puts before HTML, the dearest first.

    Quality decides, then how closely a type is named; HTML wins what is left equal, so a browser, a client that takes
    anything, and one that takes nothing we have, get the page: RFC 9110, 12.4.1 allows it, and it says more than a 406.
    """
    if not accept or accept == b"*/*" or len(accept) > 1000:
        return ()
    ranges = dict(_ranges(accept.decode("latin-1").lower()))
    html = max(_wish(ranges, "text/html"), _wish(ranges, "application/xhtml+xml"))
    wishes = []
    for place, form in enumerate(FORMS.values()):
        wish = max(_wish(ranges, name) for name in (form.media_type, *form.also))
        if wish > html and wish[0] > 0:
            wishes.append((-wish[0], -wish[1], place, form.suffix))
    return tuple(suffix for *_, suffix in sorted(wishes))


def _ranges(accept: str) -> list[tuple[str, float]]:
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        try:
            found.append((name, min(max(float(quality), 0.0), 1.0)))
        except ValueError:
            found.append((name, 0.0))
    return found


def _wish(ranges: dict[str, float], media_type: str) -> tuple[float, int]:
    """Return how much a type is wished for: its quality, and how closely it was named."""
    names = (media_type, media_type.partition("/")[0] + "/*", "*/*")
    return next(((ranges[name], 3 - place) for place, name in enumerate(names) if name in ranges), (0.0, 0))


def twins_of(path: str, query: str = "") -> list[Twin]:
    """Return the twins of the page at an address, its filters kept; none where it is no page or nothing was asked."""
    kind = kind_of(path)
    if kind == "/":
        return [Twin(FORMS[".atom"], SITE_FEED)]
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in LEAVES]
    if (
        not kind
        or (kind == "/search" and not pairs)
        or (kind not in LISTS and not CHOICES.get(kind, set()).issuperset(pairs))
    ):
        return []
    return [Twin(FORMS[suffix], quote(path) + suffix + _asked(pairs, suffix)) for suffix in PAGES[kind]]


def _asked(pairs: Sequence[tuple[str, str]], suffix: str) -> str:
    kept = [pair for pair in pairs if pair[1] and not (suffix == ".atom" and pair[0] == "sort")]
    return "?" + urlencode(kept) if kept else ""


class _Stem(Convertor[str]):
    """A slug or key before a suffix: `{slug:stem}.json` does not take `adam.csl.json` for the JSON of “adam.csl”."""

    regex = r"[^/]+?(?<!\.csl)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Taken(_Stem):
    """The suffix, without its dot, of a form that is made from records and rows: everything but JSON and Atom."""

    regex = r"bib|ris|csl\.json|md"


register_url_convertor("stem", _Stem())
register_url_convertor("taken", _Taken())
