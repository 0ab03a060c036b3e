"""Identifiers: what a pasted arXiv id, DOI or citation key looks like, and how each is compared.

NOT here: which paper one belongs to (the store knows).
"""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from app.papers.records import arxiv_case

_ARXIV_ID = r"(?P<id>[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7})(?:v[0-9]+)?"
_ARXIV = re.compile(
    rf"(?:arxiv:\s*|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html|format|ps|src)/)?{_ARXIV_ID}(?:\.pdf)?/?"
    r"(?:\s*\[[a-z-]+(?:\.[a-z-]+)?\])?",  # “arXiv:1412.6980v9 [cs.LG]” is how arXiv itself has it cited
    re.IGNORECASE,
)
_DOI = re.compile(
    r"(?:doi:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(?P<id>10\.[0-9]{4,9}/[^\s\"<>]+)", re.IGNORECASE
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ARXIV_ID}", re.IGNORECASE)
_KEY = re.compile(r"@(?P<id>[A-Za-z0-9][A-Za-z0-9_:.+/-]{0,119})")


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in its normal form: arXiv as arXiv writes it, no version; DOI in lower case; key as written."""

    kind: Literal["arxiv", "doi", "key"]
    value: str


def identifier(text: str) -> Identifier | None:
    """Return the identifier that a pasted text is as a whole, or None."""
    text = text.strip()
    if len(text) > 300:
        return None
    if match := _ARXIV.fullmatch(re.split("[?#]", text, maxsplit=1)[0]):
        return Identifier("arxiv", arxiv_case(match["id"]))
    if match := _DOI.fullmatch(text):
        value = unquote(match["id"]).rstrip(".,;")
        if inner := _ARXIV_DOI.fullmatch(value):
            return Identifier("arxiv", arxiv_case(inner["id"]))
        return Identifier("doi", value.lower())
    if match := _KEY.fullmatch(text):
        return Identifier("key", match["id"])
    return None


def normal_identifier(kind: str, text: str) -> str:
    """Return an arXiv id, DOI or key in the form in which two are compared."""
    found = identifier(text if kind != "key" or text.startswith("@") else f"@{text}")
    value = found.value if found is not None and found.kind == kind else text.strip()
    return value.lower()
