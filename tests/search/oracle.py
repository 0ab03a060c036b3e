"""A plain scan that answers queries one document at a time, written from the documentation and not from the code.

It shares with the code only the cutting of words (`analysis.tokenise`) and the tree of a query (`syntax`).
"""

import math
from collections import Counter
from dataclasses import dataclass, field

from app.search import syntax
from app.search.analysis import STOP_WORDS, stem, tokenise
from app.search.asking import ASKING, OPENERS
from app.search.documents import Label, SearchDocument

TEXT = ("title", "tldr", "names", "body")
WEIGHTS = {"title": 5.0, "tldr": 2.5, "names": 2.0, "body": 1.0}
LENGTH_WEIGHTS = {"title": 0.5, "tldr": 0.5, "names": 0.0, "body": 0.75}
CALLED = {"own": 40_000.0, "paper": 30_000.0, "short": 20_000.0, "among": 10_000.0}
FRESHNESS = {"current": 1.0, "contested": 0.9, "superseded": 0.6, "retracted": 0.3}


@dataclass
class Cut:
    """One document cut into words: field -> list of values -> list of tokens."""

    document: SearchDocument
    fields: dict[str, list[list]] = field(default_factory=dict)

    def stems(self, name: str) -> Counter:
        counts: Counter = Counter()
        for tokens in self.fields[name]:
            for token in tokens:
                counts[token.stem] += 1
                counts.update(stem for _, stem in token.extras)
        return counts

    def raws(self, name: str) -> set[str]:
        found = set()
        for tokens in self.fields[name]:
            for token in tokens:
                found.add(token.raw)
                found.update(raw for raw, _ in token.extras)
        return found

    def length(self, name: str) -> int:
        return sum(len(tokens) for tokens in self.fields[name])

    def has_run(self, name: str, words: list[str], by_stem: bool) -> bool:
        for tokens in self.fields[name]:
            # At each place stand the word itself and its further forms.
            places = [
                {token.stem, *(s for _, s in token.extras)} if by_stem else {token.raw, *(r for r, _ in token.extras)}
                for token in tokens
            ]
            for start in range(len(places) - len(words) + 1):
                if all(word in places[start + at] for at, word in enumerate(words)):
                    return True
        return False


def cut(document: SearchDocument) -> Cut:
    def names(labels: tuple[Label, ...]) -> list[str]:
        return [name for label in labels for name in dict.fromkeys((label.name, label.slug))]

    d = document
    labels = [label.name for label in (*d.authors, *d.tags, *d.categories, *d.series)]
    years = [str(year) for year in d.years]
    values = {
        "title": [d.title],
        "tldr": [d.tldr],
        "body": [d.body],
        "names": [*d.paper_titles, *labels, *d.venues, *years, *d.keys, *d.arxiv_ids, *d.dois],
        "author": [author.name for author in d.authors],
        "category": names(d.categories),
        "series": names(d.series),
        "venue": list(d.venues),
    }
    return Cut(d, {name: [list(tokenise(value)) for value in texts] for name, texts in values.items()})


class Oracle:
    def __init__(self, documents: list[SearchDocument]) -> None:
        self.cuts = [cut(document) for document in documents]
        count = len(self.cuts) or 1
        self.means = {name: sum(c.length(name) for c in self.cuts) / count for name in TEXT}
        self.lengths = {(i, name): c.length(name) for i, c in enumerate(self.cuts) for name in TEXT}
        self.stems = {(i, name): c.stems(name) for i, c in enumerate(self.cuts) for name in TEXT}
        self.having: dict[tuple[str, str, str], int] = {}
        self.words = [set().union(*(c.raws(name) for name in c.fields)) for c in self.cuts]

    def answer(self, node: syntax.Node, filters: dict[str, list[str]]) -> tuple[list[tuple[int, float]], dict]:
        """Return the ids in order with their scores, and the facet counts."""

        def chosen(i: int) -> bool:
            return all(v in self.values(self.cuts[i], kind) for kind, vs in filters.items() for v in vs)

        asked, rest = question(node), telling(node)
        names = [wanted_name(node), wanted_name(rest)] if asked else [wanted_name(node)]
        places = [i for i in range(len(self.cuts)) if chosen(i)]
        whole = {i for i in places if self.fits(i, node)}
        extra = dict.fromkeys(whole, 0.0)
        found = list(whole)
        if len(whole) < (20 if asked else 1):
            others = {i for i in places if self.nearly_fits(i, node, rest, asked)} - whole
            if others:
                extra = dict.fromkeys(whole, 5_000.0)
            found += others
        scores = {}
        for i in found:
            scored_for, its_names = (node, names) if i in whole else (rest, [wanted_name(rest)])
            most = max(called(self.cuts[i].document, name) for name in its_names)
            scores[i] = self.score(i, scored_for, most + extra.get(i, 0.0))
        found.sort(key=lambda i: (-scores[i], -self.day(i), -self.cuts[i].document.id))
        facets = {
            kind: Counter(value for i in found for value in set(self.values(self.cuts[i], kind)))
            for kind in ("category", "tag", "year", "kind", "author", "series")
        }
        return [(self.cuts[i].document.id, scores[i]) for i in found], facets

    def day(self, i: int) -> int:
        published = self.cuts[i].document.published
        return published.toordinal() if published else 0

    @staticmethod
    def values(c: Cut, kind: str) -> list[str]:
        d = c.document
        labels = {"category": d.categories, "tag": d.tags, "author": d.authors, "series": d.series}
        if kind in labels:
            return [label.slug for label in labels[kind]]
        plain = {
            "year": [str(y) for y in d.years],
            "kind": [d.kind],
            "key": d.keys,
            "arxiv": d.arxiv_ids,
            "doi": d.dois,
        }
        return [value.lower() for value in plain[kind]]

    def fits(self, i: int, node: syntax.Node) -> bool:
        c = self.cuts[i]
        match node:
            case syntax.Everything():
                return True
            case syntax.Not(part):
                return not self.fits(i, part)
            case syntax.And(parts):
                return all(self.fits(i, part) for part in kept(parts))
            case syntax.Or(parts):
                return any(self.fits(i, part) for part in parts)
            case syntax.Years(first, last):
                return any((first or 0) <= year <= (last or 9999) for year in c.document.years)
            case _:
                return self.leaf_fits(i, node)

    def nearly_fits(self, i: int, node: syntax.Node, rest: syntax.Node, asked: bool) -> bool:
        """Whether enough of the telling words without a field fit, and all else.

        Enough is half of them in a question; otherwise two thirds of three or more, or all of fewer.
        """
        if not isinstance(node, syntax.And):
            return False
        parts = rest.parts if isinstance(rest, syntax.And) else (rest,)
        plain = [p for p in parts if isinstance(p, syntax.Word | syntax.Phrase | syntax.Prefix) and p.field == ""]
        if not all(self.fits(i, p) for p in parts if p not in plain):
            return False
        fitting = sum(self.fits(i, p) for p in plain)
        if asked:
            return 2 * fitting >= len(plain)
        return 3 * fitting >= 2 * len(plain) if len(plain) >= 3 else fitting == len(plain)

    def leaf_fits(self, i: int, leaf) -> bool:
        c, starred = self.cuts[i], isinstance(leaf, syntax.Prefix)
        if leaf.field in ("tag", "kind", "key", "arxiv", "doi"):
            wanted = leaf.text.lower()
            return any(v.startswith(wanted) if starred else v == wanted for v in self.values(c, leaf.field))
        tokens = list(tokenise(leaf.text))
        joined = "".join(token.raw for token in tokens)
        by_stem = leaf.field in ("", "title")
        fields = (leaf.field,) if leaf.field else TEXT
        if starred:
            words = self.words[i] if not leaf.field else c.raws(leaf.field)
            return any(word.startswith(joined) for word in words)
        words = [token.stem if by_stem else token.raw for token in tokens]
        if any(c.has_run(name, words, by_stem) for name in fields):
            return True
        whole = chain_of(leaf, tokens)
        return whole is not None and any(c.has_run(name, [whole[0 if not by_stem else 1]], by_stem) for name in fields)

    def score(self, i: int, node: syntax.Node, extra: float) -> float:
        total = 0.0
        for group in dict.fromkeys(scored(node)):
            frequency = self.frequency(i, group)
            if frequency:
                if group not in self.having:
                    self.having[group] = sum(1 for other in range(len(self.cuts)) if self.frequency(other, group))
                having = self.having[group]
                idf = math.log(1 + (len(self.cuts) - having + 0.5) / (having + 0.5))
                total += idf * frequency * 2.2 / (frequency + 1.2)
        return round(extra + total * FRESHNESS[self.cuts[i].document.freshness], 6)

    def frequency(self, i: int, group: tuple[str, str, str]) -> float:
        kind, where, text = group
        if kind == "starts":
            words = self.cuts[i].raws("title") if where else self.words[i]
            return (5.0 if where else 1.0) * sum(word.startswith(text) for word in words)
        total = 0.0
        for name in (where,) if where else TEXT:
            count = self.stems[i, name][text]
            if count:
                b = LENGTH_WEIGHTS[name]
                total += WEIGHTS[name] * count / (1 - b + b * self.lengths[i, name] / (self.means[name] or 1.0))
        return total


def wanted_name(node: syntax.Node) -> list[str]:
    """The words of a query that is nothing but words and phrases in a row; else none."""
    parts = list(node.parts) if isinstance(node, syntax.And) else [node]
    if any(not isinstance(part, syntax.Word | syntax.Phrase) or part.field for part in parts):
        return []
    return name_words(" ".join(part.text for part in parts))


def name_words(title: str) -> list[str]:
    words = [token.raw for token in tokenise(title)]
    return [word for word in words if word not in STOP_WORDS] or words


def called(document: SearchDocument, wanted: list[str]) -> float:
    """What a document gets for being called so: the most of all that apply."""
    titles = {"own": [document.title], "paper": [], "short": [], "among": list(document.paper_titles)}
    if len(document.paper_titles) == 1:
        titles["paper"] = list(document.paper_titles)
    for title in titles["own"] + titles["paper"]:
        if ": " in title:
            titles["short"].append(title.split(": ")[0])
    fitting = [how for how, texts in titles.items() if any(name_words(text) == wanted for text in texts)]
    return max((CALLED[how] for how in fitting), default=0.0) if wanted else 0.0


def kept(parts: tuple) -> tuple:
    """Leave common words out, unless nothing that must be there would be left."""
    rest = tuple(p for p in parts if bare(p) not in STOP_WORDS)
    return rest if any(not isinstance(part, syntax.Not) for part in rest) else parts


def bare(part: syntax.Node) -> str:
    """The one word that a part without a field is, without the signs around it; else nothing."""
    tokens = list(tokenise(part.text)) if isinstance(part, syntax.Word) and part.field == "" else []
    return tokens[0].raw if len(tokens) == 1 else ""


def question(node: syntax.Node) -> bool:
    """Whether a query begins with a word that asks, or its last word ends in a question mark."""
    parts = node.parts if isinstance(node, syntax.And) else (node,)
    last = parts[-1]
    ends = isinstance(last, syntax.Word) and last.field == "" and last.text[-1] in "?\uff1f"
    return ends or bare(parts[0]) in OPENERS


def telling(node: syntax.Node) -> syntax.Node:
    """A query without the words that only ask; where nothing that must be there would be left, without common ones."""
    if not isinstance(node, syntax.And):
        return node
    rest = tuple(p for p in node.parts if stem(bare(p)) not in ASKING)
    if all(isinstance(part, syntax.Not) for part in rest):
        rest = kept(node.parts)
    return rest[0] if len(rest) == 1 else syntax.And(rest)


def chain_of(leaf, tokens: list) -> tuple[str, str] | None:
    """The joined form of a word written as one chain with hyphens."""
    if isinstance(leaf, syntax.Word) and len(tokens) > 1 and tokens[0].extras:
        whole = tokens[0].extras[-1]
        if whole[0] == "".join(token.raw for token in tokens)[:64]:
            return whole
    return None


def scored(node: syntax.Node, positive: bool = True) -> list[tuple[str, str, str]]:
    """What counts towards the score, in the query's order: (stem or starts, field, text)."""
    match node:
        case syntax.Not(part):
            return scored(part, not positive)
        case syntax.And(parts):
            return [group for part in kept(parts) for group in scored(part, positive)]
        case syntax.Or(parts):
            return [group for part in parts for group in scored(part, positive)]
        case syntax.Word() | syntax.Phrase() | syntax.Prefix() if positive and node.field in ("", "title"):
            tokens = list(tokenise(node.text))
            if isinstance(node, syntax.Prefix):
                return [("starts", node.field, "".join(token.raw for token in tokens))]
            whole = chain_of(node, tokens)
            stems = [token.stem for token in tokens] + ([whole[1]] if whole else [])
            return [("stem", node.field, stem) for stem in stems]
        case _:
            return []
