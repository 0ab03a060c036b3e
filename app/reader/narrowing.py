"""Narrowing a list: filters as removable chips, facet counts as links. Only addresses and words, no reads.

NOT here: counting (`app/summaries/listing.py`, `app/search/query.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.markup import title_text
from app.summaries.browsing import Names
from app.summaries.facets import FacetValue
from app.web.templating import query

Pairs = list[tuple[str, object]]
Active = Mapping[str, Sequence[str]]

HEADINGS = {
    "category": "Category",
    "kind": "Kind",
    "year": "Year of the paper",
    "tag": "Tag",
    "series": "Series",
    "author": "Author",
}
SEVERAL = ("category", "tag")
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    heading: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value the list can be narrowed to, how many would be left, and where that is."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The choices of one kind: those shown at once, and the rest."""

    kind: str
    heading: str
    shown: Sequence[Choice]
    rest: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Everything around a list that narrows it; `pairs` are the parameters in force, without the page."""

    path: str
    pairs: Pairs
    active: Pairs
    chips: Sequence[Chip]
    groups: Sequence[Group]
    clear: str

    @property
    def words(self) -> str:
        return ", ".join(chip.label for chip in self.chips)


def narrow(
    path: str, active: Active, counts: Mapping[str, Sequence[FacetValue]], names: Names, fixed: Pairs | None = None
) -> Narrowing:
    """Make the chips and choices of a list at `path`; `fixed` (a query, an order) stays in every address."""
    fixed = fixed or []
    chips = [
        Chip(
            HEADINGS[str(kind)], label_of(str(kind), str(value), names), path + query(fixed + _but(active, kind, value))
        )
        for kind, value in pairs_of(active)
    ]
    free = [kind for kind in HEADINGS if kind in SEVERAL or kind not in active]
    groups = [_group(path, kind, active, counts.get(kind, ()), fixed) for kind in free]
    in_force = pairs_of(active)
    return Narrowing(
        path, fixed + in_force, in_force, chips, [group for group in groups if group.shown], path + query(fixed)
    )


def _group(path: str, kind: str, active: Active, counts: Sequence[FacetValue], fixed: Pairs) -> Group:
    chosen = active.get(kind, ())
    choices = [
        Choice(
            label_of(kind, one.label, {}),
            one.count,
            path + query(fixed + pairs_of({**active, kind: [*chosen, one.value]})),
        )
        for one in counts
        if one.value not in chosen
    ]
    # A "more" that hides one or two lines costs more than it saves.
    shown = SHOWN if len(choices) > SHOWN + 2 else len(choices)
    return Group(kind, HEADINGS[kind], choices[:shown], choices[shown:])


def pairs_of(active: Active) -> Pairs:
    """Return the filters as parameters, in one order whatever the order they came in."""
    return [(kind, value) for kind in HEADINGS for value in sorted(active.get(kind, ()))]


def _but(active: Active, kind: object, value: object) -> Pairs:
    return [pair for pair in pairs_of(active) if pair != (kind, value)]


def label_of(kind: str, value: str, names: Names) -> str:
    """Return the words for a value: a name where there is one, “Deep dive” for `deep-dive`."""
    if kind == "kind":
        return value.replace("-", " ").capitalize()
    name = names.get((kind, value), value)
    return title_text(name) if kind == "series" else name
