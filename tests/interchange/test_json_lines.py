"""Lines of JSON into both kinds of store, and the answers kept beside a change."""

import datetime as dt
import io
import json

from sqlalchemy import func, select

from app.accounts.kept_answers import KEPT_FOR, find_kept, keep_answer
from app.accounts.models import AuditEntry
from app.accounts.rights import Person
from app.database import Database
from app.interchange.json_lines import LineRow, import_lines
from app.summaries.models import Revision
from tests.summaries.people import add_cast

LINES = [
    {"type": "path", "document": {"slug": "way", "title": "Way", "steps": [{"summary": "two"}, {"summary": "one"}]}},
    {"type": "summary", "document": {"slug": "two", "title": "Two", "requires": ["one"], "tags": ["Depth"]}},
    {"type": "summary", "document": {"slug": "one", "title": "One", "papers": ["k"], "macros": ["m"]}},
    {"type": "summary", "document": {"slug": "bad", "title": "Bad", "provenance": {"model": "m" * 500}}},
    {"type": "macro-set", "document": {"name": "m", "source": "\\newcommand{\\x}{y}"}},
    {"type": "paper", "document": {"key": "k", "title": "K", "authors": [{"family": "Kay"}]}},
]


def load(database: Database, person: Person, *, dry_run: bool = False) -> list[LineRow]:
    file = io.BytesIO(b"\n".join(json.dumps(line).encode() for line in LINES))
    return list(import_lines(database, file, person=person, dry_run=dry_run))


def test_lines_are_saved_whole_as_the_desk_saves_them(store: Database) -> None:
    with store.writing() as session:
        editor = add_cast(session)["edith"]
    tried = load(store, editor, dry_run=True)
    rows = load(store, editor)
    assert tried == rows
    # PostgreSQL keeps no name of a model that is too long for its column; SQLite does not ask.
    assert {row.name for row in rows if row.outcome != "added"} <= {"bad"}
    assert [row.name for row in rows if row.kind == "summary" and row.name != "bad"] == ["one", "two"]
    assert {row.outcome for row in load(store, editor) if row.name != "bad"} == {"unchanged"}
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision).where(Revision.actor == "Edith")) in (2, 3)
        actions = set(session.scalars(select(AuditEntry.action)))
    assert {"summary.create", "paper.add", "macro-set.add", "path.add"} <= actions


def test_an_answer_is_kept_for_a_day_for_the_one_who_asked(store: Database) -> None:
    with store.writing() as session:
        cast = add_cast(session)
        keep_answer(session, cast["carl"], "k", "d" * 64, status=201, headers={"etag": '"x"'}, body="{}")
    with store.writing() as session:
        kept = find_kept(session, cast["carl"], "k")
        assert kept is not None
        assert (kept.status, kept.headers, kept.body) == (201, {"etag": '"x"'}, "{}")
        assert find_kept(session, cast["cora"], "k") is None
        kept.created_at -= KEPT_FOR + dt.timedelta(seconds=1)
    with store.writing() as session:
        assert find_kept(session, cast["carl"], "k") is None
