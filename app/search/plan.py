"""What a query means: the tree of `syntax.py` turned into look-ups, and the list of what is scored.

Words without a field are looked for in title, TLDR, names (authors, shelves, venue, identifiers) and body; `author:`,
`category:`, `series:` and `venue:` in the words of those names; `tag:`, `kind:`, `key:`, `arxiv:` and `doi:` compare
the whole value; only words without a field and `title:` are scored. A common word ("the") that stands beside others is
left out. A query that is nothing but words is a name too, which ranking compares with titles. NOT here: doing it
(`matching.py`, `ranking.py`), what makes a question (`asking.py`).
"""

from dataclasses import dataclass, field

from app.search import syntax
from app.search.analysis import Token, tokenise
from app.search.asking import is_question, needed, without_asking, without_common_words
from app.search.documents import NAME_FIELDS, TEXT_FIELDS, plain_name
from app.search.grammar import too_complex
from app.search.identifiers import normal_identifier
from app.taxonomy.slugs import make_slug

MAX_TOKENS = 80
LEAVES = (syntax.Word, syntax.Phrase, syntax.Prefix)


@dataclass(frozen=True, slots=True)
class All:
    pass


@dataclass(frozen=True, slots=True)
class Term:
    """Documents that have the term in any of the fields."""

    fields: tuple[str, ...]
    term: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Documents that have the terms at consecutive places of one of the fields."""

    fields: tuple[str, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Starts:
    """Documents that have a term of the field beginning so."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Exact:
    """Documents with the whole value, or (`starts`) with a value that begins so."""

    kind: str
    value: str
    starts: bool = False


@dataclass(frozen=True, slots=True)
class YearRange:
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Minus:
    part: "Step"


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple["Step", ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple["Step", ...]


@dataclass(frozen=True, slots=True)
class Most:
    """Documents that fit at least so many of the parts."""

    parts: tuple["Step", ...]
    least: int


Step = All | Term | Sequence | Starts | Exact | YearRange | Minus | Every | Some | Most
Scored = Term | Starts


@dataclass(slots=True)
class Plan:
    """What to look up; what to score, each once and in the order of the query; the names that it is, if it is one."""

    step: Step
    scored: list[Scored] = field(default_factory=list)
    names: tuple[str, ...] = ()


def make_plan(node: syntax.Node) -> Plan:
    """Turn a query tree into a plan; raises QueryTooComplex where its phrases are too long together."""
    planner = _Planner()
    step = planner.step(node, positive=True)
    names = (_name(node), _name(without_asking(node)) if is_question(node) else "")
    return Plan(step, list(dict.fromkeys(planner.scored)), tuple(dict.fromkeys(filter(None, names))))


def ease_plan(node: syntax.Node) -> Plan | None:
    """Return the plan that asks for enough of a query's words without a field, and for all else; None for the same."""
    if not isinstance(node, syntax.And):
        return None
    rest = without_asking(node)
    parts = rest.parts if isinstance(rest, syntax.And) else (rest,)
    words = [isinstance(part, LEAVES) and not part.field for part in parts]
    least = needed(sum(words), is_question(node))
    if least == sum(words) and len(parts) == len(without_common_words(node.parts)):
        return None
    planner = _Planner()
    pairs = [(planner.step(part, positive=True), is_word) for part, is_word in zip(parts, words, strict=True)]
    steps = [step for step, is_word in pairs if not is_word]
    if least:
        steps.append(Most(tuple(step for step, is_word in pairs if is_word), least))
    return Plan(Every(tuple(steps)), list(dict.fromkeys(planner.scored)), tuple(filter(None, [_name(rest)])))


def _name(node: syntax.Node) -> str:
    """Return the name that a query of nothing but words and phrases is; else nothing."""
    leaves = node.parts if isinstance(node, syntax.And) else (node,)
    texts = [leaf.text for leaf in leaves if isinstance(leaf, syntax.Word | syntax.Phrase) and not leaf.field]
    return plain_name(" ".join(texts)) if len(texts) == len(leaves) else ""


class _Planner:
    def __init__(self) -> None:
        self.scored: list[Scored] = []
        self.tokens = 0

    def step(self, node: syntax.Node, positive: bool) -> Step:
        match node:
            case syntax.Everything():
                return All()
            case syntax.Not():
                return Minus(self.step(node.part, not positive))
            case syntax.And():
                return Every(tuple(self.step(part, positive) for part in without_common_words(node.parts)))
            case syntax.Or():
                return Some(tuple(self.step(part, positive) for part in node.parts))
            case syntax.Years():
                return YearRange(node.first, node.last)
            case _:
                return self.leaf(node, positive)

    def leaf(self, leaf: syntax.Word | syntax.Phrase | syntax.Prefix, positive: bool) -> Step:
        if leaf.field in ("tag", "kind"):
            return Exact(leaf.field, make_slug(leaf.text), isinstance(leaf, syntax.Prefix))
        if leaf.field in ("key", "arxiv", "doi"):
            return Exact(leaf.field, normal_identifier(leaf.field, leaf.text), isinstance(leaf, syntax.Prefix))
        tokens = list(tokenise(leaf.text))
        self.tokens += len(tokens)
        if self.tokens > MAX_TOKENS:
            raise too_complex(f"A search may have at most {MAX_TOKENS} words, those in phrases included.")
        named = leaf.field in NAME_FIELDS
        fields = (leaf.field,) if leaf.field else TEXT_FIELDS
        if isinstance(leaf, syntax.Prefix):
            prefix = "".join(token.raw for token in tokens)
            starts = Starts(leaf.field if named else "titlewords" if leaf.field else "words", prefix)
            self.score([] if named or not positive else [starts])
            return starts
        words = [token.raw if named else token.stem for token in tokens]
        step: Step = Sequence(fields, tuple(words)) if len(words) > 1 else Term(fields, words[0])
        scored = [Term(fields, word) for word in words]
        whole = _joined(tokens) if isinstance(leaf, syntax.Word) else None
        if whole is not None:
            scored.append(Term(fields, whole[0] if named else whole[1]))
            step = Some((step, scored[-1]))
        self.score([] if named or not positive else scored)
        return step

    def score(self, scored: list[Scored] | list[Term] | list[Starts]) -> None:
        self.scored.extend(scored)


def _joined(tokens: list[Token]) -> tuple[str, str] | None:
    """The joined form of a word that is one hyphenated chain from end to end."""
    if len(tokens) > 1 and tokens[0].extras and tokens[0].extras[-1][0].startswith("".join(t.raw for t in tokens)[:64]):
        return tokens[0].extras[-1]
    return None
