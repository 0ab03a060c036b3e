"""Words: how a text is cut into terms. The index, the query, the plain scan and the snippets all cut with this.

Accents and case are folded, English words are stemmed, words joined by hyphens are kept in parts and whole
("fine-tuning": fine, tune and finetuning), CamelCase words whole and in parts, identifiers as they are.
NOT here: which fields a document has (`documents.py`).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from app.search.whoosh_engine import stem_english

MAX_TERM = 64
MAX_CHAIN = 4
VALUE_GAP = 8  # positions left free between two values of one field, so that no phrase reaches across

# Scripts written without spaces: each character is a word.
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = f"[^\\W_{_IDEOGRAPHS}]"
_MARKED = f"(?:{_LETTER}|[\u0300-\u036f])"
WORD = re.compile(f"[{_IDEOGRAPHS}]|[0-9]+(?:\\.[0-9]+)+{_MARKED}*|{_LETTER}{_MARKED}*(?:['’]{_MARKED}+)*")
_HYPHENS = frozenset("-\u2010\u2011_")
_CAMEL = re.compile(r"[A-Z][a-z]{2,}|[A-Z]{3,}(?![a-z])|[a-z]{3,}")
_UNDECOMPOSED = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})

STOP_WORDS = frozenset(
    "a an and are as at be but by can did do does for from had has have how if in into is it its may no not of on or "
    "our so such than that the their them then there these they this to was we were what when where which who why "
    "will with you your".split()
)


class Token(NamedTuple):
    """One word of a text: its place, its folded form, its stem, and further (raw, stem) forms at the same place."""

    position: int
    start: int
    end: int
    raw: str
    stem: str
    extras: tuple[tuple[str, str], ...] = ()


def fold(text: str) -> str:
    """Return a text without accents and case."""
    if text.isascii():
        return text.lower()
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.casefold().translate(_UNDECOMPOSED)


@lru_cache(maxsize=20_000)
def stem(raw: str) -> str:
    """Return the English stem of a folded word; short words, identifiers and foreign scripts stay as they are."""
    if len(raw) < 3 or not raw.isascii() or not raw.isalpha():
        return raw
    return stem_english(raw)


@lru_cache(maxsize=20_000)
def forms(word: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return one written word's folded form, its stem, and the (raw, stem) forms of its CamelCase parts."""
    raw = fold(word.replace("’", "'"))
    raw = raw.removesuffix("'s").replace("'", "")[:MAX_TERM]
    parts = _CAMEL.findall(word)
    extras: tuple[tuple[str, str], ...] = ()
    if len(parts) > 1 and "".join(parts) == word:
        extras = tuple((part, stem(part)) for part in map(str.lower, parts))
    return raw, stem(raw), extras


def tokenise(text: str, first: int = 0) -> Iterator[Token]:
    """Cut a text into tokens; the first stands at position `first`. Hyphenated chains also give their joined form."""
    chain: list[Token] = []
    for position, match in enumerate(WORD.finditer(text), first):
        start, end = match.span()
        raw, stemmed, extras = forms(match.group())
        token = Token(position, start, end, raw, stemmed, extras)
        if chain and not (start == chain[-1].end + 1 and text[start - 1] in _HYPHENS):
            yield from _joined(chain)
            chain = []
        chain.append(token)
    yield from _joined(chain)


def _joined(chain: list[Token]) -> Iterable[Token]:
    if not 1 < len(chain) <= MAX_CHAIN:
        return chain
    whole = "".join(token.raw for token in chain)[:MAX_TERM]
    head = chain[0]
    extras = (*head.extras, (whole, stem(whole)))
    return [Token(head.position, head.start, head.end, head.raw, head.stem, extras), *chain[1:]]


def token_stream(values: Iterable[str]) -> Iterator[Token]:
    """Cut several values of one field, with a gap between them."""
    first = 0
    for value in values:
        last = first - 1
        for token in tokenise(value, first):
            last = token.position
            yield token
        first = last + 1 + VALUE_GAP
