"""Reading paths: added, edited with their steps one a line, given another address, deleted.

NOT here: what is wrong with a step (`app/summaries/path_steps.py`).
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import attempt
from app.desk.curating import (
    Ask,
    Lines,
    Told,
    ToldQuery,
    ask,
    checked,
    digest_of,
    lead,
    many,
    refuse_stale,
    said,
    taken,
    tell,
)
from app.desk.forms import DeskForm, Line, NoFields
from app.desk.pages import show
from app.desk.who import Curating, Editing
from app.errors import BadInput, CairnError, Conflict, Moved, ShelfNotFound
from app.summaries.path_records import PathRecord, StepRecord
from app.summaries.path_steps import look_at_steps, read_steps, write_steps
from app.summaries.paths import delete_path, list_paths, path_record, rename_path, save_path
from app.summaries.service import take_turn
from app.taxonomy.slugs import make_slug
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/paths"
ONE = PAGE + "/{slug}"
LABELS = {"title": "Title", "slug": "Address", "description": "Description", "steps": "Steps"}
TOLD = {
    "added": Told("The path was added.", "/paths/{what}", "See it as readers do"),
    "changed": Told("The path was saved.", "/paths/{what}", "See it as readers do"),
    "unchanged": Told("Nothing was changed.", "/paths/{what}", "See it as readers do"),
    "renamed": Told("The path was saved and has another address, to which the former one leads.",
                    "/paths/{what}", "See it as readers do"),
    "deleted": Told("The path “{what}” was deleted; the summaries it led through stay."),
}  # fmt: skip


class PathForm(DeskForm):
    title: Line = ""
    slug: Line = ""
    description: Lines = ""
    steps: Lines = ""
    base: Line = ""


@router.get(PAGE)
def index(request: Request, session: Reading, person: Curating, query: Annotated[ToldQuery, Query()]) -> Response:
    """List the paths."""
    return _list(request, session, person, done=tell(query, TOLD))


@router.post(PAGE)
def add(request: Request, session: Writing, person: Editing, form: Annotated[PathForm, Form()]) -> Response:
    """Add a path."""
    slug = form.slug or make_slug(form.title)
    try:
        with attempt(session):
            save_path(session, _record(session, form, slug, is_new=True), actor=person.actor)
    except BadInput as error:
        return _list(request, session, person, error=error, form=form)
    return lead(f"{PAGE}/{slug}", "added", slug)


@router.get(ONE)
def edit(
    request: Request, session: Reading, person: Curating, slug: str, query: Annotated[ToldQuery, Query()]
) -> Response:
    """Show a path's form and how its steps stand."""
    return _page(request, session, person, slug, done=tell(query, TOLD))


@router.post(ONE)
def save(request: Request, session: Writing, person: Editing, slug: str, form: Annotated[PathForm, Form()]) -> Response:
    """Save a path, and give it another address where the form says so."""
    new_slug = form.slug or slug
    try:
        with attempt(session):
            take_turn(session)
            record = _record(session, form, new_slug, is_new=new_slug != slug).model_copy(update={"slug": slug})
            refuse_stale(form.base, path_record(session, slug), record)
            done: str = save_path(session, record, actor=person.actor)
            if new_slug != slug:
                rename_path(session, slug, new_slug, actor=person.actor)
                done = "renamed"
    except (BadInput, Conflict) as error:
        return _page(request, session, person, slug, error=error, form=form)
    return lead(f"{PAGE}/{new_slug}", done, new_slug)


@router.post(ONE + "/order")
def put_in_order(
    request: Request, session: Reading, person: Editing, slug: str, form: Annotated[PathForm, Form()]
) -> Response:
    """Put the steps that were typed into an order that no prerequisite contradicts; nothing is saved."""
    try:
        better = look_at_steps(session, read_steps(session, form.steps)).better
    except BadInput as error:
        return _page(request, session, person, slug, error=error, form=form)
    return _page(request, session, person, slug, form=form.model_copy(update={"steps": write_steps(better)}), put=True)


@router.get(ONE + "/delete")
def ask_delete(request: Request, session: Reading, person: Editing, slug: str) -> Response:
    """Say what deleting this path would do."""
    record = path_record(session, slug)
    steps = many(len(record.steps), "summary it leads through stays", "summaries it leads through stay")
    return ask(request, person, Ask(
        title=f"Delete the path “{record.title}”?",
        sentence=f"Its page goes for good, with what it says about each step; the {steps}.",
        button="Delete the path",
        action=f"{PAGE}/{slug}/delete",
        back=f"{PAGE}/{slug}",
    ))  # fmt: skip


@router.post(ONE + "/delete")
def delete(session: Writing, person: Editing, slug: str, _: Annotated[NoFields, Form()]) -> Response:
    """Delete a path."""
    delete_path(session, slug, actor=person.actor)
    return lead(PAGE, "deleted", slug)


def _record(session: Session, form: PathForm, slug: str, *, is_new: bool) -> PathRecord:
    """Return what the form says; raises BadInput naming every field that is wrong, and every line of the steps."""
    problems = taken(_is_there(session, slug), "path", slug) if is_new else []
    steps: Sequence[StepRecord] = ()
    try:
        steps = read_steps(session, form.steps)
    except BadInput as error:
        problems += error.problems
    words = form.description.replace("\r\n", "\n")
    values = {"slug": slug, "title": form.title, "description": words, "steps": steps}
    return checked(PathRecord, values, problems)


def _is_there(session: Session, slug: str) -> bool:
    try:
        return bool(path_record(session, slug))
    except (ShelfNotFound, Moved):
        return False


def _list(
    request: Request,
    session: Session,
    person: Person,
    *,
    error: CairnError | None = None,
    form: PathForm | None = None,
    done: Told | None = None,
) -> Response:
    return show(
        request, person, "desk/paths.html", status=error.status if error else 200, problems=said(error, LABELS),
        done=done, paths=list_paths(session), form=form or PathForm(),
    )  # fmt: skip


def _page(
    request: Request,
    session: Session,
    person: Person,
    slug: str,
    *,
    error: CairnError | None = None,
    form: PathForm | None = None,
    done: Told | None = None,
    put: bool = False,
) -> Response:
    present = path_record(session, slug)
    base = digest_of(present)
    plain = PathForm(
        title=present.title, slug=slug, description=present.description, steps=write_steps(present.steps), base=base
    )
    return show(
        request, person, "desk/path.html", status=error.status if error else 200, problems=said(error, LABELS),
        done=done, path=present, look=look_at_steps(session, present.steps), put=put,
        form=(form or plain).model_copy(update={"base": base}),
        stale=form is not None and bool(form.base) and form.base != base,
        present=plain,
    )  # fmt: skip
