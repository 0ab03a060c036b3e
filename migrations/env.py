"""How Alembic reaches the store: always online, everything in one transaction, so that a killed run leaves nothing."""

from alembic import context
from sqlalchemy import Connection

import app.models  # noqa: F401  (registers every table)
from app.database import Base, UtcDateTime, make_engine
from app.settings import load_settings


def _plainly(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as the plain ones they are stored as: a migration must outlive the code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,  # Alembic thinks SQLite cannot; it can once the driver's own BEGIN is out of the way
        render_item=_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = make_engine(load_settings()).execution_options(cairn_writing=True)
    with engine.connect() as own:
        run(own)
