"""What a text would look like if it were saved: the renderer of every save, over what is in a form and in no store.

Nothing is checked and nothing is written. NOT here: keeping what was rendered (`rendering.py`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import markup
from app.summaries.asset_models import MacroSetRow
from app.summaries.connections import named_in, resolve_references, resolve_targets
from app.summaries.merging import MINE, show_marks

UNSOLVED = markup.Problem(1, 1, "a merge is left open here: keep what should stand, and take the three marks out")


@dataclass(frozen=True, slots=True)
class Preview:
    """What was rendered, and what is wrong with the source: part, line, column, message, severity."""

    tldr: markup.Rendered
    body: markup.Rendered
    updates: tuple[markup.Rendered, ...]
    problems: list[dict[str, Any]]


def preview(
    session: Session, *, tldr: str, body: str, updates: Sequence[str] = (), macros: Sequence[str] = ()
) -> Preview:
    """Render what is in a form; macro sets that are not there are left out, for saving says so by name.

    The blocks of the body say in `data-line` where they stand in its source. What a merge left open is shown with its
    marks, and told as a problem.
    """
    tldr, body = (text.replace("\r\n", "\n") for text in (tldr, body))  # as a form without JavaScript sends it
    links, keys = named_in([tldr, body, *updates])
    targets, references = resolve_targets(session, links), resolve_references(session, keys)
    definitions = _macros(session, macros)
    inline = partial(markup.render_inline, macros=definitions, targets=targets, references=references)
    made_tldr = inline(show_marks(tldr))
    made_body = markup.render(show_marks(body), macros=definitions, targets=targets, references=references, lines=True)
    made_tldr, made_body = _with_open_merges(made_tldr, tldr), _with_open_merges(made_body, body)
    made_updates = tuple(inline(text) for text in updates)
    problems = [
        {"part": part, **asdict(problem)}
        for part, made in (("tldr", (made_tldr,)), ("body", (made_body,)), ("updates", made_updates))
        for one in made
        for problem in one.problems
    ]
    return Preview(made_tldr, made_body, made_updates, problems)


def _with_open_merges(made: markup.Rendered, source: str) -> markup.Rendered:
    unsolved = [replace(UNSOLVED, line=at) for at, line in enumerate(source.split("\n"), 1) if line == MINE]
    return replace(made, problems=tuple(sorted((*unsolved, *made.problems), key=lambda one: (one.line, one.column))))


def _macros(session: Session, names: Sequence[str]) -> markup.Macros:
    rows = session.execute(select(MacroSetRow.name, MacroSetRow.source).where(MacroSetRow.name.in_(names)))
    known = dict(rows.all())
    sets = [markup.parse_macros(known[name], name) for name in dict.fromkeys(names) if name in known]
    return markup.combine(sets) if sets else markup.EMPTY_MACROS
