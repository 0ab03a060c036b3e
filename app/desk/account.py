"""One's own account: name, password, sessions, tokens."""

from fastapi import APIRouter, Request, Response

from app.desk.pages import show
from app.desk.who import Curating

router = APIRouter()


@router.get("/admin/account")
def account(request: Request, person: Curating) -> Response:
    """Show one's own account."""
    return show(request, person, "desk/account.html")
