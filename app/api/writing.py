"""What every kind of thing takes: POST on its list, PUT, PATCH and DELETE on the thing itself.

One order of steps for all: the turn of writers; a repeated request, answered as before; the precondition, against what
is there now; the change, by the functions of the desk; the new state with its ETag. All of it is one transaction, kept
before the answer is sent. NOT here: what is particular to a kind (`nouns.py`), the body (`sent.py`).
"""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.accounts.kept_answers import find_kept, keep_answer
from app.api.answers import Places, canonical_link, kept_by
from app.api.bearer import WritingBearer
from app.api.nouns import NOUNS, Noun
from app.api.responses import written
from app.api.routes import OpenRoute
from app.api.schemas import Answer
from app.api.sent import JSON, PATCH, Received, Sent
from app.errors import BadInput, Conflict, FieldProblem, Gone, Moved, NotFound
from app.interchange.json_documents import name_of, patched, read_document, save_document
from app.summaries.service import take_turn
from app.web.conditional import etag_of
from app.web.sessions import Writing

router = APIRouter(route_class=OpenRoute)


class Change:
    """One request that changes one thing: who sends it, what they sent, and what is there."""

    def __init__(self, request: Request, session: Session, bearer: WritingBearer, sent: Sent, noun: Noun) -> None:
        self.session, self.person, self.sent, self.noun = session, bearer.person, sent, noun
        self.headers, self.at = kept_by(request), Places(request)
        self.name = str(request.path_params.get(noun.named_by, ""))
        self.note = _note_of(request, noun)

    def once(self, act: Callable[[], Response]) -> Response:
        """Take the turn and act, or answer a request that came before as it was answered then."""
        take_turn(self.session)
        key = self.sent.key
        if key is None:
            return act()
        kept = find_kept(self.session, self.person, key)
        if kept is not None:
            if kept.request_sha256 != self.sent.digest:
                sentence = "this key came with another request before; a new request needs a new key"
                raise BadInput(f"Idempotency-Key: {sentence}.", [FieldProblem("Idempotency-Key", sentence)])
            return Response(kept.body, kept.status, {**kept.headers, "Idempotency-Replayed": "true"})
        answer = act()
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        body = bytes(answer.body).decode()
        status = answer.status_code
        keep_answer(self.session, self.person, key, self.sent.digest, status=status, headers=headers, body=body)
        return answer

    def create(self) -> Response:
        """Make what was sent; refuses a name that is taken."""
        record = read_document(self.noun.kind, self.sent.document(*JSON))
        name = name_of(self.noun.kind, record)
        if self.find(name) is not None:
            raise Conflict(f"There is already a {self._word} “{name}”. To change it, send PUT or PATCH to its address.")
        self.noun.is_new(self.session, record)
        save_document(self.session, self.noun.kind, record, self.person, self.note)
        return self.shown(name, 201)

    def replace(self) -> Response:
        """Put what was sent in the place of what is there, or make it where nothing is."""
        record = read_document(self.noun.kind, self.sent.document(*JSON))
        present = self.find(self.name)
        self.sent.check(self.etag(present))
        name = name_of(self.noun.kind, record)
        if present is None and name != self.name:
            self._refuse_name(name)
        if name != self.name:
            self.noun.rename(self.session, self.name, record, self.person)
        save_document(self.session, self.noun.kind, record, self.person, self.note)
        return self.shown(name, 201 if present is None else 200)

    def patch(self) -> Response:
        """Change what the patch names of what is there."""
        patch = self.sent.document(*PATCH)
        present = self.get()
        self.sent.check(self.etag(present))
        record = patched(self.noun.kind, present.model_dump(mode="json")["document"], patch)
        name = name_of(self.noun.kind, record)
        if name != self.name:
            self.noun.rename(self.session, self.name, record, self.person)
        save_document(self.session, self.noun.kind, record, self.person, self.note)
        return self.shown(name, 200)

    def delete(self) -> Response:
        """Delete what is there; a summary goes into the trash."""
        self.sent.check(self.etag(self.get()))
        self.noun.delete(self.session, self.name, self.person)
        return Response(status_code=204, headers=self.headers)

    def get(self) -> Answer:
        """Return what is at the address now; raises NotFound, Gone."""
        try:
            return self.noun.show(self.session, self.name, self.at, self.person)
        except Moved as moved:
            raise NotFound(f"There is no {self._word} “{self.name[:160]}” any more; see {moved.location}.") from None

    def find(self, name: str) -> Answer | None:
        """Return what has a name now, if anything; raises Conflict where it is in the trash."""
        try:
            return self.noun.show(self.session, name, self.at, self.person)
        except (NotFound, Moved):
            return None
        except Gone as error:
            raise Conflict(str(error)) from None

    def etag(self, shown: Answer | None) -> str | None:
        return None if shown is None else etag_of(shown.model_dump_json().encode())

    def shown(self, name: str, status: int) -> Response:
        """Answer with the thing as GET shows it from now on."""
        detail = self.noun.show(self.session, name, self.at, self.person)
        body = detail.model_dump_json().encode()
        headers = {"Cache-Control": "no-cache", "Vary": "Accept", **self.headers, "ETag": etag_of(body)}
        place = self.at.api(f"{self.noun.place}/{quote(name, safe='')}")
        headers |= canonical_link(getattr(detail, "url", None))
        headers["Location" if status == 201 else "Content-Location"] = place
        return Response(body, status, headers, "application/json")

    @property
    def _word(self) -> str:
        return self.noun.word.replace("_", " ")

    def _refuse_name(self, name: str) -> None:
        field = self.noun.named_by
        sentence = f"“{name}” is not the name in the address, “{self.name[:160]}”"
        raise BadInput(f"{field}: {sentence}.", [FieldProblem(field, sentence)])


def _note_of(request: Request, noun: Noun) -> str:
    """Return what a change of a summary says of itself; any other parameter is refused."""
    unknown = [name for name in request.query_params if name != "note" or noun.kind != "summary"]
    if unknown:
        problems = [FieldProblem(name[:200], "there is no such parameter here") for name in unknown]
        raise BadInput(" ".join(f"{one.field}: {one.message}." for one in problems), problems)
    return request.query_params.get("note", "")


def _doing(noun: Noun, act: Callable[[Change], Response]) -> Callable[..., Response]:
    """Return the function of an operation: a request to change one thing of this kind."""

    def answer(request: Request, sent: Received, session: Writing, bearer: WritingBearer) -> Response:
        change = Change(request, session, bearer, sent, noun)
        return change.once(lambda: act(change))

    return answer


def _offer(noun: Noun) -> None:
    """Make the four operations of one kind of thing."""
    word = noun.word.replace("_", " ")
    ways = {
        "summary": "Put one summary into the trash, from which the desk can take it out.",
        "path": "Delete one path; the summaries it leads through stay.",
    }
    delete = ways.get(noun.kind, f"Delete one {word}. One that is in use is not deleted (409).")
    told = {
        "POST": (noun.place, Change.create, "create", f"Make a {word}. Its name must be free (409)."),
        "PUT": (noun.address, Change.replace, "replace", f"Replace one {word}, or make it. Another name renames it."),
        "PATCH": (noun.address, Change.patch, "patch", f"Change some fields of one {word}. Another name renames it."),
        "DELETE": (noun.address, Change.delete, "delete", delete),
    }
    for method, (path, act, verb, words) in told.items():
        router.add_api_route(
            path,
            _doing(noun, act),
            methods=[method],
            operation_id=f"{verb}_{noun.word}",
            tags=[noun.tag],
            description=words,
            status_code={"POST": 201, "DELETE": 204}.get(method, 200),
            response_model=None if method == "DELETE" else noun.detail,
            responses=written(method),
        )
        OpenRoute.unsafe.setdefault(path, []).append(method)


for _noun in NOUNS:
    _offer(_noun)
