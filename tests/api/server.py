"""A real server over a small library, in a thread of its own, and tokens for those who write to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from app.accounts.models import Scope
from app.accounts.service import Actor
from app.accounts.tokens import create_token
from app.database import Database
from app.main import create_app
from app.schema import migrate
from tests import factories
from tests.conftest import make_settings
from tests.processes import free_port, in_a_thread


@dataclass(frozen=True)
class Server:
    base: str
    database: Database
    token: str


def token_of(database: Database, role: str, scope: Scope = "write") -> str:
    """Make a token of somebody of this role."""
    with database.writing() as session:
        user = factories.add_user(session, role=role)  # type: ignore[arg-type]
        return create_token(session, user.email, scope, actor=Actor("host"))[1]


def bearer(database: Database, role: str, scope: Scope = "write") -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(database, role, scope)}"}


@contextmanager
def serving(folder: Path, *, empty: bool = False) -> Iterator[Server]:
    """Give a server over the small library, or over an empty one, and an editor's token."""
    port = free_port()
    settings = make_settings(folder, base_url=f"http://127.0.0.1:{port}")
    settings.data_dir.mkdir()
    database = Database(settings)
    migrate(database)
    if not empty:
        with database.writing() as session:
            factories.fill(session)
    token = token_of(database, "editor")
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=port, log_level="warning")
    try:
        with in_a_thread(config):
            yield Server(settings.base, database, token)
    finally:
        database.close()
