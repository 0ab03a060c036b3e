"""How a page of the desk is answered: with who is signed in and the desk's navigation, never stored.

A new page is one line in NAVIGATION. NOT here: what a page shows.
"""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.accounts.models import Role
from app.accounts.rights import Person
from app.web.templating import render

# Path, name, and the role from which on it is shown; in the order of the bar.
NAVIGATION: tuple[tuple[str, str, Role], ...] = (
    ("/admin", "Desk", "curator"),
    ("/admin/new", "New", "curator"),
    ("/admin/summaries", "Summaries", "curator"),
    ("/admin/papers", "Papers", "curator"),
    ("/admin/authors", "Authors", "curator"),
    ("/admin/shelves", "Shelves", "curator"),
    ("/admin/paths", "Paths", "curator"),
    ("/admin/macros", "Macros", "curator"),
    ("/admin/trash", "Trash", "curator"),
    ("/admin/import", "Import", "editor"),
    ("/admin/export", "Export", "editor"),
    ("/admin/account", "Account", "curator"),
    ("/admin/people", "People", "admin"),
    ("/admin/audit", "Audit", "admin"),
)


def show(request: Request, person: Person | None, template: str, /, *, status: int = 200, **context: Any) -> Response:
    """Answer with a page of the desk; `person` is None on the pages before somebody is signed in."""
    places = [(path, name) for path, name, role in NAVIGATION if person is not None and person.is_at_least(role)]
    page = render(request, template, status=status, person=person, places=places, **context)
    page.headers["Cache-Control"] = "no-store"
    return page


def go(path: str) -> Response:
    """Answer a form that was carried out: with the page to look at next, so that reloading it repeats nothing."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})
