"""Whether the seeds are wanted: in an empty library, or in one where an earlier load was cut short."""

from sqlalchemy import select, update

from app.database import Database, Library
from app.papers.models import Paper
from app.summaries.models import Summary
from app.taxonomy.models import Category


def wants_seeds(database: Database) -> bool:
    """Say whether to load the seeds, and note that it began, so that a load that is killed is taken up again."""
    with database.writing() as session:
        if session.scalars(select(Library.seeding)).one():
            return True
        if any(session.execute(select(table.id).limit(1)).first() for table in (Summary, Paper, Category)):
            return False
        session.execute(update(Library).values(seeding=True))
        return True


def finish_seeding(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Library).values(seeding=False))
