"""Categories: added, edited, put in order, merged, emptied into another, deleted.

NOT here: what is asked before (`category_questions.py`), series (`shelf_series.py`), tags (`shelf_tags.py`), moving
chosen summaries (`listing.py`).
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import attempt
from app.desk.category_questions import PAGE, Act, deletion, emptying
from app.desk.curating import (
    Lines,
    Told,
    ToldQuery,
    ask,
    checked,
    digest_of,
    lead,
    refuse_stale,
    said,
    taken,
    tell,
    wrong,
)
from app.desk.forms import DeskForm, Line, NoFields
from app.desk.pages import show
from app.desk.who import Curating, Editing
from app.errors import BadInput, CairnError, Conflict, NotFound
from app.summaries.curating import (
    delete_category,
    merge_categories,
    move_summaries,
    rename_category,
    shelf_use,
)
from app.summaries.desk_shelves import list_categories, slugs_on
from app.summaries.service import take_turn
from app.taxonomy.queries import categories_by_slug, get_category, list_category_records
from app.taxonomy.records import CategoryRecord
from app.taxonomy.service import reorder_categories, save_category
from app.taxonomy.slugs import make_slug
from app.web.sessions import Reading, Writing

router = APIRouter()
ONE = PAGE + "/categories/{slug}"
LABELS = {"name": "Name", "slug": "Address", "description": "Description", "into": "Into", "to": "To", "order": "Place"}
TOLD = {
    "added": Told("The category was added; it stands last.", "/categories/{what}", "See its page"),
    "changed": Told("The category was saved.", "/categories/{what}", "See its page"),
    "unchanged": Told("Nothing was changed.", "/categories/{what}", "See its page"),
    "renamed": Told("The category was saved and has another address, to which the former one leads; "
                    "{many} written anew.", "/categories/{what}", "See its page"),
    "ordered": Told("The categories stand in another order.", "/categories", "See them as readers do"),
    "merged": Told("The two categories are one now; {many} moved.", "/categories/{what}", "See its page"),
    "moved": Told("Done: {many} moved to this category.", "/categories/{what}", "See its page"),
    "deleted": Told("The category “{what}” was deleted."),
}  # fmt: skip


class CategoryForm(DeskForm):
    name: Line = ""
    slug: Line = ""
    description: Lines = ""
    base: Line = ""


class OrderForm(DeskForm):
    """One category's new place: a step up or down, or a number from 1."""

    slug: Line
    step: Literal["", "up", "down"] = ""
    place: Line = ""


class IntoForm(DeskForm):
    into: Line = ""


@router.get(PAGE)
def index(request: Request, session: Reading, person: Curating, query: Annotated[ToldQuery, Query()]) -> Response:
    """List the categories in their order."""
    return _list(request, session, person, done=tell(query, TOLD))


@router.post(PAGE)
def add(request: Request, session: Writing, person: Editing, form: Annotated[CategoryForm, Form()]) -> Response:
    """Add a category behind the others."""
    try:
        with attempt(session):
            slug = form.slug or make_slug(form.name)
            last = max((record.position for record in list_category_records(session)), default=0)
            save_category(session, _record(session, form, slug, last + 1, is_new=True), actor=person.actor)
    except BadInput as error:
        return _list(request, session, person, error=error, form=form)
    return lead(PAGE, "added", slug)


@router.post(PAGE + "/order")
def order(request: Request, session: Writing, person: Editing, form: Annotated[OrderForm, Form()]) -> Response:
    """Put one category elsewhere among the others."""
    try:
        with attempt(session):
            slugs = _moved([record.slug for record in list_category_records(session)], form)
            outcome = reorder_categories(session, slugs, actor=person.actor)
    except BadInput as error:
        return _list(request, session, person, error=error)
    answer = lead(PAGE, "ordered" if outcome == "changed" else outcome, form.slug)
    answer.headers["Location"] += f"#shelf-{form.slug}"
    return answer


@router.get(ONE)
def edit(
    request: Request, session: Reading, person: Curating, slug: str, query: Annotated[ToldQuery, Query()]
) -> Response:
    """Show a category's form, and what else can be done with it."""
    return _page(request, session, person, slug, done=tell(query, TOLD))


@router.post(ONE)
def save(
    request: Request, session: Writing, person: Editing, slug: str, form: Annotated[CategoryForm, Form()]
) -> Response:
    """Save a category, and give it another address where the form says so."""
    new_slug, anew = form.slug or slug, 0
    try:
        with attempt(session):
            take_turn(session)
            present = _present(session, slug)
            record = _record(session, form, new_slug, present.position, is_new=new_slug != slug)
            record = record.model_copy(update={"slug": slug})
            refuse_stale(form.base, present, record)
            done: str = save_category(session, record, actor=person.actor)
            if new_slug != slug:
                done, anew = "renamed", rename_category(session, slug, new_slug, actor=person.actor)
    except (BadInput, Conflict) as error:
        return _page(request, session, person, slug, error=error, form=form)
    return lead(f"{PAGE}/categories/{new_slug}", done, new_slug, anew)


@router.get(ONE + "/merge")
def ask_merge(
    request: Request, session: Reading, person: Editing, slug: str, query: Annotated[IntoForm, Query()]
) -> Response:
    """Say what merging this category into another would do."""
    return _asked(request, session, person, slug, query, "merge")


@router.post(ONE + "/merge")
def merge(
    request: Request, session: Writing, person: Editing, slug: str, form: Annotated[IntoForm, Form()]
) -> Response:
    """Merge this category into another."""
    try:
        with attempt(session):
            moved = merge_categories(session, slug, form.into, actor=person.actor)
    except (BadInput, NotFound, Conflict) as error:
        return _page(request, session, person, slug, error=error)
    return lead(f"{PAGE}/categories/{form.into}", "merged", form.into, moved)


@router.get(ONE + "/move")
def ask_move(
    request: Request, session: Reading, person: Editing, slug: str, query: Annotated[IntoForm, Query()]
) -> Response:
    """Say what moving everything in this category to another would do."""
    return _asked(request, session, person, slug, query, "move")


@router.post(ONE + "/move")
def move(request: Request, session: Writing, person: Editing, slug: str, form: Annotated[IntoForm, Form()]) -> Response:
    """Move everything in this category to another; the category stays."""
    try:
        with attempt(session):
            moved = move_summaries(session, slugs_on(session, slug), slug, form.into, actor=person.actor)
    except (BadInput, NotFound, Conflict) as error:
        return _page(request, session, person, slug, error=error)
    return lead(f"{PAGE}/categories/{form.into}", "moved", form.into, moved)


@router.get(ONE + "/delete")
def ask_delete(request: Request, session: Reading, person: Editing, slug: str) -> Response:
    """Say what deleting this category would do, or why it cannot be."""
    return ask(request, person, deletion(session, slug))


@router.post(ONE + "/delete")
def delete(request: Request, session: Writing, person: Editing, slug: str, _: Annotated[NoFields, Form()]) -> Response:
    """Delete a category in which nothing stands."""
    try:
        with attempt(session):
            delete_category(session, slug, actor=person.actor)
    except Conflict as error:
        return ask(request, person, deletion(session, slug), error=error)
    return lead(PAGE, "deleted", slug)


def _asked(request: Request, session: Session, person: Person, slug: str, query: IntoForm, act: Act) -> Response:
    try:
        return ask(request, person, emptying(session, slug, query.into, act))
    except BadInput as error:
        return _page(request, session, person, slug, error=error)


def _moved(slugs: Sequence[str], form: OrderForm) -> list[str]:
    """Return the order with one of these at its new place; a number past the end is the last."""
    if form.slug not in slugs:
        raise wrong("order", f"there is no category “{form.slug[:120]}”")
    others = [slug for slug in slugs if slug != form.slug]
    place = slugs.index(form.slug) + {"up": -1, "down": 1, "": 0}[form.step]
    if not form.step:
        if not (form.place.isascii() and form.place.isdigit() and 0 < len(form.place) < 7):
            raise wrong("order", "write a whole number from 1")
        place = int(form.place) - 1
    others.insert(min(max(place, 0), len(others)), form.slug)
    return others


def _record(session: Session, form: CategoryForm, slug: str, position: int, *, is_new: bool) -> CategoryRecord:
    words = form.description.replace("\r\n", "\n")
    problems = taken(categories_by_slug(session, [slug]), "category", slug) if is_new else ()
    values = {"slug": slug, "name": form.name, "description": words, "position": position}
    return checked(CategoryRecord, values, problems)


def _present(session: Session, slug: str) -> CategoryRecord:
    row = get_category(session, slug)
    return CategoryRecord(slug=row.slug, name=row.name, description=row.description, position=row.position)


def _list(
    request: Request,
    session: Session,
    person: Person,
    *,
    error: CairnError | None = None,
    form: CategoryForm | None = None,
    done: Told | None = None,
) -> Response:
    return show(
        request, person, "desk/shelves.html", status=error.status if error else 200, problems=said(error, LABELS),
        done=done, shelves=list_categories(session), form=form or CategoryForm(),
    )  # fmt: skip


def _page(
    request: Request,
    session: Session,
    person: Person,
    slug: str,
    *,
    error: CairnError | None = None,
    form: CategoryForm | None = None,
    done: Told | None = None,
) -> Response:
    present = _present(session, slug)
    plain: dict[str, Any] = present.model_dump(include={"name", "slug", "description"})
    base = digest_of(present)
    return show(
        request, person, "desk/category.html", status=error.status if error else 200, problems=said(error, LABELS),
        done=done, category=present, used=shelf_use(session, get_category(session, slug)),
        form=(form or CategoryForm(**plain)).model_copy(update={"base": base}),
        stale=form is not None and bool(form.base) and form.base != base,
        others=[(one.slug, one.name) for one in list_category_records(session) if one.slug != slug],
    )  # fmt: skip
