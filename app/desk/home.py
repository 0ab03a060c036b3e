"""The desk's front page."""

from fastapi import APIRouter, Response

from app.desk.pages import go
from app.desk.who import Curating

router = APIRouter()


@router.get("/admin")
def home(_: Curating) -> Response:
    """Lead to the page that everybody has."""
    return go("/admin/account")
