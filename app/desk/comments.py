"""Remarks on a summary: leaving one, marking it as dealt with, taking that back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.addresses import desk_path
from app.database import attempt
from app.desk.forms import DeskForm, NoFields, Number
from app.desk.pages import go
from app.desk.summary_page import show_summary
from app.desk.who import Curating
from app.errors import BadInput
from app.summaries.comments import add_comment, reopen_comment, resolve_comment
from app.summaries.editing import get_for_desk
from app.web.sessions import Writing

router = APIRouter()
PAGE = "/admin/summaries/{slug}/comments"
Button = Annotated[NoFields, Form()]


class CommentForm(DeskForm):
    text: str = ""


@router.post(PAGE)
def add(
    request: Request, session: Writing, person: Curating, slug: str, form: Annotated[CommentForm, Form()]
) -> Response:
    """Leave a remark."""
    summary = get_for_desk(session, slug)
    try:
        with attempt(session):
            add_comment(session, slug, form.text, person)
    except BadInput as error:
        return show_summary(request, session, person, summary, error=error, typed=form.model_dump())
    return go(desk_path(summary.slug) + "?done=comment#comments")


@router.post(PAGE + "/{comment_id}/resolve")
def resolve(session: Writing, person: Curating, slug: str, comment_id: Number, _: Button) -> Response:
    """Mark a remark as dealt with."""
    resolve_comment(session, slug, comment_id, person)
    return go(desk_path(slug) + "?done=resolved#comments")


@router.post(PAGE + "/{comment_id}/reopen")
def reopen(session: Writing, person: Curating, slug: str, comment_id: Number, _: Button) -> Response:
    """Open a remark again."""
    reopen_comment(session, slug, comment_id, person)
    return go(desk_path(slug) + "?done=reopened#comments")
