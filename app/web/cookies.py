"""The session's cookie: what it is called, how it is set, and whether a request carries one.

NOT here: what the token in it is worth; only the desk asks that.
"""

from fastapi import Request, Response

from app.settings import Settings

SECURE_NAME = "__Host-cairn"  # browsers take it over https only, for this host only, and for all of its paths
PLAIN_NAME = "cairn_session"
LONGEST_TOKEN = 100


def cookie_name(settings: Settings) -> str:
    """Return the one name that counts here: beside a secure name, a plain one could be planted by another site."""
    return SECURE_NAME if _is_secure(settings) else PLAIN_NAME


def session_token(request: Request) -> str | None:
    """Return the token that a browser brought, whatever it may be worth."""
    token = request.cookies.get(cookie_name(request.app.state.settings))
    return token if token and len(token) <= LONGEST_TOKEN else None


def carries_session(request: Request) -> bool:
    """Return whether the browser looks signed in: good for showing a link, never for giving a right."""
    return session_token(request) is not None


def set_session(response: Response, settings: Settings, token: str) -> None:
    """Give a browser its session; it ends with the browser or with the session itself."""
    name, secure = cookie_name(settings), _is_secure(settings)
    response.set_cookie(name, token, path="/", secure=secure, httponly=True, samesite="lax")


def drop_session(response: Response, settings: Settings) -> None:
    name, secure = cookie_name(settings), _is_secure(settings)
    response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def _is_secure(settings: Settings) -> bool:
    return settings.base_url.scheme == "https"
