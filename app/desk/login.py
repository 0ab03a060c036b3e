"""Logging in and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from app.accounts.login import log_in
from app.accounts.service import any_user
from app.accounts.sessions import log_out
from app.desk.forms import DeskForm, Line, NoFields, Password
from app.desk.pages import go, show
from app.desk.who import MaybePerson, address_of
from app.errors import CairnError, TooManyRequests, WrongLogin
from app.web.cookies import drop_session, session_token, set_session
from app.web.cross_site import local_path
from app.web.errors import COOKIE_CHALLENGE
from app.web.sessions import Reading, Writing

router = APIRouter()
DESK = "/admin"


class LoginQuery(DeskForm):
    next: Line = ""


class LoginForm(LoginQuery):
    email: Line = ""
    password: Password = ""


@router.get("/login")
def ask(request: Request, session: Reading, person: MaybePerson, query: Annotated[LoginQuery, Query()]) -> Response:
    """Ask who it is, or lead somebody who is signed in to where they want to go."""
    if person is not None:
        return go(local_path(query.next, DESK))
    page = _form(request, query.next, has_accounts=any_user(session))
    if session_token(request) is not None:
        drop_session(page, request.app.state.settings)  # it is over, and would only keep pages from being cached
    return page


@router.post("/login")
def enter(request: Request, form: Annotated[LoginForm, Form()]) -> Response:
    """Open a session, always a new one, or say that the two do not go together and nothing else."""
    state = request.app.state
    try:
        token = log_in(
            state.database,
            form.email,
            form.password,
            address=address_of(request),
            user_agent=request.headers.get("user-agent", ""),
            replacing=session_token(request),
        )
    except (WrongLogin, TooManyRequests) as error:
        return _form(request, form.next, form.email, error)
    answer = go(local_path(form.next, DESK))
    set_session(answer, state.settings, token)
    return answer


def _form(
    request: Request, next_path: str, email: str = "", error: CairnError | None = None, *, has_accounts: bool = True
) -> Response:
    page = show(
        request,
        None,
        "desk/login.html",
        status=error.status if error else 200,
        email=email,
        next=next_path,
        problem=error.detail if error else "",
        has_accounts=has_accounts,
    )
    if isinstance(error, TooManyRequests):
        page.headers["Retry-After"] = str(error.retry_after)
    elif error:
        page.headers["WWW-Authenticate"] = COOKIE_CHALLENGE
    return page


@router.get("/logout")
def ask_whether(request: Request, person: MaybePerson) -> Response:
    """Show the button that logs out: an address alone changes nothing."""
    return show(request, person, "desk/logout.html") if person else go("/login")


@router.post("/logout")
def leave(request: Request, session: Writing, _: Annotated[NoFields, Form()]) -> Response:
    """End the session and take its cookie back."""
    token = session_token(request)
    if token is not None:
        log_out(session, token, address=address_of(request))
    answer = go("/")
    drop_session(answer, request.app.state.settings)
    return answer
