"""Writing: the editor of a new summary and of an old one, saving, another address.

What is sent is never lost: a mistake, a conflict, a session that ended and a store that is busy are all answered with
what was typed. Programs of ours that save without leaving the page (Accept: application/json) get the same in JSON.
NOT here: the page itself (`editor_page.py`), merging (`conflicts.py`), the endpoints that only JavaScript asks
(`assist.py`).
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.addresses import desk_path, edit_path, summary_path
from app.database import Database, attempt
from app.desk.conflicts import base_of, show_conflict
from app.desk.editor_page import Around, show_editor, slug_is_taken
from app.desk.forms import DeskForm, Line, NoFields
from app.desk.kept import TooLarge, show_kept
from app.desk.pages import go
from app.desk.summary_form import (
    ACTIONS,
    SummaryForm,
    document_from,
    form_of,
    form_of_draft,
    one_time_value,
    same_text,
    too_large,
)
from app.desk.summary_page import show_summary
from app.desk.who import Curating, curator_of
from app.errors import BadInput, CairnError, Conflict, FieldProblem, NotAllowed, StaleRevision
from app.papers.queries import papers_by_key
from app.summaries import drafts
from app.summaries.documents import MAX_BODY
from app.summaries.editing import get_for_desk, get_for_edit, may_edit, save, wrong_beside
from app.summaries.models import Summary
from app.summaries.queries import document_for
from app.summaries.service import Saved
from app.summaries.workflow import PUBLISH, SUBMIT, make_move
from app.taxonomy.slugs import make_slug
from app.web.errors import wants_problem
from app.web.sessions import Reading, Writing

router = APIRouter()
NEW = "/admin/new/write"
EDIT = "/admin/summaries/{slug}/edit"
MOVES = {"submit": SUBMIT, "publish": PUBLISH}
Done = Literal["", "saved", "unchanged", "submit", "publish", "held", "discarded", "restored"]


class NewQuery(DeskForm):
    paper: Line = ""
    title: Line = ""
    kind: Line = ""
    link: Line = ""
    draft: Line = ""


class EditQuery(DeskForm):
    draft: Literal["", "restore"] = ""
    done: Done = ""


class KeyForm(DeskForm):
    key: Line = ""


Typed = Annotated[SummaryForm, Form()]


@router.get(NEW)
def new(request: Request, session: Reading, person: Curating, query: Annotated[NewQuery, Query()]) -> Response:
    """Show the empty form, begun for a paper, or the draft that was left."""
    draft = drafts.find(session, person, query.draft) if query.draft else None
    if draft is not None and draft.summary_id is None:
        form = form_of_draft(draft.form).model_copy(update={"submission": draft.key, "base_revision": ""})
        return show_editor(request, session, person, form, Around(restored=draft))
    papers = papers_by_key(session, [query.paper])
    title = query.title or next((paper.title for paper in papers.values()), "")
    kind = query.kind or ("paper-summary" if papers or not query.title else "deep-dive")
    form = SummaryForm(
        title=title, kind=kind, papers=", ".join(papers), link=query.link, authors=person.name,
        submission=one_time_value(),
    )  # fmt: skip
    return show_editor(request, session, person, form, Around())


@router.post(NEW)
def save_new(request: Request, form: Typed) -> Response:
    """Save a new summary as a draft, or show what it would look like."""
    return _answer(request, "", form)


@router.post("/admin/new/discard")
def discard_new(session: Writing, person: Curating, form: Annotated[KeyForm, Form()]) -> Response:
    """Forget what was typed for a new summary and not saved."""
    drafts.drop(session, person, form.key)
    return go("/admin")


@router.get(EDIT)
def edit(
    request: Request, session: Reading, person: Curating, slug: str, query: Annotated[EditQuery, Query()]
) -> Response:
    """Show the editor of a summary; who may not change it is told so, beside what they may do with it."""
    found = get_for_desk(session, slug)
    if found.slug != slug:
        return go(edit_path(found.slug))
    if found.trashed_at is not None:
        return go(desk_path(found.slug))
    if not may_edit(found, person):
        refusal = NotAllowed(f"This summary is {found.status}: only an editor may change it. You may comment on it.")
        return show_summary(request, session, person, found, error=refusal)
    summary = get_for_edit(session, slug, person)
    form, draft = form_of(document_for(session, summary), summary.revision), drafts.find(session, person, slug)
    if draft is None or query.done in MOVES or same_text(form, form_of_draft(draft.form)):
        return show_editor(request, session, person, form, Around(summary, done=query.done))
    if query.draft == "restore":
        typed = form_of_draft(draft.form)
        base = {"base_revision": str(draft.base_revision), "submission": form.submission, "slug": slug}
        return show_editor(request, session, person, typed.model_copy(update=base), Around(summary, restored=draft))
    return show_editor(request, session, person, form, Around(summary, done=query.done, draft=draft))


@router.post(EDIT)
def save_old(request: Request, slug: str, form: Typed) -> Response:
    """Save a summary over the revision it was begun from, or show what it would look like."""
    return _answer(request, slug, form)


@router.post("/admin/summaries/{slug}/discard")
def discard(session: Writing, person: Curating, slug: str, _: Annotated[NoFields, Form()]) -> Response:
    """Forget what was typed over a summary and not saved."""
    summary = get_for_desk(session, slug)
    drafts.drop(session, person, slug)
    return go(edit_path(summary.slug) + "?done=discarded")


def _answer(request: Request, slug: str, form: SummaryForm) -> Response:
    """Do what the button says; whatever goes wrong, answer with what was typed."""
    try:
        person = curator_of(request)
        return _act(request, person, slug, form)
    except CairnError as error:
        if wants_problem(request):
            raise
        return show_kept(request, form, error)


def _act(request: Request, person: Person, slug: str, form: SummaryForm) -> Response:
    """Save or preview; the page that tells of a mistake is made after the store was let go."""
    database: Database = request.app.state.database
    error: CairnError | None = None
    try:
        if form.action != "preview":
            with database.writing() as session:
                saved, done = _save(session, person, slug, form)
                answer = _saved(request, saved, done)
            return answer
    except (BadInput, Conflict) as problem:
        if wants_problem(request):
            raise
        error = problem
    with database.reading() as session:
        summary = get_for_edit(session, slug, person) if slug else None
        if summary is not None and isinstance(error, StaleRevision):
            return show_conflict(request, session, person, summary, form)
        if summary is None and isinstance(error, Conflict):
            error = slug_is_taken(error)
        return show_editor(request, session, person, form, Around(summary, error, previewing=error is None))


def _save(session: Session, person: Person, slug: str, form: SummaryForm) -> tuple[Saved, Done]:
    """Save what was typed, then make the move that the button asks for; a text that may not move yet stays saved."""
    _check(form, person)
    summary = get_for_edit(session, slug, person) if slug else None
    base = form.base if summary else None
    document = document_from(
        form, slug=_slug(form, summary), status=_status(session, summary, form),
        also=lambda rest: wrong_beside(session, rest, base, form.note),
    )  # fmt: skip
    saved = save(
        session, document, person=person, base_revision=base,
        note=form.note, submission=form.submission,
    )  # fmt: skip
    drafts.drop(session, person, summary.slug if summary else form.submission)
    move = MOVES.get(form.action)
    if move is None:
        return saved, "unchanged" if saved.outcome == "unchanged" else "saved"
    try:
        with attempt(session):
            return make_move(session, move, saved.summary.slug, person), "submit" if move is SUBMIT else "publish"
    except (BadInput, Conflict):
        return saved, "held"


def _check(form: SummaryForm, person: Person) -> None:
    if too_large(form):
        raise TooLarge(f"The text has {len(form.body):,} characters; a summary holds {MAX_BODY:,}. Nothing was saved.")
    if form.action not in ACTIONS:
        raise BadInput("There is no such button.", [FieldProblem("", "there is no such button")])
    if form.action in MOVES:
        person.require(MOVES[form.action].role)


def _slug(form: SummaryForm, summary: Summary | None) -> str:
    """Return the address it has or asks for; empty where the title makes none."""
    if summary is not None:
        return summary.slug
    return form.slug.strip() or make_slug(form.title, 160)


def _status(session: Session, summary: Summary | None, form: SummaryForm) -> str:
    """Return the status of the revision that was begun from: the form itself changes none."""
    if summary is None:
        return "draft"
    base = base_of(session, summary, form)
    return base.status if base is not None else summary.status


def _saved(request: Request, saved: Saved, done: Done) -> Response:
    summary = saved.summary
    if not wants_problem(request):
        return go(f"{edit_path(summary.slug)}?done={done}")
    made = summary.rendering
    return JSONResponse(
        {
            "slug": summary.slug,
            "revision": saved.revision,
            "present": summary.revision,
            "outcome": saved.outcome,
            "done": done,
            "status": summary.status,
            "saved_at": f"{summary.saved_at:%Y-%m-%dT%H:%M:%SZ}",
            "saved": f"Saved {summary.saved_at:%H:%M}, revision {saved.revision}",
            "submission": one_time_value(),
            "problems": list(saved.problems),
            "words": made.words if made else 0,
            "formulas": made.formulas if made else 0,
            "edit": edit_path(summary.slug),
            "desk": desk_path(summary.slug),
            "view": summary_path(summary.slug) if summary.is_public else None,
        },
        headers={"Cache-Control": "no-store"},
    )
