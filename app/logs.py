"""Logging: one line an event, JSON in production, readable in development; never a secret."""

import logging
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from app.settings import Settings


def configure(settings: Settings) -> None:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if settings.env == "production":
        # Without local variables: a password that was typed is one of them.
        tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        last: list[Processor] = [
            structlog.processors.ExceptionRenderer(tracebacks),
            structlog.processors.JSONRenderer(),
        ]
    else:
        last = [
            _one_line,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    structlog.configure(processors=[*shared, *last], cache_logger_on_first_use=False)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Escape control characters in values, so that nobody writes log lines from outside."""
    return {name: _escaped(value) for name, value in event.items()}


def _escaped(value: Any) -> Any:
    if isinstance(value, str) and not value.isprintable():
        return value.encode("unicode_escape").decode("ascii")
    return value
