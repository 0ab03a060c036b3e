"""What the commands share: the store they work on, and who acts from a shell."""

import getpass

from sqlalchemy.exc import DatabaseError, OperationalError

from app.accounts.service import Actor
from app.database import Database
from app.errors import SetupError, with_full_stop
from app.schema import migrate
from app.settings import Settings, load_settings

POSTGRESQL_PORT = 5432


def open_store() -> tuple[Settings, Database]:
    """Return the settings in force and the store they name, as it is; its folder is made where it is missing.

    Raises SetupError where nothing answers there.
    """
    settings = load_settings()
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"The data folder {settings.data_dir} cannot be made: {error.strerror}.") from error
    database = Database(settings)
    _require_answer(database)
    return settings, database


def _require_answer(database: Database) -> None:
    """Raise SetupError, with where the store is and never its password, unless it can be spoken to."""
    try:
        database.engine.connect().close()
    except OperationalError as error:
        url = database.engine.url
        place = f"the file {url.database}"
        if url.host:
            place = f"{url.host}, port {url.port or POSTGRESQL_PORT}, database “{url.database}”"
        # The driver's first line ends in the reason; what it says before and after is of addresses and advice.
        reason = str(error.orig).strip().split("\n")[0].rpartition("failed: ")[2]
        raise SetupError(f"The store does not answer ({place}): {with_full_stop(reason)}") from error
    except DatabaseError:
        pass  # it answers, and is damaged: whoever reads it says so


def open_migrated() -> tuple[Settings, Database]:
    """Return the settings and the store, its schema brought up to date."""
    settings, database = open_store()
    migrate(database)
    return settings, database


def shell() -> Actor:
    """Return who acts from a shell: the account of the machine, for the record only."""
    try:
        return Actor(f"{getpass.getuser()} (shell)")
    except (OSError, KeyError):
        return Actor("shell")
