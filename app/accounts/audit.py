"""Reading the audit log: who did what when, from where. It is appended to by `service.record` and never changed."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.accounts.models import AuditEntry
from app.accounts.rights import Person
from app.keysets import stretch
from app.pagination import Slice, decode_cursor, encode_cursor

LIMIT = 50


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """What must hold where it is given: a part of the actor or subject, the very action, days in UTC (included)."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: dt.date | None = None
    until: dt.date | None = None


def list_audit(
    session: Session, filters: AuditFilters, *, person: Person, cursor: str | None = None, limit: int = LIMIT
) -> Slice[AuditEntry]:
    """List what was done, the last first: the order is that of the record, whatever the clock said."""
    person.require("admin")
    wanted = select(AuditEntry).where(*_conditions(filters))
    total = session.scalars(select(func.count(AuditEntry.id)).where(*_conditions(filters))).one()
    before = None if cursor is None else decode_cursor(cursor, int)
    found = stretch(session, wanted, (AuditEntry.id,), before, limit, descending=True)
    return Slice([row[0] for row in found.rows], total, *found.cursors(lambda key: encode_cursor(*key)))


def list_actions(session: Session, *, person: Person) -> list[str]:
    """List the kinds of things that were ever done."""
    person.require("admin")
    return list(session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)))


def _conditions(filters: AuditFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.actor:
        found.append(func.lower(AuditEntry.actor).contains(filters.actor.lower(), autoescape=True))
    if filters.action:
        found.append(AuditEntry.action == filters.action)
    if filters.subject:
        found.append(func.lower(AuditEntry.subject).contains(filters.subject.lower(), autoescape=True))
    if filters.since:
        found.append(AuditEntry.at >= _midnight(filters.since))
    if filters.until:
        found.append(AuditEntry.at < _midnight(filters.until) + dt.timedelta(days=1))
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
