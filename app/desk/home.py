"""The desk's front page: what needs a hand, what one left open, what was saved last; first steps where nothing is."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.desk.curating import ToldQuery, tell
from app.desk.pages import show
from app.desk.who import Curating
from app.summaries.attention import attention
from app.summaries.desk_listing import DeskFilters, page_of_desk
from app.summaries.drafts import list_mine
from app.summaries.recent import is_empty, recent_saves
from app.taxonomy.queries import list_category_records
from app.web.sessions import Reading

router = APIRouter()
# These are work under way; the others are things that went wrong or were forgotten.
UNDER_WAY = ("in-review", "scheduled", "drafts")
FIRST = 4
MINE = 5
LEFT_OPEN = 5
SAVES = 8


@router.get("/admin")
def home(request: Request, session: Reading, person: Curating, query: Annotated[ToldQuery, Query()]) -> Response:
    """Show what there is to do."""
    if is_empty(session):
        shelves = list_category_records(session)
        return show(request, person, "desk/first_steps.html", shelves=len(shelves), done=tell(query, {}))
    sections = {section.name: section for section in attention(session, FIRST)}
    return show(
        request, person, "desk/home.html",
        done=tell(query, {}),
        under_way=[sections.pop(name) for name in UNDER_WAY],
        needs=[section for section in sections.values() if section.count],
        mine=page_of_desk(session, DeskFilters(status=("draft", "in-review"), mine=person.id), size=MINE),
        left_open=list_mine(session, person)[:LEFT_OPEN],
        saves=recent_saves(session, SAVES),
    )  # fmt: skip
