"""What is searched: one plain document per summary, its fields, and its exact values.

NOT here: how documents come out of the store (`source.py`), how words are cut (`analysis.py`).
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from app.search.analysis import STOP_WORDS, fold, tokenise

# Fields with words and places. The first four are what a word without a field is looked for in.
TEXT_FIELDS = ("title", "tldr", "names", "body")
NAME_FIELDS = ("author", "category", "series", "venue")
# Words as written, for a word that ends in a star: of everything, and of the title alone.
START_FIELDS = ("words", "titlewords")

FACETS = ("category", "tag", "year", "kind", "author", "series")
EXACT = (*FACETS, "key", "arxiv", "doi", "called")

FRESHNESS_FACTORS = {"current": 1.0, "contested": 0.9, "superseded": 0.6, "retracted": 0.3}


@dataclass(frozen=True, slots=True)
class Label:
    """Something with a page of its own: its slug and the name people see."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A published summary as search sees it; `tldr` and `body` are plain text, `years` those of its papers.

    `prose` is what of the body an excerpt may show; all of it, where that is empty.
    """

    id: int
    title: str
    tldr: str = ""
    body: str = ""
    prose: tuple[str, ...] = ()
    kind: str = "paper-summary"
    freshness: str = "current"
    published: dt.date | None = None
    years: tuple[int, ...] = ()
    categories: tuple[Label, ...] = ()
    tags: tuple[Label, ...] = ()
    series: tuple[Label, ...] = ()
    authors: tuple[Label, ...] = ()
    venues: tuple[str, ...] = ()
    paper_titles: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    arxiv_ids: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()

    @property
    def day(self) -> int:
        """The day of publication as a number, 0 where there is none: newer ones go first among equals."""
        return self.published.toordinal() if self.published else 0


@dataclass(frozen=True, slots=True)
class Removal:
    """A summary that readers may no longer see."""

    id: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes in stamp order; with them, everything stamped `version` or earlier has been given."""

    version: int
    changes: tuple[SearchDocument | Removal, ...]


class Source(Protocol):
    """Where the index reads from; each call takes its own consistent look, and memory stays bounded."""

    def current_version(self) -> int:
        """Return the library version."""
        ...

    def changes_since(self, version: int) -> Iterator[Batch]:
        """Give what was stamped later than `version`; the last batch carries the version reached."""
        ...

    def all_documents(self) -> Iterator[SearchDocument]:
        """Give every document that readers may see."""
        ...

    def count(self) -> int:
        """Return how many documents there are, for progress."""
        ...


def field_values(document: SearchDocument) -> dict[str, list[str]]:
    """Return the values of each field that has words, in order."""
    labels = (*document.authors, *document.tags, *document.categories, *document.series)
    titles = [title for title in document.paper_titles if fold(title) != fold(document.title)]
    return {
        "title": [document.title],
        "tldr": [document.tldr],
        "names": [
            *titles,
            *(label.name for label in labels),
            *document.venues,
            *map(str, document.years),
            *document.keys,
            *document.arxiv_ids,
            *document.dois,
        ],
        "body": [document.body],
        "author": [author.name for author in document.authors],
        "category": [name for label in document.categories for name in _names(label)],
        "series": [name for label in document.series for name in _names(label)],
        "venue": list(document.venues),
    }


def _names(label: Label) -> Iterable[str]:
    return dict.fromkeys((label.name, label.slug))


def exact_values(document: SearchDocument) -> dict[str, tuple[str, ...]]:
    """Return the values that are compared as a whole, each in its normal form and once."""
    values: dict[str, Iterable[str]] = {
        "category": (label.slug for label in document.categories),
        "tag": (label.slug for label in document.tags),
        "year": map(str, document.years),
        "kind": (document.kind,),
        "author": (label.slug for label in document.authors),
        "series": (label.slug for label in document.series),
        "key": map(str.lower, document.keys),
        "arxiv": map(str.lower, document.arxiv_ids),
        "doi": map(str.lower, document.dois),
        "called": (f"{how} {name}" for how, name in _called(document) if name),
    }
    return {kind: tuple(dict.fromkeys(items)) for kind, items in values.items()}


def plain_name(text: str) -> str:
    """Return a title in the form in which two are compared: folded words; without common ones, if others are left."""
    words = [token.raw for token in tokenise(text)]
    return " ".join([word for word in words if word not in STOP_WORDS] or words)


def _called(document: SearchDocument) -> Iterator[tuple[str, str]]:
    """Give what a summary is called, and how: its title, its one paper's, either before a colon, one of its papers'."""
    yield "title", plain_name(document.title)
    alone = document.paper_titles if len(document.paper_titles) == 1 else ()
    for title in alone:
        yield "paper", plain_name(title)
    for title in (document.title, *alone):
        head, colon, _ = title.partition(": ")
        if colon:
            yield "short", plain_name(head)
    if not alone:
        yield from (("among", plain_name(title)) for title in document.paper_titles)
