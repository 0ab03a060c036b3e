"""The one rule of who may see a summary: as a condition for SQL. Every read for readers uses it."""

from sqlalchemy import and_, literal_column

from app.summaries.models import Summary

# The status stands in the SQL text, not in a parameter, so that the partial indexes on published rows apply.
PUBLIC = and_(Summary.status == literal_column("'published'"), Summary.trashed_at.is_(None))
