"""Checks that text fields of every record share, and what is said of any field that Pydantic refuses.

Each check raises ValueError with a sentence, as Pydantic wants it.
"""

import re
from collections.abc import Mapping
from typing import Any

UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # controls, and halves of characters that no encoding has
_COMPLAINTS = {
    "missing": "is missing",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "string_type": "must be one piece of text",
    "string_too_short": "must not be empty",
    "string_unicode": "must be text in UTF-8",
    "string_pattern_mismatch": "does not have the form that is asked for here",
    "timezone_aware": "must have a time zone",
    "url_type": "must be a web address",
    "url_parsing": "must be a web address that starts with https:// or http://",
    "url_scheme": "must be a web address that starts with https:// or http://",
}
_KINDS = {"int": "must be a whole number", "float": "must be a number", "bool": "must be true or false"}
_BOUNDS = {
    "greater_than_equal": "at least",
    "greater_than": "more than",
    "less_than_equal": "at most",
    "less_than": "less than",
}


def shown(text: str) -> str:
    """Return the beginning of a text as a complaint may quote it: JSON can carry half characters, sentences not."""
    return text[:80].encode("utf-8", "replace").decode()


def without_nul(text: object) -> object:
    """Refuse what no database keeps; what is not text is left for the type to refuse."""
    if isinstance(text, str) and "\x00" in text:
        raise ValueError("must not contain a NUL character")
    return text


def on_one_line(text: object) -> object:
    """Refuse NUL and fold white space into single blanks."""
    return " ".join(text.split()) if isinstance(without_nul(text), str) and isinstance(text, str) else text


def web_address(text: str) -> str:
    """Refuse what is not an http or https address."""
    if (
        UNWRITABLE.search(text)
        or not text.lower().startswith(("https://", "http://"))
        or any(c.isspace() for c in text)
        or len(text) > 2000
    ):
        raise ValueError("must be a web address that starts with https:// or http://")
    return text


def complaint(problem: Mapping[str, Any]) -> str:
    """Return what Pydantic says of a value, one of its `errors()`, in words of ours that follow the field's name."""
    kind, context = str(problem["type"]), problem.get("ctx", {})
    if kind in _COMPLAINTS:
        return _COMPLAINTS[kind]
    if kind in _BOUNDS:
        return f"must be {_BOUNDS[kind]} {_bound(next(iter(context.values())))}"
    if kind == "literal_error":
        return f"must be one of {str(context.get('expected', '')).replace(chr(39), '')}"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']:,} characters"
    if kind == "too_long":
        return f"has more than {context['max_length']:,} items"
    if kind.startswith(("date", "datetime")):
        return f"“{shown(str(problem.get('input')))[:40]}” is not a date"
    if kind == "value_error":
        return str(context.get("error", problem["msg"])).removeprefix("Value error, ")
    if (family := kind.partition("_")[0]) in _KINDS:
        return _KINDS[family]
    message = str(problem["msg"])
    return message[:1].lower() + message[1:]


def _bound(value: object) -> str:
    """Return a limit as people write it: a large number with commas, a year or a day as it is."""
    return f"{value:,}" if isinstance(value, int | float) and value >= 10_000 else str(value)
