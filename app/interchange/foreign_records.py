"""What readers of other bibliographies share: identifiers found in odd places, keys made up, a forgiving check.

NOT here: any one format, or whether a paper is known already (`joining.py`).
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.interchange.complaints import sentences
from app.papers.records import KEY, PaperRecord, PersonName, normal_arxiv_id, normal_doi

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
