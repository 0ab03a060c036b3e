"""How documents are described: the schemas of what may be sent, made from the records that read it, with words added.

The records check more than a schema can say (that a name exists, that a month has this day); what a schema can say
beyond their types, the patterns of names, is here. NOT here: the records themselves (`interchange/json_documents.py`).
"""

import copy
from typing import Annotated, Any

from pydantic import BaseModel, WithJsonSchema

from app.interchange.json_documents import FORMS, DocumentKind
from app.papers.records import KEY
from app.taxonomy.slugs import SLUG

SLUG_PATTERN = f"^{SLUG.pattern}$"
KEY_PATTERN = f"^{KEY.pattern}$"
REFERENCE = "#/components/schemas/"
MACRO_SET_PATTERN = "^[a-z0-9][a-z0-9_-]{0,99}$"
MARK = "x-document"
Schema = dict[str, Any]

NAMES: dict[DocumentKind, str] = {
    "category": "CategoryDocument",
    "tag": "TagDocument",
    "series": "SeriesDocument",
    "macro-set": "MacroSetDocument",
    "paper": "PaperDocument",
    "summary": "SummaryDocument",
    "path": "PathDocument",
}
# The records' own parts, by the names they have here: answers have parts of these names too.
PARTS = {
    "Source": "DocumentSource",
    "Update": "DocumentUpdate",
    "Provenance": "DocumentProvenance",
    "Freshness": "DocumentFreshness",
    "PersonName": "DocumentAuthor",
    "StepRecord": "DocumentStep",
}


def reference(kind: DocumentKind) -> Schema:
    return {"$ref": REFERENCE + NAMES[kind]}


def _marked(kind: DocumentKind) -> WithJsonSchema:
    # Pydantic follows references only to what it made itself: `with_references` puts the real one here.
    return WithJsonSchema({"type": "object", MARK: NAMES[kind]})


SummaryDoc = Annotated[dict[str, Any], _marked("summary")]
PaperDoc = Annotated[dict[str, Any], _marked("paper")]
CategoryDoc = Annotated[dict[str, Any], _marked("category")]
TagDoc = Annotated[dict[str, Any], _marked("tag")]
SeriesDoc = Annotated[dict[str, Any], _marked("series")]
PathDoc = Annotated[dict[str, Any], _marked("path")]
MacroSetDoc = Annotated[dict[str, Any], _marked("macro-set")]

WORDS: dict[str, dict[str, str]] = {
    "CategoryDocument": {
        "slug": "Its name in URLs and filters.",
        "name": "The name people see.",
        "description": "What belongs on it.",
        "position": "Its place among the categories, the lowest first.",
    },
    "TagDocument": {"slug": "Its name in URLs: what follows from the name.", "name": "The name people see."},
    "SeriesDocument": {
        "slug": "Its name in URLs and filters.",
        "title": "Its title.",
        "description": "What it is about.",
    },
    "MacroSetDocument": {"name": "Its name.", "source": "Its definitions: `\\newcommand` and the like, in TeX."},
    "PaperDocument": {
        "key": "Its citation key, and its name in URLs and filters.",
        "kind": "What sort of publication it is.",
        "title": "Its title.",
        "authors": "Its authors in the paper's order.",
        "year": "The year it appeared.",
        "month": "The month, where known; needs the year.",
        "day": "The day, where known; needs the month.",
        "venue": "The journal, proceedings or book it appeared in.",
        "volume": "The volume.",
        "issue": "The issue.",
        "pages": "The pages.",
        "publisher": "Who published it.",
        "institution": "The institution of a report or thesis.",
        "doi": "Its DOI, bare, with a prefix or as an address.",
        "arxiv_id": "Its arXiv identifier, bare, with a prefix, a version or as an address.",
        "arxiv_class": "Its primary arXiv class.",
        "url": "Where it is published.",
        "code_url": "Where its authors' code is.",
        "abstract": "Its abstract.",
    },
    "DocumentAuthor": {
        "family": "The family name; the whole name of a collaboration.",
        "given": "The given names; empty for a collaboration.",
    },
    "SummaryDocument": {
        "slug": "Its name in URLs.",
        "title": "Its title.",
        "kind": "About one paper, about an idea, or a pointer to something elsewhere.",
        "papers": "The keys of the papers it is about.",
        "categories": "The slugs of the categories it stands in; the first is its main one.",
        "tags": "Its free labels, by name; new ones are made.",
        "tldr": "The curator's own take in a few sentences: Markdown with LaTeX.",
        "status": "Where it stands; only an editor publishes and archives.",
        "published": "When it was first published; without it, the moment it is.",
        "updated": "Its last meaningful change as readers are told it.",
        "authors": "The curators it is by.",
        "series": "The slug of the series it is a part of; goes with `part`.",
        "part": "Which part of the series it is.",
        "requires": "The slugs of the summaries to read first.",
        "macros": "The names of the macro sets it uses; later ones win.",
        "link": "Where a summary of kind `link` points.",
        "source": "Where the text came from.",
        "updates": "Dated notes, in the curator's order.",
        "provenance": "Who wrote it and what was read for it.",
        "freshness": "Whether it still holds.",
        "body": "The summary itself: Markdown with LaTeX.",
    },
    "DocumentSource": {"name": "Its name.", "url": "Its address."},
    "DocumentUpdate": {"date": "The day of the note.", "text": "The note: Markdown with LaTeX."},
    "DocumentProvenance": {
        "written_by": "A human, a human with a model, or a model.",
        "model": "The model that wrote or helped.",
        "read": "How far the papers were read for it.",
        "paper_version": "Which version of the paper was read.",
        "reviewed_by": "Who checked it.",
        "reviewed_on": "The day it was checked.",
    },
    "DocumentFreshness": {
        "state": "`current` unless a curator says otherwise.",
        "reason": "Why it is contested, superseded or retracted.",
        "by": "What contests or supersedes it: a slug, a paper's key, or words.",
    },
    "PathDocument": {
        "slug": "Its name in URLs.",
        "title": "Its title.",
        "description": "Where it leads.",
        "steps": "Its steps in order; each summary once.",
    },
    "DocumentStep": {"summary": "The slug of a summary.", "note": "Why it stands here."},
}
_SLUG = {"pattern": SLUG_PATTERN, "maxLength": 120}
_SUMMARY_SLUG = {"pattern": SLUG_PATTERN, "maxLength": 160}
_ADDRESS = {"pattern": r"^https?://\S+$", "maxLength": 2000}
PATTERNS: dict[tuple[str, str], Schema] = {
    ("CategoryDocument", "slug"): _SLUG,
    ("TagDocument", "slug"): _SLUG,
    ("SeriesDocument", "slug"): _SLUG,
    ("PathDocument", "slug"): _SUMMARY_SLUG,
    ("MacroSetDocument", "name"): {"pattern": MACRO_SET_PATTERN},
    ("PaperDocument", "key"): {"pattern": KEY_PATTERN, "maxLength": 120},
    ("SummaryDocument", "slug"): _SUMMARY_SLUG,
    ("SummaryDocument", "categories"): {"items": {"type": "string", **_SUMMARY_SLUG}},
    ("SummaryDocument", "requires"): {"items": {"type": "string", **_SUMMARY_SLUG}},
    ("SummaryDocument", "series"): {"anyOf": [{"type": "string", **_SUMMARY_SLUG}, {"type": "null"}]},
    ("SummaryDocument", "link"): {"anyOf": [{"type": "string", **_ADDRESS}, {"type": "null"}]},
    ("DocumentStep", "summary"): _SUMMARY_SLUG,
}


def document_schemas() -> dict[str, Schema]:
    """Return the schemas of all documents, of their parts, and of what changes a part of one (RFC 7396)."""
    found: dict[str, Schema] = {}
    for kind, form in FORMS.items():
        found |= _schemas_of(NAMES[kind], form.model)
    for name, schema in found.items():
        _add_words(name, schema)
    patches = {_patch_name(name): _patch_of(name, schema) for name, schema in found.items()}
    wanted = {_patch_name(name) for name in NAMES.values()} | {
        "DocumentSourcePatch",
        "DocumentProvenancePatch",
        "DocumentFreshnessPatch",
    }
    return found | {name: schema for name, schema in patches.items() if name in wanted}


def with_references(schema: Schema) -> None:
    """Put references in the place of the marks that fields of answers have."""
    for raw in schema.get("properties", {}).values():
        if MARK in raw:
            words, name = raw["description"], raw[MARK]
            raw.clear()
            raw |= {"$ref": REFERENCE + name, "description": words}


def patch_reference(kind: DocumentKind) -> Schema:
    return {"$ref": REFERENCE + _patch_name(NAMES[kind])}


def _schemas_of(name: str, model: type[BaseModel]) -> dict[str, Schema]:
    whole = model.model_json_schema(ref_template=REFERENCE + "{model}")
    parts = {PARTS[part]: schema for part, schema in whole.pop("$defs", {}).items()}
    return {each: _renamed(schema) for each, schema in {name: whole, **parts}.items()}


def _renamed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_renamed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: REFERENCE + PARTS[value.removeprefix(REFERENCE)] if key == "$ref" else _renamed(value)
        for key, value in schema.items()
    }


def _add_words(name: str, schema: Schema) -> None:
    schema["title"] = name
    schema.setdefault("description", "A step of a reading path.")
    for field, raw in schema["properties"].items():
        raw.pop("title", None)
        raw |= {"description": WORDS[name][field], **copy.deepcopy(PATTERNS.get((name, field), {}))}


def _patch_name(name: str) -> str:
    return name.removesuffix("Document") + "Patch"


def _patch_of(name: str, schema: Schema) -> Schema:
    """Return the schema of a merge patch: no field is needed, and null takes away what may be left out."""
    patch: Schema = copy.deepcopy(schema)
    patch["title"] = _patch_name(name)
    patch["description"] = f"What changes in a {name} (RFC 7396): what is left out stays, null takes away."
    needed = patch.pop("required", [])
    for field, raw in patch["properties"].items():
        raw.pop("default", None)
        if raw.get("$ref", "").startswith(REFERENCE):
            raw["$ref"] = REFERENCE + _patch_name(raw["$ref"].removeprefix(REFERENCE))
        if field not in needed:
            words = raw.pop("description")
            choices = raw.pop("anyOf", None) or [raw]
            kept = [choice for choice in choices if choice != {"type": "null"}]
            patch["properties"][field] = {"anyOf": [*kept, {"type": "null"}], "description": words}
    return patch
