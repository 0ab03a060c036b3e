"""A new summary: one box for an identifier, a record or a title; then the paper's fields; then the editor.

What is sent is never lost: whatever goes wrong, the answer holds it again. NOT here: what a text is taken for
(`app/interchange/understanding.py`), the editor (`editing.py`).
"""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field

from app.accounts.rights import Person
from app.database import Database
from app.desk.forms import DeskForm, Line
from app.desk.pages import go, show
from app.desk.paper_form import KINDS, LABELS, PaperForm, form_of, record_from
from app.desk.who import Curating, curator_of
from app.errors import BadInput, CairnError, Conflict, FieldProblem, NotAllowed, NotSignedIn, Unavailable
from app.interchange.new_papers import PaperKnown, add_paper, taken_by_others
from app.interchange.understanding import Understood, understand
from app.summaries.desk_papers import DeskPaper
from app.web.errors import COOKIE_CHALLENGE
from app.web.templating import query as query_string

router = APIRouter()
PAGE = "/admin/new"
WRITE = "/admin/new/write"
SHOWN_RECORDS = 50
UNNAMED = "paper"  # stands in for a key that is made when the paper is added
# What is answered with the form, not with a page of its own.
ANSWERED = (BadInput, Conflict, NotAllowed, NotSignedIn, Unavailable)


class BoxQuery(DeskForm):
    what: Line = ""


class BoxForm(DeskForm):
    what: Annotated[str, Field(max_length=1_000_000)] = ""
    pick: Line = ""


class NewPaperForm(PaperForm):
    key: Line = ""
    another: Literal["", "yes"] = ""
    told: Line = ""


@router.get(PAGE)
def box(request: Request, person: Curating, query: Annotated[BoxQuery, Query()]) -> Response:
    """Show the box; an address may fill it in, and nothing is looked up before it is sent."""
    return _box(request, person, query.what)


@router.post(PAGE)
def take(request: Request, form: Annotated[BoxForm, Form()]) -> Response:
    """Say what was understood, and go on with it."""
    state, person = request.app.state, None
    try:
        person = curator_of(request)
        found = understand(state.database, state.lookups, form.what, form.pick)
    except ANSWERED as error:
        return _box(request, person, form.what, error=error)
    if found.certain or not (found.entry or found.partial):
        return _box(request, person, form.what, found)
    known: dict[str, str] = dict(found.partial)
    if found.entry is not None:
        known = form_of(found.entry.record).model_dump(exclude={"base"}) | {"key": found.entry.record.key}
    notes = found.entry.notes if found.entry else ()
    begun = NewPaperForm.model_validate(known | {"told": _told(found)})
    return _confirm(request, person, begun, found.known, notes=notes, trouble=found.trouble)


@router.post(PAGE + "/paper")
def add(request: Request, form: Annotated[NewPaperForm, Form()]) -> Response:
    """Add the paper and go on to the editor; one that the library has is pointed out."""
    database: Database = request.app.state.database
    person = None
    try:
        person = curator_of(request)
        plain = form.model_dump(include=set(PaperForm.model_fields))
        unnamed = not form.key.strip()
        with database.writing() as session:
            record = record_from(
                PaperForm.model_validate(plain),
                form.key.strip() or UNNAMED,
                lambda rest: taken_by_others(session, rest, unnamed=unnamed),
            )
            key = add_paper(session, record, actor=person.actor, another=form.another == "yes", unnamed=unnamed)
    except PaperKnown as error:
        return _confirm(request, person, form, error.paper, certain=error.certain, status=error.status)
    except ANSWERED as error:
        return _confirm(request, person, form, error=error)
    return go(WRITE + query_string([("paper", key)]))


def _box(
    request: Request,
    person: Person | None,
    what: str,
    found: Understood | None = None,
    *,
    error: CairnError | None = None,
) -> Response:
    page = show(
        request, person, "desk/new.html", status=error.status if error else 200,
        problems=[("what" if isinstance(error, BadInput) else "", error.detail)] if error else [],
        what=what, found=found, told=_told(found) if found else "", shown_records=SHOWN_RECORDS,
    )  # fmt: skip
    return _marked(page, error)


def _confirm(
    request: Request,
    person: Person | None,
    form: NewPaperForm,
    known: DeskPaper | None = None,
    *,
    certain: bool = False,
    notes: tuple[str, ...] = (),
    trouble: str = "",
    error: CairnError | None = None,
    status: int = 200,
) -> Response:
    problems = [(each.field, _named(each)) for each in error.problems] if isinstance(error, BadInput) else []
    page = show(
        request, person, "desk/new_paper.html", status=error.status if error else status,
        problems=problems or ([("", error.detail)] if error else []),
        form=form, known=known, certain=certain, notes=notes, trouble=trouble,
        kinds=KINDS, labels=LABELS,
    )  # fmt: skip
    return _marked(page, error)


def _marked(page: Response, error: CairnError | None) -> Response:
    """Add what a status asks of an answer."""
    if isinstance(error, Unavailable):
        page.headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, NotSignedIn):
        page.headers["WWW-Authenticate"] = COOKIE_CHALLENGE
    return page


def _named(problem: FieldProblem) -> str:
    """Return what is wrong with a field, in a sentence that names it as the form does."""
    label = LABELS.get(problem.field, problem.field)
    line = f", line {problem.line}" if problem.line else ""
    said = problem.message.removeprefix(f"{problem.field}: ").removeprefix(f"{problem.field} ").rstrip(".")
    return f"{label}{line}: {said}."


def _told(found: Understood) -> str:
    """Return what a text was taken for, in a sentence."""
    pasted = found.pasted
    number = len(pasted.records)
    sentences = {
        "arxiv": f"Understood as the arXiv id {pasted.value}.",
        "doi": f"Understood as the DOI {pasted.value}.",
        "key": f"Understood as the key of a paper, {pasted.value}.",
        "address": "Understood as a web address.",
        "title": "Understood as a title.",
    }
    return sentences.get(pasted.kind, f"Understood as {pasted.form} with {number} paper{'s' if number > 1 else ''}.")
