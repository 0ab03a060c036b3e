"""Sessions: opaque, hashed, ended by time, by logging out, by a new password, by a disabled account."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from app.accounts.models import AuditEntry, LoginSession
from app.accounts.rights import Person
from app.accounts.service import Actor, disable_user, set_password
from app.accounts.sessions import (
    ABSOLUTE,
    IDLE,
    as_person,
    end_other_sessions,
    end_session,
    find_signed_in,
    list_sessions,
    log_out,
    note_use,
    open_session,
)
from app.database import Database, now
from app.errors import NotFound
from tests.factories import add_user

ADMIN = Actor("the host (shell)")


def signed_in(store: Database, **user: str) -> tuple[Person, str]:
    with store.writing() as session:
        account = add_user(session, **user)
        return as_person(account), open_session(session, account, address="192.0.2.1", user_agent="Firefox")


def is_open(store: Database, token: str) -> bool:
    with store.reading() as session:
        return find_signed_in(session, token) is not None


def age(store: Database, token_of: Person, **columns: dt.datetime) -> None:
    with store.writing() as session:
        session.execute(update(LoginSession).where(LoginSession.user_id == token_of.id).values(**columns))


def test_a_session_is_found_by_its_token_and_only_a_hash_is_stored(store: Database) -> None:
    person, token = signed_in(store, role="editor")
    with store.reading() as session:
        found = find_signed_in(session, token, address="192.0.2.9")
        assert found is not None
        assert (found.person.email, found.person.role, found.person.address) == (person.email, "editor", "192.0.2.9")
        assert not found.stale
        assert find_signed_in(session, token + "x") is None
        row = session.scalars(select(LoginSession)).one()
        assert token not in (row.token_hash, row.user_agent)
    assert len(token) >= 43  # 256 bits


def test_a_session_ends_twelve_hours_after_its_last_use(store: Database) -> None:
    person, token = signed_in(store)
    age(store, person, seen_at=now() - IDLE + dt.timedelta(minutes=1))
    with store.writing() as session:
        found = find_signed_in(session, token)
        assert found is not None
        assert found.stale
        note_use(session, found.session_id)
    with store.reading() as session:
        again = find_signed_in(session, token)
        assert again is not None
        assert not again.stale
    age(store, person, seen_at=now() - IDLE)
    assert not is_open(store, token)


def test_a_session_ends_after_fourteen_days_however_much_it_is_used(store: Database) -> None:
    person, token = signed_in(store)
    with store.reading() as session:
        row = session.scalars(select(LoginSession)).one()
        assert row.expires_at - row.created_at == ABSOLUTE
    age(store, person, expires_at=now())
    assert not is_open(store, token)
    with store.reading() as session:
        assert list_sessions(session, person) == []


def test_logging_out_is_recorded_once_and_a_token_of_nobody_is_not(database: Database) -> None:
    person, token = signed_in(database)
    with database.writing() as session:
        for _ in range(2):
            log_out(session, token, address="192.0.2.7")
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("session."))).all()
        assert [(entry.action, entry.subject, entry.address) for entry in entries] == [
            ("session.close", person.email, "192.0.2.7")
        ]


@pytest.mark.parametrize("how", ["log out", "disable", "password"])
def test_a_session_ends_at_once(store: Database, how: str) -> None:
    person, token = signed_in(store)
    assert is_open(store, token)
    with store.writing() as session:
        if how == "log out":
            log_out(session, token)
        elif how == "disable":
            disable_user(session, person.email, actor=ADMIN)
        else:
            set_password(session, person.email, "another long password", actor=ADMIN)
    assert not is_open(store, token)


def test_a_person_ends_their_own_sessions_and_nobody_elses(store: Database) -> None:
    ada, first = signed_in(store, email="ada@example.org")
    _, second = signed_in(store, email="ada@example.org")
    _, third = signed_in(store, email="ada@example.org")
    eve, of_eve = signed_in(store, email="eve@example.org")
    with store.reading() as session:
        theirs = {one.id for one in list_sessions(session, ada)}
        kept = find_signed_in(session, second)
        [other] = list_sessions(session, eve)
    assert len(theirs) == 3
    assert kept is not None
    with store.writing() as session, pytest.raises(NotFound):
        end_session(session, other.id, person=ada)
    with store.writing() as session:
        end_session(session, min(theirs), person=ada)
        end_other_sessions(session, kept.session_id, person=ada)
    assert [is_open(store, token) for token in (first, second, third, of_eve)] == [False, True, False, True]


def test_logging_in_removes_the_rows_of_sessions_that_are_over(store: Database) -> None:
    person, _ = signed_in(store)
    age(store, person, expires_at=now())
    signed_in(store)
    with store.reading() as session:
        assert len(session.scalars(select(LoginSession)).all()) == 1
