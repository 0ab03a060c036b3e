"""What an export would hold: how many of everything, drafts included. NOT here: writing it (`exporting.py`)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.papers.models import Paper
from app.summaries.asset_models import MacroSetRow, Media
from app.summaries.connection_models import Path
from app.summaries.counting import TRASH, count_by_status
from app.taxonomy.models import Category, Series


def count_holdings(session: Session) -> list[tuple[str, int, str]]:
    """Return the parts of a library folder: where they stand in it, how many there are, and what they are."""
    statuses = count_by_status(session)
    kept = {status: number for status, number in statuses.items() if status != TRASH and number}
    told = ", ".join(f"{number:,} {status.replace('-', ' ')}" for status, number in kept.items())
    tables = (
        ("papers.bib", Paper, "paper", "papers"),
        ("categories.yaml", Category, "category", "categories"),
        ("series.yaml", Series, "series", "series"),
        ("paths/", Path, "reading path", "reading paths"),
        ("macros/", MacroSetRow, "macro set", "macro sets"),
        ("media/", Media, "picture", "pictures"),
    )
    total = sum(kept.values())
    counted = [("summaries/", total, ("summary" if total == 1 else "summaries") + (f" ({told})" if told else ""))]
    for place, table, one, more in tables:
        number = session.scalars(select(func.count()).select_from(table)).one()
        counted.append((place, number, one if number == 1 else more))
    return counted
