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

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, literal, not_, null, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

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

Row = Select[str, str, int, int, str | None]


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


def _place(cursor: str) -> tuple[int, str, str]:
    stamp, kind, name = decode_cursor(cursor, int, str, str)
    return int(stamp or 0), str(kind), str(name)


def _statement(
    session: Session, after: tuple[int, str, str], reached: int, limit: int, kinds: Collection[Kind]
) -> Select[Any]:
    """Return (kind, name, stamp, whether readers see it, moved_to) of what changed, the next few.

    An upper bound, because on PostgreSQL each statement sees a moment of its own: what is stamped later comes later.
    """
    carried = select(SummaryTag.tag_id).join(Summary, Summary.id == SummaryTag.summary_id).where(PUBLIC)
    seen: dict[Kind, tuple[Any, InstrumentedAttribute[str], ColumnElement[bool] | None]] = {
        "summary": (Summary, Summary.slug, PUBLIC),
        "paper": (Paper, Paper.key, None),
        "author": (Author, Author.slug, None),
        "category": (Category, Category.slug, None),
        "tag": (Tag, Tag.slug, Tag.id.in_(carried)),
        "series": (Series, Series.slug, None),
        "path": (Path, Path.slug, None),
        "macro-set": (MacroSetRow, MacroSetRow.name, None),
        "picture": (Media, Media.name, None),
    }

    def within(stamp: InstrumentedAttribute[int]) -> ColumnElement[bool]:
        return and_(stamp >= max(after[0], 1), stamp <= reached)

    ways = [
        select(
            literal(kind).label("kind"),
            name.label("name"),
            model.stamp.label("stamp"),
            (literal(1) if public is None else case((public, 1), else_=0)).label("public"),
            cast(null(), Tombstone.moved_to.type).label("moved_to"),
        ).where(within(model.stamp), *([_met_under_its_slug()] if kind == "summary" else []))
        for kind, (model, name, public) in seen.items()
        if kind in kinds
    ]
    graves = select(
        Tombstone.kind, Tombstone.name, Tombstone.stamp, cast(literal(0), Integer), Tombstone.moved_to
    ).where(within(Tombstone.stamp), Tombstone.kind.in_(kinds))
    found = union_all(*ways, graves).subquery()
    # Each database compares texts its own way; a cursor must mean the same in Python and in both.
    plain = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    kind, name = found.c.kind.collate(plain), found.c.name.collate(plain)
    stamp, after_kind, after_name = after
    following = or_(
        found.c.stamp > stamp,
        and_(found.c.stamp == stamp, kind > after_kind),
        and_(found.c.stamp == stamp, kind == after_kind, name > after_name),
    )
    columns = (found.c.kind, found.c.name, found.c.stamp, found.c.public, found.c.moved_to)
    return select(*columns).where(following).order_by(found.c.stamp, kind, name).limit(limit)


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
    carried = select(SummaryTag.tag_id).join(Summary, Summary.id == SummaryTag.summary_id).where(PUBLIC)
    known = {
        "summary": select(Summary.slug).where(Summary.slug.in_(wanted["summary"]), PUBLIC),
        "tag": select(Tag.slug).where(Tag.slug.in_(wanted["tag"]), Tag.id.in_(carried)),
    }
    return {
        (kind, name)
        for kind, names in wanted.items()
        if names
        for name in names.difference(session.scalars(known[kind]))
    }
