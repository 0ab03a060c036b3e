"""OAI-PMH 2.0, answered: a request of any kind in, the bytes of one XML document out, complaints included.

NOT here: HTTP (`app/reader/oai.py`), the form of requests (`oai_request.py`) and of answers (`oai_xml.py`).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.database import BUSY_SECONDS, library_state, now
from app.interchange import oai_xml as xml
from app.interchange.oai_request import (
    TOKEN_LIFE,
    Complaint,
    Harvest,
    check_prefix,
    make_token,
    read_arguments,
    read_harvest,
)
from app.interchange.oai_xml import MEDIA_TYPE, Repository
from app.interchange.xml_writing import Element
from app.summaries.harvest import (
    Harvested,
    count_harvest,
    earliest,
    find_harvested,
    has_set,
    page_of_harvest,
    span_between,
)
from app.summaries.shelves import list_categories, list_tags
from app.taxonomy.slugs import is_slug

__all__ = ["MEDIA_TYPE", "Repository", "answer"]

PAGE = 100
# A change has the moment at which its transaction took the library version, and is seen only when that commits; nobody
# holds the store longer than others wait for it. So the moment that harvesters take for a next `from` is this early.
SLACK = dt.timedelta(seconds=2 * BUSY_SECONDS)


def answer(session: Session, who: Repository, key: bytes, pairs: Sequence[tuple[str, str]], page: int = PAGE) -> bytes:
    """Answer one request, given as its arguments in their order; `key` signs resumption tokens."""
    told = max(library_state(session)[1], now() - SLACK)
    asked: dict[str, str] = {}
    try:
        asked = read_arguments(pairs)
        content = _content(session, who, key, asked, page)
    except Complaint as problem:
        echoed = {} if problem.code in ("badVerb", "badArgument") else asked
        return xml.envelope(who, told, echoed, xml.complaint(problem))
    return xml.envelope(who, told, asked, content)


def _content(session: Session, who: Repository, key: bytes, asked: dict[str, str], page: int) -> Element:
    match asked["verb"]:
        case "Identify":
            return xml.identify(who, earliest(session))
        case "ListMetadataFormats":
            return _formats(session, who, asked)
        case "ListSets":
            return _sets(session, asked)
        case "GetRecord":
            check_prefix(asked)
            return Element("GetRecord", (), (xml.record(who, _found(session, who, asked)),))
    return _listing(session, who, key, read_harvest(asked, key, now()), page)


def _formats(session: Session, who: Repository, asked: dict[str, str]) -> Element:
    if "identifier" in asked and _found(session, who, asked).row is None:
        raise Complaint("noMetadataFormats", "This record is deleted; nothing of it can be had any more.")
    return xml.metadata_formats()


def _sets(session: Session, asked: dict[str, str]) -> Element:
    if "resumptionToken" in asked:
        raise Complaint("badResumptionToken", "The list of sets comes whole; it gives out no resumptionToken.")
    found = [(f"category:{shelf.slug}", shelf.name, shelf.description) for shelf in list_categories(session)]
    found += [(f"tag:{shelf.slug}", shelf.name, "") for shelf in list_tags(session)]
    if not found:
        raise Complaint("noSetHierarchy", "This library has no categories and no tags yet.")
    return xml.sets(found)


def _found(session: Session, who: Repository, asked: dict[str, str]) -> Harvested:
    slug = who.slug_in(asked["identifier"])
    found = find_harvested(session, slug) if slug is not None and is_slug(slug, 160) else None
    if found is None:
        raise Complaint("idDoesNotExist", "There is no record with this identifier here.")
    return found


def _listing(session: Session, who: Repository, key: bytes, harvest: Harvest, size: int) -> Element:
    nothing = Complaint("noRecordsMatch", "No record matches these arguments.")
    within = harvest.set_parts()
    if within is not None and not has_set(session, *within):
        raise Complaint("noRecordsMatch", f"There is no set “{harvest.set}” here.")
    span = span_between(session, *harvest.bounds(), within)
    if span is None:
        raise nothing
    page = page_of_harvest(session, span, harvest.position, size)
    if not page.records:
        raise nothing
    end = None
    if page.following is not None:
        if not harvest.is_resumed:
            harvest = replace(harvest, total=count_harvest(session, span))
        expires = now() + TOKEN_LIFE
        following = make_token(harvest.after(page.following, len(page.records)), key, expires)
        end = xml.token(following, harvest.delivered, harvest.total, expires)
    elif harvest.is_resumed:
        end = xml.token("", harvest.delivered, harvest.delivered + len(page.records), None)
    return xml.listing(who, harvest.verb, page.records, end)
