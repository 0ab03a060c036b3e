"""Authors: found, spelt otherwise, and two spellings of one person merged.

NOT here: who is on which paper (`papers.py`).
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field, ValidationError
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import attempt
from app.desk.curating import Ask, Told, ToldQuery, ask, lead, many, pairs_of, tell, wrong
from app.desk.forms import DeskForm, Line, problems_of
from app.desk.pages import show
from app.desk.who import Curating, Editing
from app.errors import BadInput, CairnError, Conflict, FieldProblem, NotFound
from app.papers.queries import get_author
from app.papers.records import PersonName
from app.papers.suspected import (
    Spelling,
    authors_meant,
    page_of_authors,
    papers_of_author,
    spellings_like,
    suspected_authors,
)
from app.summaries.paper_curating import merge_authors, rename_author
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/authors"
ONE = PAGE + "/{slug}"
TOLD = {
    "renamed": Told("The name was changed on every paper that shows it.", "/authors/{what}", "See the author’s page"),
    "merged": Told("The two spellings are one author now.", "/authors/{what}", "See the author’s page"),
}


class AuthorsQuery(ToldQuery):
    q: Line = ""
    show: Literal["", "duplicates"] = ""
    page: int = Field(1, ge=1, le=1_000_000)


class NameForm(DeskForm):
    family: Line = ""
    given: Line = ""


class IntoForm(DeskForm):
    into: Line = ""


@router.get(PAGE)
def index(request: Request, session: Reading, person: Curating, query: Annotated[AuthorsQuery, Query()]) -> Response:
    """List authors, or pairs that may be one person."""
    twice = query.show == "duplicates"
    return show(
        request, person, "desk/authors.html",
        done=tell(query, TOLD),
        asked=query,
        pairs=pairs_of(query, "page"),
        suspected=suspected_authors(session) if twice else [],
        found=None if twice else page_of_authors(session, query.q, query.page),
    )  # fmt: skip


@router.get(ONE)
def one(
    request: Request, session: Reading, person: Curating, slug: str, query: Annotated[ToldQuery, Query()]
) -> Response:
    """Show an author's name, papers, and who else they may be."""
    return _page(request, session, person, slug, done=tell(query, TOLD))


@router.post(ONE)
def rename(
    request: Request, session: Writing, person: Editing, slug: str, form: Annotated[NameForm, Form()]
) -> Response:
    """Spell the name otherwise."""
    try:
        with attempt(session):
            author = get_author(session, slug)
            rename_author(session, slug, _name(form), actor=person.actor)
    except (BadInput, Conflict) as error:
        return _page(request, session, person, slug, error=error, form=form)
    return lead(f"{PAGE}/{author.slug}", "renamed", author.slug)


@router.get(ONE + "/merge")
def ask_merge(
    request: Request, session: Reading, person: Editing, slug: str, query: Annotated[IntoForm, Query()]
) -> Response:
    """Say what merging this spelling into another would do, or ask which other is meant."""
    meant = [one for one in authors_meant(session, query.into) if one.slug != slug]
    if len(meant) == 1:
        return ask(request, person, _merging(session, slug, meant[0].slug))
    nobody = wrong("into", f"No other author is called “{query.into}”." if query.into else "Say who stays.")
    return _page(request, session, person, slug, error=None if meant else nobody, into=query.into, meant=meant)


@router.post(ONE + "/merge")
def merge(
    request: Request, session: Writing, person: Editing, slug: str, form: Annotated[IntoForm, Form()]
) -> Response:
    """Merge this spelling into another."""
    try:
        with attempt(session):
            merge_authors(session, slug, form.into, actor=person.actor)
    except (BadInput, Conflict, NotFound) as error:
        return _page(request, session, person, slug, error=error, into=form.into)
    return lead(f"{PAGE}/{form.into}", "merged", form.into)


def _merging(session: Session, slug: str, into: str) -> Ask:
    gone, kept = get_author(session, slug), get_author(session, into)
    papers = papers_of_author(session, gone)
    return Ask(
        title=f"Merge “{gone.name}” into “{kept.name}”?",
        sentence=f"{many(len(papers), 'paper', 'papers').capitalize()} will say “{kept.name}” instead. The address of "
        f"“{gone.name}” will lead on. There is no way back but editing each paper.",
        button="Merge the two",
        action=f"{PAGE}/{slug}/merge",
        back=f"{PAGE}/{slug}",
        fields=[("into", into)],
        named=[(f"/admin/papers/{key}", title, str(year or "")) for key, title, year in papers],
        named_title="Papers that will show the other name",
    )


def _name(form: NameForm) -> PersonName:
    try:
        return PersonName(family=form.family, given=form.given)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        sentence = "A family name, or the name of a body, is needed; neither name has more than 200 characters."
        raise BadInput(sentence, [FieldProblem(field, sentence)]) from None


def _page(
    request: Request,
    session: Session,
    person: Person,
    slug: str,
    *,
    error: CairnError | None = None,
    form: NameForm | None = None,
    done: Told | None = None,
    into: str = "",
    meant: Sequence[Spelling] = (),
) -> Response:
    author = get_author(session, slug)
    return show(
        request, person, "desk/author.html",
        status=error.status if error else 200,
        problems=problems_of(error) if error else [],
        done=done,
        author=author,
        form=form or NameForm(family=author.family, given=author.given),
        papers=papers_of_author(session, author),
        suspected=spellings_like(session, author),
        into=into,
        meant=meant,
    )  # fmt: skip
