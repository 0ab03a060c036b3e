"""Random libraries and queries, from a seed: the same seed gives the same."""

import datetime as dt
import random
from collections.abc import Iterator

from app.errors import QueryTooComplex
from app.search.documents import Batch, Label, Removal, SearchDocument
from app.search.grammar import parse
from app.search.plan import make_plan

WORDS = (
    "attention attentive train training trained trains model models modelling fine-tuning finetuning fine tuning "
    "GPT-2 gpt2 BERT BERT's DeepWalk BigBird big bird naïve naive Müller self-attention state-of-the-art arXiv "
    "1706.03762 the of and is a to optimiser optimizer optimization gradient gradients descent layer layers token "
    "tokens 注意力 convex convexity dropout drop out θ p² transformer transformers transform studies study study's "
    "don't encoder/decoder x y works idea"
).split()
TAGS = [
    Label(slug, slug.replace("-", " ")) for slug in ("attention", "vision-transformer", "gan", "vae", "bias", "theory")
]
CATEGORIES = [
    Label("optimization", "Optimization"),
    Label("nlp", "Natural language processing"),
    Label("attention-and-transformer-models", "Attention and transformer models"),
]
SERIES = [Label("in-pieces", "The transformer in pieces")]
AUTHORS = [
    Label("yann-le-cun", "Yann Le Cun"),
    Label("ashish-vaswani", "Ashish Vaswani"),
    Label("bjorn-ommer", "Björn Ommer"),
    Label("jean-jacques-muller", "Jean-Jacques Müller"),
]
VENUES = ["Neural Information Processing Systems", "ICML", "Journal of Machine Learning Research"]
KINDS = ["paper-summary", "deep-dive", "link"]


def make_document(r: random.Random, id_: int) -> SearchDocument:
    def text(most: int) -> str:
        words = [WORDS[min(int(r.expovariate(0.06)), len(WORDS) - 1)] for _ in range(r.randint(0, most))]
        return r.choice((" ", ", ", ". ")).join(words)

    def title(before: int, after: int) -> str:
        return ": ".join(filter(None, (text(before), text(after))))

    year = r.randint(2010, 2022)
    return SearchDocument(
        id_,
        title=title(2, 4) or "Untitled",
        tldr=text(15),
        body=text(60),
        kind=r.choice(KINDS),
        freshness=r.choices(("current", "contested", "superseded", "retracted"), (8, 1, 1, 1))[0],
        published=r.choice((None, dt.date(2024, 1, 1) + dt.timedelta(days=r.randint(0, 20)))),
        years=tuple({year, year + r.randint(0, 1)}) if r.random() < 0.9 else (),
        categories=tuple(r.sample(CATEGORIES, r.randint(0, 2))),
        tags=tuple(r.sample(TAGS, r.randint(0, 3))),
        series=tuple(SERIES if r.random() < 0.1 else ()),
        authors=tuple(r.sample(AUTHORS, r.randint(0, 3))),
        venues=tuple(r.sample(VENUES, r.randint(0, 1))),
        paper_titles=tuple(dict.fromkeys(filter(None, (title(2, 2) for _ in range(r.randint(0, 2)))))),
        keys=(f"author{year}word{id_ % 7}",) if r.random() < 0.7 else (),
        arxiv_ids=(f"{r.randint(1001, 1003)}.0{r.randint(1000, 1003)}",) if r.random() < 0.5 else (),
        dois=(f"10.1000/xyz.{id_ % 5}",) if r.random() < 0.3 else (),
    )


def make_query(r: random.Random) -> str:
    """Return a query of any shape that the grammar can say, now and then a malformed one, none too complex."""
    while True:
        text = _query(r)
        try:
            make_plan(parse(text).node)
        except QueryTooComplex:
            continue
        return text


def _query(r: random.Random, depth: int = 0) -> str:
    shape = r.random()
    if depth < 3 and shape < 0.5:
        parts = [_query(r, depth + 1) for _ in range(r.randint(2, 3))]
        text = r.choice((" ", " ", " AND ", " OR ")).join(parts)
        return f"({text})" if r.random() < 0.5 else text
    if depth < 3 and shape < 0.6:
        return r.choice(("-", "NOT ")) + _query(r, 3)
    if depth == 0 and shape < 0.63:
        begun = r.choice(("how does", "what's", "Why", "which papers are about", "papers about", "explain", ""))
        parts = [_query(r, 3) for _ in range(r.randint(0, 3))]
        return " ".join((begun, *parts, _word(r) + r.choice(("?", " ?", ""))))
    if depth < 3 and shape < 0.66:
        return r.choice(('"', "(", ")", "OR ", " AND", "author:", "-", "* ", "nofield:")) + _query(r, 3)
    return r.choice(LEAVES)(r)


def _word(r: random.Random) -> str:
    return r.choice(WORDS)


LEAVES = [
    _word,
    _word,
    _word,
    lambda r: f'"{" ".join(_word(r) for _ in range(r.randint(1, 3)))}"',
    lambda r: f"{r.choice(('tr', 'opt', 'fine-t', 'gr', 'st', 'att', 'bi', 'na', 'zz'))}*",
    lambda r: f"title:{_word(r)}",
    lambda r: f'title:"{_word(r)} {_word(r)}"',
    lambda r: f"title:{r.choice(('tr', 'de', 'mo'))}*",
    lambda r: r.choice(
        ("author:vaswani", 'author:"Le Cun"', "author:Ommer", "author:va*", "author:(vaswani OR muller)")
    ),
    lambda r: f"tag:{r.choice(TAGS).slug}",
    lambda r: r.choice(("tag:vi*", "category:nlp", "category:attention", "category:lan*", 'series:"in pieces"')),
    lambda r: r.choice((f"year:{r.randint(2009, 2023)}", "year:2012..2015", "year:..2014", "year:2019..")),
    lambda r: r.choice(("kind:link", "kind:deep-dive", "venue:icml", "venue:neural", "venue:proc*")),
    lambda r: r.choice(
        (f"key:author2015word{r.randint(0, 6)}", "arxiv:1001.01002", "doi:10.1000/xyz.3", "arxiv:1001*")
    ),
]


def make_filters(r: random.Random) -> dict[str, list[str]]:
    chosen: dict[str, list[str]] = {}
    if r.random() < 0.3:
        chosen["tag"] = [label.slug for label in r.sample(TAGS, r.randint(1, 2))]
    if r.random() < 0.2:
        chosen["category"] = [r.choice(CATEGORIES).slug]
    if r.random() < 0.1:
        chosen["year"] = [str(r.randint(2010, 2020))]
    if r.random() < 0.1:
        chosen["kind"] = [r.choice(KINDS)]
    if r.random() < 0.1:
        chosen["author"] = [r.choice(AUTHORS).slug]
    return chosen


class Library:
    """A store in memory: documents, and a log of changes under rising versions. It is a `documents.Source`."""

    def __init__(self, documents: list[SearchDocument] = (), version: int = 1) -> None:
        self.documents = {document.id: document for document in documents}
        self.version = version
        self.stamps = dict.fromkeys(self.documents, version)

    def put(self, *documents: SearchDocument) -> None:
        self.version += 1
        for document in documents:
            self.documents[document.id] = document
            self.stamps[document.id] = self.version

    def remove(self, *ids: int) -> None:
        self.version += 1
        for id_ in ids:
            self.documents.pop(id_, None)
            self.stamps[id_] = self.version

    def current_version(self) -> int:
        return self.version

    def count(self) -> int:
        return len(self.documents)

    def all_documents(self) -> Iterator[SearchDocument]:
        return iter(list(self.documents.values()))

    def changes_since(self, version: int) -> Iterator[Batch]:
        changed = sorted((stamp, id_) for id_, stamp in self.stamps.items() if stamp > version)
        for stamp in sorted({stamp for stamp, _ in changed} | {self.version}):
            ids = [id_ for at, id_ in changed if at == stamp]
            yield Batch(stamp, tuple(self.documents.get(id_) or Removal(id_) for id_ in ids))
