"""What readers of other bibliographies share: identifiers found in odd places, keys made up, a forgiving check.

NOT here: any one format, or whether a paper is known already (`joining.py`).
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.interchange.complaints import sentences
from app.papers.records import KEY, OTHER_FORMS, PaperRecord, PersonName, normal_arxiv_id, normal_doi

# Without these a paper is still one; a value that does not fit is left out and told.
DROPPABLE = frozenset(
    "doi url code_url year month day volume issue pages arxiv_class abstract venue publisher institution authors "
    "arxiv_id".split()
)
STOP_WORDS = frozenset(
    "a an and are as at be by can do does for from how in into is it its of on or our over the their this to toward "
    "towards via we what when where which why with".split()
)
LONGEST_SEARCHED = 4000
_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|10\.48550/arxiv\.|\barxiv(?:\s*preprint)?\s*[:\s]\s*(?:arxiv:)?|\babs/)\s*"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?!\d)",
    re.IGNORECASE,
)
_DOI_ADDRESS = re.compile(r"https?://(?:dx\.)?doi\.org/(10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?)+ ?(?=[^\W\d_]{2})")
_MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
_ARCHIVE = re.compile(r"(?i)arxiv\b|corr\b")


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """A record that was read, the line its entry begins on, and what of the entry was not kept."""

    record: PaperRecord
    line: int
    notes: tuple[str, ...] = ()


def find_arxiv_id(text: str) -> str | None:
    """Return the first arXiv id that a text names as one (an address, a prefix, a DOI of arXiv's)."""
    found = _ARXIV.search(text[:LONGEST_SEARCHED])
    if found is None:
        return None
    try:
        return normal_arxiv_id(found[1])
    except ValueError:
        return None


def find_doi(text: str) -> str | None:
    """Return the DOI of the first address of a resolver in a text; arXiv's own are not counted."""
    found = _DOI_ADDRESS.search(text[:LONGEST_SEARCHED])
    if found is None:
        return None
    try:
        doi = normal_doi(found[1].rstrip(".,;)"))
    except ValueError:
        return None
    return None if doi.startswith("10.48550/") else doi


def settle_identifiers(values: dict[str, Any], elsewhere: Iterable[str], notes: list[str]) -> None:
    """Put arXiv ids and DOIs where they belong: out of venues, numbers, addresses and remarks.

    `elsewhere` are texts of the entry that are not kept themselves.
    """
    venue = values.get("venue", "")
    if "arxiv_id" not in values:
        inside = (
            f"{venue} {values.get('volume', '')}",
            *(str(values.get(name) or "") for name in ("issue", "doi", "url")),
        )
        found = next(filter(None, map(find_arxiv_id, (*inside, *elsewhere))), None)
        if found:
            values["arxiv_id"] = found
    if _ARCHIVE.match(venue) and ("arxiv_id" in values or not values.get("doi")):
        values.update(kind="preprint", venue="")
        for name in ("volume", "issue", "pages"):
            if find_arxiv_id(str(values.get(name, ""))) or str(values.get(name, "")).lower().startswith("abs/"):
                values[name] = ""
    if str(values.get("issue", "")).lower().startswith("arxiv:"):
        values["issue"] = ""
    if not values.get("doi"):
        values["doi"] = find_doi(values.get("url", "")) or None
    if values.get("kind") in ("article", "other") and "arxiv_id" in values and not values.get("venue"):
        values["kind"] = "preprint"
    for lesser, greater in (("month", "year"), ("day", "month")):
        if lesser in values and greater not in values:
            notes.append(f"{lesser}: left out, since there is no {greater}")
            del values[lesser]


def forgiving(values: dict[str, Any], notes: list[str]) -> PaperRecord:
    """Make a record, leaving out and telling values that do not fit; raises ValidationError where none is left."""
    try:
        return PaperRecord.model_validate(values)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) if problem["loc"] else "day" for problem in error.errors()}
        if not wrong <= DROPPABLE:
            raise
        notes.extend(f"{sentence} (left out)" for _, sentence in sentences(error))
        # A date without its month or year would be refused in its turn.
        wrong |= {"month", "day"} if "year" in wrong else {"day"} if "month" in wrong else set()
        return forgiving({name: value for name, value in values.items() if name not in wrong}, notes)


def ascii_key(text: str) -> str:
    """Return what of a foreign key may stand in one of ours; empty where nothing may."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    key = re.sub(r"[^A-Za-z0-9_:.+-]+", "-", plain).lstrip("_:.+-")[:120]
    if key.endswith(OTHER_FORMS):
        key = "-".join(key.rsplit(".", 1))
    return key if KEY.fullmatch(key) else ""


def make_key(title: str, authors: Sequence[PersonName], year: int | None) -> str:
    """Return the key of a paper that came without one: family name, year and the title's first word that tells."""
    family = _letters(authors[0].family)[:40] if authors else ""
    words = [_letters(word) for word in re.findall(r"[^\W_]+", title)]
    telling = next((word for word in words if len(word) > 1 and word not in STOP_WORDS), "")
    return f"{family}{year or ''}{telling[:40]}" or "paper"


def free_key(key: str, taken: Container[str]) -> str:
    """Return this key, or the first of keya, keyb, ... keyz, keyaa, ... that is not taken."""
    if key not in taken:
        return key
    number = 1
    while True:
        letters, rest = "", number
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(ord("a") + digit) + letters
        made = key[: 120 - len(letters)] + letters
        if made not in taken:
            return made
        number += 1


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]", "", plain)


def person(text: str) -> PersonName | None:
    """Read “Family, Given, Suffix”, “F. Family” or the name of a body; None where nothing is left or it is too long."""
    parts = [" ".join(part.split()) for part in text.split(",")]
    parts = [part for part in parts if part]
    if not parts:
        return None
    family, given = parts[0], parts[1] if len(parts) > 1 else ""
    if len(parts) > 2:
        family = f"{family} {parts[2]}"
    if len(parts) == 1 and not text.rstrip().endswith(",") and (initials := _INITIALS.match(family)):
        family, given = family[initials.end() :], initials[0].strip()
    if len(family) > 200 or len(given) > 200 or "\0" in text:
        return None
    return PersonName(family=family, given=given)


def page_range(first: str, last: str) -> str:
    """Return pages as “1–10”; the first alone may be a range already."""
    first, last = first.strip(), last.strip()
    if not last or first == last:
        return re.sub(r"(?<=\d)\s*(?:--?|–)\s*(?=\d)", "–", first) if len(first) < 200 else first
    return f"{first}–{last}" if first else last


def read_date(text: str) -> dict[str, int]:
    """Read “2017”, “2017/06/12/”, “2017-6”, “2017 Jun 12” or “June 12, 2017”; empty where there is no year."""
    text = text.strip()[:60]
    year = re.search(r"(?<!\d)\d{4}(?!\d)", text)
    if year is None:
        return {}
    found = {"year": int(year[0])}
    if not 1000 <= found["year"] <= 2200:
        return {}
    rest = re.match(r"\s*[/-]\s*(\d{1,2})(?!\d)(?:\s*[/-]\s*(\d{1,2})(?!\d))?", text[year.end() :])
    named = re.search(r"[A-Za-z]{3,}", text)
    month, day = (rest[1], rest[2]) if rest else (None, None)
    if rest is None and named and named[0][:3].lower() in _MONTHS:
        month = str(_MONTHS.index(named[0][:3].lower()) + 1)
        single = re.search(r"(?<!\d)\d{1,2}(?!\d)", text)
        day = single[0] if single else None
    try:
        if month and 1 <= int(month) <= 12:
            found["month"] = int(month)
            if day and int(day):
                dt.date(found["year"], int(month), int(day))
                found["day"] = int(day)
    except ValueError:
        pass
    return found


def settle_publisher(values: dict[str, Any]) -> None:
    """Put who published a report or a thesis where it belongs; arXiv publishes nothing."""
    publisher = values.get("publisher", "")
    if values["kind"] in ("report", "thesis"):
        values["institution"], values["publisher"] = publisher, ""
    elif publisher.lower() in ("arxiv", "arxiv.org"):
        values["publisher"] = ""
