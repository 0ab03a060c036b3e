"""The history of a summary in the desk: every revision, what it held, how any two differ, an earlier one brought back.

NOT here: what readers see of it (`app/reader/history.py`).
"""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field

from app.addresses import desk_path
from app.database import attempt
from app.desk.conflicts import label_of
from app.desk.forms import DeskForm, NoFields, Number
from app.desk.pages import go, show
from app.desk.summary_page import show_summary
from app.desk.who import Curating
from app.errors import BadInput, Conflict, Damaged
from app.summaries.comparing import compare
from app.summaries.editing import get_for_desk, may_edit
from app.summaries.history import (
    document_of_revision,
    get_revision,
    last_good,
    neighbours,
    page_of_revisions,
    restore,
)
from app.summaries.previewing import preview
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/summaries/{slug}/history"


class HistoryQuery(DeskForm):
    page: Annotated[int, Field(ge=1, le=10_000_000)] = 1


class CompareQuery(DeskForm):
    old: Number = Field(0, alias="from")
    new: Number = Field(0, alias="to")


@router.get(PAGE)
def index(
    request: Request, session: Reading, person: Curating, slug: str, query: Annotated[HistoryQuery, Query()]
) -> Response:
    """List who saved what when, and why."""
    summary = get_for_desk(session, slug)
    page = page_of_revisions(session, summary, query.page)
    return show(request, person, "desk/history.html", summary=summary, page=page)


@router.get(PAGE + "/{number}")
def show_revision(request: Request, session: Reading, person: Curating, slug: str, number: Number) -> Response:
    """Show what a revision held; where it is damaged, say so and lead to the last good one."""
    summary = get_for_desk(session, slug)
    revision = get_revision(session, summary, number)
    document, damage, good = None, "", None
    try:
        document = document_of_revision(revision)
    except Damaged as error:
        damage, good = str(error), last_good(session, summary)
    made = None
    if document is not None:
        updates = [update.text for update in document.updates]
        made = preview(session, tldr=document.tldr, body=document.body, updates=updates, macros=document.macros)
    return show(
        request, person, "desk/revision.html",
        summary=summary, revision=revision, document=document, damage=damage, good=good[0] if good else None,
        made=made, around=neighbours(session, summary, number),
        may_restore=may_edit(summary, person) and summary.trashed_at is None and number != summary.revision,
    )  # fmt: skip


@router.get("/admin/summaries/{slug}/compare")
def compare_two(
    request: Request, session: Reading, person: Curating, slug: str, query: Annotated[CompareQuery, Query()]
) -> Response:
    """Show how two revisions differ, word by word; without numbers, the last change."""
    summary = get_for_desk(session, slug)
    newer = query.new or summary.revision
    older = query.old or neighbours(session, summary, newer).previous or newer
    old, new = (get_revision(session, summary, number) for number in (older, newer))
    comparison = compare(document_of_revision(old), document_of_revision(new))
    return show(
        request, person, "desk/compare.html",
        summary=summary, old=old, new=new, comparison=comparison, label_of=label_of,
        before=neighbours(session, summary, older).previous, after=neighbours(session, summary, newer).next,
    )  # fmt: skip


@router.post(PAGE + "/{number}/restore")
def bring_back(
    request: Request, session: Writing, person: Curating, slug: str, number: Number, _: Annotated[NoFields, Form()]
) -> Response:
    """Bring back an earlier text as a new revision, and say what it named that is no longer here."""
    summary = get_for_desk(session, slug)
    try:
        with attempt(session):
            restored = restore(session, slug, number, person=person)
    except (BadInput, Conflict) as error:
        return show_summary(request, session, person, summary, error=error)
    if restored.left_out:
        left = ", ".join(restored.left_out)
        done = f"The text of revision {number} is back as revision {restored.saved.revision}, without {left}."
        return show_summary(request, session, person, get_for_desk(session, slug), done=done)
    return go(f"{desk_path(summary.slug)}?done=revision")
