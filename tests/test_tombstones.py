"""Names that are gone: led on through every move, forgotten when something has them again."""

from app.database import Database, library_version
from app.tombstones import Tombstone, bury, lead_on, moved_names, moved_to, unbury


def test_a_name_leads_on_through_every_later_move(store: Database) -> None:
    with store.writing() as session:
        bury(session, "tag", "first", moved_to="second")
        bury(session, "tag", "second", moved_to="third")
        assert [moved_to(session, "tag", name) for name in ("first", "second", "third")] == ["third", "third", None]
        assert moved_to(session, "category", "first") is None


def test_a_name_whose_target_is_gone_leads_nowhere(store: Database) -> None:
    with store.writing() as session:
        bury(session, "tag", "first", moved_to="second")
        bury(session, "tag", "second")
        assert moved_to(session, "tag", "first") is None
        assert session.get(Tombstone, ("tag", "first")) is not None


def test_what_moves_back_has_its_name_and_leads_in_no_circle(store: Database) -> None:
    with store.writing() as session:
        bury(session, "series", "first", moved_to="second")
        bury(session, "series", "second", moved_to="first")
        assert moved_to(session, "series", "first") is None
        assert moved_to(session, "series", "second") == "first"


def test_a_name_that_something_has_again_is_no_longer_gone(store: Database) -> None:
    with store.writing() as session:
        bury(session, "paper", "key", moved_to="other")
        assert unbury(session, "paper", "key") == library_version(session)
        assert unbury(session, "paper", "key") == 0
        assert moved_to(session, "paper", "key") is None


def test_a_name_that_nobody_met_is_passed_over(store: Database) -> None:
    with store.writing() as session:
        bury(session, "summary", "first", moved_to="second")
        lead_on(session, "summary", "second", "third")
        assert moved_names(session, [("summary", "first"), ("summary", "second")]) == {("summary", "first"): "third"}
        assert moved_names(session, []) == {}


def test_a_name_that_only_something_hidden_has_again_stays_gone(store: Database) -> None:
    with store.writing() as session:
        bury(session, "summary", "second")
        bury(session, "summary", "first", moved_to="second", hidden=True)
        assert session.get(Tombstone, ("summary", "second")) is not None
        assert moved_to(session, "summary", "first") == "second"


def test_what_goes_back_hidden_to_a_name_it_once_had_does_not_lead_to_itself(store: Database) -> None:
    with store.writing() as session:
        bury(session, "summary", "first", moved_to="second")
        bury(session, "summary", "second", moved_to="first", hidden=True)
        assert moved_to(session, "summary", "first") is None
        assert moved_to(session, "summary", "second") == "first"
