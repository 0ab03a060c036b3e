"""What the pages of curating share: how a page tells what the one before it did, and the page that asks first.

NOT here: what any of them does.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from pydantic import BaseModel, Field, ValidationError

from app.accounts.rights import Person
from app.desk.forms import DeskForm, Line, problems_of
from app.desk.pages import go, show
from app.errors import BadInput, CairnError, Conflict, FieldProblem
from app.interchange import complaints

T = TypeVar("T", bound=BaseModel)
# Several lines; how many is limited where they are kept, here only so far that nobody sends a library.
Lines = Annotated[str, Field(max_length=500_000)]


class ToldQuery(DeskForm):
    """What an address says of the thing that was just done: its word, on what, and how many it touched."""

    done: Line = ""
    what: Line = ""
    n: Line = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about what was done, and where to look at it; `{what}` and `{many}` are filled in."""

    sentence: str
    path: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """A question before something is done: `named` are (path, title, status) of what it touches.

    With `refused`, the reason why it cannot be done, there is no button.
    """

    title: str
    sentence: str
    button: str
    action: str
    back: str
    fields: Sequence[tuple[str, str]] = ()
    named: Sequence[tuple[str, str, str]] = ()
    named_title: str = ""
    refused: str = ""


def tell(query: ToldQuery, told: Mapping[str, Told]) -> Told | None:
    """Return what the address says was done, in words."""
    found = told.get(query.done)
    if found is None:
        return None
    number = int(query.n) if query.n.isascii() and query.n.isdigit() and len(query.n) < 9 else 0
    sentence = found.sentence.format(what=query.what[:200], many=many(number, "summary", "summaries"), n=f"{number:,}")
    return Told(sentence, found.path.format(what=quote(query.what, safe="")), found.words)


def lead(path: str, done: str, what: str = "", n: int | None = None) -> Response:
    """Answer a form that was carried out with the page that says so."""
    pairs = [("done", done)] + [
        (name, str(value)) for name, value in (("what", what), ("n", n)) if value not in ("", None)
    ]
    return go(f"{path}?{urlencode(pairs)}")


def ask(request: Request, person: Person, question: Ask, *, error: CairnError | None = None) -> Response:
    """Show the page that says what would be done, with a button to do it."""
    return show(
        request, person, "desk/ask.html", status=error.status if error else 200, question=question,
        problems=problems_of(error) if error else [],
    )  # fmt: skip


def said(error: CairnError | None, labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what is wrong as (field, sentence), the field by the name that the form shows, with its line if any."""
    if not isinstance(error, BadInput) or not error.problems:
        return problems_of(error) if error else []
    sentences = []
    for problem in error.problems:
        message = problem.message.removeprefix(f"{problem.field}: ").rstrip(".")
        where = f", line {problem.line}" if problem.line else ""
        sentences.append((problem.field, f"{labels.get(problem.field, problem.field)}{where}: {message}."))
    return sentences


def checked(model: type[T], values: Mapping[str, object], also: Sequence[FieldProblem] = ()) -> T:
    """Return a record of what a form says; raises BadInput naming each field that is wrong, `also` among them."""
    problems: list[FieldProblem] = []
    try:
        record = model.model_validate(values)
    except ValidationError as error:
        problems = [FieldProblem(name, sentence) for name, sentence in complaints.sentences(error)]
    if problems or also:
        raise BadInput("Some fields need a hand; nothing was saved.", [*problems, *also])
    return record


def wrong(field: str, sentence: str) -> BadInput:
    """Return the error that says this of a field."""
    return BadInput(sentence, [FieldProblem(field, sentence)])


def taken(there: object, word: str, slug: str) -> list[FieldProblem]:
    """Return that a slug is taken, where something is there that has it."""
    return [FieldProblem("slug", f"There is already a {word} “{slug}”.")] if there else []


def digest_of(record: BaseModel) -> str:
    """Return what a form carries to tell over what it was written."""
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()


def refuse_stale(base: str, present: BaseModel, wanted: BaseModel) -> None:
    """Raise Conflict where somebody changed the thing since the form was made; the same change twice is none."""
    if base != digest_of(present) and present != wanted:
        raise Conflict(
            "Somebody changed this while you did. Look at what it says now, then save again to put yours there."
        )


def many(number: int, one: str, more: str) -> str:
    """Return “1 summary”, “2 summaries”, “no summary”."""
    return f"{number:,} {one if number == 1 else more}" if number else f"no {one}"


def pairs_of(query: BaseModel, *but: str) -> list[tuple[str, object]]:
    """Return what a query says, for links that keep it; what is as it is anyway is left out."""
    plain = type(query)().model_dump()
    left_out = {"done", "what", "n", *but}
    return [
        (name, value) for name, value in query.model_dump().items() if name not in left_out and value != plain[name]
    ]
