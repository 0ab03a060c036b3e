"""Links by which somebody without an account reads what is not published, and the page they lead to.

The page is for whoever holds its address: it is never stored, never indexed, and tells no other site its own address.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.addresses import desk_path
from app.database import attempt
from app.desk.forms import DeskForm, NoFields, Number
from app.desk.pages import go
from app.desk.summary_page import show_summary
from app.desk.who import Curating
from app.errors import BadInput, Conflict
from app.summaries.editing import get_for_desk
from app.summaries.preview_links import DAYS, get_previewed, make_preview_link, revoke_preview_link
from app.web.sessions import Reading, Writing
from app.web.templating import render

router = APIRouter()
PAGE = "/admin/summaries/{slug}/preview-links"


class LinkForm(DeskForm):
    days: Number = DAYS


@router.post(PAGE)
def make(
    request: Request, session: Writing, person: Curating, slug: str, form: Annotated[LinkForm, Form()]
) -> Response:
    """Make a link and show it on this answer, and never again."""
    summary = get_for_desk(session, slug)
    try:
        with attempt(session):
            link, token = make_preview_link(session, slug, person, days=form.days)
    except (BadInput, Conflict) as error:
        return show_summary(request, session, person, summary, error=error)
    address = f"{request.app.state.settings.base}/preview/{token}"
    return show_summary(request, session, person, summary, link=(link, address))


@router.post(PAGE + "/{link_id}/revoke")
def revoke(session: Writing, person: Curating, slug: str, link_id: Number, _: Annotated[NoFields, Form()]) -> Response:
    """End a link now."""
    revoke_preview_link(session, slug, link_id, person)
    return go(desk_path(slug) + "?done=revoked#preview-links")


@router.get("/preview/{token}")
def read(request: Request, session: Reading, token: str) -> Response:
    """Show what a link leads to."""
    summary = get_previewed(session, token)
    page = render(request, "desk/previewed.html", summary=summary, rendering=summary.rendering)
    page.headers["Cache-Control"] = "no-store"
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
