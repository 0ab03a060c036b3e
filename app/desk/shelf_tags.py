"""Tags: found, given another name, several merged into one, unused ones deleted. NOT here: tagging (`listing.py`)."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import attempt
from app.desk.curating import Ask, Told, ToldQuery, ask, lead, many, pairs_of, tell, wrong
from app.desk.forms import DeskForm, Line, NoFields, problems_of
from app.desk.pages import show
from app.desk.who import Curating, Editing
from app.errors import BadInput, CairnError, Conflict, NotFound
from app.summaries.curating import (
    delete_tag,
    delete_unused_tags,
    list_unused_tags,
    merge_tags,
    rename_tag,
    shelf_use,
)
from app.summaries.desk_shelves import DeskShelf, page_of_tags, tags_by_slug, tags_meant
from app.taxonomy.queries import get_tag
from app.taxonomy.slugs import make_slug
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/shelves/tags"
ONE = PAGE + "/{slug}"
MERGE = "/admin/shelves/merge-tags"
UNUSED = "/admin/shelves/unused-tags"
TOLD = {
    "renamed": Told("The tag has another name; {many} written anew.", "/admin/summaries?tag={what}", "See them"),
    "merged": Told("They are one tag now; {many} written anew.", "/admin/summaries?tag={what}", "See them"),
    "deleted": Told("The tag “{what}” was deleted."),
    "swept": Told("Unused tags were deleted: {n} of them."),
}


class TagsQuery(ToldQuery):
    q: Line = ""
    show: Literal["", "unused"] = ""
    page: int = Field(1, ge=1, le=1_000_000)


class NameForm(DeskForm):
    name: Line = ""


class MergeForm(DeskForm):
    slug: list[Line] = Field(default_factory=list)
    into: Line = ""


@router.get(PAGE)
def index(request: Request, session: Reading, person: Curating, query: Annotated[TagsQuery, Query()]) -> Response:
    """List the tags, or those that nothing carries."""
    found = page_of_tags(session, query.q, unused=query.show == "unused", page=query.page)
    return show(
        request, person, "desk/tags.html",
        done=tell(query, TOLD), asked=query, pairs=pairs_of(query, "page"), found=found,
    )  # fmt: skip


@router.get(ONE)
def one(
    request: Request, session: Reading, person: Curating, slug: str, query: Annotated[ToldQuery, Query()]
) -> Response:
    """Show a tag and what can be done with it."""
    return _page(request, session, person, slug, done=tell(query, TOLD))


@router.post(ONE)
def rename(
    request: Request, session: Writing, person: Editing, slug: str, form: Annotated[NameForm, Form()]
) -> Response:
    """Give a tag another name."""
    try:
        with attempt(session):
            changed = rename_tag(session, slug, form.name, actor=person.actor)
    except (BadInput, Conflict) as error:
        return _page(request, session, person, slug, error=error, name=form.name)
    new_slug = make_slug(form.name)
    return lead(f"{PAGE}/{new_slug}", "renamed", new_slug, changed)


@router.get(ONE + "/delete")
def ask_delete(request: Request, session: Reading, person: Editing, slug: str) -> Response:
    """Say what deleting this tag would do, or why it cannot be."""
    return ask(request, person, _deletion(session, slug))


@router.post(ONE + "/delete")
def delete(request: Request, session: Writing, person: Editing, slug: str, _: Annotated[NoFields, Form()]) -> Response:
    """Delete a tag that nothing carries."""
    try:
        with attempt(session):
            delete_tag(session, slug, actor=person.actor)
    except Conflict as error:
        return ask(request, person, _deletion(session, slug), error=error)
    return lead(PAGE, "deleted", slug)


@router.get(MERGE)
def ask_merge(request: Request, session: Reading, person: Editing, query: Annotated[MergeForm, Query()]) -> Response:
    """Ask which of the chosen tags stays; of a single one, with which other it is one, by whatever name was typed."""
    if len(query.slug) != 1:
        return _merge_page(request, session, person, query)
    [slug] = query.slug
    meant = [one for one in tags_meant(session, query.into) if one.slug != slug]
    if len(meant) == 1:
        return _merge_page(request, session, person, MergeForm(slug=[slug], into=meant[0].slug))
    none = wrong("into", f"No other tag is called “{query.into}”." if query.into else "Say which other tag stays.")
    return _page(request, session, person, slug, error=None if meant else none, into=query.into, meant=meant)


@router.post(MERGE)
def merge(request: Request, session: Writing, person: Editing, form: Annotated[MergeForm, Form()]) -> Response:
    """Merge the chosen tags into one of them, or into another."""
    sources = [slug for slug in dict.fromkeys(form.slug) if slug != form.into]
    try:
        with attempt(session):
            if not sources or not form.into:
                raise wrong("into", "Choose at least two tags, and say which of them stays.")
            changed = sum(merge_tags(session, source, form.into, actor=person.actor) for source in sources)
    except (BadInput, NotFound, Conflict) as error:
        return _merge_page(request, session, person, form, error)
    return lead(PAGE, "merged", form.into, changed)


@router.get(UNUSED)
def ask_sweep(request: Request, session: Reading, person: Editing) -> Response:
    """Say which tags nothing carries."""
    tags = list_unused_tags(session)
    return ask(request, person, Ask(
        title="Delete the tags that nothing carries?",
        sentence=f"{many(len(tags), 'tag goes', 'tags go').capitalize()}. No summary of any status carries them; "
        "typing one again makes it anew.",
        button="Delete them",
        action=UNUSED,
        back=PAGE,
        named=[(f"{PAGE}/{tag.slug}", tag.name, "") for tag in tags],
        named_title="Tags that go",
        refused="" if tags else "Every tag is carried by some summary.",
    ))  # fmt: skip


@router.post(UNUSED)
def sweep(session: Writing, person: Editing, _: Annotated[NoFields, Form()]) -> Response:
    """Delete every tag that nothing carries."""
    return lead(PAGE, "swept", n=len(delete_unused_tags(session, actor=person.actor)))


def _deletion(session: Session, slug: str) -> Ask:
    tag = get_tag(session, slug)
    used = shelf_use(session, tag)
    carry = many(used, "summary carries it", "summaries carry it")
    return Ask(
        title=f"Delete the tag “{tag.name}”?",
        sentence="No summary carries it. Typing it again makes it anew.",
        button="Delete the tag",
        action=f"{PAGE}/{slug}/delete",
        back=f"{PAGE}/{slug}",
        refused=f"It cannot be deleted: {carry} (drafts and the trash count). Merge it into another." if used else "",
    )


def _merge_page(
    request: Request, session: Session, person: Person, form: MergeForm, error: CairnError | None = None
) -> Response:
    tags = tags_by_slug(session, [*form.slug, form.into])
    if error is None and len(tags) < 2:
        error = wrong("", "Choose at least two tags that are to be one.")
    return show(
        request, person, "desk/tag_merge.html", status=error.status if error else 200,
        problems=problems_of(error) if error else [], tags=tags,
        into=form.into or max(tags, key=lambda tag: tag.all).slug if tags else "",
    )  # fmt: skip


def _page(
    request: Request,
    session: Session,
    person: Person,
    slug: str,
    *,
    error: CairnError | None = None,
    name: str | None = None,
    done: Told | None = None,
    into: str = "",
    meant: Sequence[DeskShelf] = (),
) -> Response:
    tag = get_tag(session, slug)
    return show(
        request, person, "desk/tag.html", status=error.status if error else 200,
        problems=problems_of(error) if error else [], done=done, tag=tag, used=shelf_use(session, tag),
        name=tag.name if name is None else name, into=into, meant=meant,
    )  # fmt: skip
