"""Libraries made up by rule: the same size gives the same records, byte for byte.

Words follow Zipf's law (a few everywhere, most of them rare), lengths, formulas, authors, tags and links are spread as
in a real library. NOT here: loading (`library.py`).
"""

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Sequence

from app.papers.records import PaperRecord, PersonName
from app.summaries.documents import Freshness, Provenance, SummaryDocument
from app.taxonomy.records import CategoryRecord, SeriesRecord

GENERATOR = 1  # raise it with every change here: libraries that were kept are then made anew
SEED = 20_170_612
CATEGORIES = 21
WORDS = 24_000
FUNCTION_WORDS = (
    "the of and a to in is that we for it as with on by are this be from an at which can than or not one its more "
    "over each when into has only also between same have their if what given but where then two both while less"
).split()
SYLLABLES = ["".join(pair) for pair in itertools.product("b c d f g l m n p r s t v st tr pl".split(), "aeiou")]
ENDINGS = ("", "", "", "n", "r", "s", "l", "tion", "ing", "ed", "er", "al", "ity", "ly")
INLINE = (
    r"$x_{%d}$", r"$\theta_{%d}$", r"$O(n^{%d})$", r"$\mathbb{R}^{%d}$", r"$\beta_{%d} = 0.9$", r"$p(y \mid x_{%d})$",
    r"$\lVert w_{%d} \rVert_2$", r"$\hat{y}_{%d} \le 1$", r"$\sigma(z_{%d})$", r"$\nabla_{\theta_{%d}} L$",
)  # fmt: skip
DISPLAYED = (
    r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_{%d}}}\right)V",
    r"L(\theta) = -\sum_{i=1}^{%d} \log p_\theta(y_i \mid x_i) + \lambda \lVert \theta \rVert^2",
    r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^{%d}",
    r"\mathbb{E}_{x \sim p}\left[ \int_0^{%d} f(x, t)\, dt \right] \le \frac{1}{n} \sum_{k} a_k",
    r"A = \begin{pmatrix} a_{11} & a_{12} \\ a_{21} & a_{%d} \end{pmatrix}",
)
VENUES = ("NeurIPS", "ICML", "ICLR", "CVPR", "ACL", "KDD", "SIGIR", "RecSys", "JMLR", "AAAI", "")


class Library:
    """A library of `size` summaries; every method gives the same each time."""

    def __init__(self, size: int) -> None:
        self.size = size
        rng = random.Random(SEED)
        self.words = _vocabulary(rng)
        self.weights = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))
        self.tags = [f"{self.words[400 + number]} {self.words[900 + 3 * number]}" for number in range(60 + size // 25)]
        self.tag_weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(self.tags))))
        names = max(40, int(size * 0.8))
        self.people = [
            PersonName(family=self.words[1000 + n % 9000].title(), given=self.words[200 + n % 700].title())
            for n in range(names)
        ]
        self.people_weights = list(itertools.accumulate(1 / (rank + 20) for rank in range(names)))

    def categories(self) -> list[CategoryRecord]:
        return [
            CategoryRecord(slug=f"shelf-{n}", name=f"Shelf {n}", description=f"What belongs to {n}.", position=n)
            for n in range(CATEGORIES)
        ]

    def series(self) -> list[SeriesRecord]:
        return [SeriesRecord(slug=f"series-{n}", title=f"Series {n}") for n in range(self.size // 50 + 1)]

    def papers(self) -> Iterator[PaperRecord]:
        for number in range(self.size):
            yield self.paper(number)

    def paper(self, number: int) -> PaperRecord:
        rng = random.Random(f"{SEED} paper {number}")
        several = min(12, 1 + int(rng.expovariate(0.4)))
        people = dict.fromkeys(rng.choices(self.people, cum_weights=self.people_weights, k=several))
        year = 2026 - min(24, int(rng.expovariate(0.16)))
        return PaperRecord(
            key=key_of(number),
            kind=rng.choice(("conference", "article", "preprint")),
            title=self.title(rng),
            authors=tuple(people),
            year=year,
            venue=rng.choice(VENUES),
            arxiv_id=f"{10 + number // 90_000:02d}{1 + number // 9000 % 9:02d}.{number % 9000 + 10_000}",
            arxiv_class="cs.LG",
        )

    def summaries(self) -> Iterator[SummaryDocument]:
        for number in range(self.size):
            yield self.summary(number)

    def summary(self, number: int) -> SummaryDocument:
        rng = random.Random(f"{SEED} summary {number}")
        kind = rng.choices(("paper-summary", "deep-dive", "link"), (80, 15, 5))[0]
        papers = [key_of(number)] if kind == "paper-summary" else []
        if kind == "deep-dive":
            papers = [key_of(rng.randrange(self.size)) for _ in range(rng.randint(0, 4))]
        in_series = number % 50 < 3
        published = dt.datetime(2015, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=number * 5_000_000 // self.size)
        return SummaryDocument(
            slug=slug_of(number),
            title=self.title(rng),
            kind=kind,
            papers=tuple(papers),
            categories=tuple(self.shelf(rng) for _ in range(rng.randint(1, 2))),
            tags=tuple(rng.choices(self.tags, cum_weights=self.tag_weights, k=rng.randint(1, 6))),
            tldr=f"{self.sentence(rng)} {self.sentence(rng)}"
            + (f" As {self.inline(rng)}." if rng.random() < 0.3 else ""),
            status="published",
            published=published,
            authors=("Bench Curator",),
            series=f"series-{number // 50}" if in_series else None,
            part=number % 50 + 1 if in_series else None,
            link=f"https://example.org/{number}" if kind == "link" else None,
            provenance=Provenance(written_by="human", read="full"),
            freshness=Freshness(state="current" if rng.random() < 0.95 else "contested"),
            body=self.body(rng, number),
        )

    def shelf(self, rng: random.Random) -> str:
        return f"shelf-{min(CATEGORIES - 1, int(rng.expovariate(0.18)))}"

    def body(self, rng: random.Random, number: int) -> str:
        """Return 100 to 2,000 words with 0 to 40 formulas, under headings, with links to earlier summaries."""
        words = max(100, min(2000, int(rng.lognormvariate(6.2, 0.6))))
        return self.text(rng, words, min(40, int(rng.expovariate(1 / 9))), number)

    def text(self, rng: random.Random, words: int, formulas: int, number: int = 0) -> str:
        """Return Markdown of about so many words with exactly so many formulas."""
        pieces: list[str] = []
        links = [slug_of(rng.randrange(number)) for _ in range(rng.randint(0, 4))] if number else []
        written = 0
        paragraphs = max(1, words // 70)
        for place in range(paragraphs):
            if place % 4 == 0:
                pieces.append(f"## {self.title(rng)}")
            sentences = []
            target = words * (place + 1) // paragraphs
            while written < target:
                sentence = self.sentence(rng)
                written += sentence.count(" ") + 1
                sentences.append(sentence)
            share = formulas * (place + 1) // paragraphs - formulas * place // paragraphs
            displayed = share // 3
            sentences += [f"So {self.inline(rng)} holds." for _ in range(share - displayed)]
            if links:
                sentences.append(f"See [[{links.pop()}]].")
            pieces.append(" ".join(sentences))
            pieces += [f"$$\n{rng.choice(DISPLAYED) % rng.randint(1, 64)}\n$$" for _ in range(displayed)]
            if rng.random() < 0.08:
                pieces.append("\n".join(f"- {self.sentence(rng)}" for _ in range(3)))
        return "\n\n".join(pieces)

    def inline(self, rng: random.Random) -> str:
        return rng.choice(INLINE) % rng.randint(1, 64)

    def sentence(self, rng: random.Random) -> str:
        words = self.draw(rng, rng.randint(7, 20))
        return f"{words[0].capitalize()} {' '.join(words[1:])}."

    def title(self, rng: random.Random) -> str:
        return " ".join(self.draw(rng, rng.randint(3, 9))).capitalize()

    def draw(self, rng: random.Random, number: int) -> list[str]:
        return rng.choices(self.words, cum_weights=self.weights, k=number)

    def queries(self, number: int, salt: str) -> list[str]:
        """Return different queries as people type them: one to three words of the middle of the vocabulary."""
        rng = random.Random(f"{SEED} queries {salt}")
        found: dict[str, None] = {}
        while len(found) < number:
            words = [self.words[rng.randint(60, 2500)] for _ in range(rng.choice((1, 1, 2, 2, 3)))]
            found[" ".join(words)] = None
        return list(found)


def key_of(number: int) -> str:
    return f"bench{number:06d}"


def slug_of(number: int) -> str:
    return f"summary-{number:06d}"


def _vocabulary(rng: random.Random) -> Sequence[str]:
    found: dict[str, None] = dict.fromkeys(FUNCTION_WORDS)
    while len(found) < WORDS:
        found["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) + rng.choice(ENDINGS)] = None
    return list(found)
