r"""Named sets of TeX definitions: read, checked and combined.

Understood: ``\newcommand``, ``\renewcommand``, ``\providecommand`` (arguments, an optional first one with a default),
``\DeclareMathOperator`` with and without star, ``\def`` with plain parameters, ``%`` comments.
Not here: using a definition inside a formula (``tex_expand``), and who may use which set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from app.markup.problems import LineIndex, Problem
from app.markup.tex_tokens import (
    TexError,
    Token,
    closing_brace,
    plain,
    read_argument,
    read_optional,
    skip_spaces,
    tokenise,
)

MAX_SET_LENGTH = 200_000
MAX_DEFINITIONS = 1_000
MAX_BODY_TOKENS = 2_000
MAX_DEFAULT_TOKENS = 200

DEFINING = frozenset(
    {r"\newcommand", r"\renewcommand", r"\providecommand", r"\DeclareMathOperator", r"\DeclareRobustCommand", r"\def"}
)
# Redefining one of these would change how a formula is read, not only how it looks.
UNTOUCHABLE = DEFINING | {
    "\\\\", r"\begin", r"\end", r"\left", r"\right", r"\middle", r"\text", r"\operatorname", r"\mathop", r"\tag",
    r"\label", r"\ref", r"\eqref", r"\{", r"\}", r"\$", r"\%", r"\&", r"\#", r"\_", r"\ ", r"\(", r"\)", r"\[", r"\]",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    r"""One macro: its name with the backslash, how many arguments, the default of the first, its body."""

    name: str
    arguments: int
    default: tuple[Token, ...] | None
    body: tuple[Token, ...]
    line: int = 0

    @property
    def canonical(self) -> str:
        default = "" if self.default is None else f"[{plain(self.default)}]"
        return f"{self.name}[{self.arguments}]{default}{{{plain(self.body)}}}"


@dataclass(frozen=True, slots=True)
class MacroSet:
    """A parsed macro set; what could not be read stands in ``problems``, the rest is usable."""

    name: str
    source: str
    definitions: Mapping[str, Definition]
    problems: list[Problem]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Macros:
    """The definitions a text is rendered with, and a fingerprint that changes when any of them does."""

    definitions: Mapping[str, Definition] = field(default_factory=lambda: MappingProxyType({}))
    fingerprint: str = ""


def combine(sets: Sequence[MacroSet]) -> Macros:
    """Put several sets together; where two define the same name the later one counts."""
    merged: dict[str, Definition] = {}
    for one in sets:
        merged.update(one.definitions)
    return Macros(MappingProxyType(merged), _fingerprint(merged.values()))


def parse_macros(source: str, name: str) -> MacroSet:
    """Read a macro set; never raises, every refused line is a Problem with its place."""
    problems: list[Problem] = []
    found: dict[str, Definition] = {}
    lines = LineIndex(source)

    def report(error: TexError) -> None:
        line, column = lines.locate(error.offset)
        problems.append(Problem(line, column, f"{error.message} (macro set {name})"))

    if len(source) > MAX_SET_LENGTH:
        report(TexError(f"The set is longer than {MAX_SET_LENGTH:,} characters and is not read"))
    else:
        try:
            _read_all(tokenise(source.replace("\r\n", "\n")), found, report, lines)
        except TexError as error:
            report(error)
    for loop in _loops(found):
        first = min(loop, key=lambda one: found[one].line)
        chain = " -> ".join([*loop, loop[0]])
        problems.append(Problem(found[first].line, 1, f"{first} is defined through itself: {chain} (macro set {name})"))
    for loop in _loops(found):
        for each in loop:
            found.pop(each, None)
    return MacroSet(name, source, MappingProxyType(found), problems, _fingerprint(found.values()))


def _read_all(tokens: list[Token], found: dict[str, Definition], report, lines: LineIndex) -> None:  # type: ignore[no-untyped-def]
    at = skip_spaces(tokens, 0)
    while at < len(tokens):
        start = tokens[at]
        try:
            if start.text not in DEFINING:
                raise TexError(f"Only definitions may stand here, not {start.text}", start.offset)
            definition, at = read_definition(tokens, at, found, line=lines.locate(start.offset)[0])
            found[definition.name] = definition
            if len(found) > MAX_DEFINITIONS:
                raise TexError(f"More than {MAX_DEFINITIONS} definitions; the rest is not read", start.offset)
        except TexError as error:
            report(error)
            if len(found) > MAX_DEFINITIONS:
                return
            at = _next_definition(tokens, at)
        at = skip_spaces(tokens, at)


def _next_definition(tokens: list[Token], at: int) -> int:
    at += 1
    while at < len(tokens) and tokens[at].text not in DEFINING:
        at += 1
    return at


def read_definition(
    tokens: Sequence[Token], at: int, known: Mapping[str, Definition], line: int = 0
) -> tuple[Definition, int]:
    """Read the definition that starts at ``at`` and give it with the index after it; TexError where it is malformed."""
    kind = tokens[at]
    at = skip_spaces(tokens, at + 1)
    starred = at < len(tokens) and tokens[at].text == "*"
    if starred:
        at += 1
    named, at = read_argument(tokens, at, kind)
    named = [token for token in named if token.text != " "]
    if len(named) != 1 or not named[0].is_command:
        raise TexError(rf"{kind.text} needs one command such as \name", kind.offset)
    name = named[0].text
    if name in UNTOUCHABLE:
        raise TexError(f"{name} may not be redefined", named[0].offset)
    default: list[Token] | None = None
    count = 0
    if kind.text == r"\DeclareMathOperator":
        body, at = read_argument(tokens, at, kind)
        body = _operator(body, starred, kind)
    elif kind.text == r"\def":
        count, at = _plain_parameters(tokens, at, kind)
        body, at = read_argument(tokens, at, kind)
    else:
        number, at = read_optional(tokens, at)
        count = _argument_count(number, kind)
        default, at = read_optional(tokens, at)
        body, at = read_argument(tokens, at, kind)
    _check_body(name, body, default, count, kind)
    if kind.text == r"\providecommand" and name in known:
        return known[name], at
    return Definition(name, count, None if default is None else tuple(default), tuple(body), line), at


def _operator(body: list[Token], starred: bool, kind: Token) -> list[Token]:
    command = Token(r"\operatorname*" if starred else r"\operatorname", kind.offset)
    return [command, Token("{", kind.offset), *body, Token("}", kind.offset)]


def _argument_count(number: list[Token] | None, kind: Token) -> int:
    text = plain(number or []).strip()
    if not text:
        return 0
    if len(text) != 1 or text not in "0123456789":
        raise TexError(f"{kind.text} has the number of arguments [{text[:20]}]; 0 to 9 are possible", kind.offset)
    return int(text)


def _plain_parameters(tokens: Sequence[Token], at: int, kind: Token) -> tuple[int, int]:
    count = 0
    while at < len(tokens) and tokens[at].text != "{":
        if tokens[at].text == f"#{count + 1}":
            count += 1
        elif tokens[at].text != " ":
            raise TexError(r"\def is understood with the plain parameters #1#2... only", kind.offset)
        at += 1
    return count, at


def _check_body(name: str, body: Sequence[Token], default: Sequence[Token] | None, count: int, kind: Token) -> None:
    if len(body) > MAX_BODY_TOKENS or (default is not None and len(default) > MAX_DEFAULT_TOKENS):
        raise TexError(f"The definition of {name} is too long", kind.offset)
    if default is not None and count == 0:
        raise TexError(f"{name} has a default but no argument", kind.offset)
    for token in body:
        if token.text[0] == "#" and (token.text == "#" or int(token.text[1]) > count):
            raise TexError(f"{name} uses {token.text} but takes {count} argument(s)", token.offset)
        if token.text in DEFINING:
            raise TexError(f"{name} contains {token.text}; a definition inside a definition is refused", token.offset)
    depth = 0
    for token in body:
        depth += (token.text == "{") - (token.text == "}")
        if depth < 0:
            raise TexError(f"The braces in {name} do not match", token.offset)
    for index, token in enumerate(body):
        if token.text == "{":
            closing_brace(body, index)
            break


def _loops(definitions: Mapping[str, Definition]) -> list[list[str]]:
    """Find the macros that reach themselves, each loop once, as the names in calling order."""
    uses = {
        name: [token.text for token in (*one.body, *(one.default or ())) if token.text in definitions]
        for name, one in definitions.items()
    }
    state: dict[str, int] = {}
    loops: list[list[str]] = []
    for root in definitions:
        if root in state:
            continue
        state[root] = 1
        stack: list[tuple[str, Iterable[str]]] = [(root, iter(uses[root]))]
        while stack:
            for used in stack[-1][1]:
                if state.get(used) == 1:
                    names = [name for name, _ in stack]
                    loops.append(names[names.index(used) :])
                elif used not in state:
                    state[used] = 1
                    stack.append((used, iter(uses[used])))
                    break
            else:
                state[stack.pop()[0]] = 2
    return loops


def _fingerprint(definitions: Iterable[Definition]) -> str:
    lines = sorted(one.canonical for one in definitions)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


EMPTY_MACROS = combine([])
