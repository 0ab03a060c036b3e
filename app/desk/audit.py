"""The audit log, for admins: who did what when, from where."""

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator, Field

from app.accounts.audit import AuditFilters, list_actions, list_audit
from app.desk.forms import DeskForm, Line
from app.desk.pages import show
from app.desk.who import Administering
from app.web.sessions import Reading

router = APIRouter()
PAGE = "/admin/audit"

Near = Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2200, 1, 1))]
# An empty field of the form is one that was not filled in.
Day = Annotated[Near | None, BeforeValidator(lambda text: text or None)]


class AuditQuery(DeskForm):
    actor: Line = ""
    action: Line = ""
    subject: Line = ""
    since: Day = None
    until: Day = None
    cursor: str = ""


@router.get(PAGE)
def index(request: Request, session: Reading, person: Administering, query: Annotated[AuditQuery, Query()]) -> Response:
    """List what was done, the last first, narrowed by what the address says."""
    filters = AuditFilters(query.actor, query.action, query.subject, query.since, query.until)
    found = list_audit(session, filters, person=person, cursor=query.cursor or None)
    pairs = [(name, str(value)) for name, value in query.model_dump(exclude={"cursor"}).items() if value]
    actions = [("", "Anything"), *((action, action) for action in list_actions(session, person=person))]
    return show(
        request, person, "desk/audit.html",
        filters=filters, actions=actions, found=found, pairs=pairs, later=bool(query.cursor),
    )  # fmt: skip
