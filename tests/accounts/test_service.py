"""Accounts: made, listed, disabled; passwords that are refused say why."""

import pytest
from sqlalchemy import select

from app.accounts.models import AuditEntry, LoginSession, User
from app.accounts.service import Actor, create_user, disable_user, get_user, list_users, set_password
from app.database import Database, now
from app.errors import BadInput, Conflict, NotFound

ADMIN = Actor("the host (shell)")
GOOD = "a long enough password"


def test_an_account_is_made_with_a_hash_and_a_line_in_the_audit_log(store: Database) -> None:
    with store.writing() as session:
        create_user(session, " Ada@Example.ORG ", "admin", GOOD, actor=ADMIN, name="Ada")
    with store.reading() as session:
        user = get_user(session, "ada@example.org")
        assert user.password_hash.startswith("$argon2id$")
        assert GOOD not in user.password_hash
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.action, entry.subject) == (ADMIN.name, "user.create", "ada@example.org")


def test_an_address_has_one_account(store: Database) -> None:
    with store.writing() as session:
        create_user(session, "ada@example.org", "curator", GOOD, actor=ADMIN)
        with pytest.raises(Conflict):
            create_user(session, "ADA@example.org", "admin", GOOD, actor=ADMIN)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 10"),
        ("x" * 1025, "at most 1,024"),
        ("ü" * 600, "at most 1,024"),
        ("password123", "easy to guess"),
        ("aaaaaaaaaaaa", "easy to guess"),
        ("ada@example.org", "easy to guess"),
    ],
)
def test_a_bad_password_is_refused_with_the_reason(database: Database, password: str, why: str) -> None:
    with database.writing() as session, pytest.raises(BadInput, match=why) as error:
        create_user(session, "ada@example.org", "curator", password, actor=ADMIN)
    assert [problem.field for problem in error.value.problems] == ["password"]


@pytest.mark.parametrize("email", ["", "ada", "a b@example.org", "@example.org", "ada@", "a" * 250 + "@example.org"])
def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    with database.writing() as session, pytest.raises(BadInput, match="not an e-mail address"):
        create_user(session, email, "curator", GOOD, actor=ADMIN)


@pytest.mark.parametrize("act", ["disable", "set-password"])
def test_disabling_and_a_new_password_end_every_session(store: Database, act: str) -> None:
    with store.writing() as session:
        user = create_user(session, "ada@example.org", "curator", GOOD, actor=ADMIN)
        session.add(LoginSession(user_id=user.id, token_hash="0" * 64, expires_at=now()))
    with store.writing() as session:
        if act == "disable":
            disable_user(session, "ada@example.org", actor=ADMIN)
        else:
            set_password(session, "ada@example.org", "another long password", actor=ADMIN)
    with store.reading() as session:
        assert session.scalars(select(LoginSession)).all() == []
        assert (session.scalars(select(User)).one().disabled_at is not None) == (act == "disable")


def test_an_unknown_account_is_told_in_a_sentence(database: Database) -> None:
    with database.reading() as session:
        assert list_users(session) == []
        with pytest.raises(NotFound, match=r"nobody@example\.org"):
            get_user(session, "nobody@example.org")
