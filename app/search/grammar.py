"""Our query language, read into a tree (`syntax.py`). Forgiving in form, strict in cost.

    query   = or ;  or = and { "OR" and } ;  and = unary { ["AND"] unary } ;  unary = { "NOT" | "-" } primary
    primary = [field ":"] ( word | word "*" | '"' words '"' | "(" or ")" )

What does not fit is read as text, with a note for the reader; only a query that would cost too much is refused
(QueryTooComplex, 400). Costs are limited before anything is looked up. NOT here: what a leaf finds (`plan.py`).
"""

import re
from dataclasses import dataclass

from app.errors import FieldProblem, QueryTooComplex
from app.search.analysis import WORD, fold
from app.search.syntax import FIELDS, Everything, Leaf, Node, Phrase, Prefix, Word, Years, both, either, negate

MAX_LENGTH = 500
MAX_LEAVES = 40
MAX_DEPTH = 8
MAX_PREFIXES = 4
MIN_PREFIX = 2

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\x00": " "})
_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<open>\()
      | (?P<close>\))
      | "(?P<phrase>[^"]*)"
      | (?P<quote>")
      | (?P<minus>-+)(?=[^\s-])
      | (?i:(?P<field>FIELDS):)\s*
      | (?P<word>[^\s()"]+)""".replace("FIELDS", "|".join(sorted(FIELDS))),
    re.VERBOSE,
)
_BEFORE_MARK = re.compile(r"\s+(?=[?？]+\s*$)")
_FIELD_LIKE = re.compile(r"([A-Za-z]+):(?!//|$)")
_YEARS = re.compile(r"([0-9]{4})?(\.\.)?([0-9]{4})?")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query that was read: its tree, and notes on what was read differently from how it was written."""

    node: Node
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def parse(text: str) -> Parsed:
    """Read a query; raises QueryTooComplex and nothing else."""
    if len(text) > MAX_LENGTH:
        raise too_complex(f"A search may be at most {MAX_LENGTH} characters long; this one has {len(text)}.")
    reader = _Reader(_tokens(_BEFORE_MARK.sub("", text.translate(_QUOTES))))
    node = reader.read()
    return Parsed(node, tuple(dict.fromkeys(reader.notes)))


def too_complex(sentence: str) -> QueryTooComplex:
    """Make the refusal of a query that would cost too much."""
    return QueryTooComplex(sentence, [FieldProblem("q", sentence)])


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        if kind != "space":
            tokens.append(_Token(kind, match[kind]))
    return tokens


class _Reader:
    """Recursive descent over the tokens; one instance reads one query."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.leaves = 0
        self.prefixes = 0
        self.notes: list[str] = []

    def read(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.tokens):
            node = self._or("")
            if node is not None:
                parts.append(node)
            if self._peek("close"):
                self.at += 1
                self.notes.append("A closing parenthesis had no opening one and was ignored.")
        return both(parts) if parts else Everything()

    def _peek(self, kind: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].kind == kind

    def _operator(self, name: str) -> bool:
        return self._peek("word") and self.tokens[self.at].text == name

    def _or(self, field: str) -> Node | None:
        parts: list[Node] = []
        while True:
            node = self._and(field)
            if node is not None:
                parts.append(node)
            if not self._operator("OR"):
                break
            self.at += 1
            if node is None or self._at_end():
                self.notes.append("An OR with nothing beside it was ignored.")
        return either(parts) if parts else None

    def _and(self, field: str) -> Node | None:
        parts: list[Node] = []
        while not self._at_end() and not self._operator("OR"):
            if self._operator("AND"):
                self.at += 1
                if not parts or self._at_end():
                    self.notes.append("An AND with nothing beside it was ignored.")
                continue
            node = self._unary(field)
            if node is not None:
                parts.append(node)
        return both(parts) if parts else None

    def _at_end(self) -> bool:
        return self.at >= len(self.tokens) or self._peek("close")

    def _unary(self, field: str) -> Node | None:
        negative = False
        while self._peek("minus") or self._operator("NOT"):
            negative = not negative
            self.at += 1
        if self._at_end() or self._operator("OR") or self._operator("AND"):
            self.notes.append("A NOT with nothing after it was ignored.")
            return None
        node = self._primary(field)
        return negate(node) if negative and node is not None else node

    def _primary(self, field: str) -> Node | None:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "field":
            return self._fielded(token.text, field)
        if token.kind == "open":
            return self._group(field)
        if token.kind == "quote":
            self.notes.append("A quotation mark had no partner and was ignored.")
            return None
        if token.kind == "phrase":
            return self._leaf(Phrase(" ".join(token.text.split()), field))
        return self._word(token.text, field)

    def _group(self, field: str) -> Node | None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise too_complex(f"A search may nest parentheses at most {MAX_DEPTH} deep.")
        node = self._or(field)
        if self._peek("close"):
            self.at += 1
        else:
            self.notes.append("A parenthesis was not closed; it was taken to end with the search.")
        self.depth -= 1
        return node

    def _fielded(self, name: str, outer: str) -> Node | None:
        if self.at < len(self.tokens) and self.tokens[self.at].kind in ("word", "phrase", "open"):
            return self._primary(name.lower())
        self.notes.append(f"Nothing follows “{name}:”; it was searched as text.")
        return self._word(name, outer)

    def _word(self, written: str, field: str) -> Node | None:
        text = written.replace("*", "").lstrip("-+")
        starred = written.endswith("*")
        if text in ("AND", "OR", "NOT"):
            text = text.lower()
        if text.removesuffix(":").lower() in FIELDS:
            text = text.removesuffix(":")  # "+author:" is the word, as "author:" alone is
        if like := _FIELD_LIKE.match(text):
            if like[1].lower() in FIELDS:
                text = text.replace(":", "/", 1)  # written so that it cannot be a field, and stays text when read again
            else:
                known = ", ".join(sorted(FIELDS))
                self.notes.append(f"There is no field “{like[1]}”; it was searched as text. The fields are {known}.")
        if field == "year":
            return self._years(Word(text), starred)
        if not starred:
            return self._leaf(Word(text, field))
        if len("".join(WORD.findall(text))) < MIN_PREFIX:
            if WORD.search(text):
                self.notes.append(
                    f"A star needs at least {MIN_PREFIX} letters before it; it was left out after “{text}”."
                )
            return self._leaf(Word(text, field))
        self.prefixes += 1
        if self.prefixes > MAX_PREFIXES:
            raise too_complex(f"A search may have at most {MAX_PREFIXES} words that end in a star.")
        return self._leaf(Prefix(text, field))

    def _years(self, written: Word | Phrase, starred: bool = False) -> Node | None:
        match = _YEARS.fullmatch(written.text)
        if match is None or starred or not (match[1] or match[3]) or not (match[2] or match[1] == match[0]):
            if written.text:
                self.notes.append(
                    f"“{written.text}” is not a year or a range like 2017..2019; it was searched as text."
                )
            return self._leaf(written)
        first = int(match[1]) if match[1] else None
        last = int(match[3]) if match[3] else None
        if not match[2]:
            last = first
        if first is not None and last is not None and first > last:
            first, last = last, first
        return self._leaf(Years(first, last))

    def _leaf(self, leaf: Leaf) -> Node | None:
        if isinstance(leaf, Phrase) and leaf.field == "year":
            return self._years(Phrase(leaf.text))
        if not isinstance(leaf, Years) and None in (WORD.search(leaf.text), WORD.search(fold(leaf.text))):
            if leaf.text.strip("?？") or (leaf.text and not self.leaves):
                self.notes.append(f"“{leaf.text}” has no letters or digits and was ignored.")
            return None
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            raise too_complex(f"A search may have at most {MAX_LEAVES} words and phrases.")
        return leaf
