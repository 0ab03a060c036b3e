"""What is rendered from a summary, kept beside it, and replaced whenever its sources moved on.

A rendering remembers a fingerprint of everything it was made from: the renderer, the macros, the text, and what its
links and citations lead to. NOT here: how text becomes HTML (`app/markup/`).
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache, partial

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from app import markup
from app.database import stamp
from app.summaries.asset_models import MacroSetRow, SummaryMacroSet
from app.summaries.connection_models import Citation, Link
from app.summaries.connections import named_in, parse_target, resolve_references, resolve_targets
from app.summaries.models import Rendering, Summary

BATCH = 100


def render_summary(session: Session, summary: Summary) -> bool:
    """Bring the rendering of this summary up to date; return whether it had to change.

    Needs `rendering` and `updates` loaded. Links and citations are written anew with it.
    """
    links, keys = named_in([summary.tldr, summary.body, *(update.text for update in summary.updates)])
    targets = resolve_targets(session, links)
    references = resolve_references(session, keys)
    macros = macros_of(session, summary)
    fingerprint = _fingerprint(
        markup.RENDERER_VERSION,
        macros.fingerprint,
        summary.tldr,
        summary.body,
        [update.text for update in summary.updates],
        sorted((name, target.url, target.title) for name, target in targets.items()),
        sorted((key, reference.label, reference.html) for key, reference in references.items()),
    )
    if summary.rendering is not None and summary.rendering.fingerprint == fingerprint:
        return False
    inline = partial(markup.render_inline, macros=macros, targets=targets, references=references)
    tldr = inline(summary.tldr)
    body = markup.render(summary.body, macros=macros, targets=targets, references=references)
    updates = [inline(update.text) for update in summary.updates]
    if summary.rendering is None:
        summary.rendering = Rendering()
    rendering = summary.rendering
    rendering.fingerprint = fingerprint
    rendering.tldr_html, rendering.tldr_text = tldr.html, tldr.text
    rendering.html, rendering.text = body.html, body.text
    rendering.headings = [asdict(heading) for heading in body.headings]
    rendering.problems = [
        {"part": part, **asdict(problem)}
        for part, problems in (
            ("tldr", tldr.problems),
            ("body", body.problems),
            ("updates", [problem for update in updates for problem in update.problems]),
        )
        for problem in problems
    ]
    rendering.updates_html = [update.html for update in updates]
    rendering.words = body.word_count + tldr.word_count
    rendering.formulas = body.formula_count + tldr.formula_count
    session.flush()
    _write_links(session, summary.id, links, keys)
    return True


def macros_of(session: Session, summary: Summary) -> markup.Macros:
    """Return the macro sets that this summary asks for, combined in its order."""
    statement = (
        select(MacroSetRow.source, MacroSetRow.name)
        .join(SummaryMacroSet, SummaryMacroSet.macro_set_id == MacroSetRow.id)
        .where(SummaryMacroSet.summary_id == summary.id)
        .order_by(SummaryMacroSet.position)
    )
    sets = [_parsed_macros(source, name) for source, name in session.execute(statement)]
    return markup.combine(sets) if sets else markup.EMPTY_MACROS


@lru_cache(maxsize=64)
def _parsed_macros(source: str, name: str) -> markup.MacroSet:
    return markup.parse_macros(source, name)


@contextmanager
def together(session: Session) -> Iterator[None]:
    """Put off rendering again until the end: many changes that touch the same summaries render each of them once."""
    waiting: set[int] = set()
    session.info["render_later"] = waiting
    try:
        yield
    finally:
        del session.info["render_later"]
    render_again(session, sorted(waiting))


def render_touched(session: Session, ids: Sequence[int]) -> None:
    """Render these again: now, or at the end of `together`."""
    waiting: set[int] | None = session.info.get("render_later")
    if waiting is None:
        render_again(session, ids)
    else:
        waiting.update(ids)


def render_again(session: Session, ids: Sequence[int]) -> int:
    """Render these summaries again where their sources moved on; return how many changed.

    A published one that changed is stamped: readers see something else now.
    """
    changed = 0
    for start in range(0, len(ids), BATCH):
        statement = (
            select(Summary)
            .where(Summary.id.in_(ids[start : start + BATCH]))
            .options(selectinload(Summary.rendering), selectinload(Summary.updates))
        )
        for summary in session.scalars(statement):
            if render_summary(session, summary):
                changed += 1
                if summary.is_public:
                    summary.stamp = stamp(session)
    session.flush()
    return changed


def all_ids(session: Session) -> list[int]:
    return list(session.scalars(select(Summary.id).order_by(Summary.id)))


def batches(ids: Sequence[int], done: Callable[[int], None]) -> Iterator[Sequence[int]]:
    """Give the ids in batches, telling `done` how many are behind us."""
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        yield batch
        done(start + len(batch))


def _fingerprint(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _write_links(session: Session, summary_id: int, links: Sequence[markup.FoundLink], keys: Sequence[str]) -> None:
    session.execute(delete(Link).where(Link.source_id == summary_id))
    session.execute(delete(Citation).where(Citation.source_id == summary_id))
    for position, link in enumerate(links, start=1):
        form, value = parse_target(link.target)
        session.add(
            Link(
                source_id=summary_id,
                position=position,
                form=form,
                value=value,
                type=link.type or "",
                line=link.line,
            )
        )
    for position, key in enumerate(keys, start=1):
        session.add(Citation(source_id=summary_id, position=position, key=key[:120]))
    session.flush()
