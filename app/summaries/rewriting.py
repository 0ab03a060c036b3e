"""Documents written anew because something they name has another name: each a new revision, so that history is true.

A text is changed only where it links or cites: what stands in code or in a formula stays.
NOT here: what is renamed or merged (`curating.py`, `paper_curating.py`).
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.service import Actor
from app.markup import find_citations, find_links
from app.markup.links import split_target
from app.summaries.connection_models import LINK_TYPES
from app.summaries.connections import parse_target
from app.summaries.documents import SummaryDocument
from app.summaries.models import Summary
from app.summaries.queries import WHOLE, documents_of
from app.summaries.service import save_summary

BATCH = 100
Change = Callable[[SummaryDocument], SummaryDocument]
Place = tuple[str, str]

_WIKI = re.compile(
    rf"(?<=\[\[)(\s*(?:(?:{'|'.join(LINK_TYPES)})\s*:)?\s*)([^\[\]|\n]{{1,300}}?)(?=\s*(?:\||\]\]))", re.I
)
_CITED = re.compile(r"(?<=@)[A-Za-z0-9_][A-Za-z0-9_:./+-]*")
_PROBE = "cairn-probe-of-a-name"


def save_again(
    session: Session, ids: Iterable[int], change: Change = lambda document: document, *, actor: Actor, note: str
) -> int:
    """Save these summaries (of any status, the trash too) as `change` makes them; return how many became a revision.

    Without a change: the rows they name were renamed, and the document that stands for them says so now.
    """
    ordered, saved = sorted(set(ids)), 0
    for start in range(0, len(ordered), BATCH):
        some = select(Summary).where(Summary.id.in_(ordered[start : start + BATCH])).order_by(Summary.id)
        rows = session.scalars(some.options(*WHOLE)).all()
        for document in documents_of(session, rows):
            done = save_summary(session, change(document), actor=actor, note=note, in_trash=True)
            saved += done.outcome == "changed"
    return saved


def replaced(names: tuple[str, ...], old: str, new: str | None) -> tuple[str, ...]:
    """Return the names with one replaced (None: left out), each once."""
    others = (name if name != old else new for name in names)
    return tuple(dict.fromkeys(name for name in others if name is not None))


def so_many(number: int) -> str:
    """Return “1 summary”, “2 summaries”: how the audit log counts what was written anew."""
    return "1 summary" if number == 1 else f"{number:,} summaries"


def with_texts(document: SummaryDocument, moved: Mapping[Place, str]) -> SummaryDocument:
    """Return the document with what its texts link to and cite renamed: (form, value) -> the new value in that form.

    A place of the forms `arxiv` and `doi` becomes a link by key.
    """
    updates = tuple(
        update.model_copy(update={"text": rename_in_text(update.text, moved)}) for update in document.updates
    )
    texts = {"tldr": rename_in_text(document.tldr, moved), "body": rename_in_text(document.body, moved)}
    return document.model_copy(update={**texts, "updates": updates})


def naming_by(slug: str, names: Collection[str], untouched: Collection[str] = ()) -> Change:
    """Return the change that names a summary by its present slug wherever a document used one of its names.

    Documents in the `untouched` states are left as they are: a former slug leads on there.
    """
    moved: dict[Place, str] = {("slug", name): slug for name in names}

    def change(document: SummaryDocument) -> SummaryDocument:
        if document.status in untouched:
            return document
        fresh = document.freshness
        if fresh.by in names:
            fresh = fresh.model_copy(update={"by": slug})
        return with_texts(document.model_copy(update={"freshness": fresh}), moved)

    return change


def rename_in_text(text: str, moved: Mapping[Place, str]) -> str:
    """Return a text with the targets of its links and its citations renamed."""
    for match in reversed(list(_WIKI.finditer(text))):
        place = parse_target(split_target(match[2])[0])
        if place in moved and _is_linked(text, match):
            new = moved[place] if place[0] == "slug" else f"@{moved[place]}"
            text = text[: match.start(2)] + new + text[match.end(2) :]
    for match in reversed(list(_CITED.finditer(text))):
        key = match[0].rstrip(".:/-+")
        if ("key", key) in moved and _is_cited(text, match):
            text = text[: match.start()] + moved["key", key] + text[match.start() + len(key) :]
    return text


def _is_linked(text: str, match: re.Match[str]) -> bool:
    probed = text[: match.start(2)] + _PROBE + text[match.end(2) :]
    return any(link.target == _PROBE for link in find_links(probed))


def _is_cited(text: str, match: re.Match[str]) -> bool:
    probed = text[: match.start()] + _PROBE + text[match.end() :]
    return _PROBE in find_citations(probed)
