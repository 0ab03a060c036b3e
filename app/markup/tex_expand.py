r"""Replace macros in a formula by what they stand for, within limits.

Definitions inside a formula hold from there on, for the rest of the text too (``definitions`` is the caller's).
Not here: what the commands that remain mean (``tex_mend``), and their MathML (``tex``).
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence

from app.markup.macros import DEFINING, Definition, read_definition
from app.markup.tex_tokens import TexError, Token, read_argument, read_optional

MAX_EXPANSIONS = 2_000
MAX_DEPTH = 60
MAX_TOKENS = 20_000


def expand(tokens: Sequence[Token], definitions: MutableMapping[str, Definition], spent: list[int]) -> list[Token]:
    """Expand every macro; TexError names the one that never ends or grows too long.

    The number of tokens handled is added to ``spent[0]``, also where this fails.
    """
    if not any(token.text in definitions or token.text in DEFINING for token in tokens):
        return list(tokens)
    # The tokens still to be read lie reversed on a stack, so that an expansion is pushed in front of the rest.
    pending = list(reversed(tokens))
    done: list[Token] = []
    expansions = 0
    while pending:
        token = pending.pop()
        spent[0] += 1
        if token.text in DEFINING:
            _define(token, pending, definitions)
            continue
        definition = definitions.get(token.text)
        if definition is None:
            done.append(token)
        else:
            expansions += 1
            if token.depth >= MAX_DEPTH:
                raise TexError(f"{token.text} is defined through itself, or nested too deeply", token.offset)
            if expansions > MAX_EXPANSIONS:
                raise TexError(f"More than {MAX_EXPANSIONS:,} macros to expand (at {token.text})", token.offset)
            pending.extend(reversed(_expansion(token, definition, pending)))
            spent[0] += len(definition.body)
        if len(done) + len(pending) > MAX_TOKENS:
            raise TexError(f"The macros make the formula too long (at {token.text})", token.offset)
    return done


def _define(token: Token, pending: list[Token], definitions: MutableMapping[str, Definition]) -> None:
    ahead = [token, *reversed(pending)]
    definition, after = read_definition(ahead, 0, definitions)
    definitions[definition.name] = definition
    del pending[len(pending) - (after - 1) :]


def _expansion(token: Token, definition: Definition, pending: list[Token]) -> list[Token]:
    arguments: list[list[Token]] = []
    if definition.arguments:
        arguments = _arguments(token, definition, pending)
    result: list[Token] = []
    for each in definition.body:
        if each.text[0] == "#" and len(each.text) == 2:
            result.extend(arguments[int(each.text[1]) - 1])
        else:
            result.append(Token(each.text, token.offset, token.depth + 1))
        if len(result) > MAX_TOKENS:
            raise TexError(f"The macros make the formula too long (at {token.text})", token.offset)
    return result


def _arguments(token: Token, definition: Definition, pending: list[Token]) -> list[list[Token]]:
    ahead = _ahead(pending, definition.arguments)
    at = 0
    arguments: list[list[Token]] = []
    if definition.default is not None:
        given, at = read_optional(ahead, at)
        default = [Token(each.text, token.offset, token.depth + 1) for each in definition.default]
        arguments.append(default if given is None else given)
    while len(arguments) < definition.arguments:
        argument, at = read_argument(ahead, at, token)
        arguments.append(argument)
    del pending[len(pending) - at :]
    return arguments


def _ahead(pending: list[Token], arguments: int) -> list[Token]:
    """Give the coming tokens in reading order: enough for the arguments, not the whole rest each time."""
    depth = 0
    closed = 0
    for count, token in enumerate(reversed(pending), 1):
        if token.text == "{":
            depth += 1
        elif token.text == "}":
            depth -= 1
        if depth < 0:
            return pending[: -count - 1 : -1]
        # Every token on the outermost level ends at most one argument; spaces and brackets give some slack.
        closed += depth == 0 and token.text not in (" ", "[", "]")
        if closed > arguments + 40:
            return pending[: -count - 1 : -1]
    return pending[::-1]
