"""The history of a summary as readers may see it: what was saved as published, and how any two of those differ.

NOT here: drafts between them (`app/desk/history.py`).
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from app.errors import Moved
from app.reader.parameters import NoParameters
from app.summaries.comparing import compare
from app.summaries.history import document_of_revision, get_public_revision
from app.summaries.models import Summary
from app.summaries.queries import get_published, revisions_of
from app.web.sessions import Reading
from app.web.templating import render

router = APIRouter()


class ComparedQuery(NoParameters):
    """Two numbers of revisions; none of them lists the revisions."""

    old: int = Field(0, alias="from", ge=0, le=2**31 - 1)
    new: int = Field(0, alias="to", ge=0, le=2**31 - 1)


@router.get("/summaries/{slug}/history")
def history(request: Request, session: Reading, slug: str, query: Annotated[ComparedQuery, Query()]) -> Response:
    """List the published revisions of a summary, or show how two of them differ."""
    summary = _published(session, slug)
    revisions = revisions_of(session, summary)
    if not query.new:
        return render(request, "reader/history.html", summary=summary, revisions=revisions)
    new = get_public_revision(session, summary, query.new)
    earlier = (revision.number for revision in revisions if revision.number < new.number)
    old = get_public_revision(session, summary, query.old or next(earlier, new.number))
    comparison = compare(document_of_revision(old), document_of_revision(new))
    return render(
        request, "reader/changes.html",
        summary=summary, old=old, new=new, comparison=comparison, label_of=_label_of,
    )  # fmt: skip


def _published(session: Session, slug: str) -> Summary:
    """Return the summary, or lead from a former slug to the history under the present one."""
    try:
        return get_published(session, slug)
    except Moved as moved:
        raise Moved(moved.location + "/history") from None


def _label_of(field: str) -> str:
    words = field.replace("_", " ").replace(".", ": ")
    return "TLDR" if field == "tldr" else words[:1].upper() + words[1:]
