"""The tree that a query is read into, and how it is written back.

`str(node)` is the canonical query: reading it again gives the same tree. NOT here: reading (`grammar.py`), meaning
(`plan.py`).
"""

from dataclasses import dataclass

FIELDS = frozenset({"author", "tag", "category", "year", "kind", "series", "venue", "title", "key", "arxiv", "doi"})


@dataclass(frozen=True, slots=True)
class Everything:
    """Every document: what an empty query means."""

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    field: str = ""

    def __str__(self) -> str:
        return _prefixed(self.field, self.text)


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str
    field: str = ""

    def __str__(self) -> str:
        return _prefixed(self.field, f'"{self.text}"')


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin with `text`."""

    text: str
    field: str = ""

    def __str__(self) -> str:
        return _prefixed(self.field, f"{self.text}*")


@dataclass(frozen=True, slots=True)
class Years:
    """Years from `first` to `last`, both included; None is open."""

    first: int | None
    last: int | None

    def __str__(self) -> str:
        if self.first is not None and self.first == self.last:
            return f"year:{self.first}"
        first = "" if self.first is None else str(self.first)
        last = "" if self.last is None else str(self.last)
        return f"year:{first}..{last}"


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"

    def __str__(self) -> str:
        return f"-({self.part})" if isinstance(self.part, And | Or) else f"-{self.part}"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]

    def __str__(self) -> str:
        return " ".join(f"({part})" if isinstance(part, Or) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]

    def __str__(self) -> str:
        return " OR ".join(str(part) for part in self.parts)  # AND binds closer


Leaf = Word | Phrase | Prefix | Years
Node = Everything | Leaf | Not | And | Or


def _prefixed(field: str, text: str) -> str:
    return f"{field}:{text}" if field else text


def negate(node: Node) -> Node:
    """Return the opposite; twice is nothing."""
    return node.part if isinstance(node, Not) else Not(node)


def both(parts: list[Node]) -> Node:
    """Join parts that must all hold; flat, and one part is itself."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def either(parts: list[Node]) -> Node:
    """Join parts of which one must hold; flat, and one part is itself."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))
