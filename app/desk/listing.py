"""Everything in the library, drafts and the trash too: found, narrowed, sorted, and changed many at a time.

NOT here: what one page shows of one summary (`summary_page.py`), the rules of each change (`app/summaries/bulk.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal, get_args

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import attempt
from app.desk.curating import ToldQuery, pairs_of, tell
from app.desk.forms import DeskForm, Line, problems_of
from app.desk.pages import show
from app.desk.summary_form import split_names
from app.desk.who import Curating, Editing
from app.errors import BadInput, CairnError, FieldProblem
from app.summaries import bulk
from app.summaries.attention import NEEDS
from app.summaries.desk_listing import DeskFilters, DeskSort, count_by_status, page_of_desk, titles_by_slug
from app.taxonomy.queries import list_category_records
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/summaries"
SIZE = 50

Status = Literal["", "draft", "in-review", "published", "archived"]
Kind = Literal["", "paper-summary", "deep-dive", "link"]
Tick = Literal["", "1"]
Action = Literal["tag", "untag", "move", "publish", "archive", "trash", "restore"]
SORT_WORDS: Mapping[DeskSort, str] = {
    "saved": "Last saved",
    "created": "Newest",
    "published": "Last published",
    "title": "Title",
    "status": "Status",
}
# How the report begins, and the word for each row that was done.
ACTION_WORDS: Mapping[Action, tuple[str, str]] = {
    "tag": ("Tagging", "tagged"),
    "untag": ("Taking tags off", "taken off"),
    "move": ("Moving to another category", "moved"),
    "publish": ("Publishing", "published"),
    "archive": ("Archiving", "archived"),
    "trash": ("Moving to the trash", "in the trash"),
    "restore": ("Taking out of the trash", "restored"),
}
assert set(SORT_WORDS) == set(get_args(DeskSort))


class ListQuery(ToldQuery):
    q: Line = ""
    status: Status = ""
    kind: Kind = ""
    category: Line = ""
    tag: Line = ""
    author: Line = ""
    need: Line = ""
    problems: Tick = ""
    mine: Tick = ""
    trashed: Tick = ""
    sort: DeskSort = "saved"
    page: int = Field(1, ge=1, le=1_000_000)


class BulkForm(DeskForm):
    """Which rows, and what to do with them; `back` is the query of the list they were chosen in."""

    slug: list[Line] = Field(default_factory=list)
    on_page: list[Line] = Field(default_factory=list)
    reach: Literal["chosen", "page"] = "chosen"
    action: Action
    tags: Line = ""
    to: Line = ""
    origin: Line = ""
    back: Line = ""

    @property
    def slugs(self) -> list[str]:
        return self.on_page if self.reach == "page" else self.slug


@router.get(PAGE)
def index(request: Request, session: Reading, person: Curating, query: Annotated[ListQuery, Query()]) -> Response:
    """List summaries of every status, narrowed by what the address says."""
    filters = _filters(query, person)
    pairs = pairs_of(query, "page")
    return show(
        request, person, "desk/listing.html",
        done=tell(query, {}),
        asked=query,
        found=page_of_desk(session, filters, query.sort, query.page, SIZE),
        counts=count_by_status(session, filters),
        pairs=pairs,
        but_status=[pair for pair in pairs if pair[0] != "status"],
        shelves=[(shelf.slug, shelf.name) for shelf in list_category_records(session)],
        needs=NEEDS,
        sorts=SORT_WORDS,
        back=request.url.query,
    )  # fmt: skip


@router.post("/admin/bulk")
def change_many(request: Request, session: Writing, person: Editing, form: Annotated[BulkForm, Form()]) -> Response:
    """Do one thing to every chosen summary and report what became of each."""
    try:
        with attempt(session):
            rows = _act(session, form, person)
    except (BadInput, CairnError) as error:
        return _report(request, session, person, form, (), error)
    return _report(request, session, person, form, rows)


def _filters(query: ListQuery, person: Person) -> DeskFilters:
    return DeskFilters(
        status=(query.status,) if query.status else (),
        kind=query.kind or None,
        category=query.category or None,
        tag=query.tag or None,
        text=query.q,
        author=query.author or None,
        problems=bool(query.problems),
        mine=person.id if query.mine else None,
        trashed=bool(query.trashed),
        need=query.need if query.need in NEEDS else None,
    )


def _act(session: Session, form: BulkForm, person: Person) -> list[bulk.Row]:
    if not form.slugs:
        raise BadInput("Choose at least one summary: nothing was chosen, so nothing was done.")
    slugs, tags = form.slugs, split_names(form.tags)
    _require(form.action not in ("tag", "untag") or bool(tags), "tags", "Say which tags.")
    _require(form.action != "move" or bool(form.to), "to", "Say to which category.")
    acts: dict[Action, Callable[[], list[bulk.Row]]] = {
        "tag": lambda: bulk.add_tags(session, slugs, tags, person),
        "untag": lambda: bulk.remove_tags(session, slugs, tags, person),
        "move": lambda: bulk.move_shelf(session, slugs, form.to, person, origin=form.origin or None),
        "publish": lambda: bulk.publish(session, slugs, person),
        "archive": lambda: bulk.archive(session, slugs, person),
        "trash": lambda: bulk.trash(session, slugs, person),
        "restore": lambda: bulk.restore(session, slugs, person),
    }
    return acts[form.action]()


def _require(holds: bool, field: str, sentence: str) -> None:
    if not holds:
        raise BadInput(sentence, [FieldProblem(field, sentence)])


def _report(
    request: Request,
    session: Session,
    person: Person,
    form: BulkForm,
    rows: Sequence[bulk.Row],
    error: CairnError | None = None,
) -> Response:
    doing, done = ACTION_WORDS[form.action]
    return show(
        request, person, "desk/bulk_report.html",
        status=error.status if error else 200,
        problems=[(field if field in ("tags", "to") else "", sentence) for field, sentence in problems_of(error)]
        if error
        else [],
        shelves=[(shelf.slug, shelf.name) for shelf in list_category_records(session)] if error else [],
        doing=doing,
        done_word=done,
        rows=rows,
        titles=titles_by_slug(session, [row.slug for row in rows]),
        undo=[row.slug for row in rows if row.outcome is not None] if form.action == "trash" else [],
        form=form,
        back=f"{PAGE}?{form.back}" if form.back else PAGE,
    )  # fmt: skip
