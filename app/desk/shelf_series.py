"""Series: added, edited, deleted where empty, with the parts that each has.

NOT here: which part a summary is (its own form).
"""

from typing import Annotated, Any

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
from app.errors import BadInput, CairnError, Conflict
from app.summaries.curating import delete_series, rename_series, shelf_use
from app.summaries.desk_shelves import list_series
from app.summaries.service import take_turn
from app.taxonomy.queries import find_series, get_series
from app.taxonomy.records import SeriesRecord
from app.taxonomy.service import save_series
from app.taxonomy.slugs import make_slug
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/shelves/series"
ONE = PAGE + "/{slug}"
LABELS = {"title": "Title", "slug": "Address", "description": "Description"}
TOLD = {
    "added": Told("The series was added; a summary becomes a part of it in its own form.",
                  "/series/{what}", "See its page"),
    "changed": Told("The series was saved.", "/series/{what}", "See its page"),
    "unchanged": Told("Nothing was changed.", "/series/{what}", "See its page"),
    "renamed": Told("The series was saved and has another address, to which the former one leads; {many} written anew.",
                    "/series/{what}", "See its page"),
    "deleted": Told("The series “{what}” was deleted."),
}  # fmt: skip


class SeriesForm(DeskForm):
    title: Line = ""
    slug: Line = ""
    description: Lines = ""
    base: Line = ""


@router.get(PAGE)
def index(request: Request, session: Reading, person: Curating, query: Annotated[ToldQuery, Query()]) -> Response:
    """List the series with their parts."""
    return _list(request, session, person, done=tell(query, TOLD))


@router.post(PAGE)
def add(request: Request, session: Writing, person: Editing, form: Annotated[SeriesForm, Form()]) -> Response:
    """Add a series."""
    slug = form.slug or make_slug(form.title)
    try:
        with attempt(session):
            save_series(session, _record(session, form, slug, is_new=True), actor=person.actor)
    except BadInput as error:
        return _list(request, session, person, error=error, form=form)
    return lead(PAGE, "added", slug)


@router.get(ONE)
def edit(
    request: Request, session: Reading, person: Curating, slug: str, query: Annotated[ToldQuery, Query()]
) -> Response:
    """Show a series' form and its parts."""
    return _page(request, session, person, slug, done=tell(query, TOLD))


@router.post(ONE)
def save(
    request: Request, session: Writing, person: Editing, slug: str, form: Annotated[SeriesForm, Form()]
) -> Response:
    """Save a series, and give it another address where the form says so."""
    new_slug, anew = form.slug or slug, 0
    try:
        with attempt(session):
            take_turn(session)
            record = _record(session, form, new_slug, is_new=new_slug != slug).model_copy(update={"slug": slug})
            refuse_stale(form.base, _present(session, slug), record)
            done: str = save_series(session, record, actor=person.actor)
            if new_slug != slug:
                done, anew = "renamed", rename_series(session, slug, new_slug, actor=person.actor)
    except (BadInput, Conflict) as error:
        return _page(request, session, person, slug, error=error, form=form)
    return lead(f"{PAGE}/{new_slug}", done, new_slug, anew)


@router.get(ONE + "/delete")
def ask_delete(request: Request, session: Reading, person: Editing, slug: str) -> Response:
    """Say what deleting this series would do, or why it cannot be."""
    return ask(request, person, _deletion(session, slug))


@router.post(ONE + "/delete")
def delete(request: Request, session: Writing, person: Editing, slug: str, _: Annotated[NoFields, Form()]) -> Response:
    """Delete a series that has no part."""
    try:
        with attempt(session):
            delete_series(session, slug, actor=person.actor)
    except Conflict as error:
        return ask(request, person, _deletion(session, slug), error=error)
    return lead(PAGE, "deleted", slug)


def _deletion(session: Session, slug: str) -> Ask:
    series = get_series(session, slug)
    used = shelf_use(session, series)
    parts = many(used, "summary is a part of it", "summaries are parts of it")
    return Ask(
        title=f"Delete the series “{series.title}”?",
        sentence="It has no part. Its page goes; its name may be given again.",
        button="Delete the series",
        action=f"{PAGE}/{slug}/delete",
        back=f"{PAGE}/{slug}",
        refused=f"It cannot be deleted: {parts} (drafts and the trash count). Take them out first." if used else "",
    )


def _record(session: Session, form: SeriesForm, slug: str, *, is_new: bool) -> SeriesRecord:
    words = form.description.replace("\r\n", "\n")
    problems = taken(find_series(session, slug), "series", slug) if is_new else ()
    return checked(SeriesRecord, {"slug": slug, "title": form.title, "description": words}, problems)


def _present(session: Session, slug: str) -> SeriesRecord:
    row = get_series(session, slug)
    return SeriesRecord(slug=row.slug, title=row.title, description=row.description)


def _list(
    request: Request,
    session: Session,
    person: Person,
    *,
    error: CairnError | None = None,
    form: SeriesForm | None = None,
    done: Told | None = None,
) -> Response:
    return show(
        request, person, "desk/series_list.html", status=error.status if error else 200, problems=said(error, LABELS),
        done=done, series=list_series(session), form=form or SeriesForm(),
    )  # fmt: skip


def _page(
    request: Request,
    session: Session,
    person: Person,
    slug: str,
    *,
    error: CairnError | None = None,
    form: SeriesForm | None = None,
    done: Told | None = None,
) -> Response:
    present = _present(session, slug)
    plain: dict[str, Any] = present.model_dump()
    base = digest_of(present)
    return show(
        request, person, "desk/series.html", status=error.status if error else 200, problems=said(error, LABELS),
        done=done, series=present, parts=next(one.parts for one in list_series(session) if one.slug == slug),
        form=(form or SeriesForm(**plain)).model_copy(update={"base": base}),
        stale=form is not None and bool(form.base) and form.base != base,
    )  # fmt: skip
