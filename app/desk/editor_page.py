"""The page with the editor on it: the form, what may be chosen in it, the preview, and how things stand.

It is one page for a new summary, for an old one, after a mistake and after a conflict. NOT here: what saving does
(`editing.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.desk.form_words import LABELS, placed, sentences
from app.desk.forms import problems_of
from app.desk.pages import show
from app.desk.summary_form import SummaryForm, split_names, texts_of_updates
from app.errors import BadInput, CairnError, Conflict, FieldProblem
from app.summaries.assets import iter_macro_sets
from app.summaries.checklist import checklist
from app.summaries.drafts import MAX_BYTES
from app.summaries.models import Summary
from app.summaries.previewing import preview
from app.summaries.workflow_models import Draft
from app.taxonomy.queries import list_category_records, list_series_records

KINDS = (
    ("paper-summary", "About one paper"),
    ("deep-dive", "About an idea, across several papers or none"),
    ("link", "A pointer to something elsewhere"),
)
WRITERS = (("human", "A person"), ("ai-assisted", "A person with AI assistance"), ("ai", "AI"))
DEPTHS = (
    ("", "Not said"),
    ("none", "Nothing: from general knowledge"),
    ("abstract", "The abstract"),
    ("full", "The whole paper"),
    ("reproduced", "The whole paper, and its results reproduced"),
)
STANDINGS = (
    ("current", "Current"),
    ("contested", "Contested"),
    ("superseded", "Superseded"),
    ("retracted", "Retracted"),
)
# The fields of each part of the form that is folded away until it is wanted, or something in it is wrong.
PARTS = {
    "shelves": ("kind", "papers", "categories", "main_shelf", "tags", "authors"),
    "provenance": ("written_by", "model", "read", "paper_version", "reviewed_by", "reviewed_on"),
    "freshness": ("freshness_state", "freshness_reason", "freshness_by"),
    "order": ("series", "part", "requires"),
    "dates": ("published", "updated", "updates"),
    "source": ("link", "source_name", "source_url", "macros"),
}


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the form: the summary it changes (None: a new one), what went wrong or was done, a draft."""

    summary: Summary | None = None
    error: CairnError | None = None
    done: str = ""
    draft: Draft | None = None
    restored: Draft | None = None
    previewing: bool = False
    more: dict[str, Any] = field(default_factory=dict)


def show_editor(
    request: Request,
    session: Session,
    person: Person,
    form: SummaryForm,
    around: Around,
    *,
    template: str = "desk/edit.html",
    status: int = 0,
) -> Response:
    """Answer with the editor; the preview shows what the form says, whether it is saved or not."""
    made = preview(
        session, tldr=form.tldr, body=form.body, updates=texts_of_updates(form.updates), macros=split_names(form.macros)
    )
    summary, told = around.summary, told_of(around.error)
    key = summary.slug if summary else form.submission
    return show(
        request,
        person,
        template,
        status=status or (around.error.status if around.error else 200),
        form=form,
        labels=LABELS,
        key=key,
        summary=summary,
        around=around,
        problems=told,
        said=dict(reversed(told)),
        open_parts=_open_parts(form, told),
        made=made,
        counts=(made.body.word_count, len(form.tldr.split()), made.body.formula_count + made.tldr.formula_count),
        checks=checklist(session, summary) if summary else [], placed=placed,
        kinds=KINDS, writers=WRITERS, depths=DEPTHS, standings=STANDINGS,
        shelves=_shelves(session, form), series=_series(session, form),
        macro_sets=[name for name, _ in iter_macro_sets(session)],
        largest_draft=MAX_BYTES,
        **around.more,
    )  # fmt: skip


def told_of(error: CairnError | None) -> list[tuple[str, str]]:
    """Return what went wrong as (field of the form, sentence)."""
    if isinstance(error, BadInput) and error.problems:
        return sentences(error.problems)
    return problems_of(error) if isinstance(error, CairnError) else []


def slug_is_taken(error: Conflict) -> BadInput:
    """Return the error as one of the field for the address, where a new summary's is taken."""
    taken = BadInput(str(error), [FieldProblem("slug", str(error))])
    taken.status = error.status
    return taken


def _open_parts(form: SummaryForm, told: Sequence[tuple[str, str]]) -> set[str]:
    wrong = {name for name, _ in told}
    opened = {part for part, names in PARTS.items() if wrong & set(names)}
    if not form.base or not form.categories:
        opened.add("shelves")
    if form.kind == "link":
        opened.add("source")
    return opened


def _shelves(session: Session, form: SummaryForm) -> list[tuple[str, str]]:
    """Return every shelf, those that were chosen first and in their order: that is how the form sends them."""
    known = {record.slug: record.name for record in list_category_records(session)}
    chosen = {slug: known.get(slug, slug) for slug in form.categories}
    return list((chosen | known).items())


def _series(session: Session, form: SummaryForm) -> list[tuple[str, str]]:
    known = [("", "None"), *((record.slug, record.title) for record in list_series_records(session))]
    return known if form.series in dict(known) else [*known, (form.series, form.series)]
