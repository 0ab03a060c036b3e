"""How errors look over HTTP: a page for people, problem+json (RFC 9457) for programs. Decided here and nowhere else."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from app.errors import BadInput, CairnError, FieldProblem, Moved, NotSignedIn, TooManyRequests, Unavailable
from app.fields import complaint
from app.web.given_back import DESK, given_back
from app.web.templating import render

log = structlog.get_logger()

SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    500: "Something went wrong on our side. It was written to the log.",
}
# Addresses that open something to whoever knows them: what is secret in them is not written down.
SECRET_PLACES = re.compile(r"^(/(?:invitations|preview)/)[^/]+")
# A 401 must name a scheme (RFC 9110, 15.5.2); no browser asks for a password over one that it does not know.
COOKIE_CHALLENGE = 'Cookie realm="Cairn"'


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


def install(app: FastAPI) -> None:
    app.add_exception_handler(CairnError, _on_cairn_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)


def wants_problem(request: Request) -> bool:
    """Return whether this client reads JSON: it asked the API or a page's JSON, or it prefers JSON to HTML."""
    path = request.url.path
    if path == "/api/v1" or path.startswith("/api/v1/") or path.endswith(".json") or path in ("/lookup", "/suggest"):
        return True
    accept = request.headers.get("accept", "")
    return "json" in accept and "html" not in accept


def problem_response(
    request: Request,
    status: int,
    title: str,
    detail: str,
    problems: Sequence[FieldProblem] = (),
    headers: dict[str, str] | None = None,
    *,
    place: str = "",
) -> Response:
    """Answer with an error in the form this client reads; `place` is where to go on from it."""
    if not wants_problem(request):
        page = render(
            request,
            "error.html",
            status=status,
            title=title,
            detail=detail,
            problems=problems,
            code=status,
            request_id=request.scope.get("cairn.request_id", ""),
            sent=given_back(request, status),
            place=place,
        )
        page.headers.update({"Cache-Control": "no-store", **(headers or {})})
        return page
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
    }
    if problems:
        body["errors"] = [
            {"field": problem.field, "message": problem.message}
            | ({"line": problem.line} if problem.line is not None else {})
            for problem in problems
        ]
    if status >= 500:
        body["request_id"] = request.scope.get("cairn.request_id", "")
    return ProblemResponse(body, status, {"Cache-Control": "no-store", **(headers or {})})


def unexpected(request: Request, error: Exception) -> Response:
    """Answer 500 for an exception nobody expected: logged with its traceback, told without it."""
    log.error(
        "unexpected",
        path=_without_secret(request.url.path),
        request_id=request.scope.get("cairn.request_id"),
        exc_info=error,
    )
    return problem_response(request, 500, "Something went wrong", SENTENCES[500])


def _without_secret(path: str) -> str:
    """Return a path as it may be logged: of an invitation or a preview only that it was one."""
    return SECRET_PLACES.sub(r"\1…", path)


def _on_cairn_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CairnError)
    if isinstance(error, Moved):
        return _on_moved(request, error)
    if isinstance(error, NotSignedIn) and request.method == "GET" and not wants_problem(request):
        return _to_login(request)
    headers = {}
    if isinstance(error, Unavailable | TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = error.challenge or COOKIE_CHALLENGE
    problems = error.problems if isinstance(error, BadInput) else ()
    return problem_response(request, error.status, error.title, error.detail, problems, headers)


def _on_moved(request: Request, moved: Moved) -> Response:
    """Lead on to where something is now; a form that was sent to where it was is told so, and given back."""
    if request.method not in ("GET", "HEAD") and request.url.path.startswith(DESK):
        detail = "What you were working on has another address by now, so nothing was changed. Open it there."
        return problem_response(request, 409, "It moved meanwhile", detail, place=moved.location)
    # A browser keeps a 301 for good where nobody says otherwise: a name that comes back would lead round in a circle.
    return RedirectResponse(moved.location, 301, {"Cache-Control": "no-cache"})


def _to_login(request: Request) -> Response:
    """Lead somebody who is not signed in to the login page, and from there back to where they wanted to go."""
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse("/login?" + urlencode({"next": wanted}), 303, {"Cache-Control": "no-store"})


def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems = [_field_problem(raw) for raw in error.errors()]
    detail = " ".join(f"{problem.field}: {problem.message}." for problem in problems)
    return problem_response(request, 422, "The request is not valid", detail, problems)


def _field_problem(raw: dict[str, Any]) -> FieldProblem:
    place = [str(part) for part in raw["loc"] if part not in ("query", "path", "body", "header")]
    message = complaint(raw)
    if raw["type"] == "extra_forbidden":
        message = "there is no such parameter here" if "query" in raw["loc"] else "there is no such field here"
    return FieldProblem(".".join(place)[:200] or "request", message)


def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    phrase = HTTPStatus(status).phrase
    detail = SENTENCES.get(status) or (error.detail if error.detail != phrase else f"{phrase}.")
    return problem_response(request, status, phrase, detail, headers=dict(error.headers or {}))
