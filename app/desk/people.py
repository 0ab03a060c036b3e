"""People: who may write here, links to join, roles."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from app.accounts import invitations, people
from app.accounts.models import Role
from app.accounts.rights import ROLES, Person
from app.database import attempt
from app.desk.forms import DeskForm, Line, NoFields, problems_of
from app.desk.pages import go, show
from app.desk.who import Administering
from app.errors import BadInput, CairnError, Conflict
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/people"
DONE = {
    "role": "The role was changed; it holds from now on.",
    "disabled": "The account was disabled, and its sessions ended.",
    "enabled": "The account was enabled.",
    "revoked": "The link was taken back.",
}
REACH = {
    "curator": "writes drafts and submits them",
    "editor": "also publishes, and curates the shelves",
    "admin": "also manages people, tokens and the audit log",
}


class PeopleQuery(DeskForm):
    done: Literal["role", "disabled", "enabled", "revoked", ""] = ""


class InvitationForm(DeskForm):
    email: Line = ""
    role: Role = "curator"


class RoleForm(DeskForm):
    role: Role


Button = Annotated[NoFields, Form()]


@router.get(PAGE)
def index(
    request: Request, session: Reading, person: Administering, query: Annotated[PeopleQuery, Query()]
) -> Response:
    """List everybody, and the links that are still open."""
    return _page(request, session, person, done=DONE.get(query.done, ""))


@router.post(PAGE + "/invitations")
def invite(
    request: Request, session: Writing, person: Administering, form: Annotated[InvitationForm, Form()]
) -> Response:
    """Make a link to join and show it on this answer, and never again."""
    try:
        with attempt(session):
            invitation, secret = invitations.invite(session, form.email, form.role, person=person)
    except (BadInput, Conflict) as error:
        return _page(request, session, person, error=error, form=form)
    return _page(request, session, person, link=(invitation, _address(request, secret)))


@router.post(PAGE + "/invitations/{invitation_id}/revoke")
def take_back(session: Writing, person: Administering, invitation_id: int, _: Button) -> Response:
    """Take a link back."""
    invitations.revoke(session, invitation_id, person=person)
    return go(PAGE + "?done=revoked")


@router.post(PAGE + "/{user_id}/role")
def give_role(
    request: Request, session: Writing, person: Administering, user_id: int, form: Annotated[RoleForm, Form()]
) -> Response:
    """Give somebody another role."""
    try:
        with attempt(session):
            people.change_role(session, user_id, form.role, person=person)
    except Conflict as error:
        return _page(request, session, person, error=error)
    return go(PAGE + "?done=role")


@router.post(PAGE + "/{user_id}/disable")
def disable(request: Request, session: Writing, person: Administering, user_id: int, _: Button) -> Response:
    """Disable somebody's account."""
    try:
        with attempt(session):
            people.disable_person(session, user_id, person=person)
    except Conflict as error:
        return _page(request, session, person, error=error)
    return go(PAGE + "?done=disabled")


@router.post(PAGE + "/{user_id}/enable")
def enable(session: Writing, person: Administering, user_id: int, _: Button) -> Response:
    """Enable somebody's account again."""
    people.enable_person(session, user_id, person=person)
    return go(PAGE + "?done=enabled")


@router.post(PAGE + "/{user_id}/password-link")
def offer_new_password(request: Request, session: Writing, person: Administering, user_id: int, _: Button) -> Response:
    """Make a link to set a new password and show it on this answer, and never again."""
    try:
        with attempt(session):
            invitation, secret = invitations.offer_new_password(session, user_id, person=person)
    except Conflict as error:
        return _page(request, session, person, error=error)
    return _page(request, session, person, link=(invitation, _address(request, secret)))


def _address(request: Request, secret: str) -> str:
    return f"{request.app.state.settings.base}/invitations/{secret}"


def _page(
    request: Request,
    session: Session,
    person: Person,
    *,
    error: CairnError | None = None,
    form: InvitationForm | None = None,
    done: str = "",
    link: tuple[object, str] | None = None,
) -> Response:
    return show(
        request,
        person,
        "desk/people.html",
        status=error.status if error else 200,
        problems=problems_of(error) if error else [],
        done=done,
        people=people.list_people(session, person=person),
        open=invitations.list_open(session, person=person),
        form=form or InvitationForm(),
        link=link,
        roles=[(role, f"{role.capitalize()}: {REACH[role]}") for role in ROLES],
    )
