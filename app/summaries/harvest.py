"""What a harvester is told: every summary that is or once was public, with the moment of its last change.

A record that readers no longer see is told as deleted and nothing else of it: not its title, not its shelves. It comes
from its row (archived, withdrawn, in the trash) or, where that is gone, from a tombstone. A draft that was never public
has no stamp and is not named.

Pages go by row id, then by the tombstones' stamps: an edit while somebody harvests moves no record to another place,
so none is left out and none comes twice. NOT here: the protocol and its XML (`app/interchange/oai.py`).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, not_, or_, select, union, union_all
from sqlalchemy.orm import Session

from app.database import LibraryChange, library_state
from app.papers.models import Author, Authorship, Paper
from app.summaries.listing import SummaryRow, list_by_ids
from app.summaries.models import Summary, SummaryCategory, SummaryCurator, SummaryPaper, SummaryTag
from app.summaries.visibility import PUBLIC
from app.taxonomy.models import Category, Tag
from app.tombstones import Tombstone

# Where the last page ended: (0, row id, "") among the rows, (1, stamp, name) among the tombstones.
Position = tuple[int, int, str]
START: Position = (0, 0, "")
UNBOUNDED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Span:
    """The library versions a harvest is about, both ends included, and the set: (category | tag, slug) or None."""

    first: int
    last: int
    set: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Harvested:
    """One record: its slug, when it last changed, and the summary as lists show it, or None where it is deleted."""

    slug: str
    changed: dt.datetime
    row: SummaryRow | None
    curators: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class HarvestPage:
    """Some records, and where the next page begins (None after the last)."""

    records: Sequence[Harvested]
    following: Position | None


def earliest(session: Session) -> dt.datetime:
    """Return a moment before which nothing changed."""
    first = session.scalars(select(func.min(LibraryChange.at))).one()
    return first or library_state(session)[1]


def span_between(
    session: Session, since: dt.datetime | None, until: dt.datetime | None, within: tuple[str, str] | None
) -> Span | None:
    """Return the versions that the library came to between two moments, both included; None where there is none."""
    oldest = session.scalars(select(func.min(LibraryChange.version))).one()
    if oldest is None:
        return None
    first, last = oldest, UNBOUNDED
    if since is not None:
        first = session.scalars(select(func.min(LibraryChange.version)).where(LibraryChange.at >= since)).one()
    if until is not None:
        last = session.scalars(select(func.max(LibraryChange.version)).where(LibraryChange.at <= until)).one()
    if first is None or last is None or first > last:
        return None
    return Span(0 if first == oldest else first, last, within)  # what is older has the first moment that was noted


def has_set(session: Session, kind: str, slug: str) -> bool:
    """Say whether readers know this category or tag."""
    if kind == "category":
        return session.scalars(select(Category.id).where(Category.slug == slug)).first() is not None
    statement = select(Tag.id).join(SummaryTag).join(Summary, Summary.id == SummaryTag.summary_id)
    return session.scalars(statement.where(Tag.slug == slug, PUBLIC).limit(1)).first() is not None


def page_of_harvest(session: Session, span: Span, after: Position, limit: int) -> HarvestPage:
    """Return the records that follow a position: the same number of statements for any page."""
    found: list[tuple[int, str]] = []
    if after[0] == 0:
        rows = select(Summary.id, Summary.slug).where(Summary.id > after[1], *_rows_within(span))
        found = [(id_, slug) for id_, slug in session.execute(rows.order_by(Summary.id).limit(limit + 1))]
    records = _tell(session, found[:limit])
    if len(found) > limit:
        return HarvestPage(records, (0, found[limit - 1][0], ""))
    place = after if after[0] else (1, -1, "")
    graves = _graves(span, place).order_by(Tombstone.stamp, Tombstone.name).limit(limit - len(records) + 1)
    gone = [(name, version) for name, version in session.execute(graves)]
    moments = _moments(session, {version for _, version in gone})
    room = limit - len(records)
    records += [Harvested(name, moments[version], None) for name, version in gone[:room]]
    if len(gone) <= room:
        return HarvestPage(records, None)
    return HarvestPage(records, (1, gone[room - 1][1], gone[room - 1][0]) if room else place)


def count_harvest(session: Session, span: Span) -> int:
    """Return how many records there are in all."""
    rows = select(func.count()).select_from(Summary).where(*_rows_within(span))
    graves = select(func.count()).select_from(_graves(span, (1, -1, "")).subquery())
    return session.scalars(rows).one() + session.scalars(graves).one()


def find_harvested(session: Session, slug: str) -> Harvested | None:
    """Return the record of this slug, deleted or not; None where readers never knew one."""
    row = session.execute(select(Summary.id, Summary.slug).where(Summary.slug == slug, _known())).first()
    if row is not None:
        return _tell(session, [(row.id, row.slug)])[0]
    grave = select(Tombstone.stamp).where(Tombstone.kind == "summary", Tombstone.name == slug)
    version = session.scalars(grave).one_or_none()
    return None if version is None else Harvested(slug, _moments(session, {version})[version], None)


def _known() -> ColumnElement[bool]:
    """Say of a row that readers know or knew it by its slug; what was renamed since it was withdrawn, they do not."""
    renamed = select(Tombstone.name).where(
        Tombstone.kind == "summary", Tombstone.moved_to == Summary.slug, Tombstone.stamp > Summary.stamp
    )
    return and_(Summary.stamp > 0, or_(PUBLIC, not_(renamed.exists())))


def _rows_within(span: Span) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [_known()]
    if span.last < UNBOUNDED:
        later = _shown(lambda stamp: stamp > span.last)
        where += [Summary.stamp <= span.last, or_(not_(PUBLIC), Summary.id.not_in(select(later.subquery().c[0])))]
    if span.first > 0:
        since = _shown(lambda stamp: stamp >= span.first)
        where.append(or_(Summary.stamp >= span.first, and_(PUBLIC, Summary.id.in_(select(since.subquery().c[0])))))
    if span.set is not None:
        where.append(or_(not_(PUBLIC), Summary.id.in_(_members(*span.set))))
    return where


def _members(kind: str, slug: str) -> Select[int]:
    """The summaries of a set. Deleted records are told in every set: where they stood is nobody's to know any more."""
    if kind == "category":
        return select(SummaryCategory.summary_id).join(Category).where(Category.slug == slug)
    return select(SummaryTag.summary_id).join(Tag).where(Tag.slug == slug)


def _graves(span: Span, after: Position) -> Select[str, int]:
    """The names that no row has any more; of one that has a row again, the row tells."""
    rows = select(Summary.slug).where(_known())
    return select(Tombstone.name, Tombstone.stamp).where(
        Tombstone.kind == "summary",
        Tombstone.stamp.between(span.first, span.last),
        or_(Tombstone.stamp > after[1], and_(Tombstone.stamp == after[1], Tombstone.name > after[2])),
        Tombstone.name.not_in(rows),
    )


def _sources() -> list[tuple[Select[int, int], ColumnElement[int]]]:
    """What a record shows beside the summary's own row: (summary, stamp) of its papers, authors, shelves and tags."""
    about = Paper, Paper.id == SummaryPaper.paper_id
    written = Authorship, Authorship.paper_id == SummaryPaper.paper_id
    return [
        (select(SummaryPaper.summary_id, Paper.stamp).join(*about), Paper.stamp.expression),
        (select(SummaryPaper.summary_id, Author.stamp).join(*written).join(Author), Author.stamp.expression),
        (select(SummaryCategory.summary_id, Category.stamp).join(Category), Category.stamp.expression),
        (select(SummaryTag.summary_id, Tag.stamp).join(Tag), Tag.stamp.expression),
    ]


def _shown(wanted: Callable[[ColumnElement[int]], ColumnElement[bool]]) -> CompoundSelect[int]:
    return union(*(source.with_only_columns(source.selected_columns[0]).where(wanted(s)) for source, s in _sources()))


def _tell(session: Session, rows: Sequence[tuple[int, str]]) -> list[Harvested]:
    """Return these rows as records, in their order: a fixed number of statements."""
    ids = [id_ for id_, _ in rows]
    shown = {row.id: row for row in list_by_ids(session, ids)}
    curators = defaultdict(list)
    names = select(SummaryCurator.summary_id, SummaryCurator.name).where(SummaryCurator.summary_id.in_(shown))
    for id_, name in session.execute(names.order_by(SummaryCurator.summary_id, SummaryCurator.position)):
        curators[id_].append(name)
    stamps = dict(session.execute(select(Summary.id, Summary.stamp).where(Summary.id.in_(ids))).all())
    others = union_all(*(source.where(source.selected_columns[0].in_(shown)) for source, _ in _sources())).subquery()
    for id_, version in session.execute(select(others.c[0], func.max(others.c[1])).group_by(others.c[0])):
        stamps[id_] = max(stamps[id_], version)
    moments = _moments(session, set(stamps.values()))
    return [Harvested(slug, moments[stamps[id_]], shown.get(id_), curators.get(id_, ())) for id_, slug in rows]


def _moments(session: Session, versions: set[int]) -> dict[int, dt.datetime]:
    """Return when the library came to each of these versions; before the first that was noted, the first's moment."""
    found = dict(
        session.execute(
            select(LibraryChange.version, LibraryChange.at).where(LibraryChange.version.in_(versions))
        ).all()
    )
    missing = versions - set(found)
    return found | dict.fromkeys(missing, earliest(session)) if missing else found
