"""Front matter of posts: YAML, TOML (`+++`), JSON or none, as Jekyll, Hugo and plain folders have it.

What a summary has a place for is kept; every other key is told with its line. NOT here: the text behind it
(`post_body.py`), the library folder's own front matter, which is strict (`library_folder.py`).
"""

import datetime as dt
import json
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from app.interchange.front_matter import MAX_DEPTH, MAX_FRONT_MATTER, problem, read_yaml, split_front_matter

# Taken over as they are where they fit; the words of our own front matter.
OURS = (
    "title", "kind", "papers", "tldr", "status", "authors", "series", "part", "requires", "macros", "link", "source",
    "updates", "provenance", "freshness",
)  # fmt: skip
PUBLISHED = ("published", "date", "publishdate", "pubdate", "created")
UPDATED = ("updated", "lastmod", "last_modified_at", "modified", "last-modified")
ABOUT = ("description", "excerpt", "summary", "subtitle")
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ]+(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(?: *(?:([Zz]|UTC|GMT)|([+-]\d\d):?(\d\d)?))?)?"
)


@dataclass(slots=True)
class Front:
    """What a post says of itself, the body behind it, and the (line, sentence) of what has no place."""

    values: dict[str, Any] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    slug: str = ""
    draft: bool = False
    about: str = ""
    body: str = ""
    body_line: int = 1
    notes: list[tuple[int, str]] = field(default_factory=list)


def read_front(text: str) -> Front:
    """Read a post's front matter in any of its dialects; raises BadInput with a line where it is broken."""
    values, lines, body, body_line = _split(text)
    front = Front(body=body, body_line=body_line)
    known = {str(key).lower(): key for key in values}
    for low, key in known.items():
        line = lines.get(str(key), 1)
        if not _take(front, low, values[key], line):
            front.notes.append((line, f"{str(key)[:60]}: has no place here"))
    return front


def _split(text: str) -> tuple[dict[str, Any], dict[str, int], str, int]:
    if text.startswith("---"):
        inside, body, body_line = split_front_matter(text)
        values, places = read_yaml(inside, 2)
        if not isinstance(values, dict | None):
            raise problem("the front matter must be “key: value” lines", 2)
        lines = {str(place[0]): line for place, line in places.items() if len(place) == 1}
        return values or {}, lines, body, body_line
    toml = _TOML.match(text)
    if toml:
        return _toml(toml[1]), _lines_of(toml[1], 2), text[toml.end() :], 1 + text.count("\n", 0, toml.end())
    if text.startswith("+++"):
        raise problem("the front matter that begins here is never closed by a line +++", 1)
    if text.startswith("{") and (found := _json(text)) is not None:
        values, end = found
        return values, _lines_of(text[:end], 1), text[end:].removeprefix("\n"), 1 + text.count("\n", 0, end + 1)
    return {}, {}, text, 1


def _toml(source: str) -> dict[str, Any]:
    if len(source) > MAX_FRONT_MATTER:
        raise problem(f"longer than {MAX_FRONT_MATTER:,} characters", 2)
    try:
        return {key: _plain(value) for key, value in tomllib.loads(source).items()}
    except (ValueError, RecursionError, OverflowError) as error:
        at = re.search(r"line (\d+)", str(error))
        raise problem("not valid TOML", 1 + int(at[1]) if at else 2) from error


def _json(text: str) -> tuple[dict[str, Any], int] | None:
    """Read a group at the beginning of the text; None where it is no JSON, since a text may begin with a brace."""
    try:
        values, end = json.JSONDecoder().raw_decode(text[:MAX_FRONT_MATTER])
        return ({key: _plain(value) for key, value in values.items()}, end) if isinstance(values, dict) else None
    except (ValueError, RecursionError):
        return None


def _plain(value: Any, depth: int = 0) -> Any:
    """Return a value as YAML's reader would: texts, lists and groups."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item, depth + 1) for key, item in value.items() if item is not None}
    return value if value is None else str(value)


def _lines_of(source: str, first: int) -> dict[str, int]:
    """Find the line of each key at the beginning of a line; of a key inside a group the first counts."""
    lines: dict[str, int] = {}
    for number, line in enumerate(source.split("\n"), start=first):
        key = re.match(r"\s*[\[{]*\s*\"?([A-Za-z_][\w-]*)\"?\s*[\]=:]", line)
        if key:
            lines.setdefault(key[1], number)
    return lines


def _take(front: Front, key: str, value: Any, line: int) -> bool:
    """Put one key where it belongs; say whether it has such a place."""
    if value is None or value in ("", []):
        return True
    if key in ("tags", "tag", "keywords"):
        front.tags += _names(value, apart=key != "tag")
    elif key in ("categories", "category"):
        front.categories += _names(value, apart=key != "category")
    elif key == "taxonomies" and isinstance(value, dict):
        lost = [name for name, inside in value.items() if not _take(front, name.lower(), inside, line)]
        return not lost
    elif key == "draft":
        front.draft |= str(value).lower() in ("true", "yes", "1")
    elif key == "published" and str(value).lower() in ("true", "false", "yes", "no"):
        front.draft |= str(value).lower() in ("false", "no")
    elif key in (*PUBLISHED, *UPDATED):
        name = "published" if key in PUBLISHED else "updated"
        moment = read_moment(str(value))
        if moment is None:
            front.notes.append((line, f"{key}: “{str(value)[:40]}” is not a date that can be read; left out"))
        elif name not in front.values:
            front.values[name] = moment
    elif key == "author" or (key == "authors" and isinstance(value, str | dict)):
        front.values["authors"] = [name for item in _items(value) if (name := _author(item))]
    elif key == "slug" and isinstance(value, str):
        front.slug = value
    elif key in ABOUT and isinstance(value, str):
        front.about = front.about or value.strip()
    elif key == "series" and not isinstance(value, str):
        return False
    elif key in OURS:
        front.values[key] = value
    else:
        return False
    return True


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _names(value: Any, *, apart: bool) -> list[str]:
    """Return names from a list, or from one text: at commas, else (`apart`, as Jekyll does) at blanks."""
    if isinstance(value, str):
        value = value.split(",") if "," in value else value.split() if apart else [value]
    names = [" ".join(str(item).split()) for item in _items(value) if isinstance(item, str)]
    return [name for name in names if name]


def _author(value: Any) -> str:
    return str(value.get("name", "")) if isinstance(value, dict) else " ".join(str(value).split())


def read_moment(text: str) -> str | None:
    """Return a date or moment as ISO 8601 from any of the ways front matters write it."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    day, time, utc, hours, minutes = found.groups()
    zone = "+00:00" if utc else f"{hours}:{minutes or '00'}" if hours else ""
    moment = f"{day}T{time}{zone}" if time else day
    try:
        dt.datetime.fromisoformat(moment).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return moment
