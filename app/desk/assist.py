"""What the editor asks for while somebody types: a preview, a draft kept, a picture taken in, a word completed.

Everything that the editor does with these, the plain form does without. Errors are problem+json for whoever asks for
JSON. NOT here: saving (`editing.py`), the renderer and the rules (`app/summaries/`).
"""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile

from app.accounts.rights import Person
from app.addresses import media_path
from app.database import Database
from app.desk.forms import DeskForm, Line, problems_of
from app.desk.kept import TooLarge
from app.desk.pages import show
from app.desk.summary_form import UPDATE, SummaryForm, split_names, texts_of_updates
from app.desk.who import Curating
from app.errors import BadInput, CairnError
from app.summaries import drafts
from app.summaries.previewing import Preview, preview
from app.summaries.suggesting import SuggestionKind, suggest
from app.summaries.uploads import MAX_UPLOAD_BYTES, Upload, save_upload
from app.web.errors import wants_problem
from app.web.sessions import Reading, Writing
from app.web.templating import iso_date

router = APIRouter()
DRAFT = "/admin/drafts/{key}"
MEDIA = "/admin/media"
AROUND_A_FILE = 20_000  # what a form says of a file and beside it, in bytes

Typed = Annotated[SummaryForm, Form()]


class CompleteQuery(DeskForm):
    kind: SuggestionKind
    q: Line = ""


@router.post("/admin/preview")
def show_preview(session: Reading, _: Curating, form: Typed) -> Response:
    """Answer with what the form would look like if it were saved, and with what is wrong in it, line by line."""
    made = preview(
        session, tldr=form.tldr, body=form.body, updates=texts_of_updates(form.updates), macros=split_names(form.macros)
    )
    return _json(
        {
            "tldr_html": made.tldr.html,
            "html": made.body.html,
            "updates_html": [one.html for one in made.updates],
            "problems": _problems(made, form.updates),
            "words": made.body.word_count,
            "tldr_words": made.tldr.word_count,
            "formulas": made.body.formula_count + made.tldr.formula_count,
        }
    )


@router.post(DRAFT)
def keep_draft(session: Writing, person: Curating, key: str, form: Typed) -> Response:
    """Keep what is in the form, so that a crash of the browser loses at most what was typed since."""
    typed = form.model_dump(exclude={"action"})
    draft = drafts.keep(session, person, key, _without_nul(typed), form.base)
    return _json({"key": draft.key, "base_revision": draft.base_revision, "saved_at": iso_date(draft.saved_at)})


@router.get(DRAFT)
def fetch_draft(session: Reading, person: Curating, key: str) -> Response:
    """Answer with the draft of this form; null where there is none, for that is nothing wrong."""
    draft = drafts.find(session, person, key)
    if draft is None:
        return _json({"draft": None})
    about = {"key": draft.key, "base_revision": draft.base_revision, "saved_at": iso_date(draft.saved_at)}
    return _json({"draft": {**about, "form": draft.form}})


@router.delete(DRAFT)
def drop_draft(session: Writing, person: Curating, key: str) -> Response:
    """Forget the draft of this form; say whether there was one."""
    return _json({"dropped": drafts.drop(session, person, key)})


@router.get("/admin/complete")
def complete(session: Reading, _: Curating, asked: Annotated[CompleteQuery, Query()]) -> Response:
    """Answer with what may be meant by a word that is being typed."""
    return _json({"items": [asdict(one) for one in suggest(session, asked.kind, asked.q)]})


async def _received(request: Request, _: Curating) -> tuple[str, bytes]:
    """Return the name and the content of the file that was sent: nobody's before they are known, nobody's for ever."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_UPLOAD_BYTES + AROUND_A_FILE:
        raise TooLarge(f"The file is larger than {MAX_UPLOAD_BYTES // 1_000_000} MB. Nothing was uploaded.")
    async with request.form(max_files=1, max_fields=4) as form:
        file = form.get("file")
        return (file.filename or "", await file.read()) if isinstance(file, UploadFile) else ("", b"")


Received = Annotated[tuple[str, bytes], Depends(_received)]


@router.get(MEDIA)
def ask_for_picture(request: Request, person: Curating) -> Response:
    """Show the form that takes a picture in; the editor asks for pictures in its own place."""
    return _picture_page(request, person)


@router.post(MEDIA)
def take_picture(request: Request, person: Curating, received: Received) -> Response:
    """Take a picture in and answer with how a text shows it."""
    database: Database = request.app.state.database
    try:
        with database.writing() as session:
            done = save_upload(session, *received, person)
    except BadInput as error:
        if wants_problem(request):
            raise
        return _picture_page(request, person, error=error)
    if not wants_problem(request):
        return _picture_page(request, person, done=done)
    width, height = done.size or (None, None)
    shown = {"name": done.name, "address": done.address, "url": media_path(done.name)}
    return _json({**shown, "width": width, "height": height})


def _picture_page(
    request: Request, person: Person, *, done: Upload | None = None, error: CairnError | None = None
) -> Response:
    problems = problems_of(error) if error else []
    status = error.status if error else 200
    return show(request, person, "desk/picture.html", status=status, done=done, problems=problems)


def _problems(made: Preview, updates: str) -> list[dict[str, Any]]:
    """Return what is wrong, each with its line in the field it stands in: a dated note begins somewhere in its own."""
    begins = [at for at, line in enumerate(updates.replace("\r\n", "\n").split("\n")) if UPDATE.match(line)]
    if len(begins) != len(made.updates):  # one of them has no date that could be
        begins = [0] * len(made.updates)
    parts = [("tldr", 0, made.tldr), ("body", 0, made.body)]
    parts += [("updates", begin, one) for begin, one in zip(begins, made.updates, strict=True)]
    return [
        {"part": part, **asdict(problem), "line": begin + problem.line}
        for part, begin, rendered in parts
        for problem in rendered.problems
    ]


def _without_nul(typed: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed as every store can keep it."""
    return {
        name: [each.replace("\0", "\ufffd") for each in value]
        if isinstance(value, list)
        else value.replace("\0", "\ufffd")
        for name, value in typed.items()
    }


def _json(content: dict[str, Any]) -> Response:
    return JSONResponse(content, headers={"Cache-Control": "no-store"})
