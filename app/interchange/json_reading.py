"""JSON from outside, read strictly and within bounds: one object, no name twice, nothing that a store cannot keep.

NOT here: what the objects mean (`json_documents.py`).
"""

import json
import re
from typing import Any, NoReturn

from app.errors import BadInput, FieldProblem

MOST_VALUES = 50_000
DEEPEST = 20
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
Object = dict[str, Any]


def read_object(raw: bytes, field: str = "body") -> Object:
    """Return the JSON object in these bytes; raises BadInput, naming `field` where no field of it can be named.

    A mark of the byte order before it, which some editors and shells write, is skipped.
    """
    bare = _STRING.sub(b'""', raw)
    if bare.count(b",") + bare.count(b"[") + bare.count(b"{") > MOST_VALUES:
        _refuse(field, f"holds more than {MOST_VALUES:,} values")
    try:
        found = json.loads(
            raw.decode("utf-8-sig").rstrip(), object_pairs_hook=_without_repeats, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        row = None if field == "line" else error.lineno  # of one line of many, its number is told beside this
        place = f"column {error.colno}" if row is None else f"line {row}, column {error.colno}"
        _refuse(field, f"is not JSON: {error.msg.removesuffix(' at')} at {place}", row)
    except UnicodeDecodeError:
        _refuse(field, "is not JSON: it is not encoded in UTF-8")
    except RecursionError:
        _refuse(field, f"is nested deeper than {DEEPEST} levels")
    except ValueError as error:
        _refuse(field, f"is not JSON: {error}" if "digits" not in str(error) else "holds a number that is too long")
    if not isinstance(found, dict):
        _refuse(field, "must be a JSON object")
    _check(found, "", 0)
    return found


def merge_patch(target: object, patch: Object) -> Object:
    """Return what a JSON Merge Patch makes of a value (RFC 7396); both stay as they were."""
    result: Object = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value) if isinstance(value, dict) else value
    return result


def _refuse(field: str, message: str, line: int | None = None) -> NoReturn:
    raise BadInput(f"{field}: {message}.", [FieldProblem(field, message, line)])


def _without_repeats(pairs: list[tuple[str, Any]]) -> Object:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"“{twice[:80].encode('utf-8', 'replace').decode()}” stands twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _check(value: object, place: str, depth: int) -> None:
    """Refuse what no database keeps, naming the field that holds it, and what is nested too deep."""
    if depth > DEEPEST:
        _refuse(place.split(".")[0] or "body", f"is nested deeper than {DEEPEST} levels")
    if isinstance(value, str) and _UNSTORABLE.search(value):
        _refuse(place, "holds a NUL or half a character, which nothing can keep")
    if isinstance(value, dict):
        for name, inner in value.items():
            if _UNSTORABLE.search(name):
                _refuse(place or "body", "has a field whose name holds a NUL or half a character")
            _check(inner, f"{place}.{name[:80]}".lstrip("."), depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _check(inner, f"{place}.{number}".lstrip("."), depth + 1)
