"""Questions: which query is one, which of its words only ask, and what is looked up where too few have every word.

"How does attention work?" is about attention. In a question, and wherever nothing has all the words of a query, the
words that only ask ("how", "work", "papers about") are set aside, and not all of the rest are needed. What is found
so comes behind what has every word; a query whose words are all found somewhere is never answered less strictly,
unless it is a question. NOT here: looking up (`matching.py`), the order (`ranking.py`), sentences (`query.py`).
"""

from app.search import syntax
from app.search.analysis import STOP_WORDS, stem, tokenise

# A query that begins with one of these, or ends in a question mark, is a question.
OPENERS = frozenset(
    "are can could did do does had has have how is may must shall should was were what when where which who whom whose "
    "why will would".split()
)
# Words by their stems: "work" is "works" and "working" too.
ASKING = frozenset(
    stem(word)
    for word in (
        *STOP_WORDS,
        *"""about actually all also any anybody anyone article articles between came come compare could describe
        difference different doesnt dont each even every exactly explain explanation find get give good happen help
        i idea instead introduce introduction invent isnt just kind know let like make many me mean much must my need
        only other out overview paper please point propose purpose read really same say shall should show some
        someone something sort still summary talk tell thing think understand up us use versus very vs want way
        whom whose work would""".split(),
    )
)
ENOUGH = 20  # a question that so many summaries answer with every word is answered by them alone
WORDS_TO_EASE = 3


def is_question(node: syntax.Node) -> bool:
    """Say whether a query is a question: it begins with a word that asks, or ends in a question mark."""
    parts = node.parts if isinstance(node, syntax.And) else (node,)
    first, last = parts[0], parts[-1]
    asks = isinstance(first, syntax.Word) and not first.field and _raw(first) in OPENERS
    return asks or (isinstance(last, syntax.Word) and not last.field and last.text.endswith(("?", "？")))


def without_asking(node: syntax.Node) -> syntax.Node:
    """Return a query without the words that only ask, as long as another stays; else without common words."""
    if not isinstance(node, syntax.And):
        return node
    rest = [part for part in node.parts if not _only_asks(part)]
    says = any(not isinstance(part, syntax.Not) for part in rest)
    return syntax.both(rest if says else list(without_common_words(node.parts)))


def without_common_words(parts: tuple[syntax.Node, ...]) -> tuple[syntax.Node, ...]:
    """Leave words like "the" out of a conjunction, as long as another word of it stays."""
    rest = tuple(part for part in parts if not _common(part))
    return rest if any(not isinstance(part, syntax.Not) for part in rest) else parts


def needed(words: int, asked: bool) -> int:
    """Return how many of the words that say something are needed: two thirds of three or more; in a question half."""
    if asked:
        return -(-words // 2)
    return words if words < WORDS_TO_EASE else -(-2 * words // 3)


def _common(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Word) and not node.field and _raw(node) in STOP_WORDS


def _only_asks(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Word) and not node.field and stem(_raw(node)) in ASKING


def _raw(word: syntax.Word) -> str:
    """Return a written word without the signs around it ("what's?" is "what"); nothing where it is several words."""
    tokens = list(tokenise(word.text))
    return tokens[0].raw if len(tokens) == 1 else ""
