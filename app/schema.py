"""Bring the store's schema up to date, and refuse one that is newer than this code.

Everything runs in one transaction under one lock, so a run that is killed leaves nothing and two runs at once are one.
"""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.database import Database
from app.errors import SetupError
from app.settings import ROOT

ADVISORY_LOCK = 4_277_017


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    return config


def migrate(database: Database) -> bool:
    """Apply what is missing; return whether anything was. Raises SetupError where the schema is newer than the code."""
    config = _config()
    try:
        with database.engine.execution_options(cairn_writing=True).connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            before = _current(connection)
            _refuse_newer(config, before)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return _current(connection) != before
    except OperationalError as error:
        raise SetupError(f"The store cannot be opened: {error.orig}") from error


def check_schema(database: Database) -> str | None:
    """Return a sentence that says what is wrong with the schema, or None where it is the one this code knows."""
    config = _config()
    with database.reading() as session:
        current = _current(session.connection())
    head = ScriptDirectory.from_config(config).get_current_head()
    if current == head:
        return None
    try:
        _refuse_newer(config, current)
    except SetupError as error:
        return str(error)
    return "The store's schema is older than this program; run `cairn migrate`."


def revision_of(connection: Connection) -> str | None:
    """Return the revision a store's schema is at; None where it has none."""
    return _current(connection)


def check_known(revision: str, what: str) -> None:
    """Raise SetupError for a revision that this program does not know: a newer one wrote it."""
    _refuse_newer(_config(), revision, what)


def bring_to(connection: Connection, revision: str) -> None:
    """Bring a schema up to a revision (or "head") inside the transaction that is under way."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(config: Config, current: str | None, what: str = "The store") -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise SetupError(
            f"{what} was last written by a newer version of Cairn (schema {current}). Install that version or newer."
        )
