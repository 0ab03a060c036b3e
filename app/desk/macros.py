"""Macro sets: added, edited, looked at before they are saved, renamed, deleted.

NOT here: what is wrong with one (`app/summaries/macro_sets.py`). Looking at one may take seconds where thousands of
summaries use it, so it has a button of its own and writes nothing.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import attempt
from app.desk.curating import Ask, Lines, Told, ToldQuery, ask, lead, said, tell
from app.desk.forms import DeskForm, Line, NoFields
from app.desk.pages import show
from app.desk.who import Curating, Editing
from app.errors import BadInput, CairnError, Conflict
from app.summaries.macro_sets import (
    Lint,
    change_macro_set,
    delete_macro_set,
    get_macro_set,
    lint_macro_set,
    list_macro_sets,
    rename_macro_set,
    source_digest,
    users_of,
)
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/macros"
ONE = PAGE + "/{name}"
LABELS = {"name": "Name", "source": "Definitions"}
SHOWN = 50
TOLD = {
    "added": Told("The macro set “{what}” was added; a summary asks for it in its own form."),
    "changed": Told("The macro set was saved; {many} rendered again.", "/admin/summaries?need=formulas",
                    "See formulas that do not compile"),
    "unchanged": Told("Nothing was changed."),
    "renamed": Told("The macro set has another name; {many} written anew."),
    "deleted": Told("The macro set “{what}” was deleted."),
}  # fmt: skip


class MacroForm(DeskForm):
    name: Line = ""
    source: Lines = ""
    base: Line = ""


class NameForm(DeskForm):
    name: Line = ""


@router.get(PAGE)
def index(request: Request, session: Reading, person: Curating, query: Annotated[ToldQuery, Query()]) -> Response:
    """List the macro sets with how many summaries ask for each."""
    return _list(request, session, person, done=tell(query, TOLD))


@router.post(PAGE)
def add(request: Request, session: Writing, person: Editing, form: Annotated[MacroForm, Form()]) -> Response:
    """Add a macro set."""
    try:
        with attempt(session):
            change_macro_set(session, form.name, _plain(form.source), actor=person.actor)
    except (BadInput, Conflict) as error:
        return _list(request, session, person, error=error, form=form)
    return lead(f"{PAGE}/{form.name}", "added", form.name)


@router.get(ONE)
def edit(
    request: Request, session: Reading, person: Curating, name: str, query: Annotated[ToldQuery, Query()]
) -> Response:
    """Show a macro set and who uses it."""
    return _page(request, session, person, name, done=tell(query, TOLD))


@router.post(ONE)
def save(
    request: Request, session: Writing, person: Editing, name: str, form: Annotated[MacroForm, Form()]
) -> Response:
    """Save a macro set and render again what uses it."""
    try:
        with attempt(session):
            get_macro_set(session, name)
            outcome, anew = change_macro_set(session, name, _plain(form.source), actor=person.actor, base=form.base)
    except (BadInput, Conflict) as error:
        return _page(request, session, person, name, error=error, form=form)
    return lead(f"{PAGE}/{name}", outcome, name, anew)


@router.post(ONE + "/check")
def check(
    request: Request, session: Reading, person: Curating, name: str, form: Annotated[MacroForm, Form()]
) -> Response:
    """Say what is wrong with what was typed and what saving it would break; nothing is saved."""
    return _page(request, session, person, name, form=form, lint=lint_macro_set(session, name, _plain(form.source)))


@router.post(ONE + "/rename")
def rename(
    request: Request, session: Writing, person: Editing, name: str, form: Annotated[NameForm, Form()]
) -> Response:
    """Give a macro set another name."""
    try:
        with attempt(session):
            anew = rename_macro_set(session, name, form.name, actor=person.actor)
    except (BadInput, Conflict) as error:
        return _page(request, session, person, name, error=error, new_name=form.name)
    return lead(f"{PAGE}/{form.name}", "renamed", form.name, anew)


@router.get(ONE + "/delete")
def ask_delete(request: Request, session: Reading, person: Editing, name: str) -> Response:
    """Say what deleting this set would do, or why it cannot be."""
    return ask(request, person, _deletion(session, name))


@router.post(ONE + "/delete")
def delete(request: Request, session: Writing, person: Editing, name: str, _: Annotated[NoFields, Form()]) -> Response:
    """Delete a macro set that nothing asks for."""
    try:
        with attempt(session):
            delete_macro_set(session, name, actor=person.actor)
    except Conflict as error:
        return ask(request, person, _deletion(session, name), error=error)
    return lead(PAGE, "deleted", name)


def _deletion(session: Session, name: str) -> Ask:
    get_macro_set(session, name)
    users = users_of(session, name)
    return Ask(
        title=f"Delete the macro set “{name}”?",
        sentence="Its definitions go for good. No summary asks for it.",
        button="Delete the macro set",
        action=f"{PAGE}/{name}/delete",
        back=f"{PAGE}/{name}",
        named=[(f"/admin/summaries/{slug}/edit", title, status) for slug, title, status in users[:SHOWN]],
        named_title="Summaries that ask for it",
        refused="It cannot be deleted while summaries ask for it. Take it out of them first." if users else "",
    )


def _plain(source: str) -> str:
    """Browsers send another kind of line end than they were given."""
    return source.replace("\r\n", "\n")


def _list(
    request: Request,
    session: Session,
    person: Person,
    *,
    error: CairnError | None = None,
    form: MacroForm | None = None,
    done: Told | None = None,
) -> Response:
    return show(
        request, person, "desk/macros.html", status=error.status if error else 200, problems=said(error, LABELS),
        done=done, sets=list_macro_sets(session), form=form or MacroForm(),
    )  # fmt: skip


def _page(
    request: Request,
    session: Session,
    person: Person,
    name: str,
    *,
    error: CairnError | None = None,
    form: MacroForm | None = None,
    done: Told | None = None,
    lint: Lint | None = None,
    new_name: str = "",
) -> Response:
    present = get_macro_set(session, name).source
    base = source_digest(present)
    users = users_of(session, name)
    source = present if form is None else _plain(form.source)
    return show(
        request, person, "desk/macro_set.html", status=error.status if error else 200, problems=said(error, LABELS),
        done=done, name=name, source=source, base=base, present=present, users=users[:SHOWN], user_count=len(users),
        stale=form is not None and bool(form.base) and form.base != base, lint=lint, new_name=new_name or name,
        lines=source.split("\n"),
    )  # fmt: skip
