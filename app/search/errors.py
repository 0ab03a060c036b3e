"""What can go wrong with an index; it stays inside search, whose callers fall back to a plain look at the store."""

from app.errors import Unavailable


class SearchUnavailable(Unavailable):
    """There is no index that can be read; one is being built."""

    title = "Search is being rebuilt"


class IndexDamaged(Exception):
    """The index on disk is missing, not ours, of an older form, or not as it was written."""


class IndexBusy(Exception):
    """Another process holds the right to write the index."""
