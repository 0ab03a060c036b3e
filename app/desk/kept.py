"""The page that gives back what was typed when it could not be saved and the form itself cannot be shown.

Nobody is signed in any more, the store is busy, the text is too large, the summary was deleted: everything typed stays
on this page, with a button that sends it again. It asks the store for nothing and shows nothing but what was sent.
"""

from fastapi import Request, Response

from app.desk.pages import show
from app.desk.summary_form import SummaryForm
from app.errors import CairnError, NotSignedIn, Unavailable
from app.web.errors import COOKIE_CHALLENGE

VISIBLE = ("tldr", "body")


class TooLarge(CairnError):
    """More than a summary may hold."""

    status = 413
    title = "Too large"


def show_kept(request: Request, form: SummaryForm, error: CairnError) -> Response:
    """Answer with everything that was typed, why it was not saved, and what to do."""
    page = show(
        request, None, "desk/kept.html", status=error.status,
        error=error, signed_out=isinstance(error, NotSignedIn), form=form,
        hidden=[(name, value) for name, value in form.pairs if name not in VISIBLE],
    )  # fmt: skip
    if isinstance(error, Unavailable):
        page.headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, NotSignedIn):
        page.headers["WWW-Authenticate"] = COOKIE_CHALLENGE
    return page
