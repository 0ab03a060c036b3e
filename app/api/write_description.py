"""What the OpenAPI document says of the operations that change something: their bodies, with examples that work.

NOT here: the schemas of documents (`document_schemas.py`), what all operations share (`description.py`).
"""

from typing import Any

from app.api.answers import API
from app.api.bulk import LINES
from app.api.document_schemas import patch_reference, reference
from app.api.nouns import NOUNS
from app.api.sent import PATCH
from app.interchange.json_documents import DocumentKind

EXAMPLES: dict[DocumentKind, dict[str, Any]] = {
    "summary": {
        "slug": "weight-averaging",
        "title": "Averaging weights",
        "kind": "deep-dive",
        "categories": ["optimization"],
        "tags": ["averaging"],
        "tldr": "The mean of the last weights is often better than the last weights: $\\bar w = \\frac1n \\sum_i w_i$.",
        "body": "## The idea\n\nKeep a running mean of the weights and use that.",
        "provenance": {"written_by": "human", "read": "none"},
    },
    "paper": {
        "key": "polyak1992acceleration",
        "kind": "article",
        "title": "Acceleration of Stochastic Approximation by Averaging",
        "authors": [{"family": "Polyak", "given": "B. T."}, {"family": "Juditsky", "given": "A. B."}],
        "year": 1992,
        "venue": "SIAM Journal on Control and Optimization",
    },
    "category": {"slug": "averaging", "name": "Averaging", "description": "Means of weights.", "position": 30},
    "tag": {"slug": "averaging", "name": "averaging"},
    "series": {"slug": "averages", "title": "Averages", "description": "From means to moments."},
    "path": {"slug": "to-averages", "title": "To averages", "steps": [{"summary": "weight-averaging", "note": ""}]},
    "macro-set": {"name": "means", "source": "\\newcommand{\\mean}[1]{\\overline{#1}}\n"},
}
CHANGED: dict[DocumentKind, dict[str, Any]] = {
    "summary": {"title": "Weight averaging", "provenance": {"read": "abstract"}},
    "paper": {"volume": "30", "pages": "838-855"},
    "category": {"description": None},
    "tag": {"name": "weight averaging"},
    "series": {"title": "On averages"},
    "path": {"description": "Two steps."},
    "macro-set": {"source": "\\newcommand{\\mean}[1]{\\bar{#1}}\n"},
}
LINE = '{"type": "tag", "document": {"slug": "averaging", "name": "averaging"}}\n'


def complete_write(path: str, methods: dict[str, Any], method: str) -> None:
    """Add the body of one operation, and the name in its path, which its function does not ask for."""
    operation = methods[method]
    place = path.removeprefix(API)
    if place == "/import":
        operation["requestBody"] = _body({LINES: ({"type": "string"}, LINE)})
        operation["responses"]["200"]["content"].pop("application/json", None)
        return
    noun = next(noun for noun in NOUNS if place in (noun.place, noun.address))
    if noun.kind == "summary" and method != "delete":
        operation["parameters"].append({"$ref": "#/components/parameters/Note"})
    if method in ("post", "put"):
        operation["requestBody"] = _body({"application/json": (reference(noun.kind), EXAMPLES[noun.kind])})
    if method == "patch":
        patch = (patch_reference(noun.kind), CHANGED[noun.kind])
        operation["requestBody"] = _body({PATCH[0]: patch})
    if place == noun.address:
        named = [one for one in methods["get"]["parameters"] if one.get("in") == "path"]
        operation["parameters"] = [*named, *operation["parameters"]]


def _body(contents: dict[str, tuple[dict[str, Any], Any]]) -> dict[str, Any]:
    content = {media: {"schema": schema, "example": example} for media, (schema, example) in contents.items()}
    return {"required": True, "content": content}
