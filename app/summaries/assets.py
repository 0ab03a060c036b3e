"""Macro sets and media: what summaries use, read and written. NOT here: macro sets under the lens (`macro_sets.py`)."""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import quote

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.service import Actor, record
from app.database import now, stamp
from app.errors import BadInput, Conflict, FieldProblem, NotFound
from app.markup import parse_macros
from app.outcome import Outcome
from app.summaries.asset_models import MacroSetRow, Media, SummaryMacroSet
from app.summaries.models import Summary
from app.summaries.rendering import render_touched
from app.summaries.visibility import PUBLIC
from app.tombstones import Kind, bury, unbury

MACRO_SET_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
MEDIA_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,149}\.(png|jpe?g|webp|gif|svg)", re.IGNORECASE)
MOST_NAMED = 20
MAX_MEDIA_BYTES = 5_000_000
TYPES = {
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "gif": ("image/gif", b"GIF8"),
    "webp": ("image/webp", b"RIFF"),
    "svg": ("image/svg+xml", b""),
}


def save_macro_set(session: Session, name: str, source: str, *, actor: Actor | None = None) -> Outcome:
    """Make or change a macro set and render again what uses it; raises BadInput with the line of what is wrong."""
    if not MACRO_SET_NAME.fullmatch(name):
        raise BadInput(f"“{name[:80]}” is not a macro set name: lower-case letters, digits, - and _ only.")
    parsed = parse_macros(source, name)
    errors = [problem for problem in parsed.problems if problem.severity == "error"]
    if errors:
        raise BadInput(
            f"The macro set “{name}” has {len(errors)} error{'s' * (len(errors) > 1)}: {errors[0].message}",
            [FieldProblem("source", problem.message, problem.line) for problem in errors],
        )
    row = session.scalars(select(MacroSetRow).where(MacroSetRow.name == name)).one_or_none()
    if row is not None and row.source == source:
        return "unchanged"
    is_new = row is None
    row = row or MacroSetRow(name=name)
    row.source, row.fingerprint = source, parsed.fingerprint
    row.stamp, row.updated_at = stamp(session), now()
    session.add(row)
    session.flush()
    using = select(SummaryMacroSet.summary_id).where(SummaryMacroSet.macro_set_id == row.id)
    render_touched(session, session.scalars(using).all())
    _note(session, "macro-set", name, is_new, actor)
    return "added" if is_new else "changed"


def save_media(session: Session, name: str, data: bytes, *, actor: Actor | None = None) -> Outcome:
    """Keep a picture under this name; raises BadInput where its name, size or content is not one of a picture.

    A new one has no stamp, and so is not told of, until a summary that readers see shows it (`appearing.note_sight`).
    """
    match = MEDIA_NAME.fullmatch(name)
    if match is None:
        raise BadInput(
            f"“{name[:80]}” is not a name for a picture (letters, digits, . _ - and png, jpeg, webp, gif, svg)."
        )
    content_type, beginning = TYPES[match[1].lower()]
    if len(data) > MAX_MEDIA_BYTES:
        raise BadInput(f"“{name}” is larger than {MAX_MEDIA_BYTES // 1_000_000} MB.")
    if not data.startswith(beginning) or (content_type == "image/svg+xml" and b"<svg" not in data[:5000]):
        raise BadInput(f"“{name}” does not hold the kind of picture that its name says.")
    digest = hashlib.sha256(data).hexdigest()
    row = session.scalars(select(Media).where(Media.name == name)).one_or_none()
    if row is not None and row.sha256 == digest:
        return "unchanged"
    is_new = row is None
    row = row or Media(name=name)
    row.content_type, row.data, row.sha256 = content_type, data, digest
    version = stamp(session)
    row.stamp, row.updated_at = version if row.stamp or readers_see(session, name) else 0, now()
    session.add(row)
    session.flush()
    if row.stamp:
        unbury(session, "picture", name)
    if actor is not None:
        record(session, actor, f"picture.{'add' if is_new else 'change'}", name)
    return "added" if is_new else "changed"


def delete_media(session: Session, name: str, *, actor: Actor) -> None:
    """Delete a picture; raises Conflict naming the summaries (of any status, the trash too) whose texts show it."""
    row = get_media(session, name)
    slugs = shown_in(session, name)
    if slugs:
        more = f" and {len(slugs) - MOST_NAMED} more" if len(slugs) > MOST_NAMED else ""
        raise Conflict(f"The picture “{name}” cannot be deleted: {', '.join(slugs[:MOST_NAMED])}{more} show it.")
    stamp(session)  # first of all: it is what other writers wait for
    session.delete(row)
    session.flush()
    if row.stamp:  # one that readers never met is not told of now
        bury(session, "picture", name)
    record(session, actor, "picture.delete", name)


def shown_in(session: Session, name: str) -> list[str]:
    """Return the slugs of the summaries, of any status, whose bodies show a picture or link to it."""
    written = {f"media/{name}", f"media/{quote(name)}"}
    named = or_(*(Summary.body.contains(each, autoescape=True) for each in written))
    statement = select(Summary.slug, Summary.body).where(named).order_by(Summary.slug)
    return [slug for slug, body in session.execute(statement) if any(each in body for each in written)]


def readers_see(session: Session, name: str) -> bool:
    """Return whether a published summary shows a picture or links to it."""
    slugs = shown_in(session, name)
    return session.scalars(select(Summary.id).where(Summary.slug.in_(slugs), PUBLIC).limit(1)).first() is not None


def _note(session: Session, kind: Kind, name: str, is_new: bool, actor: Actor | None) -> None:
    if is_new:
        unbury(session, kind, name)
    if actor is not None:
        record(session, actor, f"{kind}.{'add' if is_new else 'change'}", name)


def get_media(session: Session, name: str) -> Media:
    row = session.scalars(select(Media).where(Media.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"There is no picture “{name[:200]}”.")
    return row


def iter_macro_sets(session: Session) -> Iterator[tuple[str, str]]:
    """Give every macro set's name and source, by name."""
    yield from session.execute(select(MacroSetRow.name, MacroSetRow.source).order_by(MacroSetRow.name))


def iter_media(session: Session) -> Iterator[tuple[str, bytes]]:
    """Give every picture's name and bytes, by name, one in memory at a time."""
    for name in session.scalars(select(Media.name).order_by(Media.name)).all():
        yield name, session.scalars(select(Media.data).where(Media.name == name)).one()


def media_names(session: Session) -> set[str]:
    return set(session.scalars(select(Media.name)))
