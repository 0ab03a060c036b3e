"""One thing done to many summaries: each row is done or refused with its reason, and the others go on.

NOT here: the rules; every row goes through the same functions as a single one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.database import attempt
from app.errors import BadInput, CairnError, FieldProblem
from app.outcome import Outcome
from app.summaries import trash as trashing
from app.summaries import workflow
from app.summaries.documents import SummaryDocument
from app.summaries.editing import get_for_edit, save
from app.summaries.queries import document_for
from app.summaries.rendering import together
from app.taxonomy.slugs import make_slug

MOST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one summary: the word for it, or None and why it was refused."""

    slug: str
    outcome: Outcome | None
    why: str = ""


def add_tags(session: Session, slugs: Sequence[str], names: Sequence[str], person: Person) -> list[Row]:
    """Put tags on each; one that has them is unchanged."""
    for name in names:
        if not make_slug(name):
            sentence = f"“{name[:80]}” needs at least one letter or digit."
            raise BadInput(sentence, [FieldProblem("tags", sentence)])

    def tagged(document: SummaryDocument) -> dict[str, object]:
        have = {make_slug(name) for name in document.tags}
        return {"tags": (*document.tags, *(name for name in names if make_slug(name) not in have))}

    return _change(session, slugs, person, tagged, "tagged " + ", ".join(names))


def remove_tags(session: Session, slugs: Sequence[str], names: Sequence[str], person: Person) -> list[Row]:
    """Take tags off each."""
    gone = {make_slug(name) for name in names}

    def untagged(document: SummaryDocument) -> dict[str, object]:
        return {"tags": tuple(name for name in document.tags if make_slug(name) not in gone)}

    return _change(session, slugs, person, untagged, "took off " + ", ".join(names))


def move_shelf(
    session: Session, slugs: Sequence[str], to: str, person: Person, *, origin: str | None = None
) -> list[Row]:
    """Put each into the category `to`: in the place of `origin` where it stands there, or of all others (None)."""

    def moved(document: SummaryDocument) -> dict[str, object]:
        if origin is None:
            return {"categories": (to,)}
        names = (to if name == origin else name for name in document.categories)
        return {"categories": tuple(dict.fromkeys(names))}

    return _change(session, slugs, person, moved, f"moved to the category {to}")


def publish(session: Session, slugs: Sequence[str], person: Person) -> list[Row]:
    return _each(session, slugs, person, lambda slug: workflow.publish(session, slug, person).outcome)


def archive(session: Session, slugs: Sequence[str], person: Person) -> list[Row]:
    return _each(session, slugs, person, lambda slug: workflow.archive(session, slug, person).outcome)


def trash(session: Session, slugs: Sequence[str], person: Person) -> list[Row]:
    def act(slug: str) -> Outcome:
        trashing.trash(session, slug, person)
        return "changed"

    return _each(session, slugs, person, act)


def restore(session: Session, slugs: Sequence[str], person: Person) -> list[Row]:
    """Take each out of the trash: what undoes `trash`."""

    def act(slug: str) -> Outcome:
        trashing.restore(session, slug, person)
        return "changed"

    return _each(session, slugs, person, act)


def _change(
    session: Session,
    slugs: Sequence[str],
    person: Person,
    change: Callable[[SummaryDocument], dict[str, object]],
    note: str,
) -> list[Row]:
    def act(slug: str) -> Outcome:
        summary = get_for_edit(session, slug, person)
        document = document_for(session, summary)
        document = document.model_copy(update=change(document))
        return save(session, document, person=person, base_revision=summary.revision, note=note[:1000]).outcome

    return _each(session, slugs, person, act)


def _each(session: Session, slugs: Sequence[str], person: Person, act: Callable[[str], Outcome]) -> list[Row]:
    person.require("editor")
    if len(slugs) > MOST:
        raise BadInput(f"Choose at most {MOST} summaries at a time.", [FieldProblem("slugs", f"at most {MOST}")])
    rows: list[Row] = []
    with together(session):
        for slug in dict.fromkeys(slugs):
            try:
                with attempt(session):
                    rows.append(Row(slug, act(slug)))
            except CairnError as error:
                rows.append(Row(slug, None, str(error)))
    return rows
