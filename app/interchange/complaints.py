"""What a record's validation complains of, in sentences that name things as the person typed them."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError

from app.fields import complaint

Location = tuple[str | int, ...]
GROUP = "must be a group of “key: value” lines"


def sentences(error: ValidationError) -> list[tuple[str, str]]:
    """Return the first part of each complaint's field, and the sentence about it, in the order of the fields."""
    return [(str(where[0]) if where else "", sentence) for where, sentence in located(error)]


def located(error: ValidationError, known: Iterable[str] = ()) -> list[tuple[Location, str]]:
    """Return where each complaint is (keys and places in lists) and the sentence about it."""
    found: dict[Location, str] = {}
    for problem in error.errors(include_url=False):
        # pydantic names the members of a union in the place; people did not type those
        where = tuple(part for part in problem["loc"] if problem["type"] == "extra_forbidden" or "[" not in str(part))
        found.setdefault(where, _sentence(where, dict(problem), tuple(known)))
    return list(found.items())


def field_names(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(model.model_fields)


def _sentence(where: Location, problem: dict[str, Any], known: tuple[str, ...]) -> str:
    kind = str(problem["type"])
    if kind == "extra_forbidden":
        key = str(where[-1])
        close = get_close_matches(key, known, 1) if len(where) == 1 else []
        inside = f" in {spoken(where[:-1])}" if len(where) > 1 else ""
        return f"unknown key “{key[:80]}”{inside}" + (f"; did you mean “{close[0]}”?" if close else "")
    if kind == "missing":
        return f"{spoken(where)} is missing"
    name = f"{spoken(where)}: " if where else ""
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return name + GROUP
    return name + complaint(problem)


def spoken(where: Location) -> str:
    """Return a place as people say it: “updates 2 date”."""
    return " ".join(str(part + 1) if isinstance(part, int) else part for part in where)
