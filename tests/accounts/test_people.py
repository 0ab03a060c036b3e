"""What one person may do to another: roles, disabling, links; an admin always remains."""

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, update

from app.accounts import invitations, people
from app.accounts.audit import AuditFilters, list_actions, list_audit
from app.accounts.models import AuditEntry, Invitation, User
from app.accounts.rights import Person
from app.accounts.service import Actor, get_user, record
from app.accounts.sessions import as_person, find_signed_in, open_session
from app.accounts.tokens import create_token, find_by_token, list_tokens, revoke_token, state_of
from app.database import Database, now
from app.errors import BadInput, Conflict, NotAllowed, NotFound
from tests.factories import add_user

NEW = "another long password"


def person_of(store: Database, **user: str) -> Person:
    with store.writing() as session:
        return as_person(add_user(session, **user), "192.0.2.1")


@pytest.fixture
def admin(store: Database) -> Person:
    return person_of(store, role="admin")


def test_an_admin_gives_roles_disables_and_enables_and_all_of_it_is_recorded(store: Database, admin: Person) -> None:
    eve = person_of(store, role="curator", email="eve@example.org", name="Eve")
    with store.writing() as session:
        token = open_session(session, get_user(session, eve.email))
        _, text = create_token(session, eve.email, "write", actor=eve.actor)
        people.change_role(session, eve.id, "editor", person=admin)
    with store.reading() as session:
        found = find_signed_in(session, token)
        assert found is not None
        assert found.person.role == "editor"
        assert find_by_token(session, text) == (Person(eve.id, eve.email, "Eve", "editor"), "write")
    with store.writing() as session:
        people.disable_person(session, eve.id, person=admin)
    with store.reading() as session:
        assert find_signed_in(session, token) is None
        assert find_by_token(session, text) is None
        assert [row.user.email for row in people.list_people(session, person=admin)] == [admin.email, eve.email]
    with store.writing() as session:
        people.enable_person(session, eve.id, person=admin)
        assert find_by_token(session, text) is not None
        assert find_signed_in(session, token) is None
    with store.reading() as session:
        done = session.scalars(select(AuditEntry).where(AuditEntry.actor_id == admin.id).order_by(AuditEntry.id))
        assert [(entry.action, entry.subject, entry.address) for entry in done] == [
            ("user.role", eve.email, "192.0.2.1"),
            ("user.disable", eve.email, "192.0.2.1"),
            ("user.enable", eve.email, "192.0.2.1"),
        ]


def test_the_last_admin_stays_one(store: Database, admin: Person) -> None:
    other = person_of(store, role="admin", email="other@example.org")
    with store.writing() as session:
        people.disable_person(session, other.id, person=admin)
    for act in (
        lambda session: people.disable_person(session, admin.id, person=admin),
        lambda session: people.change_role(session, admin.id, "editor", person=admin),
    ):
        with store.writing() as session, pytest.raises(Conflict, match="last admin"):
            act(session)
    with store.writing() as session:
        people.enable_person(session, other.id, person=admin)
        people.change_role(session, admin.id, "editor", person=admin)


def test_of_two_admins_who_demote_each_other_at_once_one_remains(store: Database, admin: Person) -> None:
    other = person_of(store, role="admin", email="other@example.org")
    together = Barrier(2, timeout=100)

    def demote(whom: Person, by: Person) -> str:
        with store.writing() as session:
            if store.engine.dialect.name == "postgresql":  # SQLite lets one in at a time
                together.wait()
            try:
                return people.change_role(session, whom.id, "curator", person=by).role
            except Conflict as error:
                return error.detail

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(demote, (other, admin), (admin, other)))
    assert sorted(said, key=len)[0] == "curator"
    assert "is the last admin" in sorted(said, key=len)[1]
    with store.reading() as session:
        assert session.scalars(select(User.role).order_by(User.role)).all() == ["admin", "curator"]


@pytest.mark.parametrize("role", ["curator", "editor"])
def test_only_an_admin_manages_people(database: Database, role: str) -> None:
    person = person_of(database, role=role)
    acts: list[Callable[..., object]] = [
        lambda session: people.list_people(session, person=person),
        lambda session: people.change_role(session, person.id, "admin", person=person),
        lambda session: people.disable_person(session, person.id, person=person),
        lambda session: people.enable_person(session, person.id, person=person),
        lambda session: invitations.invite(session, "x@example.org", "admin", person=person),
        lambda session: invitations.offer_new_password(session, person.id, person=person),
        lambda session: invitations.list_open(session, person=person),
        lambda session: invitations.revoke(session, 1, person=person),
        lambda session: list_audit(session, AuditFilters(), person=person),
        lambda session: list_actions(session, person=person),
    ]
    for act in acts:
        with database.reading() as session, pytest.raises(NotAllowed, match="needs the role admin"):
            act(session)


def test_an_invitation_is_used_once(store: Database, admin: Person) -> None:
    with store.writing() as session:
        made, secret = invitations.invite(session, " New@Example.org", "editor", person=admin)
        assert secret not in (made.token_hash, made.email)
    with store.writing() as session:
        user = invitations.accept(session, secret, NEW, name="New One", address="192.0.2.2")
        assert (user.email, user.role, user.name) == ("new@example.org", "editor", "New One")
    with store.writing() as session, pytest.raises(NotFound, match="has been used"):
        invitations.accept(session, secret, NEW)
    with store.reading() as session:
        assert invitations.list_open(session, person=admin) == []


def test_a_refused_password_does_not_use_the_link_up(store: Database, admin: Person) -> None:
    with store.writing() as session:
        _, secret = invitations.invite(session, "new@example.org", "curator", person=admin)
    with pytest.raises(BadInput, match="at least 10"), store.writing() as session:
        invitations.accept(session, secret, "short")
    with store.writing() as session:
        invitations.accept(session, secret, NEW)


@pytest.mark.parametrize("how", ["expired", "revoked", "replaced", "unknown", "too long", "joined"])
def test_a_link_that_is_over_is_told_without_saying_why(database: Database, how: str) -> None:
    admin = person_of(database, role="admin")
    with database.writing() as session:
        made, secret = invitations.invite(session, "new@example.org", "curator", person=admin)
    with database.writing() as session:
        if how == "expired":
            session.execute(update(Invitation).values(expires_at=now()))
        elif how == "revoked":
            invitations.revoke(session, made.id, person=admin)
        elif how == "replaced":
            invitations.invite(session, "new@example.org", "editor", person=admin)
        else:
            secret = {"unknown": "x" * 43, "too long": "x" * 5000, "joined": ""}[how]
    with database.writing() as session, pytest.raises(NotFound) as refused:
        invitations.accept(session, secret, NEW)
    assert refused.value.detail == invitations.GONE


def test_nobody_who_has_an_account_is_invited(database: Database) -> None:
    admin = person_of(database, role="admin")
    with database.writing() as session, pytest.raises(Conflict, match="already an account"):
        invitations.invite(session, "ADMIN@example.org", "curator", person=admin)


def test_a_link_sets_a_new_password_and_ends_sessions_and_other_links(store: Database, admin: Person) -> None:
    eve = person_of(store, role="curator", email="eve@example.org")
    with store.writing() as session:
        token = open_session(session, get_user(session, eve.email))
        before = get_user(session, eve.email).password_hash
        _, secret = invitations.offer_new_password(session, eve.id, person=admin)
    with store.writing() as session:
        invitations.accept(session, secret, NEW)
        assert get_user(session, eve.email).password_hash != before
        assert find_signed_in(session, token) is None
    with store.writing() as session:
        _, secret = invitations.offer_new_password(session, eve.id, person=admin)
        people.disable_person(session, eve.id, person=admin)
    with store.writing() as session, pytest.raises(NotFound):
        invitations.accept(session, secret, NEW)
    with store.writing() as session, pytest.raises(Conflict, match="disabled"):
        invitations.offer_new_password(session, eve.id, person=admin)


def test_a_person_changes_their_own_name(database: Database) -> None:
    eve = person_of(database, email="eve@example.org", name="Eve")
    with database.writing() as session:
        people.change_own_name(session, "  Eve   Adams ", person=eve)
        assert session.get_one(User, eve.id).name == "Eve Adams"
        with pytest.raises(BadInput, match="at most 200"):
            people.change_own_name(session, "x" * 201, person=eve)


def test_a_token_holds_until_it_ends_is_revoked_or_is_forged(store: Database) -> None:
    eve, ada = person_of(store, email="eve@example.org"), person_of(store, email="ada@example.org")
    with store.writing() as session:
        token, text = create_token(session, eve.email, "read", actor=eve.actor, label=" a job ")
        _, other = create_token(session, ada.email, "write", actor=ada.actor)
        assert (token.label, state_of(token)) == ("a job", "active")
        assert token.expires_at is not None
        assert (token.expires_at - token.created_at).days == 90
        assert text.split("_")[2] not in token.secret_hash
    with store.reading() as session:
        assert find_by_token(session, text, address="192.0.2.1") == (
            Person(eve.id, eve.email, eve.name, "curator", "192.0.2.1"),
            "read",
        )
        mixed = "_".join([*text.split("_")[:2], other.split("_")[2]])
        for wrong in (mixed, text[:-1], text.upper(), "", "cairn__", text + "\n", "x" * 10_000):
            assert find_by_token(session, wrong) is None
    with store.writing() as session, pytest.raises(NotFound):
        revoke_token(session, token.public_id, actor=ada.actor, owner_id=ada.id)
    with store.writing() as session:
        revoke_token(session, token.public_id, actor=eve.actor, owner_id=eve.id)
    with store.writing() as session:
        assert find_by_token(session, text) is None
        assert [state_of(one) for one in list_tokens(session, user_id=eve.id)] == ["revoked"]
        [mine] = list_tokens(session, user_id=ada.id)
        mine.expires_at = now()
    with store.reading() as session:
        assert find_by_token(session, other) is None


@pytest.mark.parametrize(("days", "label"), [(0, ""), (3651, ""), (90, "x" * 101)])
def test_a_token_that_cannot_be_is_refused(database: Database, days: int, label: str) -> None:
    eve = person_of(database)
    with database.writing() as session, pytest.raises(BadInput):
        create_token(session, eve.email, "read", actor=eve.actor, days=days, label=label)


def test_the_record_is_read_backwards_in_slices_and_narrowed(store: Database, admin: Person) -> None:
    with store.writing() as session:
        for number in range(5):
            record(session, Actor("Ada", None, "192.0.2.1"), "summary.publish", f"adam-{number}", "revision 3")
        record(session, Actor("Eve 100%"), "user.disable", "bob@example.org")
        session.flush()
        session.execute(
            update(AuditEntry).where(AuditEntry.actor == "Eve 100%").values(at=dt.datetime(2020, 5, 6, tzinfo=dt.UTC))
        )
    with store.reading() as session:
        first = list_audit(session, AuditFilters(), person=admin, limit=4)
        assert [entry.action for entry in first.items] == ["user.disable", *["summary.publish"] * 3]
        rest = list_audit(session, AuditFilters(), person=admin, limit=4, cursor=first.next_cursor)
        assert [entry.subject for entry in rest.items] == ["adam-1", "adam-0"]
        assert (first.total, rest.next_cursor) == (6, None)
        day = dt.date(2020, 5, 6)
        for filters, total in (
            (AuditFilters(actor="ada"), 5),
            (AuditFilters(actor="100%"), 1),
            (AuditFilters(actor="_"), 0),
            (AuditFilters(action="user.disable"), 1),
            (AuditFilters(subject="ADAM"), 5),
            (AuditFilters(since=day, until=day), 1),
            (AuditFilters(until=day - dt.timedelta(days=1)), 0),
            (AuditFilters(since=day + dt.timedelta(days=1)), 5),
            (AuditFilters(actor="ada", subject="adam-3"), 1),
        ):
            assert list_audit(session, filters, person=admin).total == total, filters
        assert list_actions(session, person=admin) == ["summary.publish", "user.disable"]
        with pytest.raises(BadInput):
            list_audit(session, AuditFilters(), person=admin, cursor="x")
