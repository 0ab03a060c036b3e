"""From draft to archive in the desk: the page of a summary, its moves, its moment of publication, its address.

NOT here: the rules of it (`app/summaries/workflow.py`).
"""

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.addresses import desk_path
from app.database import attempt
from app.desk.editor_page import slug_is_taken
from app.desk.forms import DeskForm, Line, Number
from app.desk.pages import go
from app.desk.summary_page import show_summary
from app.desk.who import Curating
from app.errors import BadInput, Conflict, FieldProblem
from app.summaries import workflow
from app.summaries.editing import get_for_desk, rename_slug
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/summaries/{slug}"
MOVES = {move.name: move for move in workflow.MOVES}
DONE = {
    "submit": "It was submitted for review.",
    "withdraw": "It is a draft again.",
    "publish": "It is published: readers see it now.",
    "unpublish": "It was taken from the readers and is a draft again.",
    "archive": "It is archived: readers are told that it was here.",
    "unarchive": "It is published again.",
    "schedule": "The moment is set.",
    "unschedule": "It will not be published by itself any more.",
    "comment": "Your comment was added.",
    "resolved": "The comment was marked as dealt with.",
    "reopened": "The comment is open again.",
    "revoked": "The preview link leads nowhere any more.",
    "renamed": "The address was changed; the old one leads here.",
    "restored": "It is out of the trash.",
    "revision": "The earlier text is back, as a new revision.",
}
Done = Literal[
    "", "submit", "withdraw", "publish", "unpublish", "archive", "unarchive", "schedule", "unschedule", "comment",
    "resolved", "reopened", "revoked", "renamed", "restored", "revision",
]  # fmt: skip


class SummaryQuery(DeskForm):
    done: Done = ""


class StatusForm(DeskForm):
    move: Line = ""
    base_revision: Number = 0
    note: Line = ""
    on: Line = ""
    at: Line = ""


class RenameForm(DeskForm):
    slug: Line = ""


@router.get(PAGE)
def show_one(
    request: Request, session: Reading, person: Curating, slug: str, query: Annotated[SummaryQuery, Query()]
) -> Response:
    """Show how a summary stands and what may be done with it."""
    summary = get_for_desk(session, slug)
    if summary.slug != slug:
        return go(desk_path(summary.slug))
    return show_summary(request, session, person, summary, done=DONE.get(query.done, ""))


@router.post(PAGE + "/status")
def change_status(
    request: Request, session: Writing, person: Curating, slug: str, form: Annotated[StatusForm, Form()]
) -> Response:
    """Move a summary to another status, or set or forget the moment at which it is published."""
    try:
        with attempt(session):
            _move(session, person, slug, form)
    except (BadInput, Conflict) as error:
        summary = get_for_desk(session, slug)
        return show_summary(request, session, person, summary, error=error, typed=form.model_dump())
    return go(f"{desk_path(slug)}?done={form.move}")


@router.post(PAGE + "/rename")
def rename(
    request: Request, session: Writing, person: Curating, slug: str, form: Annotated[RenameForm, Form()]
) -> Response:
    """Give a summary another address."""
    try:
        with attempt(session):
            summary = rename_slug(session, slug, form.slug, person=person)
    except (BadInput, Conflict) as error:
        found = get_for_desk(session, slug)
        return show_summary(request, session, person, found, error=_at_slug(error), typed=form.model_dump())
    return go(f"{desk_path(summary.slug)}?done=renamed")


def _at_slug(error: BadInput | Conflict) -> BadInput | Conflict:
    return error if isinstance(error, BadInput) else slug_is_taken(error)


def _move(session: Session, person: Person, slug: str, form: StatusForm) -> None:
    if form.move == "schedule":
        workflow.schedule(session, slug, _moment(form), person)
    elif form.move == "unschedule":
        workflow.unschedule(session, slug, person)
    elif form.move in MOVES:
        workflow.make_move(session, MOVES[form.move], slug, person, base_revision=form.base_revision, note=form.note)
    else:
        raise BadInput("There is no such move.", [FieldProblem("move", "there is no such move")])


def _moment(form: StatusForm) -> dt.datetime:
    try:
        return dt.datetime.combine(
            dt.date.fromisoformat(form.on), dt.time.fromisoformat(form.at or "00:00"), tzinfo=dt.UTC
        )
    except (ValueError, OverflowError):
        sentence = "Write the day as 2024-03-05 and the time, in UTC, as 14:03."
        raise BadInput(sentence, [FieldProblem("scheduled", sentence)]) from None
