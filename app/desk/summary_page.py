"""The desk's page of one summary: how it stands, what it still needs, what may be done with it, what was said of it.

NOT here: doing any of it (`workflow.py`, `comments.py`, `previews.py`, `trash.py`).
"""

from typing import Any

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.desk.editor_page import told_of
from app.desk.form_words import placed
from app.desk.pages import show
from app.errors import CairnError
from app.summaries.checklist import checklist
from app.summaries.comments import list_comments
from app.summaries.editing import may_edit
from app.summaries.history import page_of_revisions
from app.summaries.models import Summary
from app.summaries.preview_links import DAYS, MOST_DAYS, is_open, list_preview_links
from app.summaries.workflow import moves_for

MOVE_WORDS = {
    "submit": "Submit for review",
    "withdraw": "Back to a draft",
    "publish": "Publish",
    "archive": "Archive",
    "unarchive": "Take out of the archive",
    "unpublish": "Back to a draft, away from readers",
}
STATUS_WORDS = {
    "draft": "A draft: readers do not see it.",
    "in-review": "Waiting for review: readers do not see it.",
    "published": "Published: readers see it.",
    "archived": "Archived: readers are told that it was here.",
}
LATEST = 5


def show_summary(
    request: Request,
    session: Session,
    person: Person,
    summary: Summary,
    *,
    error: CairnError | None = None,
    done: str = "",
    typed: dict[str, Any] | None = None,
    link: tuple[object, str] | None = None,
) -> Response:
    """Answer with the page; `typed` is what a form on it held when something was wrong with it."""
    told = told_of(error)
    return show(
        request, person, "desk/summary.html", status=error.status if error else 200,
        summary=summary,
        may_edit=may_edit(summary, person) and summary.trashed_at is None,
        may_trash=may_edit(summary, person),
        checks=checklist(session, summary), placed=placed,
        moves=[(move.name, MOVE_WORDS[move.name]) for move in moves_for(summary, person)],
        standing=STATUS_WORDS[summary.status],
        may_schedule=person.is_at_least("editor") and summary.status in ("draft", "in-review"),
        comments=list_comments(session, summary),
        links=[(one, is_open(one)) for one in list_preview_links(session, summary)],
        revisions=page_of_revisions(session, summary, 1, LATEST).items,
        days=(DAYS, MOST_DAYS),
        problems=told, said=dict(reversed(told)), done=done, link=link,
        typed={"text": "", "slug": summary.slug, "on": "", "at": "", "note": "", **(typed or {})},
    )  # fmt: skip
