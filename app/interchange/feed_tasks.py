"""Entries of feeds and lines of reading lists saved: each is known again by its address, so nothing comes in twice.

NOT here: reading either (`feed_reading.py`, `reading_list.py`).
"""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.service import Actor
from app.interchange.import_tasks import Done, Task, make_task
from app.interchange.post_tasks import latest, publishable, shelves
from app.papers.queries import find_by_identifier
from app.summaries.documents import SummaryDocument
from app.summaries.models import Summary
from app.summaries.service import save_summary

MOST_TRIED = 1000
# What an import may say again; everything else of a summary that is there already is the curators'.
SAID_AGAIN = ("title", "tldr", "body", "link", "authors", "published", "updated", "source", "kind")


def linked_task(
    document: SummaryDocument,
    file: str,
    line: int,
    actor: Actor,
    *,
    categories: Sequence[str] = (),
    notes: Sequence[str] = (),
    identifier: tuple[str, str] | None = None,
    publish: bool = False,
) -> Task:
    """Save what a feed or a list says; `identifier` is (kind, id) of the paper it leads to."""

    def save(session: Session) -> Done:
        told = list(notes)
        slug, known = _place(session, document)
        found, labels = shelves(session, categories, told)
        values = (known or document).model_dump() | {"slug": slug}
        values |= {name: value for name in SAID_AGAIN if (value := getattr(document, name))}
        if known is None:
            values |= {"categories": tuple(found), "tags": tuple(dict.fromkeys(labels))}
        if identifier is not None and not values["papers"]:
            paper = find_by_identifier(session, **{identifier[0]: identifier[1]})
            values["papers"] = (paper.key,) if paper is not None else ()
        if publish:
            publishable(values, told)
        saved = save_summary(
            session, SummaryDocument.model_validate(values), actor=actor, note=f"imported from {file}, line {line}"
        )
        wrong = [str(problem["message"]) for problem in saved.problems if problem["severity"] == "error"]
        return saved.outcome, "; ".join([*told, *wrong[:5]]), None

    return make_task("summary", document.slug, file, line, save)


def _place(session: Session, document: SummaryDocument) -> tuple[str, SummaryDocument | None]:
    """Return the slug to save under, and what stands there: the summary of this address, or none yet."""
    address = document.link or document.source.url
    if address:
        same = select(Summary.slug).where(or_(Summary.link == address, Summary.source_url == address))
        slug = session.scalars(same.order_by(Summary.slug).limit(1)).first()
        if slug is not None:
            return slug, latest(session, slug)
    for number in range(1, MOST_TRIED):
        slug = document.slug if number == 1 else f"{document.slug[:150].strip('-')}-{number}"
        known = latest(session, slug)
        if known is None:
            return slug, None
        if not address and known.title == document.title and known.source.name == document.source.name:
            return slug, known
    return document.slug, None
