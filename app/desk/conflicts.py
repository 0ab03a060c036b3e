"""The page for two people who wrote over the same revision: what either did, both together to save, and the ways out.

NOT here: how texts are merged (`app/summaries/merging.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.desk.editor_page import Around, show_editor
from app.desk.form_words import LABELS, field_of
from app.desk.summary_form import SummaryForm, document_from, form_of, one_time_value
from app.summaries.comparing import Comparison, Run, compare
from app.summaries.documents import SummaryDocument
from app.summaries.history import find_document, revisions_after
from app.summaries.merging import Clash, merge
from app.summaries.models import Summary
from app.summaries.queries import document_for

ORDER = {field: place for place, field in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class Side:
    """A field that somebody changed: its name for people, and what I and they made of what it was, in stretches."""

    field: str
    label: str
    mine: Sequence[Sequence[Run]]
    theirs: Sequence[Sequence[Run]]
    clashes: Sequence[Clash]


def base_of(session: Session, summary: Summary, form: SummaryForm) -> SummaryDocument | None:
    """Return the document that a form was begun from; None where that revision is gone or damaged."""
    return find_document(session, summary, form.base)


def show_conflict(request: Request, session: Session, person: Person, summary: Summary, form: SummaryForm) -> Response:
    """Answer 409 with base, mine and theirs, and the merge of them in a form whose base is what is there now."""
    theirs = document_for(session, summary)
    # Where the base is lost, everything that differs counts as changed by both: nothing is dropped unseen.
    base = base_of(session, summary, form) or SummaryDocument(slug=summary.slug, title="?")
    mine = document_from(form, slug=summary.slug, status=base.status)
    merged = merge(base, mine, theirs)
    together = form_of(merged.document, summary.revision).model_copy(update={"note": form.note})
    copy = {"slug": f"{summary.slug[:150]}-copy", "title": f"{form.title} (copy)", "series": "", "part": ""}
    kept = form.model_copy(update={**copy, "base_revision": "", "submission": one_time_value()})
    return show_editor(
        request, session, person, together,
        Around(
            summary,
            more={
                "sides": _sides(compare(base, mine), compare(base, theirs), merged.conflicts),
                "clashes": merged.conflicts,
                "between": revisions_after(session, summary, form.base),
                "begun": form.base,
                "texts": (("base", base), ("mine", mine), ("theirs", theirs)),
                "copy": kept.pairs,
                "form_field": field_of,
            },
        ),
        template="desk/conflict.html",
        status=409,
    )  # fmt: skip


def _sides(mine: Comparison, theirs: Comparison, clashes: Sequence[Clash]) -> list[Side]:
    """Return every field that either changed."""
    one, other = _stretches(mine), _stretches(theirs)
    return [
        Side(
            name,
            label_of(name),
            one.get(name, ()),
            other.get(name, ()),
            [clash for clash in clashes if clash.field == name or (name == "part" and clash.field == "series")],
        )
        for name in sorted({*one, *other}, key=lambda name: ORDER.get(field_of(name), len(ORDER)))
    ]


def _stretches(comparison: Comparison) -> dict[str, Sequence[Sequence[Run]]]:
    found: dict[str, Sequence[Sequence[Run]]] = {change.field: [change.runs] for change in comparison.fields}
    if comparison.body:
        found["body"] = [hunk.runs for hunk in comparison.body]
    return found


def label_of(name: str) -> str:
    """Return what people call a field of a document."""
    return LABELS.get(field_of(name), name.capitalize())
