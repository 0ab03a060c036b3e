"""Where a one-time link leads: joining, or setting a new password. Whoever holds it needs no session."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from app.accounts.invitations import accept, get_invitation
from app.accounts.models import Invitation
from app.accounts.sessions import open_session
from app.database import attempt
from app.desk.forms import DeskForm, Line, Password, check_repeated, problems_of
from app.desk.pages import go, show
from app.desk.who import address_of
from app.errors import BadInput
from app.web.cookies import set_session
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/invitations/{secret}"


class AcceptForm(DeskForm):
    name: Line = ""
    password: Password = ""
    again: Password = ""


@router.get(PAGE)
def ask(request: Request, session: Reading, secret: str) -> Response:
    """Show what the link is for; looking at it does not use it up."""
    return _page(request, get_invitation(session, secret), AcceptForm())


@router.post(PAGE)
def take(request: Request, session: Writing, secret: str, form: Annotated[AcceptForm, Form()]) -> Response:
    """Use the link, and sign its holder in."""
    invitation, address = get_invitation(session, secret), address_of(request)
    try:
        check_repeated(form.password, form.again)
        with attempt(session):
            user = accept(session, secret, form.password, name=form.name, address=address)
    except BadInput as error:
        return _page(request, invitation, form, error)
    agent = request.headers.get("user-agent", "")
    answer = go("/admin")
    set_session(answer, request.app.state.settings, open_session(session, user, address=address, user_agent=agent))
    return answer


def _page(request: Request, invitation: Invitation, form: AcceptForm, error: BadInput | None = None) -> Response:
    page = show(
        request, None, "desk/invitation.html", status=error.status if error else 200,
        invitation=invitation, name=form.name, problems=problems_of(error) if error else [],
    )  # fmt: skip
    page.headers["Referrer-Policy"] = "same-origin"  # the address itself is the secret
    return page
