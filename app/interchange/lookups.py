"""Look-ups: what arXiv and Crossref say about an identifier, as a record to begin from.

The identifier is parsed by us and put into an address on a fixed host; no redirect is followed, nothing is unpacked,
five seconds and two million bytes are all there is, and what comes back is read as anybody's file would be. NOT here:
what a pasted text is (`pasted.py`), whether the library knows the paper (`app/papers/duplicates.py`).
"""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, ParseError

import httpx2
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import ValidationError

from app.errors import BadInput
from app.interchange.bibtex_names import read_names
from app.interchange.csl_reading import parse_csl_json
from app.interchange.foreign_records import ParsedEntry, forgiving, make_key, read_date
from app.interchange.tex_text import encode
from app.papers.records import PersonName, normal_arxiv_id, normal_doi

SECONDS = 5.0
MAX_BYTES = 2_000_000
AT_ONCE = 3
MAX_AUTHORS = 5000
AGENT = "Cairn (a library of paper summaries)"
CSL = "application/vnd.citationstyles.csl+json"
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
_BODIES = ("collaboration", "consortium", "team", "group", "project", "university", "institute")
_CLASS = re.compile(r"\.[a-z]{2}(?=/)", re.IGNORECASE)  # arXiv names math.GT/0309136 without its class
_SUFFIX = re.compile(r",?\s+(Jr\.?|Sr\.?|I{2,3}|IV)$")
_turns = threading.BoundedSemaphore(AT_ONCE)


class LookupFailed(Exception):
    """A service gave no record; `str(error)` is the sentence for the form."""


@dataclass(frozen=True, slots=True)
class Services:
    """Where the services are; tests put a server of their own here, nobody else puts anything."""

    arxiv: str = "https://export.arxiv.org"
    crossref: str = "https://api.crossref.org"
    seconds: float = SECONDS


def look_up(services: Services, kind: str, identifier: str) -> ParsedEntry:
    """Return what is said of an arXiv id or a DOI (normalised, `kind` says which); raises LookupFailed."""
    return look_up_arxiv(services, identifier) if kind == "arxiv" else look_up_doi(services, identifier)


def look_up_arxiv(services: Services, arxiv_id: str) -> ParsedEntry:
    """Ask arXiv's API (Atom) for one preprint; raises LookupFailed."""
    identifier = normal_arxiv_id(arxiv_id)
    address = f"{services.arxiv}/api/query?id_list={quote(identifier, safe='')}&max_results=1"
    data = _fetch("arXiv", address, "application/atom+xml", services.seconds)
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError, LookupError) as error:
        raise LookupFailed("arXiv’s answer could not be read.") from error
    entry = root.find(f"{ATOM}entry")
    if entry is None or "/abs/" not in _text(entry, f"{ATOM}id"):  # an error is an entry too, or one without an id
        raise LookupFailed(f"arXiv knows no paper {identifier}.")
    return _checked("arXiv", lambda: _preprint(entry, identifier))


def look_up_doi(services: Services, doi: str) -> ParsedEntry:
    """Ask Crossref (CSL-JSON) for one DOI; raises LookupFailed."""
    identifier = normal_doi(doi)
    address = f"{services.crossref}/v1/works/{quote(identifier, safe='')}/transform"
    data = _fetch("Crossref", address, CSL, services.seconds)
    return _checked("Crossref", lambda: _work(data, identifier))


def _checked(service: str, read: Callable[[], ParsedEntry]) -> ParsedEntry:
    try:
        return read()
    except (ValidationError, BadInput, UnicodeDecodeError) as error:
        raise LookupFailed(f"{service}’s answer could not be read.") from error


def _preprint(entry: Element, identifier: str) -> ParsedEntry:
    """Read an entry of arXiv's API (https://info.arxiv.org/help/api/user-manual.html, 3.3)."""
    told = _told_id(entry)
    if _CLASS.sub("", told).lower() != _CLASS.sub("", identifier).lower():
        raise LookupFailed("arXiv answered about another paper.")
    names = [_text(author, f"{ATOM}name") for author in entry.findall(f"{ATOM}author")[:MAX_AUTHORS]]
    category = entry.find(f"{ARXIV}primary_category")
    values: dict[str, Any] = {
        "kind": "preprint",
        "title": _text(entry, f"{ATOM}title"),
        "authors": tuple(person for name in names for person in _people(name)),
        "arxiv_id": told,
        "arxiv_class": category.get("term", "") if category is not None else "",
        "abstract": _text(entry, f"{ATOM}summary"),
        "doi": next(iter(_text(entry, f"{ARXIV}doi").split()), None),  # of the preprint and its erratum, say: the first
    }
    values |= read_date(_text(entry, f"{ATOM}published")[:10])
    values["key"] = make_key(values["title"], values["authors"], values.get("year"))
    journal = _text(entry, f"{ARXIV}journal_ref")
    notes = [f"arXiv says it appeared in: {journal[:300]}"] if journal else []
    if "withdrawn" in (comment := _text(entry, f"{ARXIV}comment")).lower():
        notes.append(f"arXiv says: {comment[:300]}")
    return ParsedEntry(forgiving(values, notes), 1, tuple(notes))


def _work(data: bytes, identifier: str) -> ParsedEntry:
    parsed, refused = parse_csl_json(data.decode(), name="Crossref’s answer")
    if refused and refused[0].sentence.startswith("title:"):
        raise LookupFailed("Crossref has no title for this DOI.")
    if len(parsed) != 1:
        raise LookupFailed("Crossref’s answer could not be read.")
    record = parsed[0].record
    if record.doi != identifier:
        raise LookupFailed("Crossref answered about another paper.")
    # Its own address says no more than the DOI; its “not kept” are fields of Crossref's that nobody asked for.
    address = "" if "doi.org/" in record.url else record.url
    made = {"url": address, "key": make_key(record.title, record.authors, record.year)}
    return ParsedEntry(record.model_copy(update=made), 1)


def _told_id(entry: Element) -> str:
    try:
        return normal_arxiv_id(_text(entry, f"{ATOM}id").partition("/abs/")[2])
    except ValueError:
        return ""


def _people(name: str) -> tuple[PersonName, ...]:
    """Read one author of arXiv's; the “:” that it puts between a body and its people is nobody."""
    if not any(char.isalpha() for char in name):
        return ()
    suffix = _SUFFIX.search(name)
    read = read_names(_as_tex(name[: suffix.start()] if suffix else name))[0]
    if suffix and len(read) == 1 and read[0].given:
        return (PersonName(family=f"{read[0].family} {suffix[1]}", given=read[0].given),)
    return read if not suffix else read_names(_as_tex(name))[0]


def _as_tex(name: str) -> str:
    """Write a name as BibTeX's rules expect it: a body is held together by braces."""
    text = encode(" ".join(name.split())[:400])
    body = any(word in name.lower().split() for word in _BODIES)
    return f"{{{text}}}" if body or " and " in f" {name} " else text


def _text(element: Element, path: str) -> str:
    return " ".join((element.findtext(path) or "")[:50_000].split())


@dataclass(slots=True)
class _Answer:
    """What a fetching thread leaves behind."""

    status: int = 0
    data: bytes = b""
    error: str = ""
    over: threading.Event = field(default_factory=threading.Event)


def _fetch(service: str, address: str, accept: str, seconds: float) -> bytes:
    """Return what is at an address; raises LookupFailed with the reason, within about `seconds` of being asked.

    A thread of its own fetches, since nothing else can be left behind while it waits for a name server.
    """
    if not _turns.acquire(blocking=False):
        raise LookupFailed("Too many look-ups are under way. Try again in a moment, or fill in the fields.")
    answer = _Answer()
    threading.Thread(target=_carry_out, args=(address, accept, seconds, answer), name="lookup", daemon=True).start()
    if not answer.over.wait(seconds + 0.5):
        raise LookupFailed(f"{service} did not answer within {seconds:g} seconds.")
    if answer.error:
        raise LookupFailed(f"{service} {answer.error}.")
    if answer.status in (400, 404, 410):
        raise LookupFailed(f"{service} does not know this identifier.")
    if answer.status == 429:
        raise LookupFailed(f"{service} is asked too much at the moment. Try again later, or fill in the fields.")
    if answer.status != 200:
        raise LookupFailed(f"{service} cannot answer at the moment (it said {answer.status}).")
    return answer.data


def _carry_out(address: str, accept: str, seconds: float, answer: _Answer) -> None:
    try:
        _read(address, accept, seconds, answer)
    except httpx2.TimeoutException:
        answer.error = f"did not answer within {seconds:g} seconds"
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        answer.error = "could not be reached from this server"
    finally:
        _turns.release()
        answer.over.set()


def _read(address: str, accept: str, seconds: float, answer: _Answer) -> None:
    headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": AGENT}
    end = time.monotonic() + seconds
    with (
        httpx2.Client(timeout=seconds, follow_redirects=False, trust_env=False) as client,
        client.stream("GET", address, headers=headers) as response,
    ):
        answer.status = response.status_code
        if response.status_code != 200:
            return
        if response.headers.get("content-encoding", "identity") != "identity":
            answer.error = "answered in a way that is not read here"
            return
        pieces, size = [], 0
        for piece in response.iter_raw():
            pieces.append(piece)
            size += len(piece)
            if size > MAX_BYTES:
                answer.error = f"sent more than {MAX_BYTES:,} bytes"
                return
            if time.monotonic() > end:
                answer.error = f"did not answer within {seconds:g} seconds"
                return
        answer.data = b"".join(pieces)
