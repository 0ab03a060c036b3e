"""Import in the browser: send a file, see row by row what would happen, then have it done.

NOT here: the work, which goes on in a thread (`app/interchange/import_jobs.py`), where uploads lie and for how long
(`held_uploads.py`).
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator
from starlette.datastructures import FormData, UploadFile

from app.accounts.rights import Person
from app.accounts.service import Actor
from app.accounts.sessions import SignedIn
from app.addresses import category_path, desk_path, paper_path, reading_path_path, series_path
from app.desk.curating import said
from app.desk.forms import DeskForm, Line, NoFields, Number
from app.desk.pages import go, show
from app.desk.who import Editing, ThisSession
from app.errors import BadInput, CairnError, FieldProblem
from app.fields import complaint
from app.interchange.held_uploads import (
    ALONE,
    MOST_FILES,
    PICTURES,
    Held,
    Order,
    State,
    change_order,
    drop,
    get_held,
    hold,
    list_held,
    state_of,
)
from app.interchange.import_jobs import ImportJobs
from app.pagination import Page, check_page

router = APIRouter()
PAGE = "/admin/import"
ROWS = 100
LONGEST_NAME = 100
LABELS = {"recorded_as": "Recorded in the history as", "publish": "Publish what can be published"}
OUTCOMES = ("added", "changed", "unchanged", "refused")
PLACES = {
    "summary": desk_path, "paper": paper_path, "category": category_path, "series": series_path,
    "path": reading_path_path,
}  # fmt: skip
Show = Literal["", "added", "changed", "unchanged", "refused", "notes"]


def _short(text: str) -> str:
    if len(text) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    return text


class OrderForm(DeskForm):
    publish: Literal["", "yes"] = ""
    recorded_as: Annotated[Line, AfterValidator(_short)] = ""


class RowsQuery(DeskForm):
    show: Show = ""
    page: Number = 1


@router.get(PAGE)
def index(request: Request, person: Editing, this: ThisSession) -> Response:
    """Show the form that takes a file, and what was sent in the last hour."""
    return _form(request, person, this)


@router.post(PAGE)
async def upload(request: Request, person: Editing, this: ThisSession) -> Response:
    """Keep what was sent aside, and begin to look at it."""
    # Read here and not by the framework, which would take it all before it asks who sends it.
    async with request.form(max_files=MOST_FILES + 1, max_fields=10) as fields:
        return await run_in_threadpool(_begin, request, person, this, fields)


@router.get(PAGE + "/{token}")
def look(
    request: Request, person: Editing, this: ThisSession, token: str, query: Annotated[RowsQuery, Query()]
) -> Response:
    """Show how far it is, or what became of every row."""
    held = get_held(_data_dir(request), token, _owner(this))
    return _state(request, person, held, state_of(held), query)


@router.post(PAGE + "/{token}/run")
def run(request: Request, person: Editing, this: ThisSession, token: str, _: Annotated[NoFields, Form()]) -> Response:
    """Import it, as it was looked at."""
    held = get_held(_data_dir(request), token, _owner(this))
    _jobs(request).start(held, "import", _actor(person, held.order))
    return go(f"{PAGE}/{token}")


@router.post(PAGE + "/{token}/check")
def check_again(
    request: Request, person: Editing, this: ThisSession, token: str, form: Annotated[OrderForm, Form()]
) -> Response:
    """Look at it again, with other choices."""
    held = get_held(_data_dir(request), token, _owner(this))
    if state_of(held).phase in ("checked", "interrupted"):
        held = change_order(held, _order(form))
        _jobs(request).start(held, "check", _actor(person, held.order))
    return go(f"{PAGE}/{token}")


@router.post(PAGE + "/{token}/discard")
def discard(
    request: Request, person: Editing, this: ThisSession, token: str, _: Annotated[NoFields, Form()]  # noqa: ARG001
) -> Response:  # fmt: skip
    """Forget what was sent."""
    drop(get_held(_data_dir(request), token, _owner(this)))
    return go(PAGE)


def _begin(request: Request, person: Person, this: SignedIn, fields: FormData) -> Response:
    try:
        plain = [(name, value) for name, value in fields.multi_items() if isinstance(value, str)]
        form = _checked([(name, value) for name, value in plain if name != "files" or value])
        sent = [part for name, part in fields.multi_items() if name == "files" and isinstance(part, UploadFile)]
        files = [(part.filename, part.file) for part in sent if part.filename]
        held = hold(_data_dir(request), files, _owner(this), _order(form))
    except BadInput as error:
        return _form(request, person, this, error=error, order=dict(plain))
    _jobs(request).start(held, "check", _actor(person, held.order))
    return go(f"{PAGE}/{held.token}")


def _checked(pairs: list[tuple[str, str]]) -> OrderForm:
    """Return the choices beside the files, as FastAPI would have read them."""
    try:
        return OrderForm.model_validate(dict(pairs))
    except ValueError as error:
        raise BadInput("The choices beside the file are not valid.", _problems(error)) from None


def _problems(error: ValueError) -> list[FieldProblem]:
    raw: Any = getattr(error, "errors", list)()
    return [FieldProblem(str(each["loc"][0])[:100], complaint(each)) for each in raw]


def _form(
    request: Request,
    person: Person,
    this: SignedIn,
    *,
    error: CairnError | None = None,
    order: dict[str, str] | None = None,
) -> Response:
    return show(
        request, person, "desk/import.html", status=error.status if error else 200,
        problems=said(error, LABELS), order={"publish": "", "recorded_as": "", **(order or {})},
        held=[(each, state_of(each)) for each in list_held(_data_dir(request), _owner(this))],
        accepted=",".join((*ALONE, *PICTURES)),
    )  # fmt: skip


def _state(request: Request, person: Person, held: Held, state: State, query: RowsQuery) -> Response:
    report = state.report or {"rows": [], "notes": [], "counts": dict.fromkeys(OUTCOMES, 0)}
    chosen = report["notes"] if query.show == "notes" else _rows(report["rows"], query.show)
    check_page(query.page, len(chosen), ROWS)
    shown = chosen[(query.page - 1) * ROWS : query.page * ROWS]
    linked = [(row, _place(row) if state.phase == "done" else "") for row in shown]
    return show(
        request, person, "desk/import_state.html",
        held=held, state=state, report=report, outcomes=OUTCOMES, shown=query.show, rows=linked,
        page=Page(shown, query.page, ROWS, len(chosen)), address=f"{PAGE}/{held.token}",
        actor=_actor(person, held.order).name,
    )  # fmt: skip


def _rows(rows: list[dict[str, Any]], outcome: str) -> list[dict[str, Any]]:
    return [row for row in rows if row["outcome"] == outcome] if outcome else rows


def _place(row: dict[str, Any]) -> str:
    """Return where a row of a report is to be seen; a paper that became part of another is not at its own key."""
    if row["outcome"] == "refused" or row["kind"] not in PLACES or (row["kind"] == "paper" and row["sentence"]):
        return ""
    return PLACES[row["kind"]](row["name"])


def _order(form: OrderForm) -> Order:
    return Order(form.publish == "yes", form.recorded_as)


def _actor(person: Person, order: Order) -> Actor:
    """Return whom the history names: another name is told together with whose import it was."""
    own = person.actor
    if not order.recorded_as or order.recorded_as == own.name:
        return own
    return Actor(f"{order.recorded_as}, imported by {own.name}"[:254], own.user_id, own.address)


def _owner(this: SignedIn) -> tuple[int, int]:
    return this.person.id, this.session_id


def _data_dir(request: Request) -> Any:
    return request.app.state.settings.data_dir


def _jobs(request: Request) -> ImportJobs:
    jobs: ImportJobs = request.app.state.imports
    return jobs
