"""One's own account: name, password, where one is signed in, tokens for programs."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from app.accounts.login import change_own_password
from app.accounts.models import Scope
from app.accounts.people import change_own_name
from app.accounts.sessions import SignedIn, end_other_sessions, end_session, list_sessions
from app.accounts.tokens import DAYS, create_token, list_tokens, revoke_token, state_of
from app.database import attempt
from app.desk.devices import device_of
from app.desk.forms import DeskForm, Line, NoFields, Password, check_repeated, problems_of
from app.desk.pages import go, show
from app.desk.who import Curating, ThisSession
from app.errors import BadInput, CairnError, TooManyRequests
from app.web.cookies import set_session
from app.web.sessions import Reading, Writing

router = APIRouter()
PAGE = "/admin/account"
DONE = {
    "name": "The name was changed.",
    "password": "The password was changed. Every other session ended.",
    "session": "The session was ended.",
    "sessions": "Every other session was ended.",
    "token": "The token was revoked.",
}
LIVES = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "a year"))


class AccountQuery(DeskForm):
    done: Literal["name", "password", "session", "sessions", "token", ""] = ""


class NameForm(DeskForm):
    name: Line = ""


class PasswordForm(DeskForm):
    current: Password = ""
    password: Password = ""
    again: Password = ""


class TokenForm(DeskForm):
    label: Line = ""
    scope: Scope = "read"
    days: int = DAYS


@router.get(PAGE)
def account(request: Request, session: Reading, this: ThisSession, query: Annotated[AccountQuery, Query()]) -> Response:
    """Show one's own account."""
    return _page(request, session, this, done=DONE.get(query.done, ""))


@router.post(PAGE + "/name")
def rename(request: Request, session: Writing, this: ThisSession, form: Annotated[NameForm, Form()]) -> Response:
    """Change one's name."""
    try:
        with attempt(session):
            change_own_name(session, form.name, person=this.person)
    except BadInput as error:
        return _page(request, session, this, error=error, name=form.name)
    return go(PAGE + "?done=name")


@router.post(PAGE + "/password")
def change_password(
    request: Request, session: Reading, this: ThisSession, form: Annotated[PasswordForm, Form()]
) -> Response:
    """Change one's password; every session ends, and this browser gets a new one."""
    state, agent = request.app.state, request.headers.get("user-agent", "")
    try:
        check_repeated(form.password, form.again)
        token = change_own_password(state.database, this.person, form.current, form.password, user_agent=agent)
    except (BadInput, TooManyRequests) as error:
        return _page(request, session, this, error=error)
    answer = go(PAGE + "?done=password")
    set_session(answer, state.settings, token)
    return answer


@router.post(PAGE + "/sessions/{session_id}/end")
def end_one(session: Writing, person: Curating, session_id: int, _: Annotated[NoFields, Form()]) -> Response:
    """End one of one's sessions."""
    end_session(session, session_id, person=person)
    return go(PAGE + "?done=session")


@router.post(PAGE + "/sessions/end-others")
def end_others(session: Writing, this: ThisSession, _: Annotated[NoFields, Form()]) -> Response:
    """End every session of one's own but this."""
    end_other_sessions(session, this.session_id, person=this.person)
    return go(PAGE + "?done=sessions")


@router.post(PAGE + "/tokens")
def make_token(request: Request, session: Writing, this: ThisSession, form: Annotated[TokenForm, Form()]) -> Response:
    """Make a token and show it on this answer, and never again."""
    person = this.person
    try:
        with attempt(session):
            _, text = create_token(
                session, person.email, form.scope, actor=person.actor, days=form.days, label=form.label
            )
    except BadInput as error:
        return _page(request, session, this, error=error, label=form.label)
    return _page(request, session, this, new_token=text)


@router.post(PAGE + "/tokens/{public_id}/revoke")
def end_token(session: Writing, person: Curating, public_id: str, _: Annotated[NoFields, Form()]) -> Response:
    """Revoke one of one's tokens."""
    revoke_token(session, public_id, actor=person.actor, owner_id=person.id)
    return go(PAGE + "?done=token")


def _page(
    request: Request,
    session: Session,
    this: SignedIn,
    *,
    error: CairnError | None = None,
    done: str = "",
    new_token: str = "",
    name: str | None = None,
    label: str = "",
) -> Response:
    page = show(
        request,
        this.person,
        "desk/account.html",
        status=error.status if error else 200,
        problems=problems_of(error) if error else [],
        done=done,
        name=this.person.name if name is None else name,
        sessions=[(one, device_of(one.user_agent)) for one in list_sessions(session, this.person)],
        this_session=this.session_id,
        tokens=[(token, state_of(token)) for token in list_tokens(session, user_id=this.person.id)],
        new_token=new_token,
        label=label,
        lives=LIVES,
        life=DAYS,
    )
    if isinstance(error, TooManyRequests):
        page.headers["Retry-After"] = str(error.retry_after)
    return page
