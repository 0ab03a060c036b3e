"""The trash: into it with an undo right after, out of it, and gone for good after a page that asks."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.addresses import desk_path
from app.database import attempt
from app.desk.editor_page import told_of
from app.desk.forms import DeskForm, Line, NoFields
from app.desk.pages import go, show
from app.desk.summary_page import show_summary
from app.desk.who import Curating, Editing
from app.errors import BadInput, CairnError, Conflict
from app.summaries import trash
from app.summaries.editing import get_for_desk
from app.summaries.models import Summary
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/trash"
Button = Annotated[NoFields, Form()]


class TrashQuery(DeskForm):
    undo: Line = ""
    done: Literal["", "purged"] = ""


class PurgeForm(DeskForm):
    confirm: Line = ""


@router.post("/admin/summaries/{slug}/trash")
def put(request: Request, session: Writing, person: Curating, slug: str, _: Button) -> Response:
    """Put a summary into the trash, and offer to undo that."""
    try:
        with attempt(session):
            summary = trash.trash(session, slug, person)
    except Conflict as error:
        return show_summary(request, session, person, get_for_desk(session, slug), error=error)
    return go(f"{PAGE}?undo={summary.slug}")


@router.get(PAGE)
def index(request: Request, session: Reading, person: Curating, query: Annotated[TrashQuery, Query()]) -> Response:
    """List what is in the trash; right after something came there, with a button that takes it back."""
    rows = trash.list_trash(session)
    undo = next((row for row in rows if row.slug == query.undo), None)
    return show(
        request, person, "desk/trash.html",
        rows=rows, undo=undo, purged=query.done == "purged", may_purge=person.is_at_least("editor"),
    )  # fmt: skip


@router.post(PAGE + "/{slug}/restore")
def take_back(session: Writing, person: Curating, slug: str, _: Button) -> Response:
    """Take a summary out of the trash."""
    summary = trash.restore(session, slug, person)
    return go(desk_path(summary.slug) + "?done=restored")


@router.get(PAGE + "/{slug}/purge")
def ask_to_purge(request: Request, session: Reading, person: Editing, slug: str) -> Response:
    """Say what deleting for good means, and ask for the address typed again."""
    return _ask(request, person, _in_trash(session, slug))


@router.post(PAGE + "/{slug}/purge")
def purge(
    request: Request, session: Writing, person: Editing, slug: str, form: Annotated[PurgeForm, Form()]
) -> Response:
    """Delete a summary for good."""
    summary = _in_trash(session, slug)
    try:
        with attempt(session):
            trash.purge(session, slug, person, confirm=form.confirm)
    except BadInput as error:
        return _ask(request, person, summary, error, form.confirm)
    return go(f"{PAGE}?done=purged")


def _in_trash(session: Session, slug: str) -> Summary:
    summary = get_for_desk(session, slug)
    if summary.trashed_at is None:
        raise Conflict(f"“{summary.title}” is not in the trash; only what is there can be deleted for good.")
    return summary


def _ask(
    request: Request, person: Person, summary: Summary, error: CairnError | None = None, typed: str = ""
) -> Response:
    return show(
        request, person, "desk/purge.html", status=error.status if error else 200,
        summary=summary, problems=told_of(error), typed=typed,
    )  # fmt: skip
