"""Citations as people paste them: APA (7th edition, the parts that papers need) and one plain line."""

import re

from app.interchange.ris import address
from app.markup import title_text
from app.papers.records import PaperRecord, PersonName

APA_MOST = 20
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def apa(record: PaperRecord) -> str:
    """Return an APA 7 reference: authors with initials, date in parentheses, title, container, address."""
    authors = _apa_authors(record.authors)
    date = str(record.year) if record.year else "n.d."
    if record.year and record.month and record.kind in ("preprint", "report"):
        date += f", {MONTHS[record.month - 1]}" + (f" {record.day}" if record.day else "")
    lead = [f"{_stopped(authors)} ({date})."] if authors else []
    title = _stopped(title_text(record.title))
    parts = [*lead, title] if authors else [title, f"({date})."]
    container = title_text(_container(record))
    if container:
        parts.append(_stopped(container))
    where = address(record)
    if where:
        parts.append(where)
    return " ".join(parts)


def plain(record: PaperRecord) -> str:
    """Return one line: authors, title, venue, year, address."""
    names = [f"{author.given} {author.family}".strip() for author in record.authors]
    venue = record.venue or record.institution or (f"arXiv:{record.arxiv_id}" if record.arxiv_id else "")
    dated = ", ".join(part for part in (title_text(venue), str(record.year or "")) if part)
    parts = [", ".join(names), f"“{title_text(record.title)}”", dated]
    return ". ".join(part for part in parts if part) + "." + (f" {address(record)}" if address(record) else "")


def _container(record: PaperRecord) -> str:
    if record.kind == "preprint":
        return f"arXiv ({record.arxiv_id})" if record.arxiv_id else record.venue
    if record.kind in ("report", "thesis", "book"):
        return record.publisher or record.institution or record.venue
    numbers = record.volume + (f"({record.issue})" if record.issue else "")
    pages = record.pages.replace("--", "–")
    return ", ".join(part for part in (record.venue, numbers, pages) if part)


def _apa_authors(authors: tuple[PersonName, ...]) -> str:
    names = [_apa_name(author) for author in authors]
    if len(names) > APA_MOST:
        return ", ".join([*names[: APA_MOST - 1], f"… {names[-1]}"])
    if len(names) > 1:
        return ", ".join(names[:-1]) + f", & {names[-1]}"
    return names[0] if names else ""


def _apa_name(author: PersonName) -> str:
    pieces = re.findall(r"[^\s.]+", author.given)
    initials = " ".join("-".join(f"{half[0]}." for half in piece.split("-") if half) for piece in pieces)
    return f"{author.family}, {initials}" if initials else author.family


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."
