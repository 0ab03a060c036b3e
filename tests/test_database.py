"""The store's ground, on both databases: versions, transactions, writers in a queue, schema."""

import datetime as dt
import threading

import pytest
from sqlalchemy import select, text, update

from app.database import Database, Library, LibraryChange, library_state, library_version, now, stamp
from app.errors import SetupError, Unavailable
from app.papers.models import Author
from app.schema import check_schema, migrate
from app.settings import Settings
from app.version_probe import VersionProbe
from tests.conftest import make_settings


def author(name: str) -> Author:
    return Author(family=name, given="", slug=name.lower())


def test_a_new_store_begins_at_version_zero(store: Database) -> None:
    with store.reading() as session:
        assert library_version(session) == 0


def test_a_transaction_adds_one_however_often_it_stamps(store: Database) -> None:
    with store.writing() as session:
        assert [stamp(session), stamp(session)] == [1, 1]
    with store.writing() as session:
        assert stamp(session) == 2
    with store.reading() as session:
        assert library_version(session) == 2


def test_a_transaction_that_fails_adds_nothing_and_keeps_nothing(store: Database) -> None:
    def fail() -> None:
        with store.writing() as session:
            session.add(author("Nobody"))
            stamp(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.reading() as session:
        assert library_version(session) == 0
        assert session.scalars(select(Author)).all() == []


def test_a_savepoint_that_is_rolled_back_takes_its_stamp_along(store: Database) -> None:
    with store.writing() as session:
        savepoint = session.begin_nested()
        assert stamp(session) == 1
        savepoint.rollback()
        with session.begin_nested():
            session.add(author("Kept"))
            assert stamp(session) == 1
    with store.reading() as session:
        assert library_version(session) == 1


def test_writers_queue_and_none_is_lost(store: Database) -> None:
    """Each reads, then writes: what fails at once on a SQLite whose transactions begin late."""
    errors: list[Exception] = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                with store.writing() as session:
                    session.scalars(select(Author)).all()
                    session.add(author(f"W{number}x{turn}"))
                    stamp(session)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with store.reading() as session:
        assert library_version(session) == 30
        assert len(session.scalars(select(Author)).all()) == 30


def test_a_reader_sees_one_moment_while_a_writer_commits(store: Database) -> None:
    if store.engine.dialect.name != "sqlite":
        return  # PostgreSQL readers see each statement's moment, which every read here allows for
    with store.reading() as session:
        before = library_version(session)
        with store.writing() as other:
            stamp(other)
        assert library_version(session) == before


def test_the_probe_sees_what_was_committed(store: Database, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("app.version_probe.SECONDS", 100)  # half a second is little on a busy machine
    probe = VersionProbe(
        make_settings(tmp_path / "store", database_url=store.engine.url.render_as_string(hide_password=False))
    )
    assert probe.read() == 0
    with store.writing() as session:
        stamp(session)
        assert probe.read() == 0
    assert probe.read() == 1
    probe.close()


def test_a_moment_without_a_time_zone_is_refused(store: Database) -> None:
    with pytest.raises(Exception, match="time zone"), store.writing() as session:
        session.execute(update(Library).values(changed_at=dt.datetime(2024, 1, 1)))


def test_sqlite_is_set_up_for_durability(database: Database) -> None:
    with database.engine.connect() as connection:
        answers = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert answers == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_a_store_locked_by_another_is_told_in_a_sentence(database: Database, settings: Settings, monkeypatch) -> None:
    monkeypatch.setattr("app.database.BUSY_SECONDS", 0)
    impatient = Database(settings)

    def write() -> None:
        with impatient.writing() as session:
            stamp(session)

    with database.writing() as session:
        stamp(session)
        with pytest.raises(Unavailable, match="busy"):
            write()
    impatient.close()


def test_migrating_twice_changes_nothing(store: Database) -> None:
    assert migrate(store) is False
    assert check_schema(store) is None


def test_a_newer_schema_is_refused_with_a_sentence(store: Database) -> None:
    with store.engine.execution_options(cairn_writing=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SetupError, match="newer version of Cairn"):
        migrate(store)
    assert "newer version" in (check_schema(store) or "")


def test_models_and_migrations_agree(store: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    import app.models  # noqa: F401
    from app.database import Base

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_moments_of_versions_do_not_go_back_where_the_clock_does(store: Database) -> None:
    ahead = now() + dt.timedelta(days=1)
    with store.writing() as session:
        session.execute(update(Library).values(changed_at=ahead))
    with store.writing() as session:
        version = stamp(session)
    with store.reading() as session:
        moment = session.scalars(select(LibraryChange.at).where(LibraryChange.version == version)).one()
        assert moment == ahead == library_state(session)[1]
