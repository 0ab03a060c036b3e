"""Names of authors in BibTeX: “Last, First and von Last, Jr, First and {A Collaboration} and others”.

`read_names(write_names(names))` gives the names back. NOT here: names in any other format.
"""

import re
from collections.abc import Iterator, Sequence

from app.interchange.tex_text import decode, encode
from app.papers.records import PersonName

_AND = re.compile(r"(?:^|(?<=\s))and(?=\s|$)", re.IGNORECASE)
_NAMED = re.compile(r"\s*(?:family|given|prefix|suffix)\s*=", re.IGNORECASE)
_SPACE = re.compile(r"\s+|(?<!\\)~")
_COMMA = re.compile(",")
_HOMONYM = re.compile(r"0\d{3}")
_OTHERS = re.compile(r"others\.?|et\.? al\.?", re.IGNORECASE)


def read_names(source: str) -> tuple[tuple[PersonName, ...], bool]:
    """Read an author field (TeX); return the names and whether it says that there are others."""
    names: list[PersonName] = []
    others = False
    for piece in _split(source, _AND):
        raw = piece.strip()
        if _OTHERS.fullmatch(raw):
            others = True
        elif name := _name(raw):
            names.append(name)
    return tuple(names), others


def write_names(names: Sequence[PersonName]) -> str:
    """Write names in their order; a name without a given part is written as a whole, in braces."""
    return " and ".join(
        f"{_held(name.family)}, {_held(name.given)}" if name.given else f"{{{encode(name.family)}}}" for name in names
    )


def _held(part: str) -> str:
    """Put braces around a part that would be taken apart without them."""
    text = encode(part)
    return f"{{{text}}}" if "," in part or _AND.search(part) or _NAMED.match(part) else text


def _name(raw: str) -> PersonName | None:
    if _is_one_group(raw):
        return _person(raw, "")
    parts = [part.strip() for part in _split(raw, _COMMA)]
    if _NAMED.match(raw):
        return _of_named_parts(parts)
    if len(parts) == 1:
        return _without_comma(_words(raw))
    if len(parts) == 2:
        return _person(parts[0], parts[1])
    # von Last, Jr, First: the suffix belongs to the name that people are sorted by
    return _person(f"{parts[0]} {parts[1]}", ", ".join(parts[2:]))


def _of_named_parts(parts: list[str]) -> PersonName | None:
    """Take biblatex's “family=Berg, given=Anna, prefix=van den, useprefix=true”."""
    named = {
        name.strip().lower(): value.strip().strip('"') for name, _, value in (part.partition("=") for part in parts)
    }
    family = " ".join(filter(None, (named.get(part) for part in ("prefix", "family", "suffix"))))
    return _person(family, named.get("given", ""))


def _without_comma(words: list[str]) -> PersonName | None:
    """Take “First von Last” apart: a particle is a word in lower case, and the last word is never one.

    The number that DBLP puts behind people of one name (“Yang Liu 0001”) is no part of it.
    """
    if len(words) > 2 and _HOMONYM.fullmatch(words[-1]):
        words = words[:-1]
    particles = [index for index, word in enumerate(words[:-1]) if _is_lower(word)]
    first = particles[0] if particles else len(words) - 1
    return _person(" ".join(words[first:]), " ".join(words[:first]))


def _is_lower(word: str) -> bool:
    if word.startswith("{") and not word.startswith("{\\"):
        return False
    letter = next((char for char in decode(word) if char.isalpha()), "")
    return letter.islower()


def _person(family: str, given: str) -> PersonName | None:
    plain_family, plain_given = " ".join(decode(family).split()), " ".join(decode(given).split())
    if not plain_family:
        plain_family, plain_given = plain_given, ""
    return PersonName(family=plain_family, given=plain_given) if plain_family else None


def _is_one_group(raw: str) -> bool:
    if not (raw.startswith("{") and raw.endswith("}")):
        return False
    level = 0
    for index, char in enumerate(raw):
        level += {"{": 1, "}": -1}.get(char, 0)
        if level == 0:
            return index == len(raw) - 1
    return False


def _words(raw: str) -> list[str]:
    return [word for word in _split(raw, _SPACE) if word]


def _split(source: str, separator: re.Pattern[str]) -> Iterator[str]:
    """Split at a separator wherever it stands outside every brace."""
    depths: list[int] = []
    level = 0
    for char in source:
        level += {"{": 1, "}": -1}.get(char, 0)
        depths.append(level)
    start = 0
    for match in separator.finditer(source):
        if depths[match.start()] <= 0:
            yield source[start : match.start()]
            start = match.end()
    yield source[start:]
