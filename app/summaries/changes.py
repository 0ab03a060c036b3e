"""What changed since a library version, as readers may know it: enough to keep a copy of the library exact.

An item names a thing whose own facts changed, or that is gone; what it shows of other things (the name of a category,
the title behind a link, counts, backlinks) follows from the items of those. A name that readers never met is never
told: a draft has no stamp and no tombstone is made of it; what was renamed after readers last saw it is not told of
under its new name.
NOT here: what else a change means for search (`queries.ids_changed_since`).
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, and_, case, cast, literal, not_, null, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import SQLCoreOperations

from app.database import LibraryChange, library_version
from app.errors import BadInput, FieldProblem
from app.pagination import decode_cursor, encode_cursor
from app.papers.models import Author, Paper
from app.summaries.asset_models import MacroSetRow, Media
from app.summaries.connection_models import Path
from app.summaries.models import Summary, SummaryTag
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category, Series, Tag
from app.tombstones import Kind, Tombstone

KINDS: tuple[Kind, ...] = get_args(Kind)

SEEN: dict[Kind, tuple[Any, InstrumentedAttribute[str]]] = {
    "summary": (Summary, Summary.slug),
    "paper": (Paper, Paper.key),
    "author": (Author, Author.slug),
    "category": (Category, Category.slug),
    "tag": (Tag, Tag.slug),
    "series": (Series, Series.slug),
    "path": (Path, Path.slug),
    "macro-set": (MacroSetRow, MacroSetRow.name),
    "picture": (Media, Media.name),
}

Place = tuple[int, str, str]
Row = Select[str, str, int, int, str | None]
Text = SQLCoreOperations[str]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed or is gone; `at` is when the library came to `stamp`, None where nobody noted it.

    `moved_to` is the name of the same kind to use instead of one that is gone, where there is one.
    """

    kind: Kind
    name: str
    action: Literal["changed", "deleted"]
    stamp: int
    at: dt.datetime | None
    moved_to: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """A slice of what changed, in the order of (stamp, kind, name).

    Whoever took in the slices up to this one is at `version`: the library's, or while there is `more`, the last that
    is complete. `cursor` leads to the following slice.
    """

    version: int
    items: Sequence[Change]
    more: bool
    cursor: str | None


def changes_since(
    session: Session,
    version: int,
    limit: int,
    *,
    kinds: Collection[Kind] | None = None,
    cursor: str | None = None,
) -> Changes:
    """Return what changed after a library version, or after a cursor that such an answer gave; one slice of it.

    Raises BadInput for a version that the library has not reached (it is another library, or an older copy of it).
    """
    reached = library_version(session)
    if version > reached:
        sentence = f"the library is at version {reached} and has not reached {version}"
        raise BadInput(f"since: {sentence}.", [FieldProblem("since", sentence)])
    after = (version, "~", "") if cursor is None else _place(cursor)
    rows = [tuple(row) for row in session.execute(_statement(session, after, reached, limit + 1, kinds or KINDS))]
    shown, more = rows[:limit], len(rows) > limit
    items = _told(session, shown)
    if not more:
        return Changes(reached, items, False, None)
    kind, name, stamp = shown[-1][:3]
    return Changes(rows[limit][2] - 1, items, True, encode_cursor(stamp, kind, name))


def _place(cursor: str) -> Place:
    stamp, kind, name = decode_cursor(cursor, int, str, str)
    return int(stamp or 0), str(kind), str(name)


def _statement(session: Session, after: Place, reached: int, limit: int, kinds: Collection[Kind]) -> Select[Any]:
    """Return (kind, name, stamp, whether readers see it, moved_to) of what changed, the next few.

    Each way finds its own next few by its index of stamps; then the first of them all are taken. An upper bound,
    because on PostgreSQL each statement sees a moment of its own: what is stamped later comes later.
    """
    # Each database compares texts its own way; a cursor must mean the same in Python and in both.
    plain = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    since, after_kind, after_name = after

    def next_few(statement: Row, kind: Text, name: Text, stamp: SQLCoreOperations[int]) -> Row:
        following = or_(
            stamp > since,
            and_(stamp == since, kind.collate(plain) > after_kind),
            and_(stamp == since, kind == after_kind, name.collate(plain) > after_name),
        )
        within = statement.where(stamp >= max(since, 1), stamp <= reached, following)
        return within.order_by(stamp, kind.collate(plain), name.collate(plain)).limit(limit)

    ways = [
        next_few(_living(kind), literal(kind), SEEN[kind][1], SEEN[kind][0].stamp) for kind in KINDS if kind in kinds
    ]
    grave = (Tombstone.kind, Tombstone.name, Tombstone.stamp)
    graves = select(*grave, literal(0), Tombstone.moved_to).where(Tombstone.kind.in_(kinds))
    ways.append(next_few(graves, Tombstone.kind, Tombstone.name, Tombstone.stamp))
    found = union_all(*(select(way.subquery()) for way in ways)).subquery()
    order = (found.c.stamp, found.c.kind.collate(plain), found.c.name.collate(plain))
    return select(found).order_by(*order).limit(limit)


def _living(kind: Kind) -> Row:
    model, name = SEEN[kind]
    public: ColumnElement[int] = literal(1)
    if kind in ("summary", "tag"):
        public = case((PUBLIC if kind == "summary" else Tag.id.in_(_carried()), 1), else_=0)
    row = select(
        literal(kind).label("kind"),
        name.label("name"),
        model.stamp.label("stamp"),
        public.label("public"),
        cast(null(), Tombstone.moved_to.type).label("moved_to"),
    )
    return row.where(_met_under_its_slug()) if kind == "summary" else row


def _carried() -> Select[int]:
    """Select the ids of the tags that published summaries carry."""
    return select(SummaryTag.tag_id).join(Summary, Summary.id == SummaryTag.summary_id).where(PUBLIC)


def _met_under_its_slug() -> ColumnElement[bool]:
    """Leave out a summary that readers saw under a former slug only."""
    renamed_since = select(Tombstone.name).where(
        Tombstone.kind == "summary", Tombstone.moved_to == Summary.slug, Tombstone.stamp > Summary.stamp
    )
    return or_(PUBLIC, not_(renamed_since.exists()))


def _told(session: Session, rows: Sequence[tuple[Any, ...]]) -> list[Change]:
    """Return the rows as readers are told of them: with the moment, and without a name they may not know."""
    moments = dict(
        session.execute(
            select(LibraryChange.version, LibraryChange.at).where(LibraryChange.version.in_({row[2] for row in rows}))
        ).all()
    )
    hidden = _hidden_targets(session, rows)
    return [
        Change(
            kind=kind,
            name=name,
            action="changed" if public else "deleted",
            stamp=stamp,
            at=moments.get(stamp),
            moved_to=None if (kind, target) in hidden else target,
        )
        for kind, name, stamp, public, target in rows
    ]


def _hidden_targets(session: Session, rows: Sequence[tuple[Any, ...]]) -> set[tuple[str, str]]:
    """Return the (kind, name) that something moved to and that readers do not see now."""
    wanted: Mapping[str, set[str]] = {
        kind: {row[4] for row in rows if row[0] == kind and row[4]} for kind in ("summary", "tag")
    }
    known = {
        "summary": select(Summary.slug).where(Summary.slug.in_(wanted["summary"]), PUBLIC),
        "tag": select(Tag.slug).where(Tag.slug.in_(wanted["tag"]), Tag.id.in_(_carried())),
    }
    return {
        (kind, name)
        for kind, names in wanted.items()
        if names
        for name in names.difference(session.scalars(known[kind]))
    }
