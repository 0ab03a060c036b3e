"""What the commands share: the store they work on, and who acts from a shell."""

import getpass

from app.accounts.service import Actor
from app.database import Database
from app.errors import SetupError
from app.schema import migrate
from app.settings import Settings, load_settings


def open_store() -> tuple[Settings, Database]:
    """Return the settings in force and the store they name, as it is; its folder is made where it is missing."""
    settings = load_settings()
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(f"The data folder {settings.data_dir} cannot be made: {error.strerror}.") from error
    return settings, Database(settings)


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
