"""What `cairn doctor` looks at: the store's own integrity, revisions, renderings, links, macros, pictures, the index.

Repairing never loses anything: it renders again and rebuilds the index; everything else is told, for a person to mend.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.database import Database
from app.markup import find_media, parse_macros
from app.schema import check_schema
from app.search.following import open_index, rebuild_index
from app.search.index import status
from app.search.source import StoreSource
from app.settings import Settings
from app.summaries.asset_models import MacroSetRow
from app.summaries.assets import media_names
from app.summaries.models import Rendering, Revision, Summary, SummaryCategory
from app.summaries.queries import iter_documents
from app.summaries.rendering import all_ids, batches, render_again
from app.summaries.visibility import PUBLIC


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: where, what, and whether it was mended."""

    place: str
    sentence: str
    mended: bool = False


def examine(settings: Settings, database: Database, *, repair: bool = False) -> list[Finding]:
    """Look at everything; with `repair` mend what can be mended without losing anything."""
    wrong = check_schema(database)
    if wrong:
        return [Finding("schema", wrong)]
    findings: list[Finding] = []
    with database.reading() as session:
        findings += _integrity(session)
        findings += _revisions(session)
        findings += _shelves(session)
        findings += _macros(session)
        findings += _pictures(session)
    findings += _renderings(database, repair)
    with database.reading() as session:
        findings += _problems(session)
    findings += _index(settings, database, repair)
    return findings


def _integrity(session: Session) -> Iterator[Finding]:
    if session.get_bind().dialect.name != "sqlite":
        return  # PostgreSQL checks its pages itself (data checksums) and knows no broken foreign key
    for (answer,) in session.execute(text("PRAGMA integrity_check")):
        if answer != "ok":
            yield Finding("database", str(answer))
    for row in session.execute(text("PRAGMA foreign_key_check")):
        yield Finding("database", f"a row of {row[0]} refers to a row of {row[2]} that is not there")


def _revisions(session: Session) -> Iterator[Finding]:
    """Every revision is what was saved, and every summary is its newest revision."""
    statement = (
        select(Summary.slug, Summary.revision, Revision.number, Revision.document, Revision.sha256)
        .join(Revision, Revision.summary_id == Summary.id)
        .order_by(Summary.slug, Revision.number)
        .execution_options(yield_per=100)
    )
    newest: dict[str, str] = {}
    wanted: dict[str, int] = {}
    for slug, current, number, document, digest in session.execute(statement):
        wanted[slug] = current
        if hashlib.sha256(document.encode()).hexdigest() != digest:
            yield Finding(f"summaries/{slug}", f"revision {number} is damaged: it is not what was saved")
        if number == current:
            newest[slug] = digest
    for slug, current in session.execute(select(Summary.slug, Summary.revision)):
        if slug not in newest:
            yield Finding(f"summaries/{slug}", f"its newest revision ({current}) is missing")
    for kept in iter_documents(session):
        if kept.slug in newest and kept.digest() != newest[kept.slug]:
            yield Finding(f"summaries/{kept.slug}", "its text is not that of its newest revision")


def _shelves(session: Session) -> Iterator[Finding]:
    shelved = select(SummaryCategory.summary_id)
    for slug in session.scalars(select(Summary.slug).where(PUBLIC, Summary.id.not_in(shelved)).order_by(Summary.slug)):
        yield Finding(f"summaries/{slug}", "it is published but stands in no category")


def _macros(session: Session) -> Iterator[Finding]:
    for name, source in session.execute(select(MacroSetRow.name, MacroSetRow.source).order_by(MacroSetRow.name)):
        for problem in parse_macros(source, name).problems:
            yield Finding(f"macros/{name}.tex:{problem.line}", problem.message)


def _pictures(session: Session) -> Iterator[Finding]:
    known = media_names(session)
    for slug, body in session.execute(
        select(Summary.slug, Summary.body).where(Summary.trashed_at.is_(None)).order_by(Summary.slug)
    ):
        for target in find_media(body):
            if target.rpartition("/")[2] not in known:
                yield Finding(f"summaries/{slug}", f"shows the picture {target}, which is not there")


def _renderings(database: Database, repair: bool) -> Iterator[Finding]:
    """Look for renderings that no longer fit their sources by rendering again; only `repair` keeps the result."""
    with database.reading() as session:
        ids = all_ids(session)
    for batch in batches(ids, lambda _done: None):
        for id_ in batch:
            changed, slug = (_mend if repair else _would_change)(database, id_)
            if changed:
                yield Finding(f"summaries/{slug}", "its rendering is older than what it was made from", mended=repair)


def _mend(database: Database, id_: int) -> tuple[bool, str]:
    with database.writing() as session:
        slug = session.scalars(select(Summary.slug).where(Summary.id == id_)).one()
        return render_again(session, [id_]) > 0, slug


def _would_change(database: Database, id_: int) -> tuple[bool, str]:
    with database.reading() as session:  # rolled back at its end
        slug = session.scalars(select(Summary.slug).where(Summary.id == id_)).one()
        return render_again(session, [id_]) > 0, slug


def _problems(session: Session) -> Iterator[Finding]:
    """What the renderer complained of: formulas, links and citations."""
    statement = select(Summary.slug, Rendering.problems).join(Rendering).where(Summary.trashed_at.is_(None))
    for slug, problems in session.execute(statement.order_by(Summary.slug)):
        for problem in problems:
            yield Finding(f"summaries/{slug}, {problem['part']} line {problem['line']}", problem["message"])


def _index(settings: Settings, database: Database, repair: bool) -> Iterator[Finding]:
    index, source = open_index(settings), StoreSource(database)
    stands = status(index, source.current_version())
    sentence = ""
    if stands.state != "current":
        sentence = f"the search index is {stands.state}" + (f": {stands.detail}" if stands.detail else "")
    elif stands.documents != source.count():
        sentence = f"the search index holds {stands.documents} summaries, the store {source.count()}"
    if sentence:
        if repair:
            rebuild_index(settings, database)
        yield Finding("search", sentence, mended=repair)
    for id_ in stands.set_aside:
        yield Finding("search", f"the summary with the id {id_} could not be indexed")
