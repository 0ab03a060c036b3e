"""Everything in the library as JSON documents, one kind after another: how each is read, named and saved.

A document is the whole of a thing as its record has it, so what is read can be written back. Saving goes through the
functions that the desk uses: the same rights, rules, revisions and audit. NOT here: HTTP (`app/api/`), many documents
at once (`json_lines.py`).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from app.accounts.rights import Person
from app.errors import BadInput, Conflict, FieldProblem, with_full_stop
from app.fields import on_one_line
from app.interchange.complaints import GROUP, field_names, located, spoken
from app.interchange.json_reading import Object, merge_patch
from app.outcome import Outcome
from app.papers.queries import find_by_identifier
from app.papers.records import PaperRecord
from app.summaries.assets import MACRO_SET_NAME, save_macro_set
from app.summaries.curating import rename_tag
from app.summaries.documents import SummaryDocument
from app.summaries.editing import save
from app.summaries.paper_rights import require_may_edit_paper
from app.summaries.path_records import PathRecord
from app.summaries.paths import save_path
from app.summaries.queries import document_for, find_for_edit
from app.summaries.service import save_paper
from app.summaries.workflow import MOVES, make_move
from app.taxonomy.queries import tags_by_slug
from app.taxonomy.records import CategoryRecord, SeriesRecord, Slug
from app.taxonomy.service import add_tag, save_category, save_series
from app.taxonomy.slugs import make_slug

DocumentKind = Literal["category", "tag", "series", "macro-set", "paper", "summary", "path"]
DOCUMENT_KINDS: tuple[DocumentKind, ...] = get_args(DocumentKind)
LONGEST_MACROS = 200_000


class TagRecord(BaseModel):
    """A tag as a record; its slug follows from its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Slug
    name: Annotated[str, StringConstraints(min_length=1, max_length=120), BeforeValidator(on_one_line)]


def _macro_set_name(text: str) -> str:
    if not MACRO_SET_NAME.fullmatch(text):
        raise ValueError("lower-case letters, digits, - and _ only, at most 100, and a letter or digit first")
    return text


class MacroSetRecord(BaseModel):
    """A macro set as a record; `source` are its definitions, in TeX."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_macro_set_name)]
    source: Annotated[str, StringConstraints(max_length=LONGEST_MACROS)]


Save = Callable[[Session, Any, Person, str], Outcome]


@dataclass(frozen=True, slots=True)
class Form:
    """The documents of one kind: what reads them, the field that names them, what saves one."""

    model: type[BaseModel]
    named_by: str
    save: Save


def read_document(kind: DocumentKind, value: Object) -> BaseModel:
    """Return the record that a JSON object is, read strictly: a number is not a text. Raises BadInput naming fields."""
    model = FORMS[kind].model
    try:
        return model.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        problems = [_problem(where, told) for where, told in located(error, field_names(model))]
    raise BadInput(
        " ".join(with_full_stop(f"{problem.field}: {problem.message}") for problem in problems[:20]), problems
    )


def patched(kind: DocumentKind, document: Object, patch: Object) -> BaseModel:
    """Return the record that a JSON Merge Patch makes of a document; a tag's slug follows its name.

    A null takes away what there is: under a name that no document has, it is refused like any other value.
    """
    if kind == "tag" and isinstance(patch.get("name"), str):
        patch = {"slug": make_slug(patch["name"]), **patch}
    return read_document(kind, _with_unknown(merge_patch(document, patch), document, patch))


def _with_unknown(patched: Object, document: Object, patch: Object) -> Object:
    """Return the patched document with those names of the patch that the document, which has all, does not know."""
    result = dict(patched)
    for name, value in patch.items():
        if name not in document:
            result[name] = value
        elif isinstance(value, dict) and isinstance(document[name], dict):
            result[name] = _with_unknown(result[name], document[name], value)
    return result


def write_document(record: BaseModel) -> Object:
    """Return a record as JSON, every field of it."""
    return record.model_dump(mode="json")


def name_of(kind: DocumentKind, record: BaseModel) -> str:
    return str(getattr(record, FORMS[kind].named_by))


def save_document(session: Session, kind: DocumentKind, record: BaseModel, person: Person, note: str = "") -> Outcome:
    """Make the thing that this document is of, or put the document in the place of what is there.

    The caller has made sure that what is there is what was seen. Raises BadInput, Conflict, NotAllowed.
    """
    try:
        return FORMS[kind].save(session, record, person, note)
    except DataError as error:
        raise BadInput("The store does not take this: a text in it is too long for its field.") from error
    except IntegrityError as error:
        raise Conflict("Something that this names was changed just now. Nothing was saved; try again.") from error


def _problem(where: tuple[str | int, ...], told: str) -> FieldProblem:
    words = spoken(where)
    message = told.removeprefix(f"{words}: ").removeprefix(f"{words} ") if words else told
    message = "must be an object" if message == GROUP else message
    field = ".".join(str(part) for part in where)[:200].encode("utf-8", "replace").decode()
    return FieldProblem(field or "document", message)


def _save_summary(session: Session, record: SummaryDocument, person: Person, note: str) -> Outcome:
    """Save it over what is there; where only the status differs, that is the move of this name, as on the desk."""
    present = find_for_edit(session, record.slug)
    if present is not None and present.trashed_at is None and present.status != record.status:
        before = document_for(session, present)
        same = before.model_copy(update={"status": record.status, "published": record.published}) == record
        if same and record.published in (before.published, None):
            for move in MOVES:
                if move.target == record.status and present.status in move.origin:
                    return make_move(session, move, record.slug, person, note=note).outcome
    base = present.revision if present is not None else None
    return save(session, record, person=person, base_revision=base, note=note).outcome


def _save_paper(session: Session, record: PaperRecord, person: Person, _note: str) -> Outcome:
    if find_by_identifier(session, key=record.key) is not None:
        require_may_edit_paper(session, record.key, person)
    return save_paper(session, record, actor=person.actor)


def _save_category(session: Session, record: CategoryRecord, person: Person, _note: str) -> Outcome:
    person.require("editor")
    return save_category(session, record, actor=person.actor)


def _save_series(session: Session, record: SeriesRecord, person: Person, _note: str) -> Outcome:
    person.require("editor")
    return save_series(session, record, actor=person.actor)


def _save_tag(session: Session, record: TagRecord, person: Person, _note: str) -> Outcome:
    """Make a tag, or spell it otherwise; another slug is another name, and comes as a rename."""
    person.require("editor")
    if make_slug(record.name) != record.slug:
        sentence = f"the slug of the tag “{record.name}” is “{make_slug(record.name)}”"
        raise BadInput(f"slug: {sentence}.", [FieldProblem("slug", sentence)])
    present = tags_by_slug(session, [record.slug]).get(record.slug)
    if present is None:
        return add_tag(session, record.name, actor=person.actor)
    if present.name == record.name:
        return "unchanged"
    rename_tag(session, record.slug, record.name, actor=person.actor)
    return "changed"


def _save_macro_set(session: Session, record: MacroSetRecord, person: Person, _note: str) -> Outcome:
    person.require("editor")
    return save_macro_set(session, record.name, record.source, actor=person.actor)


def _save_path(session: Session, record: PathRecord, person: Person, _note: str) -> Outcome:
    person.require("editor")
    return save_path(session, record, actor=person.actor)


# In the order in which one may name another.
FORMS: Mapping[DocumentKind, Form] = {
    "category": Form(CategoryRecord, "slug", _save_category),
    "series": Form(SeriesRecord, "slug", _save_series),
    "tag": Form(TagRecord, "slug", _save_tag),
    "macro-set": Form(MacroSetRecord, "name", _save_macro_set),
    "paper": Form(PaperRecord, "key", _save_paper),
    "summary": Form(SummaryDocument, "slug", _save_summary),
    "path": Form(PathRecord, "slug", _save_path),
}
