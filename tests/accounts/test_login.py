"""Logging in: the same words for every reason, slower and slower, and nobody is ever locked out."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from app.accounts import hashing, throttle
from app.accounts.login import change_own_password, confirm_password, log_in
from app.accounts.models import AuditEntry, LoginFailure, LoginSession, User
from app.accounts.service import Actor, disable_user, get_user
from app.accounts.sessions import as_person, find_signed_in
from app.database import Database, now
from app.errors import BadInput, TooManyRequests, WrongLogin
from tests.factories import PASSWORD, add_user

HOME, ATTACKER = "192.0.2.1", "203.0.113.66"
ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check passwords at a thousandth of the cost: how dear a guess is does not change who gets in."""
    monkeypatch.setattr(hashing, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture(autouse=True)
def _timeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass but by `later`: the first waits are of seconds, and a machine may take those for nothing."""
    moment = now()
    monkeypatch.setattr(throttle, "now", lambda: moment)


def with_ada(store: Database) -> Database:
    with store.writing() as session:
        add_user(session, email=ADA, role="editor").password_hash = hashing.hash_password(PASSWORD)
    return store


@pytest.fixture
def ada(database: Database) -> Database:
    """Give a store with Ada's account; tests that lean on what the two databases do differently take `on_both`."""
    return with_ada(database)


@pytest.fixture
def on_both(store: Database) -> Database:
    return with_ada(store)


def note_failures(store: Database, *failures: tuple[str, str]) -> None:
    """Put failures into the past of a moment ago, by account and address."""
    with store.writing() as session:
        session.add_all(
            LoginFailure(at=throttle.now(), account=throttle.account_key(email), address=at) for email, at in failures
        )


def fail(store: Database, times: int, address: str = ATTACKER, email: str = ADA) -> None:
    for _ in range(times):
        with pytest.raises(WrongLogin):
            log_in(store, email, "a wrong password", address=address)


def later(store: Database, seconds: int) -> None:
    """Let time pass: what was noted moves into the past."""
    with store.writing() as session:
        for failure in session.scalars(select(LoginFailure)):
            failure.at -= dt.timedelta(seconds=seconds)


def test_a_right_password_opens_a_new_session_and_is_recorded(on_both: Database) -> None:
    first = log_in(on_both, " Ada@Example.org", PASSWORD, address=HOME, user_agent="Firefox")
    second = log_in(on_both, ADA, PASSWORD, address=HOME, replacing=first)
    assert first != second
    with on_both.reading() as session:
        assert find_signed_in(session, first) is None
        assert find_signed_in(session, second) is not None
        entries = session.scalars(select(AuditEntry)).all()
        assert [(entry.action, entry.subject, entry.address) for entry in entries] == [("session.open", ADA, HOME)] * 2


@pytest.mark.parametrize("email", [ADA, "nobody@example.org", "off@example.org", "", "a\0b@example.org", "x" * 2000])
def test_a_wrong_password_an_unknown_and_a_disabled_account_are_told_alike(ada: Database, email: str) -> None:
    with ada.writing() as session:
        add_user(session, email="off@example.org").password_hash = hashing.hash_password(PASSWORD)
        disable_user(session, "off@example.org", actor=Actor("host"))
    with pytest.raises(WrongLogin) as error:
        log_in(ada, email, PASSWORD if email != ADA else "a wrong password", address=HOME)
    assert error.value.detail == "This e-mail address and password do not go together."


def test_a_hash_is_computed_for_an_account_that_does_not_exist(database: Database, monkeypatch) -> None:
    checked: list[str] = []

    class Noting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            checked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(hashing, "_hasher", Noting(time_cost=1, memory_cost=64, parallelism=1))
    fail(database, 1, email="nobody@example.org")
    assert len(checked) == 1
    assert checked[0].startswith("$argon2id$v=19$m=64,t=1,p=1$")


def test_a_password_of_a_megabyte_is_wrong_and_costs_no_more(ada: Database) -> None:
    with pytest.raises(WrongLogin):
        log_in(ada, ADA, PASSWORD + "x" * 1_000_000, address=HOME)


def test_a_hash_under_old_parameters_is_renewed(ada: Database) -> None:
    old = PasswordHasher(time_cost=2, memory_cost=32, parallelism=1).hash(PASSWORD)
    with ada.writing() as session:
        session.execute(update(User).values(password_hash=old))
    log_in(ada, ADA, PASSWORD, address=HOME)
    with ada.reading() as session:
        assert "m=64,t=1" in get_user(session, ADA).password_hash
    log_in(ada, ADA, PASSWORD, address=HOME)


def test_failures_slow_the_one_who_fails_more_and_more(ada: Database) -> None:
    fail(ada, 5)
    waits = []
    for _ in range(3):
        with pytest.raises(TooManyRequests, match="Please wait") as refused:
            log_in(ada, ADA, "a wrong password", address=ATTACKER)
        waits.append(refused.value.retry_after)
        later(ada, refused.value.retry_after)
        fail(ada, 1)
    assert waits[0] < waits[1] < waits[2]
    with pytest.raises(TooManyRequests):  # the right one as well: the wait is for whoever guesses from there
        log_in(ada, ADA, PASSWORD, address=ATTACKER)


def test_the_owner_gets_in_from_elsewhere_while_an_attacker_fails(on_both: Database) -> None:
    fail(on_both, 5)
    log_in(on_both, ADA, PASSWORD, address=HOME)


def test_an_account_under_attack_from_everywhere_is_open_to_its_owner_and_leaves_guessers_one_try(
    ada: Database,
) -> None:
    note_failures(ada, *((ADA, f"203.0.113.{number}") for number in range(throttle.ATTACKED)))
    with pytest.raises(TooManyRequests):
        log_in(ada, ADA, "a wrong password", address="203.0.113.1")
    log_in(ada, ADA, PASSWORD, address=HOME)


def test_waiting_is_not_prolonged_by_trying_meanwhile_and_is_over_in_the_end(ada: Database) -> None:
    fail(ada, 5)
    for _ in range(3):
        with pytest.raises(TooManyRequests) as refused:
            log_in(ada, ADA, PASSWORD, address=ATTACKER)
    later(ada, refused.value.retry_after)
    log_in(ada, ADA, PASSWORD, address=ATTACKER)
    fail(ada, 5)  # getting in made a fresh start


def test_an_address_that_fails_on_many_accounts_waits_with_each(ada: Database) -> None:
    note_failures(ada, *((f"somebody-{number}@example.org", ATTACKER) for number in range(throttle.FREE_OF_ADDRESS)))
    with pytest.raises(TooManyRequests):
        log_in(ada, ADA, PASSWORD, address=ATTACKER)
    log_in(ada, ADA, PASSWORD, address=HOME)


def test_an_unknown_account_is_slowed_in_the_same_words(database: Database) -> None:
    fail(database, 5, email="nobody@example.org")
    with pytest.raises(TooManyRequests, match="Please wait"):
        log_in(database, "nobody@example.org", PASSWORD, address=ATTACKER)


def test_no_wait_is_longer_than_a_quarter_of_an_hour_and_old_failures_are_removed(on_both: Database) -> None:
    note_failures(on_both, *[(ADA, ATTACKER)] * 100)
    with pytest.raises(TooManyRequests, match="15 minutes") as refused:
        log_in(on_both, ADA, PASSWORD, address=ATTACKER)
    assert refused.value.retry_after <= 900
    later(on_both, 3601)
    log_in(on_both, ADA, PASSWORD, address=ATTACKER)
    with on_both.reading() as session:
        assert session.scalars(select(func.count(LoginFailure.id))).one() == 0


def test_tries_at_the_same_moment_are_all_counted(on_both: Database) -> None:
    def guess(number: int) -> str:
        try:
            log_in(on_both, ADA, f"a wrong password {number}", address=ATTACKER)
        except (WrongLogin, TooManyRequests) as error:
            return type(error).__name__
        return "in"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(16)))
    assert outcomes.count("WrongLogin") == throttle.FREE
    assert outcomes.count("TooManyRequests") == 16 - throttle.FREE


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_whoever_has_an_ipv6_network_counts_as_one(address: str, place: str) -> None:
    assert throttle.place_of(address) == place


def test_changing_ones_password_ends_every_session_and_opens_a_new_one(on_both: Database) -> None:
    old = log_in(on_both, ADA, PASSWORD, address=HOME)
    with on_both.reading() as session:
        person = as_person(get_user(session, ADA), HOME)
    for current, new, field in (("wrong", "another long one", "current"), (PASSWORD, "short", "password")):
        with pytest.raises(BadInput) as refused:
            change_own_password(on_both, person, current, new)
        assert [problem.field for problem in refused.value.problems] == [field]
    new = change_own_password(on_both, person, PASSWORD, "another long one")
    with on_both.reading() as session:
        assert find_signed_in(session, old) is None
        assert find_signed_in(session, new) is not None
        assert len(session.scalars(select(LoginSession)).all()) == 1
    assert confirm_password(on_both, ADA, "another long one", address=HOME)


def test_a_stolen_session_does_not_allow_guessing_the_password(ada: Database) -> None:
    for _ in range(5):
        assert not confirm_password(ada, ADA, "a wrong password", address=ATTACKER)
    with pytest.raises(TooManyRequests):
        confirm_password(ada, ADA, PASSWORD, address=ATTACKER)


def told(store: Database) -> list[tuple[str, str]]:
    with store.reading() as session:
        found = select(AuditEntry).where(AuditEntry.action == throttle.FAILED).order_by(AuditEntry.id)
        return [(entry.subject, entry.address) for entry in session.scalars(found)]


def test_a_wrong_password_is_in_the_record_once_in_a_few_minutes_for_an_account_and_a_place(on_both: Database) -> None:
    fail(on_both, 3)
    fail(on_both, 1, HOME)
    assert told(on_both) == [(ADA, ATTACKER), (ADA, HOME)]
    with on_both.writing() as session:
        for entry in session.scalars(select(AuditEntry)):
            entry.at = throttle.now() - throttle.TOLD_EVERY
    assert not confirm_password(on_both, ADA, "a wrong password", address=ATTACKER)
    assert told(on_both)[2:] == [(ADA, ATTACKER)]


def test_what_was_typed_for_an_account_that_does_not_exist_is_not_in_the_record(ada: Database) -> None:
    for typed in ("correct horse battery staple", "nobody@example.org"):
        fail(ada, 1, email=typed)
    fail(ada, 1, address="2001:db8::1", email="nobody@example.org")
    fail(ada, 1, address="2001:db8::2", email="nobody@example.org")
    assert told(ada) == [(throttle.NO_ACCOUNT, ATTACKER), (throttle.NO_ACCOUNT, "2001:db8::/64")]
