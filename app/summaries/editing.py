"""What a person does to one summary: open it, save it over the revision it was written on, give it another slug.

Built on `service.py`, which every writer shares; the importer goes there directly. NOT here: moves from one status to
another (`workflow.py`), the trash (`trash.py`), merging two texts (`merging.py`).
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.accounts.service import record
from app.errors import BadInput, Conflict, FieldProblem, NotAllowed, StaleRevision, SummaryNotFound
from app.summaries.appearing import bury_slug, note_sight, sight_of
from app.summaries.checklist import require_ready, unmerged
from app.summaries.connection_models import Prerequisite
from app.summaries.connections import sources_linking_to
from app.summaries.documents import SummaryDocument
from app.summaries.models import FormerSlug, Revision, Summary
from app.summaries.queries import document_for, find_by_former_slug, find_for_edit, names_of
from app.summaries.rendering import render_touched
from app.summaries.rewriting import naming_by, save_again
from app.summaries.service import Prepared, Saved, prepare, problems_of, save_summary, take_turn, write, wrong_names
from app.summaries.workflow_models import Draft
from app.taxonomy.slugs import is_slug

OPEN = ("draft", "in-review")
DECIDED = ("published", "archived")
LONGEST_NOTE = 1000


def subject(slug: str) -> str:
    """How the audit log names a summary."""
    return f"summaries/{slug}"


def may_edit(summary: Summary, person: Person) -> bool:
    """Whether this person may change this summary: an editor any, a curator what is not yet decided on."""
    return person.is_at_least("editor") or summary.status in OPEN


def get_for_desk(session: Session, slug: str) -> Summary:
    """Return the summary that has or had this slug, of any status, the trash included: every curator may know it."""
    summary = find_for_edit(session, slug) or find_by_former_slug(session, slug)
    if summary is None:
        raise SummaryNotFound(f"There is no summary “{slug[:160]}”.")
    return summary


def get_for_edit(session: Session, slug: str, person: Person) -> Summary:
    """Return a summary that this person may change; raises NotAllowed, or Conflict where it is in the trash."""
    summary = get_for_desk(session, slug)
    if not may_edit(summary, person):
        raise NotAllowed(f"“{summary.title}” is {summary.status}: only an editor may change it.")
    if summary.trashed_at is not None:
        raise Conflict(f"“{summary.title}” is in the trash; restore it first.")
    return summary


def save(
    session: Session,
    document: SummaryDocument,
    *,
    person: Person,
    base_revision: int | None,
    note: str = "",
    submission: str | None = None,
) -> Saved:
    """Save what a person wrote over the revision they began from; None or 0 means that it is new.

    `submission` is the one-time value of a form: sent again with the same text, it makes no second revision. Raises
    StaleRevision where somebody else saved in between, Conflict where a new one's slug is taken, BadInput naming
    fields, NotAllowed. Whoever answers with the form wraps it in `attempt`.
    """
    note = " ".join(note.split())
    take_turn(session)
    problems = _wrong_note(note)
    if problems:
        raise BadInput(problems[0].message, [*wrong_beside(session, document, base_revision), *problems])
    before = session.scalars(select(Summary.status).where(Summary.slug == document.slug)).one_or_none()
    # Whoever begins a new one over a name that is taken is told that it is, whoever may change the other.
    _check_rights(before if base_revision else None, document.status, person)
    try:
        prepared = _prepare(session, document, base_revision)
        token = _token(person, submission)
        earlier = session.scalars(select(Revision).where(Revision.submission == token)).one_or_none() if token else None
        repeated = _repeated(prepared, base_revision, earlier)
        if repeated is not None:
            return repeated
        # The same one-time value with another text is not the same form sent twice: it is a change of its own.
        saved = write(session, prepared, actor=person.actor, note=note, submission=None if earlier else token)
    except IntegrityError as error:
        raise Conflict("Something that this text names was changed just now. Nothing was saved; try again.") from error
    if document.status == "published" and before != "published":
        require_ready(session, saved.summary)
        saved.summary.scheduled_at = None
    elif document.status == "published":
        _require_merged(document)
    action = "summary.create" if saved.outcome == "added" else "summary.save"
    record(session, person.actor, action, subject(document.slug), f"revision {saved.revision}")
    session.flush()
    return saved


def wrong_beside(
    session: Session, document: SummaryDocument, base_revision: int | None, note: str = ""
) -> list[FieldProblem]:
    """Return everything that a save would refuse of a document, which need not be whole, so that it is told at once."""
    problems = [*wrong_names(session, document), *_wrong_note(" ".join(note.split()))]
    if document.status == "published":
        problems += unmerged(document)
    return problems + ([] if base_revision else _taken(session, document.slug))


def rename_slug(session: Session, slug: str, new_slug: str, *, person: Person) -> Summary:
    """Give a summary another slug: the old one leads on to it, and texts that say it are written anew.

    A curator writes nothing into what is decided on: where a draft is renamed, such texts keep its former slug.
    Raises BadInput where it is not a slug, Conflict where another summary has it or used to have it.
    """
    take_turn(session)
    summary = get_for_edit(session, slug, person)
    old = summary.slug
    if new_slug == old:
        return summary
    _check_free(session, summary, new_slug)
    before, named = sight_of(summary), [*names_of(session, summary), new_slug]
    session.execute(delete(FormerSlug).where(FormerSlug.slug == new_slug))
    summary.slug = new_slug
    session.add(FormerSlug(slug=old, summary_id=summary.id))
    session.execute(update(Draft).where(Draft.summary_id == summary.id, Draft.key == old).values(key=new_slug))
    session.flush()
    asking = session.scalars(select(Prerequisite.summary_id).where(Prerequisite.requires_id == summary.id)).all()
    standing = session.scalars(select(Summary.id).where(Summary.freshness_by.in_(named)))
    saying = {summary.id, *asking, *standing, *sources_linking_to(session, named)}
    note = f"“{old}” is “{new_slug}” now"
    naming = naming_by(new_slug, named, () if person.is_at_least("editor") else DECIDED)
    save_again(session, saying, naming, actor=person.actor, note=note)
    bury_slug(session, summary, old, moved_to=new_slug)
    note_sight(session, summary, before)
    render_touched(session, sources_linking_to(session, named))
    record(session, person.actor, "summary.rename", subject(new_slug), f"was {old}")
    session.flush()
    return summary


def keep_revisions(session: Session, ids: Sequence[int], person: Person, note: str) -> None:
    """Keep a revision of each of these that says something else now, because of a name in it."""
    for slug in session.scalars(select(Summary.slug).where(Summary.id.in_(ids)).order_by(Summary.id)).all():
        summary = find_for_edit(session, slug)
        if summary is not None:
            document = document_for(session, summary)
            save_summary(session, document, actor=person.actor, note=note, in_trash=True)


def _prepare(session: Session, document: SummaryDocument, base_revision: int | None) -> Prepared:
    """Prepare a save; where something it names is not there, tell with it whatever else is wrong."""
    try:
        return prepare(session, document)
    except BadInput as error:
        raise BadInput(error.detail, wrong_beside(session, document, base_revision)) from None
    except Conflict as error:  # its slug is that of one in the trash
        problems = wrong_beside(session, document, base_revision)
        if base_revision or len(problems) < 2:
            raise
        raise BadInput(error.detail, problems) from None


def _wrong_note(note: str) -> list[FieldProblem]:
    longer = len(note) > LONGEST_NOTE
    return [FieldProblem("note", f"A note has at most {LONGEST_NOTE:,} characters.")] if longer else []


def _taken(session: Session, slug: str) -> list[FieldProblem]:
    """Return that a new summary cannot have this slug, where another has it."""
    title = session.scalars(select(Summary.title).where(Summary.slug == slug)).one_or_none()
    return [] if title is None else [FieldProblem("slug", f"there is already a summary “{slug}”, “{title}”")]


def _require_merged(document: SummaryDocument) -> None:
    """Raise BadInput where what a merge left open would be shown to readers."""
    problems = unmerged(document)
    if problems:
        raise BadInput(problems[0].message, problems)


def _check_rights(before: str | None, wanted: str, person: Person) -> None:
    if person.is_at_least("editor"):
        return
    if before is not None and before not in OPEN:
        raise NotAllowed(f"This summary is {before}: only an editor may change it.")
    if wanted not in OPEN:
        raise NotAllowed("Only an editor may publish or archive. Submit it for review instead.")


def _repeated(prepared: Prepared, base_revision: int | None, earlier: Revision | None) -> Saved | None:
    """Return what an earlier save of the same text did; raise where this one would go over somebody else's."""
    summary, slug = prepared.summary, prepared.document.slug
    if summary is None:
        if base_revision:
            raise SummaryNotFound(f"The summary “{slug}” is no longer here. Your text was not saved.")
        return None
    if earlier is not None and earlier.summary_id == summary.id and earlier.sha256 == prepared.document.digest():
        return Saved(summary, "unchanged", problems_of(summary), earlier.number)
    if prepared.same:
        return Saved(summary, "unchanged", problems_of(summary), summary.revision)
    if not base_revision:
        sentence = f"There is already a summary “{slug}”, “{summary.title}”: choose another slug, or open that one."
        raise Conflict(sentence)
    if base_revision != summary.revision:
        sentence = f"You began from revision {base_revision}; revision {summary.revision} was saved in the meantime."
        raise StaleRevision(sentence, summary.revision)
    return None


def _token(person: Person, submission: str | None) -> str | None:
    """Return what is stored of a form's one-time value: it counts for the person who sent it, and has one length."""
    return hashlib.sha256(f"{person.id}:{submission}".encode()).hexdigest() if submission else None


def _check_free(session: Session, summary: Summary, slug: str) -> None:
    if not is_slug(slug, 160):
        sentence = "A slug has lower-case letters, digits and single hyphens only, at most 160 of them."
        raise BadInput(sentence, [FieldProblem("slug", sentence)])
    taken = session.execute(select(Summary.title, Summary.trashed_at).where(Summary.slug == slug)).one_or_none()
    if taken is not None:
        where = " (it is in the trash)" if taken.trashed_at is not None else ""
        raise Conflict(f"“{slug}” is the slug of “{taken.title}”{where}.")
    former = select(Summary.title).join(FormerSlug, FormerSlug.summary_id == Summary.id)
    other = session.scalars(former.where(FormerSlug.slug == slug, Summary.id != summary.id)).one_or_none()
    if other is not None:
        raise Conflict(f"“{slug}” leads to “{other}”, which used to be called so.")
