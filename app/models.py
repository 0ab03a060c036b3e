"""Every table, imported in one place for Alembic and the tests. NOT here: any definition."""

from app import tombstones
from app.accounts import models as accounts
from app.papers import models as papers
from app.summaries import asset_models, connection_models, workflow_models
from app.summaries import models as summaries
from app.taxonomy import models as taxonomy

__all__ = [
    "accounts",
    "asset_models",
    "connection_models",
    "papers",
    "summaries",
    "taxonomy",
    "tombstones",
    "workflow_models",
]
