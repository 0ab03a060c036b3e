"""What a form of the desk said, for the page of an error that it is answered with: nobody types anything twice.

A form that is wrong in itself is answered with itself, by its own door; this is for what no form can be shown for:
the session ended, the role was taken away, what was edited is gone or has another address, the store is busy. Nothing
of a form with a password in it is given back. NOT here: the editor of summaries, which has a page of its own for this.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData

DESK = "/admin/"
SECRET = frozenset({"password", "again", "current"})
# What a form says of itself, or by a button or a box: nobody typed it.
PLUMBING = frozenset(
    "_action action back base base_revision confirm into move next origin reach step submission to".split()
)
MOST = 100  # no form of ours has more
# What may be sent again as it was once somebody logged in, or the store can be written to.
PASSING = (401, 503)


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What was sent: `typed` to be seen, `hidden` to go with it; `again` where it may be sent again from there."""

    typed: Sequence[tuple[str, str]]
    hidden: Sequence[tuple[str, str]]
    again: bool


def given_back(request: Request, status: int) -> GivenBack | None:
    """Return what the form said that this error answers; None where there is none, or nothing was typed into it."""
    form: FormData | None = getattr(request, "_form", None)  # read already, or not to be read at all
    if form is None or not request.url.path.startswith(DESK) or SECRET & form.keys():
        return None
    pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    times = Counter(name for name, _ in pairs)
    typed: list[tuple[str, str]] = []
    hidden: list[tuple[str, str]] = []
    for name, value in pairs:
        (typed if value and name not in PLUMBING and times[name] == 1 else hidden).append((name, value))
    if not 0 < len(typed) <= MOST:
        return None
    return GivenBack(typed, hidden, again=len(pairs) == len(form.multi_items()) and status in PASSING)
