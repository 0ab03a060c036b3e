"""OAI-PMH 2.0, the answers as XML: what a repository says of itself, its sets, its records, and its complaints.

The only metadata format is unqualified Dublin Core (oai_dc). Specification: Open Archives Initiative Protocol for
Metadata Harvesting, version 2.0. NOT here: what was asked (`oai_request.py`), what is answered to it (`oai.py`).
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from app.addresses import summary_path
from app.interchange.oai_request import IDENTIFIER_LABEL, PREFIX, Complaint, moment
from app.interchange.xml_writing import Element, document, element
from app.markup import title_text
from app.summaries.harvest import Harvested
from app.summaries.listing import PaperLine

MEDIA_TYPE = "text/xml; charset=utf-8"
OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_XSD = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_XSD = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
OAI_ID = "http://www.openarchives.org/OAI/2.0/oai-identifier"
OAI_ID_XSD = "http://www.openarchives.org/OAI/2.0/oai-identifier.xsd"
DC = "http://purl.org/dc/elements/1.1/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANGUAGE = "en"
DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*)+")
# What an anyURI may hold; anything else in an echoed argument is percent-encoded.
URI = "!#$&'()*+,-./:;=?@_~[]"


@dataclass(frozen=True, slots=True)
class Repository:
    """Who answers: its name, its base URL without a slash at the end, where its people are reached, and the URL of the
    licence of its texts, or an empty one.
    """

    title: str
    base: str
    contact: str = ""
    license_url: str = ""

    @property
    def endpoint(self) -> str:
        return f"{self.base}/oai"

    @property
    def namespace(self) -> str:
        """The middle of every identifier."""
        return urlsplit(self.base).hostname or "localhost"

    @property
    def admin(self) -> str:
        """The address given, or the one that RFC 2142 gives whoever runs a site; the schema wants a dot in it."""
        if self.contact:
            return self.contact
        return f"webmaster@{self.namespace}" if "." in self.namespace else "webmaster@localhost.localdomain"

    def identifier(self, slug: str) -> str:
        return f"oai:{self.namespace}:{IDENTIFIER_LABEL}{slug}"

    def slug_in(self, identifier: str) -> str | None:
        """Return the slug that an identifier of ours names."""
        start = self.identifier("")
        return identifier[len(start) :] if identifier.startswith(start) else None


def envelope(who: Repository, told: dt.datetime, asked: Mapping[str, str], *content: Element) -> bytes:
    """Return a whole answer. `asked` is empty for a request that could not be understood (badVerb, badArgument)."""
    echoed = {name: quote(value, safe=URI) if name == "identifier" else value for name, value in asked.items()}
    attributes = {
        "xmlns": OAI,
        "xmlns:xsi": XSI,
        "xsi:schemaLocation": f"{OAI} {OAI_XSD}",
    }
    return document(
        element(
            "OAI-PMH",
            element("responseDate", moment(told)),
            element("request", who.endpoint, attributes=echoed),
            *content,
            attributes=attributes,
        )
    )


def complaint(problem: Complaint) -> Element:
    return element("error", problem.sentence, attributes={"code": problem.code})


def identify(who: Repository, earliest: dt.datetime) -> Element:
    sample = who.identifier("attention-is-all-you-need")
    description = element(
        "oai-identifier",
        element("scheme", "oai"),
        element("repositoryIdentifier", who.namespace),
        element("delimiter", ":"),
        element("sampleIdentifier", sample),
        attributes={"xmlns": OAI_ID, "xsi:schemaLocation": f"{OAI_ID} {OAI_ID_XSD}"},
    )
    return element(
        "Identify",
        element("repositoryName", who.title),
        element("baseURL", who.endpoint),
        element("protocolVersion", "2.0"),
        element("adminEmail", who.admin),
        element("earliestDatestamp", moment(earliest)),
        element("deletedRecord", "persistent"),
        element("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        # The scheme of oai-identifiers wants a domain name; on a bare host or an address nothing is claimed.
        element("description", description) if DOMAIN.fullmatch(who.namespace) else None,
    )


def metadata_formats() -> Element:
    only = element(
        "metadataFormat",
        element("metadataPrefix", PREFIX),
        element("schema", OAI_DC_XSD),
        element("metadataNamespace", OAI_DC),
    )
    return element("ListMetadataFormats", only)


def sets(found: Iterable[tuple[str, str, str]]) -> Element:
    """Return the sets; each is (spec, name, description)."""
    return element(
        "ListSets",
        *(
            element("set", element("setSpec", spec), element("setName", name), _described(description))
            for spec, name, description in found
        ),
    )


def _described(description: str) -> Element | None:
    return element("setDescription", _dublin_core([("description", description)])) if description else None


def token(value: str, delivered: int, total: int, expires: dt.datetime | None) -> Element:
    """Return the resumption token of a page; empty, without a moment, on the last."""
    attributes = {"expirationDate": moment(expires)} if expires is not None else {}
    attributes |= {"completeListSize": str(max(total, delivered)), "cursor": str(delivered)}
    return element("resumptionToken", *([value] if value else []), attributes=attributes)


def listing(who: Repository, verb: str, found: Sequence[Harvested], end: Element | None) -> Element:
    """Return a page of ListRecords or ListIdentifiers."""
    make = record if verb == "ListRecords" else header
    return element(verb, *(make(who, one) for one in found), end)


def header(who: Repository, found: Harvested) -> Element:
    sets: list[str] = []
    if found.row is not None:
        sets = [f"category:{slug}" for slug, _ in found.row.categories] + [f"tag:{slug}" for slug, _ in found.row.tags]
    return element(
        "header",
        element("identifier", who.identifier(found.slug)),
        element("datestamp", moment(found.changed)),
        *(element("setSpec", spec) for spec in sets),
        attributes={} if found.row is not None else {"status": "deleted"},
    )


def record(who: Repository, found: Harvested) -> Element:
    if found.row is None:
        return element("record", header(who, found))
    return element("record", header(who, found), element("metadata", _dublin_core(_fields(who, found))))


def _dublin_core(fields: Iterable[tuple[str, str]]) -> Element:
    attributes = {
        "xmlns:oai_dc": OAI_DC,
        "xmlns:dc": DC,
        "xmlns:xsi": XSI,
        "xsi:schemaLocation": f"{OAI_DC} {OAI_DC_XSD}",
    }
    return element("oai_dc:dc", *(element(f"dc:{name}", value) for name, value in fields), attributes=attributes)


def _fields(who: Repository, found: Harvested) -> Iterable[tuple[str, str]]:
    """Give what Dublin Core has a place for; the papers a summary is about are its sources."""
    row = found.row
    assert row is not None
    yield "title", title_text(row.title)
    for name in found.curators:
        yield "creator", name
    for _, name in (*row.categories, *row.tags):
        yield "subject", name
    if row.tldr_text:
        yield "description", row.tldr_text
    yield "publisher", who.title
    yield "date", moment(row.published_at)
    yield "type", "Text"
    yield "type", row.kind
    yield "format", "text/html"
    yield "identifier", who.base + summary_path(row.slug)
    for paper in row.papers:
        yield "source", _named(paper)
        for place in _places(paper):
            yield "relation", place
    if row.link:
        yield "relation", row.link
    yield "language", LANGUAGE
    if who.license_url:
        yield "rights", who.license_url


def _named(paper: PaperLine) -> str:
    names = ", ".join(name for _, name, _ in paper.authors)
    parts = (names, title_text(paper.title), title_text(paper.venue), str(paper.year or ""))
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _places(paper: PaperLine) -> Iterable[str]:
    if paper.doi:
        yield f"https://doi.org/{paper.doi}"
    if paper.arxiv_id:
        yield f"https://arxiv.org/abs/{paper.arxiv_id}"
