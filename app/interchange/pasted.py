"""What somebody pasted into the one box: an identifier, records, a web address, or else a title.

NOT here: asking anybody about it (`lookups.py`), whether the library knows it (`new_papers.py`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from app.errors import BadInput, FieldProblem
from app.fields import web_address
from app.interchange.bibtex import parse_bibtex
from app.interchange.bibtex_entries import Refusal
from app.interchange.csl_reading import parse_csl_json
from app.interchange.foreign_records import ParsedEntry
from app.interchange.ris_reading import parse_ris
from app.papers.records import KEY, normal_arxiv_id, normal_doi

PastedKind = Literal["arxiv", "doi", "key", "records", "address", "title"]
MAX_TEXT = 500_000
MAX_TITLE = 1000
_ID = r"(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Za-z]{2})?/\d{7})(?:v\d+)?"
_HOSTS = r"(?:[a-z.]{1,20}\.)?(?:arxiv\.org|alphaxiv\.org|ar5iv\.org|huggingface\.co|arxiv-vanity\.com)"
_ARXIV = (
    re.compile(rf"(?:arxiv\s*:\s*)?{_ID}(?:\s*\[[a-z.-]{{2,20}}\])?", re.IGNORECASE),
    re.compile(rf"(?:https?://)?{_HOSTS}/(?:abs|pdf|html|format|papers|ps|src)/{_ID}(?:\.pdf)?/?", re.IGNORECASE),
    re.compile(rf"(?:doi\s*:\s*|https?://(?:dx\.|www\.)?doi\.org/)?10\.48550/arxiv\.{_ID}", re.IGNORECASE),
)
_DOI = re.compile(
    r"(?:doi\s*:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(?P<id>10\.\d{4,9}/[^\s\"]+)", re.IGNORECASE
)  # those of the nineties hold < and >
_DOI_INSIDE = re.compile(r"https?://[^\s/]+/[^\s\"<>]*?(?P<id>10\.\d{4,9}/[^\s\"<>?#]+)", re.IGNORECASE)
_AFTER_DOI = re.compile(r"(?:/(?:full|abstract|pdf|epdf|html|meta|fulltext)|\.(?:pdf|html?))$", re.IGNORECASE)
_BIBTEX = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE)
_RIS = re.compile(r"^\s*TY {1,2}- ?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a text was taken for: `value` is its normal form; `records` what was read, `form` their format's name,
    `refused` what of them could not be.
    """

    kind: PastedKind
    value: str
    records: tuple[ParsedEntry, ...] = ()
    form: str = ""
    refused: tuple[Refusal, ...] = ()


def read_pasted(text: str) -> Pasted:
    """Take a text for something; raises BadInput naming `what` where it is nothing."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise _wrong("Paste an arXiv id or address, a DOI, BibTeX, RIS or CSL-JSON, or type a title.")
    if len(text) > MAX_TEXT:
        raise _wrong(f"This is longer than {MAX_TEXT:,} characters. A whole bibliography goes through the import.")
    if len(text.split()) <= 2 and (found := _identifier(" ".join(text.split()))) is not None:
        return found
    if text[0] in "[{" and text[-1] in "]}":
        return _records("CSL-JSON", text, lambda: parse_csl_json(text, name="This"))
    if _BIBTEX.search(text):
        return _records("BibTeX", text, lambda: parse_bibtex(text, name="This"))
    if _RIS.search(text):
        return _records("RIS", text, lambda: parse_ris(text, name="This"))
    return _title(text)


def _identifier(text: str) -> Pasted | None:
    """Return the identifier or the address that a text is as a whole."""
    bare = re.split("[?#]", text, maxsplit=1)[0] if "://" in text else text
    for pattern in _ARXIV:
        if match := pattern.fullmatch(bare):
            return Pasted("arxiv", normal_arxiv_id(match["id"]))
    match = _DOI.fullmatch(bare) or _DOI_INSIDE.match(bare)
    if match is not None:
        try:
            doi = _AFTER_DOI.sub("", unquote(match["id"]).rstrip(".,;)"))
            return Pasted("doi", normal_doi(doi))
        except ValueError:
            return None
    if text.startswith("@") and KEY.fullmatch(text[1:]):
        return Pasted("key", text[1:])
    try:
        return Pasted("address", web_address(text))
    except ValueError:
        return None


def _records(form: str, text: str, read: Callable[[], tuple[list[ParsedEntry], list[Refusal]]]) -> Pasted:
    try:
        parsed, refused = read()
    except BadInput as error:
        raise _wrong(f"This looks like {form}, and cannot be read: {error.detail}") from error
    if not parsed:
        why = f" Line {refused[0].line}: {refused[0].sentence}." if refused else ""
        raise _wrong(f"This looks like {form}, and there is no paper in it.{why}")
    return Pasted("records", text, tuple(parsed), form, tuple(refused))


def _title(text: str) -> Pasted:
    title = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not title or len(title) > MAX_TITLE:
        raise _wrong("This is neither an identifier nor BibTeX, RIS or CSL-JSON, and too long for a title.")
    return Pasted("title", title)


def _wrong(sentence: str) -> BadInput:
    return BadInput(sentence, [FieldProblem("what", sentence)])
