"""Jinja, set up once: strict about blanks, escaping everything, with the few filters that pages share."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app import addresses
from app.settings import ROOT, Settings
from app.web.cookies import carries_session
from app.web.static_files import static_url
from app.web.twins import twins_of


def make_environment(
    settings: Settings, *, title_html: Callable[[str], str], title_text: Callable[[str], str]
) -> Environment:
    """Make the environment; `title_html` gives the safe HTML of a paper's title, `title_text` its words."""
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.env == "development",
    )
    environment.globals |= {
        "site": {
            "title": settings.title,
            "base": settings.base,
            "license_url": settings.license_url,
            "license_name": settings.license_name,
        },
        "static_url": static_url,
        "query": query,
        "twins_of": lambda request: twins_of(request.url.path, request.url.query),
        **{name: getattr(addresses, name) for name in dir(addresses) if name.endswith("_path")},
    }
    environment.filters |= {
        "date": long_date,
        "moment": long_moment,
        "minute": to_the_minute,
        "isodate": iso_date,
        "number": number,
        "typeset": lambda title: Markup(title_html(title)),  # noqa: S704 - it is made to be safe
        "in_words": title_text,
    }
    return environment


def render(request: Request, name: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Answer with a page; `request` is there for every template, and whether the browser looks signed in.

    What is made for a browser that looks so is never stored.
    """
    environment: Environment = request.app.state.templates
    session = carries_session(request)
    page = environment.get_template(name).render(request=request, has_session=session, **context)
    return HTMLResponse(page, status, {"Cache-Control": "no-store"} if session else None)


def query(pairs: list[tuple[str, object]]) -> str:
    """Return a query string with its question mark, leaving out empty values; empty where nothing is left."""
    kept = [(name, value) for name, value in pairs if value not in (None, "", ())]
    return "?" + urlencode(kept, doseq=True) if kept else ""


def long_date(moment: dt.date) -> str:
    """Return “5 March 2024”."""
    return f"{moment.day} {moment:%B} {moment.year}"


def long_moment(moment: dt.datetime) -> str:
    """Return “5 March 2024, 14:03 UTC”."""
    moment = moment.astimezone(dt.UTC)
    return f"{long_date(moment)}, {moment:%H:%M} UTC"


def to_the_minute(moment: dt.datetime) -> str:
    """Return “2024-03-05 14:03”, in UTC, for tables."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M")


def iso_date(moment: dt.date) -> str:
    """Return the date, or the moment in UTC where there is a time, as machines read it."""
    if isinstance(moment, dt.datetime):
        return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.isoformat()


def number(value: int) -> str:
    """Return “1,234”."""
    return f"{value:,}"
