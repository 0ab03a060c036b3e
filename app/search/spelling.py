"""Spelling: what the reader may have meant, from the words that the library has. NOT here: whether to ask."""

from app.search import syntax
from app.search.analysis import STOP_WORDS, tokenise
from app.search.snapshot import Snapshot

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
LONG = 5  # from this length on, two wrong letters are forgiven


def respell(snapshot: Snapshot, node: syntax.Node) -> syntax.Node | None:
    """Return the query with each unknown word replaced by a near known one, or None where nothing was replaced."""
    changed = _respell(snapshot, node)
    return None if changed == node else changed


def _respell(snapshot: Snapshot, node: syntax.Node) -> syntax.Node:
    match node:
        case syntax.And():
            return syntax.And(tuple(_respell(snapshot, part) for part in node.parts))
        case syntax.Or():
            return syntax.Or(tuple(_respell(snapshot, part) for part in node.parts))
        case syntax.Word(field="" | "title"):
            return syntax.Word(_near(snapshot, node.text), node.field)
        case syntax.Phrase(field="" | "title"):
            return syntax.Phrase(" ".join(_near(snapshot, word) for word in node.text.split()), node.field)
        case _:
            return node


def _near(snapshot: Snapshot, text: str) -> str:
    tokens = list(tokenise(text))
    if len(tokens) != 1:
        return text
    raw = tokens[0].raw
    if len(raw) < 3 or not raw.isalpha() or raw in STOP_WORDS or _frequency(snapshot, raw):
        return text
    close = {word: count for word in _one_off(raw) if (count := _frequency(snapshot, word))}
    if not close and len(raw) >= LONG:
        close = _two_off(snapshot, raw)
    return min(close, key=lambda word: (-close[word], word)) if close else text


def _frequency(snapshot: Snapshot, word: str) -> int:
    return sum(part.segment.vocabulary.get(word, 0) for part in snapshot.parts)


def _one_off(word: str) -> set[str]:
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {left + right[1:] for left, right in splits if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in splits if right for letter in _LETTERS}
    found |= {left + letter + right for left, right in splits for letter in _LETTERS}
    return found - {word}


def _two_off(snapshot: Snapshot, word: str) -> dict[str, int]:
    """Known words two letters away that begin with the same letter."""
    close: dict[str, int] = {}
    for part in snapshot.parts:
        for other, count in part.segment.vocabulary.items():
            if other[0] == word[0] and abs(len(other) - len(word)) <= 2 and _distance(word, other) == 2:
                close[other] = close.get(other, 0) + count
    return close


def _distance(one: str, other: str) -> int:
    """Number of letters to insert, leave out or change; 3 stands for more than two."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        last, row[0] = row[0], at
        for place, against in enumerate(other, 1):
            last, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, last + (letter != against))
        if min(row) > 2:
            return 3
    return min(row[-1], 3)
