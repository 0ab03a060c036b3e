"""Papers: found, edited, given another key, merged where one is there twice, deleted.

NOT here: making one (`intake.py`), authors as such (`authors.py`).
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import attempt
from app.desk.curating import Ask, Told, ToldQuery, ask, lead, many, pairs_of, said, tell
from app.desk.forms import DeskForm, Line, NoFields
from app.desk.pages import show
from app.desk.paper_form import KINDS, LABELS, PaperForm, filled, form_of, record_from, spoken
from app.desk.who import Curating, Editing
from app.errors import BadInput, CairnError, Conflict, NotFound
from app.papers.queries import get_paper, record_of
from app.papers.service import taken_identifiers
from app.papers.suspected import papers_like, suspected_papers
from app.summaries.desk_papers import (
    MergePreview,
    change_paper,
    may_edit_paper,
    page_of_papers,
    preview_merge,
    users_of_paper,
)
from app.summaries.paper_curating import delete_paper, merge_papers, rename_paper
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/papers"
ONE = PAGE + "/{key}"
SIZE = 50
TOLD = {
    "changed": Told("The paper was saved.", "/papers/{what}", "See its page"),
    "unchanged": Told("Nothing in it was changed, so nothing was saved."),
    "renamed": Told("The paper has another key, and the former one leads here; {many} written anew.",
                    "/papers/{what}", "See its page"),
    "merged": Told("The two papers are one now, and the former key leads here; {many} written anew.",
                   "/papers/{what}", "See its page"),
    "deleted": Told("The paper “{what}” was deleted."),
}  # fmt: skip


class PapersQuery(ToldQuery):
    q: Line = ""
    show: Literal["", "without-summary", "duplicates"] = ""
    page: int = Field(1, ge=1, le=1_000_000)


class KeyForm(DeskForm):
    key: Line = ""


class IntoForm(DeskForm):
    into: Line = ""


@router.get(PAGE)
def index(request: Request, session: Reading, person: Curating, query: Annotated[PapersQuery, Query()]) -> Response:
    """List papers, those without a summary, or those that may be there twice."""
    twice = query.show == "duplicates"
    without = query.show == "without-summary"
    return show(
        request, person, "desk/papers.html",
        done=tell(query, TOLD),
        asked=query,
        pairs=pairs_of(query, "page"),
        suspected=suspected_papers(session) if twice else [],
        found=None if twice else page_of_papers(
            session, query.q, without_summary=without, page=query.page, size=SIZE
        ),
    )  # fmt: skip


@router.get(ONE)
def edit(
    request: Request, session: Reading, person: Curating, key: str, query: Annotated[ToldQuery, Query()]
) -> Response:
    """Show a paper's form, and what else can be done with it."""
    return _page(request, session, person, key, done=tell(query, TOLD))


@router.post(ONE)
def save(
    request: Request, session: Writing, person: Curating, key: str, form: Annotated[PaperForm, Form()]
) -> Response:
    """Save a paper as the form says."""
    try:
        with attempt(session):
            record = record_from(form, key, lambda rest: taken_identifiers(session, rest))
            outcome = change_paper(session, record, person, base=form.base)
    except (BadInput, Conflict) as error:
        return _page(request, session, person, key, form=form, error=error)
    return lead(f"{PAGE}/{key}", outcome, key)


@router.post(ONE + "/fill")
def fill(
    request: Request, session: Reading, person: Curating, key: str, form: Annotated[PaperForm, Form()]
) -> Response:
    """Put what pasted BibTeX says into the form; nothing is saved."""
    try:
        new, notes = filled(form)
    except BadInput as error:
        return _page(request, session, person, key, form=form, error=error)
    return _page(request, session, person, key, form=new, notes=notes, was_filled=True)


@router.post(ONE + "/rename")
def rename(request: Request, session: Writing, person: Editing, key: str, form: Annotated[KeyForm, Form()]) -> Response:
    """Give a paper another key."""
    try:
        with attempt(session):
            changed = rename_paper(session, key, form.key, actor=person.actor)
    except (BadInput, Conflict) as error:
        return _page(request, session, person, key, error=error, new_key=form.key)
    return lead(f"{PAGE}/{form.key}", "renamed", form.key, changed)


@router.get(ONE + "/merge")
def ask_merge(
    request: Request, session: Reading, person: Editing, key: str, query: Annotated[IntoForm, Query()]
) -> Response:
    """Show what merging this paper into another would do."""
    try:
        return _merge_page(request, person, preview_merge(session, key, query.into))
    except BadInput as error:
        return _page(request, session, person, key, error=error, into=query.into)


@router.post(ONE + "/merge")
def merge(request: Request, session: Writing, person: Editing, key: str, form: Annotated[IntoForm, Form()]) -> Response:
    """Merge this paper into another."""
    try:
        with attempt(session):
            changed = merge_papers(session, key, form.into, actor=person.actor)
    except (BadInput, Conflict, NotFound) as error:
        return _page(request, session, person, key, error=error, into=form.into)
    return lead(f"{PAGE}/{form.into}", "merged", form.into, changed)


@router.get(ONE + "/delete")
def ask_delete(request: Request, session: Reading, person: Editing, key: str) -> Response:
    """Say what deleting this paper would do, or why it cannot be."""
    return ask(request, person, _deletion(session, key))


@router.post(ONE + "/delete")
def delete(request: Request, session: Writing, person: Editing, key: str, _: Annotated[NoFields, Form()]) -> Response:
    """Delete a paper that no summary names."""
    try:
        with attempt(session):
            delete_paper(session, key, actor=person.actor)
    except Conflict as error:
        return ask(request, person, _deletion(session, key), error=error)
    return lead(PAGE, "deleted", key)


def _deletion(session: Session, key: str) -> Ask:
    paper = get_paper(session, key)
    users = users_of_paper(session, paper)
    count = many(len(users), "summary names it", "summaries name it")
    refused = f"It cannot be deleted: {count} (the trash counts). Take it out of them, or merge it into another."
    return Ask(
        title=f"Delete the paper “{paper.title}”?",
        sentence="Its record goes for good, and authors who are on no other paper go with it. No summary names it.",
        button="Delete the paper",
        action=f"{PAGE}/{key}/delete",
        back=f"{PAGE}/{key}",
        named=[(f"/admin/summaries/{one.slug}/edit", one.title, one.status) for one in users],
        named_title="Summaries that name it",
        refused=refused if users else "",
    )


def _merge_page(request: Request, person: Person, preview: MergePreview) -> Response:
    return show(
        request, person, "desk/paper_merge.html",
        preview=preview,
        taken=[(LABELS[name], spoken(value)) for name, value in preview.taken],
        lost=[(LABELS[name], spoken(was), spoken(end)) for name, was, end in preview.lost],
    )  # fmt: skip


def _page(
    request: Request,
    session: Session,
    person: Person,
    key: str,
    *,
    form: PaperForm | None = None,
    error: CairnError | None = None,
    done: Told | None = None,
    notes: Sequence[str] = (),
    was_filled: bool = False,
    new_key: str = "",
    into: str = "",
) -> Response:
    paper = get_paper(session, key)
    record = record_of(paper)
    present = form_of(record)
    meanwhile = []
    if form is not None and form.base and form.base != present.base:
        # What is there now is shown beside what was typed, and the next save is over that.
        meanwhile = [(LABELS[name], getattr(present, name)) for name in LABELS
                     if name not in ("key", "bibtex") and getattr(present, name) != getattr(form, name)]  # fmt: skip
        form = form.model_copy(update={"base": present.base})
    return show(
        request, person, "desk/paper.html",
        status=error.status if error else 200,
        problems=said(error, LABELS), done=done, paper=paper, form=form or present, kinds=KINDS, labels=LABELS,
        may_edit=may_edit_paper(session, key, person), users=users_of_paper(session, paper),
        suspected=papers_like(session, paper),
        meanwhile=meanwhile, notes=notes, was_filled=was_filled, new_key=new_key or key, into=into,
    )  # fmt: skip
