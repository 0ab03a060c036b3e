"""The store's ground: engine, sessions, THE commit, and the library version.

One commit place: `Database.writing()`; `Database.reading()` never commits. Services flush, they never commit.
SQLite transactions are taken over from the driver, because its own begin-late habit turns read-then-write into
"database is locked" (SQLAlchemy documentation, dialects/sqlite, "pysqlite transaction isolation").

NOT here: models of the domains, rules.
"""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from fastapi import Request
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    DateTime,
    Engine,
    MetaData,
    case,
    create_engine,
    event,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.types import TypeDecorator

from app.errors import Unavailable
from app.settings import Settings

BUSY_SECONDS = 5
POOL_SECONDS = 2
MOST_REMEMBERED = 500

T = TypeVar("T")


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment, stored as UTC and always read back aware of it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must carry its time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        dt.datetime: UtcDateTime(),
        list[dict[str, Any]]: JSON(),
        list[str]: JSON(),
        dict[str, Any]: JSON(),
    }


class Library(Base):
    """The single row that holds the library version; `seeding` is true from the first seed loaded to the last."""

    __tablename__ = "library"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    changed_at: Mapped[dt.datetime]
    seeding: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)


class LibraryChange(Base):
    """When the library came to a version: a row for each that was given out, so that every stamp has its moment."""

    __tablename__ = "library_change"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(index=True)


def now() -> dt.datetime:
    """Return the present moment in UTC, to the second: what is stored is what every format can carry."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def library_version(session: Session) -> int:
    """Return the library version this session sees."""
    return session.scalars(select(Library.version)).one()


def library_state(session: Session) -> tuple[int, dt.datetime]:
    """Return the library version and when it last grew."""
    row = session.execute(select(Library.version, Library.changed_at)).one()
    return row.version, row.changed_at


def stamp(session: Session) -> int:
    """Add one to the library version, once in a transaction (or savepoint), and return it.

    The row lock it takes puts writers in commit order on both databases: whoever holds number N commits before N + 1
    is given out.
    """
    scope = session.get_nested_transaction() or session.get_transaction()
    held = session.info.get("stamp")
    if held is not None and held[0] is scope and scope is not None:
        return int(held[1])
    # Where the clock was set back, the moments of versions still do not go back: harvesters order by them.
    moment = case((Library.changed_at > now(), Library.changed_at), else_=now())
    values = {"version": Library.version + 1, "changed_at": moment}
    statement = update(Library).values(values).returning(Library.version, Library.changed_at)
    version, at = session.execute(statement, execution_options={"synchronize_session": False}).one()
    session.execute(insert(LibraryChange).values(version=version, at=at))
    session.info["stamp"] = (session.get_nested_transaction() or session.get_transaction(), version)
    return version


def make_engine(settings: Settings) -> Engine:
    """Make the engine for the URL in force; SQLite gets WAL, full sync, foreign keys and explicit transactions."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
            pool_size=12,
            max_overflow=4,
            pool_timeout=POOL_SECONDS,
            hide_parameters=True,
        )
        take_over_transactions(engine)
        return engine
    return create_engine(
        url, pool_size=12, max_overflow=4, pool_timeout=POOL_SECONDS, pool_pre_ping=True, hide_parameters=True
    )


def take_over_transactions(engine: Engine) -> None:
    """Make a SQLite engine begin its own transactions: IMMEDIATE for writers, so that they queue instead of failing."""

    @event.listens_for(engine, "connect")
    def _connected(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "temp_store = MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writing = connection.get_execution_options().get("cairn_writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Database:
    """The engine and its two kinds of session."""

    def __init__(self, settings: Settings) -> None:
        self.engine = make_engine(settings)
        self._read = sessionmaker(self.engine, expire_on_commit=False, info={"remembered": OrderedDict()})
        self._write = sessionmaker(self.engine.execution_options(cairn_writing=True), expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for one consistent look at the store; nothing it does is kept."""
        with _in_plain_words("Please try again."), self._read() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session and commit it at the end, or roll it back where anything was raised."""
        with _in_plain_words("Nothing was saved; please try again."), self._write() as session:
            yield session
            session.commit()

    def connections(self) -> tuple[int, int]:
        """Return how many connections of the pool are in use, and how many wait for use."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        return pool.checkedout(), pool.checkedin()

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _in_plain_words(then: str) -> Iterator[None]:
    """Turn a store that cannot answer now into Unavailable, which says so and, in the words of `then`, what to do."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("Too many requests are waiting for the store.", retry_after=2) from error
    except OperationalError as error:
        raise Unavailable(f"{_why(error)} {then}", retry_after=BUSY_SECONDS) from error
    except DatabaseError as error:
        if "malformed" not in str(error.orig) and "not a database" not in str(error.orig):
            raise
        raise Unavailable("The database file is damaged. Restore a backup; `cairn doctor` says more.") from error


def _why(error: OperationalError) -> str:
    text = str(error.orig).lower()
    if "locked" in text or "busy" in text:
        return "The store is busy with another change."
    if "readonly" in text or "read-only" in text:
        return "The store cannot be written to right now."
    if "full" in text:
        return "The disk is full."
    return "The store does not answer right now."


def get_session(request: Request) -> Iterator[Session]:
    """Give a request its reading session.

    Depend on it with `scope="function"`: with the default scope FastAPI ends it only after the answer was sent.
    """
    database: Database = request.app.state.database
    with database.reading() as session:
        yield session


def get_writing_session(request: Request) -> Iterator[Session]:
    """Give a request its writing session, committed before the answer is sent; `scope="function"` here too."""
    database: Database = request.app.state.database
    with database.writing() as session:
        yield session


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """Undo what is done inside where anything is raised, so that a door may still answer with the form it was given."""
    with session.begin_nested():
        yield


def remembered(session: Session, key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` gives, or gave under this key while the library version was the present one.

    For answers about published things only, which change with the library version and with nothing else. A writing
    session sees its own unfinished work, so there it is always made anew.
    """
    known: OrderedDict[Hashable, T] | None = session.info.get("remembered")
    if known is None:
        return make()
    asked = session.info.get("version_at")
    if asked is None or asked[0] is not session.get_transaction():
        version = library_version(session)
        asked = session.info["version_at"] = (session.get_transaction(), version)
    place = (asked[1], key)
    found = known.get(place)
    if found is None:
        found = known[place] = make()
        while len(known) > MOST_REMEMBERED:
            known.popitem(last=False)
    return found
