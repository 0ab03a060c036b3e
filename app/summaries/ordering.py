"""Reading orders computed from prerequisites: what to read before a summary, and a path's steps put in an order that
no prerequisite contradicts.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import summary_path
from app.summaries.connection_models import Prerequisite
from app.summaries.connections import Neighbour
from app.summaries.models import Summary
from app.summaries.visibility import PUBLIC

DEEPEST = 50


def in_order(ids: Sequence[int], requires: Iterable[tuple[int, int]]) -> list[int]:
    """Return the ids with every prerequisite before what requires it, otherwise in the order given.

    `requires` are (summary, what it requires); pairs that name another id count for nothing. There are no circles: a
    save that would make one is refused.
    """
    wanted = set(ids)
    needs: dict[int, list[int]] = {id_: [] for id_ in ids}
    for asker, needed in requires:
        if asker in wanted and needed in wanted:
            needs[asker].append(needed)
    placed: dict[int, None] = {}

    def place(id_: int, depth: int = 0) -> None:
        if id_ in placed or depth > len(ids):
            return
        for needed in sorted(needs[id_], key=ids.index):
            place(needed, depth + 1)
        placed[id_] = None

    for id_ in ids:
        place(id_)
    return list(placed)


def way_to(session: Session, summary_id: int) -> list[Neighbour]:
    """Return everything published that this summary builds on by prerequisites, however far, in a reading order."""
    pairs: set[tuple[int, int]] = set()
    found: dict[int, None] = {}
    frontier = [summary_id]
    for _ in range(DEEPEST):
        if not frontier:
            break
        rows = session.execute(
            select(Prerequisite.summary_id, Prerequisite.requires_id)
            .where(Prerequisite.summary_id.in_(frontier))
            .order_by(Prerequisite.summary_id, Prerequisite.position)
        ).all()
        pairs |= {(asker, needed) for asker, needed in rows}
        frontier = [needed for _, needed in rows if needed not in found]
        found |= dict.fromkeys(frontier)
    order = in_order(sorted(found), pairs)
    rows_by_id = {
        row.id: row
        for row in session.execute(select(Summary.id, Summary.slug, Summary.title).where(Summary.id.in_(order), PUBLIC))
    }
    return [Neighbour(summary_path(rows_by_id[id_].slug), rows_by_id[id_].title) for id_ in order if id_ in rows_by_id]
