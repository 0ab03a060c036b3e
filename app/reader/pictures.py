"""The library to look at: papers by year, the shelves as a map, the links as a graph, and the pieces for other pages.

Each picture is drawn for wide and for narrow screens, with a table behind it. NOT here: geometry (`app/pictures/`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.errors import BadInput
from app.markup import title_text
from app.pictures import (
    Activity,
    Ladder,
    Member,
    Neighbours,
    Related,
    Rung,
    Shelf,
    Unit,
    Year,
    draw_activity,
    draw_ladder,
    draw_map,
    draw_neighbours,
    draw_ring,
    draw_timeline,
)
from app.reader.parameters import NoParameters, Nothing, Slug
from app.reader.steps import Step, Steps
from app.summaries.overview import (
    TYPES,
    Graph,
    link_graph,
    neighbourhood,
    papers_by_year,
    prerequisites_among,
    published_by_month,
    shelf_overlaps,
    without_year,
)
from app.summaries.queries import get_published
from app.summaries.shelves import list_categories
from app.taxonomy.queries import get_category
from app.web.sessions import Reading
from app.web.templating import render

router = APIRouter()
WIDE_MAP, NARROW_MAP = (1060, 620), (340, 760)
MOST_NEAR = 40
MOST_NEAR_IN_PIECE = 8
MOST_NEAR_IN_TABLE = 200

GOING = {
    "requires": "read first",
    "builds-on": "builds on it",
    "supersedes": "supersedes it",
    "contradicts": "contradicts it",
    "replicates": "replicates it",
    "compares": "compares with it",
    "": "",
}
COMING = {
    "requires": "asks for this first",
    "builds-on": "builds on this",
    "supersedes": "supersedes this",
    "contradicts": "contradicts this",
    "replicates": "replicates this",
    "compares": "compares with this",
    "": "",
}


class OneShelf(NoParameters):
    """A form sends an empty value for “all shelves”."""

    category: Slug | Literal[""] = ""


class Around(OneShelf):
    around: Slug | Literal[""] = ""


@router.get("/timeline")
def timeline(request: Request, session: Reading, asked: Annotated[OneShelf, Query()]) -> Response:
    """Show the summaries by the year of their papers; a shelf asked for stands out."""
    shelf = get_category(session, asked.category) if asked.category else None
    years = [
        Year(one.year, one.count, one.on_shelf, [Unit(slug, title_text(title), on) for slug, title, on in one.sample])
        for one in papers_by_year(session, category=asked.category or None)
    ]
    return render(
        request,
        "reader/timeline.html",
        shelf=shelf,
        shelves=list_categories(session),
        years=years,
        picture=draw_timeline(years),
        left_out=without_year(session),
    )


@router.get("/map")
def shelf_map(request: Request, session: Reading, _: Nothing) -> Response:
    """Show the shelves and what stands on two of them."""
    shelves = tuple(Shelf(one.slug, one.name, one.count) for one in list_categories(session))
    overlaps = tuple((one, other, count) for (one, other), count in shelf_overlaps(session).items())
    shared: dict[str, list[tuple[Shelf, int]]] = {shelf.key: [] for shelf in shelves}
    by_key = {shelf.key: shelf for shelf in shelves}
    for one, other, count in sorted(overlaps, key=lambda overlap: -overlap[2]):
        shared[one].append((by_key[other], count))
        shared[other].append((by_key[one], count))
    return render(
        request,
        "reader/map.html",
        shelves=shelves,
        shared=shared,
        wide=draw_map(shelves, overlaps, *WIDE_MAP),
        narrow=draw_map(shelves, overlaps, *NARROW_MAP),
    )


@router.get("/graph")
def graph(request: Request, session: Reading, asked: Annotated[Around, Query()]) -> Response:
    """Show which summaries refer to which: the whole library, a shelf, or what is around one summary."""
    if asked.around and asked.category:
        raise BadInput("A graph is of one shelf or around one summary, not both.")
    if asked.around:
        summary = get_published(session, asked.around)
        near = vicinity_of(session, summary.id, summary.slug, summary.title, most=MOST_NEAR, roomy=True)
        return render(request, "reader/graph.html", summary=summary, vicinity=near)
    shelf = get_category(session, asked.category) if asked.category else None
    shelves = list_categories(session)
    found = link_graph(session, category=asked.category or None)
    names = {one.slug: one.name for one in shelves}
    links = [(edge.source, edge.target) for edge in found.edges]
    members = [
        Member(node.id, node.slug, title_text(node.title), node.shelf, sum(found.degrees[node.id]))
        for node in found.nodes
    ]
    return render(
        request,
        "reader/graph.html",
        summary=None,
        shelf=shelf,
        shelves=shelves,
        graph=found,
        ring=draw_ring(members, links, names),
        ladder=draw_ladder(_rungs(members, names), links),
        refers=_refers(found),
    )


def _rungs(members: Sequence[Member], names: dict[str, str]) -> list[Rung]:
    """Return the members with a heading before each shelf."""
    rungs: list[Rung] = []
    group: str | None = None
    for member in members:
        if member.group != group:
            group = member.group
            rungs.append(Rung(-1 - len(rungs), names.get(group, "No shelf"), kind="heading", key=group))
        rungs.append(Rung(member.id, member.label, key=member.key))
    return rungs


def _refers(found: Graph) -> dict[int, list[int]]:
    """Return for each node those that it refers to, as far as they are drawn."""
    refers: dict[int, list[int]] = {node.id: [] for node in found.nodes}
    for edge in found.edges:
        refers[edge.source].append(edge.target)
    return refers


@dataclass(frozen=True, slots=True)
class Vicinity:
    """One summary and its neighbours, drawn wide and narrow; `unlisted` stand in neither of the two lists."""

    slug: str
    title: str
    wide: Neighbours | None
    narrow: Ladder
    refers_to: Sequence[Related]
    referred_by: Sequence[Related]
    unlisted: int


def vicinity_of(
    session: Session, id_: int, slug: str, title: str, *, most: int = MOST_NEAR_IN_PIECE, roomy: bool = False
) -> Vicinity | None:
    """Return a summary's neighbours for `reader/_neighbourhood.html`; None where it has none. Two statements.

    Up to `most` are drawn on each side; `roomy` for a page of their own, not for a column of text.
    """
    title = title_text(title)
    nodes, edges = neighbourhood(session, id_)
    going = {edge.target: edge.types for edge in edges if edge.source == id_}
    coming = {edge.source: edge.types for edge in edges if edge.target == id_}
    sides: tuple[list[tuple[int, str, Related]], list[tuple[int, str, Related]]] = ([], [])
    for node in nodes:
        if node.id != id_:
            side, rank, note = _side(going.get(node.id, ()), coming.get(node.id, ()))
            sides[side].append((rank, node.title, Related(node.slug, title_text(node.title), note)))
    if not any(sides):
        return None
    left, right = ([related for _, _, related in sorted(side, key=lambda one: one[:2])] for side in sides)
    room = {"wide": 1060, "side": 390, "lines": 1} if roomy else {}
    wide = draw_neighbours(title, left, right, most=most, **room)
    listed = MOST_NEAR_IN_TABLE if roomy else most
    unlisted = max(len(left) - listed, 0) + max(len(right) - listed, 0)
    narrow = _stacked(title, left[:most], right[:most])
    return Vicinity(slug, title, wide, narrow, left[:listed], right[:listed], unlisted)


def _side(going: Sequence[str], coming: Sequence[str]) -> tuple[int, int, str]:
    """Return where a neighbour stands (0: referred to, 1: refers here), its rank there, and what leads there."""
    there = min((TYPES.index(type_) for type_ in going), default=len(TYPES))
    here = min((TYPES.index(type_) for type_ in coming), default=len(TYPES))
    side = 0 if there <= here else 1
    words, type_ = (COMING, coming[0]) if side else (GOING, going[0])
    said = [words[type_], "both ways" if going and coming else ""]
    return side, min(there, here), ", ".join(filter(None, said))


def _stacked(title: str, left: Sequence[Related], right: Sequence[Related]) -> Ladder:
    rungs = [Rung(-1, "Refers to", kind="heading")] if left else []
    rungs += [Rung(at, one.label, one.note, key=one.key) for at, one in enumerate(left, start=1)]
    rungs.append(Rung(0, title))
    rungs += [Rung(-2, "Referred to by", kind="heading")] if right else []
    rungs += [Rung(at, one.label, one.note, key=one.key) for at, one in enumerate(right, start=len(left) + 1)]
    links = [(0, at) for at in range(1, len(left) + 1)]
    links += [(at, 0) for at in range(len(left) + 1, len(left) + len(right) + 1)]
    return draw_ladder(rungs, links, gutter=56, size=13.5, lines=2)


@dataclass(frozen=True, slots=True)
class DrawnPath:
    """A reading path drawn wide and narrow; `needs` are, for each step, the steps that it builds on."""

    wide: Ladder
    narrow: Ladder
    steps: Sequence[Step]
    needs: Sequence[Sequence[int]]


def drawn_path_of(session: Session, path: Steps) -> DrawnPath | None:
    """Return a path's picture for `reader/_path_steps.html`; None for fewer than two steps. One statement."""
    if len(path.steps) < 2:
        return None
    numbers = {step.summary.id: step.number for step in path.steps}
    pairs = sorted((numbers[needed], numbers[asker]) for asker, needed in prerequisites_among(session, list(numbers)))
    rungs = [Rung(step.number, title_text(step.summary.title), key=step.summary.slug) for step in path.steps]
    return DrawnPath(
        draw_ladder(rungs, pairs, wide=560, gutter=72, size=14.5, row=40, dot_radius=13),
        draw_ladder(rungs, pairs, wide=340, gutter=66, size=14, row=46, lines=2, dot_radius=13),
        path.steps,
        [[needed for needed, asker in pairs if asker == step.number] for step in path.steps],
    )


def activity_of(session: Session) -> Activity | None:
    """Return the chart for `reader/_activity.html`; None before anything was published. One statement."""
    return draw_activity(published_by_month(session))
