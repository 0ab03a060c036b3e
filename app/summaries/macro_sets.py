"""Macro sets under a curator's hands: what is wrong with one, who uses it, what a change would break; renamed, deleted.

NOT here: how one is saved, by whomever (`assets.py`).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from app import markup
from app.accounts.service import Actor, record
from app.database import now, stamp
from app.errors import BadInput, Conflict, FieldProblem, NotFound
from app.markup.macros import Definition
from app.markup.tex_commands import ALLOWED
from app.outcome import Outcome
from app.summaries.asset_models import MacroSetRow, SummaryMacroSet
from app.summaries.assets import MACRO_SET_NAME, save_macro_set
from app.summaries.models import Rendering, Summary
from app.summaries.rewriting import save_again
from app.summaries.service import take_turn
from app.tombstones import bury

MOST_TRIED = 200
MOST_NAMED = 20
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Override:
    """A definition in the place of another: of a macro set by its name, or ("") of what every formula may use."""

    name: str
    line: int
    of: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A summary that would have problems it does not have now."""

    slug: str
    title: str
    problems: Sequence[markup.Problem]


@dataclass(frozen=True, slots=True)
class Lint:
    """What there is to say of a macro set before it is saved.

    `unused` are (name, line) of definitions that no text of its users needs; `users` are (slug, title, status).
    `untried` counts the users that may be touched but were more than one look can render.
    """

    problems: Sequence[markup.Problem]
    unused: Sequence[tuple[str, int]]
    overrides: Sequence[Override]
    users: Sequence[tuple[str, str, str]]
    broken: Sequence[Broken]
    untried: int


def get_macro_set(session: Session, name: str) -> MacroSetRow:
    row = session.scalars(select(MacroSetRow).where(MacroSetRow.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"There is no macro set “{name[:100]}”.")
    return row


def users_of(session: Session, name: str) -> list[tuple[str, str, str]]:
    """Return (slug, title, status) of the summaries that ask for a macro set, the trash left out, by title."""
    statement = (
        select(Summary.slug, Summary.title, Summary.status)
        .where(Summary.id.in_(_user_ids(name)), Summary.trashed_at.is_(None))
        .order_by(Summary.title, Summary.id)
    )
    return [(slug, title, status) for slug, title, status in session.execute(statement)]


def list_macro_sets(session: Session) -> list[tuple[str, int, int]]:
    """Return (name, number of definitions, number of summaries of any status that ask for it), by name."""
    number = select(func.count()).where(SummaryMacroSet.macro_set_id == MacroSetRow.id).scalar_subquery()
    rows = session.execute(select(MacroSetRow.name, MacroSetRow.source, number).order_by(MacroSetRow.name))
    return [(name, len(markup.parse_macros(source, name).definitions), users) for name, source, users in rows]


def change_macro_set(session: Session, name: str, source: str, *, actor: Actor, base: str = "") -> tuple[Outcome, int]:
    """Save a macro set over the one whose source has the digest `base` ("": a new one).

    Return what was done and how many summaries look otherwise now. Raises BadInput with the line of what is wrong,
    Conflict where the set is not what it was.
    """
    take_turn(session)
    row = session.scalars(select(MacroSetRow).where(MacroSetRow.name == name)).one_or_none()
    if row is not None and source != row.source and base != source_digest(row.source):
        changed = "Somebody changed this set while you did. Look at what it says now, then save again."
        raise Conflict(changed if base else f"There is already a macro set “{name}”.")
    before = _fingerprints(session, name)
    outcome = save_macro_set(session, name, source, actor=actor)
    after = _fingerprints(session, name)
    return outcome, sum(before.get(id_) != mark for id_, mark in after.items())


def source_digest(source: str) -> str:
    """Return what tells one source of a set from another."""
    return hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()


def _fingerprints(session: Session, name: str) -> dict[int, str]:
    marks = select(Rendering.summary_id, Rendering.fingerprint).where(Rendering.summary_id.in_(_user_ids(name)))
    return dict(session.execute(marks).all())


def rename_macro_set(session: Session, name: str, new_name: str, *, actor: Actor) -> int:
    """Give a macro set another name; return how many summaries were written anew. Raises BadInput or Conflict."""
    take_turn(session)
    row = get_macro_set(session, name)
    if name == new_name:
        return 0
    if not MACRO_SET_NAME.fullmatch(new_name):
        sentence = "lower-case letters, digits, - and _ only"
        raise BadInput(f"“{new_name[:80]}” is not a macro set name: {sentence}.", [FieldProblem("name", sentence)])
    if session.scalars(select(MacroSetRow.id).where(MacroSetRow.name == new_name)).first() is not None:
        raise Conflict(f"There is already a macro set “{new_name}”.")
    row.name, row.stamp, row.updated_at = new_name, stamp(session), now()
    session.flush()
    bury(session, "macro-set", name, moved_to=new_name)
    record(session, actor, "macro-set.rename", new_name, f"was {name}")
    ids = session.scalars(_user_ids(new_name)).all()
    return save_again(session, ids, actor=actor, note=f"The macro set {name} is now called {new_name}.")


def delete_macro_set(session: Session, name: str, *, actor: Actor) -> None:
    """Delete a macro set; raises Conflict naming the summaries (of any status, the trash too) that ask for it."""
    take_turn(session)
    row = get_macro_set(session, name)
    using = select(Summary.slug).where(Summary.id.in_(_user_ids(name))).order_by(Summary.slug)
    slugs = session.scalars(using).all()
    if slugs:
        more = f" and {len(slugs) - MOST_NAMED} more" if len(slugs) > MOST_NAMED else ""
        raise Conflict(f"The macro set “{name}” cannot be deleted: {', '.join(slugs[:MOST_NAMED])}{more} use it.")
    session.delete(row)
    session.flush()
    bury(session, "macro-set", name)
    record(session, actor, "macro-set.delete", name)


def lint_macro_set(session: Session, name: str, source: str) -> Lint:
    """Look at a macro set as it would be with this source; nothing is written.

    Only summaries whose texts hold a definition that would change are rendered, MOST_TRIED of them at most.
    """
    candidate = markup.parse_macros(source, name)
    sets = {
        other: markup.parse_macros(text, other)
        for other, text in session.execute(select(MacroSetRow.name, MacroSetRow.source).order_by(MacroSetRow.name))
    }
    users = session.scalars(
        select(Summary)
        .where(Summary.id.in_(_user_ids(name)), Summary.trashed_at.is_(None))
        .order_by(Summary.title, Summary.id)
        .options(selectinload(Summary.updates))
    ).all()
    orders = _set_orders(session, [user.id for user in users])
    commands = {user.id: _commands_in(user) for user in users}
    others = [parsed for other, parsed in sets.items() if other != name]
    definitions = [one for parsed in (candidate, *others) for one in parsed.definitions.values()]
    needed = _needed(set().union(*commands.values()), definitions)
    changed = _changed(sets[name].definitions if name in sets else {}, candidate.definitions)
    touched = [user for user in users if changed & _needed(commands[user.id], definitions)]
    return Lint(
        problems=candidate.problems,
        unused=[(one.name, one.line) for one in candidate.definitions.values() if one.name not in needed],
        overrides=_overrides(candidate, others),
        users=[(user.slug, user.title, user.status) for user in users],
        broken=[
            broken
            for user in touched[:MOST_TRIED]
            if (broken := _try(user, [sets[each] for each in orders[user.id]], candidate)) is not None
        ],
        untried=max(0, len(touched) - MOST_TRIED),
    )


def _user_ids(name: str) -> Select[int]:
    set_id = select(MacroSetRow.id).where(MacroSetRow.name == name).scalar_subquery()
    return select(SummaryMacroSet.summary_id).where(SummaryMacroSet.macro_set_id == set_id)


def _set_orders(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names of the macro sets of each of these summaries in their order."""
    statement = (
        select(SummaryMacroSet.summary_id, MacroSetRow.name)
        .join(MacroSetRow, MacroSetRow.id == SummaryMacroSet.macro_set_id)
        .where(SummaryMacroSet.summary_id.in_(ids))
        .order_by(SummaryMacroSet.summary_id, SummaryMacroSet.position)
    )
    orders: dict[int, list[str]] = {}
    for id_, name in session.execute(statement):
        orders.setdefault(id_, []).append(name)
    return orders


def _texts(summary: Summary) -> list[str]:
    return [summary.tldr, summary.body, *(update.text for update in summary.updates)]


def _commands_in(summary: Summary) -> set[str]:
    return {command for text in _texts(summary) for command in _COMMAND.findall(text)}


def _needed(commands: Collection[str], definitions: Sequence[Definition]) -> set[str]:
    """Return these commands with all that the definitions of them hold, however deep."""
    holds: dict[str, set[str]] = {}
    for one in definitions:
        tokens = (*one.body, *(one.default or ()))
        holds.setdefault(one.name, set()).update(token.text for token in tokens if token.is_command)
    needed: set[str] = set()
    waiting = set(commands)
    while waiting:
        command = waiting.pop()
        needed.add(command)
        waiting |= holds.get(command, set()) - needed
    return needed


def _changed(before: Mapping[str, Definition], after: Mapping[str, Definition]) -> set[str]:
    """Return the names that would mean something else, or nothing, or something at last."""
    was, will = ({name: one.canonical for name, one in each.items()} for each in (before, after))
    return {name for name in {*was, *will} if was.get(name) != will.get(name)}


def _overrides(candidate: markup.MacroSet, others: Sequence[markup.MacroSet]) -> list[Override]:
    found = []
    for one in candidate.definitions.values():
        if one.name in ALLOWED:
            found.append(Override(one.name, one.line, ""))
        for other in others:
            same = other.definitions.get(one.name)
            if same is not None and same.canonical != one.canonical:
                found.append(Override(one.name, one.line, other.name))
    return found


def _try(summary: Summary, sets: Sequence[markup.MacroSet], candidate: markup.MacroSet) -> Broken | None:
    """Render the texts of a summary with and without the candidate; return the problems that come with it.

    Links lead nowhere in both, so they make no difference.
    """
    now_macros = markup.combine(sets)
    then_macros = markup.combine([candidate if one.name == candidate.name else one for one in sets])
    fresh: list[markup.Problem] = []
    for text in _texts(summary):
        before = Counter((problem.line, problem.message) for problem in markup.render(text, macros=now_macros).problems)
        for problem in markup.render(text, macros=then_macros).problems:
            place = (problem.line, problem.message)
            if before[place]:
                before[place] -= 1
            else:
                fresh.append(problem)
    return Broken(summary.slug, summary.title, fresh) if fresh else None
