"""The error tree: each error is a class with an HTTP status and a sentence, raised where it happens.

    CairnError                      500
    ├── BadInput                    422   one or more fields are wrong (`problems` names them)
    │   └── QueryTooComplex         400   a search that would cost too much
    ├── NotFound                    404
    │   ├── SummaryNotFound
    │   ├── PaperNotFound
    │   ├── AuthorNotFound
    │   ├── ShelfNotFound           a category, tag, series or path
    │   └── PageNotFound            a page past the end
    ├── Gone                        410   archived, or taken away
    ├── Moved                       301   the slug changed; `location` says where to
    ├── NotSignedIn                 401
    │   └── WrongLogin              who they are was not proved: never why
    ├── NotAllowed                  403
    ├── Conflict                    409   the name is taken, or a rule between rows would break
    │   └── StaleRevision           409   somebody saved in between; `present` is the revision there is now
    ├── TooManyRequests             429   slow down (`retry_after` seconds)
    ├── Damaged                     500   what is kept is not what was saved; `cairn doctor` says more
    ├── Unavailable                 503   try again later (`retry_after` seconds)
    └── SetupError                  the program cannot start or a command cannot run (never answered over HTTP)

How they look over HTTP (a page or problem+json) is decided in one place, `app/web/errors.py`. NOT here: anything that
knows about requests.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field: its name as the person typed it, a sentence, and a line where there is one."""

    field: str
    message: str
    line: int | None = None


def with_full_stop(sentence: str) -> str:
    """Return a sentence with its full stop, unless it ends as a sentence already."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


class CairnError(Exception):
    """Base of everything Cairn raises on purpose; `str(error)` is the sentence shown."""

    status = 500
    title = "Something went wrong"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)

    @property
    def detail(self) -> str:
        return str(self)


class BadInput(CairnError):
    status = 422
    title = "The input is not valid"

    def __init__(self, detail: str, problems: Sequence[FieldProblem] = ()) -> None:
        super().__init__(detail)
        self.problems = tuple(problems)


class QueryTooComplex(BadInput):
    status = 400
    title = "The search is too complex"


class NotFound(CairnError):
    status = 404
    title = "Not found"


class SummaryNotFound(NotFound):
    title = "No such summary"


class PaperNotFound(NotFound):
    title = "No such paper"


class AuthorNotFound(NotFound):
    title = "No such author"


class ShelfNotFound(NotFound):
    title = "Nothing has this name"


class PageNotFound(NotFound):
    title = "No such page"


class Gone(CairnError):
    status = 410
    title = "No longer here"


class Moved(CairnError):
    status = 301
    title = "Moved"

    def __init__(self, location: str) -> None:
        super().__init__(f"This moved to {location}.")
        self.location = location


class NotSignedIn(CairnError):
    """`challenge` is what a program is told to bring (RFC 9110, 11.6.1)."""

    status = 401
    title = "Sign in first"

    def __init__(self, detail: str = "", challenge: str = "") -> None:
        super().__init__(detail)
        self.challenge = challenge


class WrongLogin(NotSignedIn):
    title = "This e-mail address and password do not go together."


class NotAllowed(CairnError):
    status = 403
    title = "Not allowed"


class Conflict(CairnError):
    status = 409
    title = "In conflict with what is there"


class StaleRevision(Conflict):
    title = "Somebody saved in between"

    def __init__(self, detail: str, present: int) -> None:
        super().__init__(detail)
        self.present = present


class TooManyRequests(CairnError):
    status = 429
    title = "Too many tries"

    def __init__(self, detail: str, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Damaged(CairnError):
    title = "What is kept is damaged"


class Unavailable(CairnError):
    status = 503
    title = "Not available right now"

    def __init__(self, detail: str, retry_after: int = 5) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class SetupError(CairnError):
    title = "Cairn cannot start"
