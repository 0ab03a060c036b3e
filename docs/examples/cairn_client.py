"""A client of Cairn's JSON API in one file, with nothing but the standard library. Copy it and change what you like.

    cairn = Cairn("http://127.0.0.1:8000", token="cairn_...")
    for item in cairn.items("summary", tag="optimiser"):
        print(item["slug"], item["title"])
    adam = cairn.get("summary", "adam")
    adam = cairn.patch(adam, {"title": "Adam, again"})

Every thing has a document, the whole of it: what `get` gives, `create` and `replace` take. A thing carries the ETag it
was read with, and is only changed where it is still so; otherwise `Changed` is raised; `edit` reads and tries again.
"""

import contextlib
import hashlib
import http.client
import json
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
PLACES = {
    "summary": "summaries",
    "paper": "papers",
    "author": "authors",
    "category": "categories",
    "tag": "tags",
    "series": "series",
    "path": "paths",
    "macro-set": "macro-sets",
}
NAMED_BY = {"paper": "key", "macro-set": "name"}  # the others by their slug
TRIES = 4


class Problem(Exception):
    """What the server refused: its status, its sentence, and what is wrong with each field."""

    def __init__(self, status: int, detail: str, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{status}: {detail}")
        self.status, self.detail, self.errors = status, detail, errors


class Missing(Problem):
    """There is nothing of this name, or no longer."""


class Changed(Problem):
    """Somebody changed it since it was read."""


@dataclass(frozen=True)
class Thing:
    """A thing as it was read: what it is, its name, its document, all that was answered, and its ETag."""

    kind: str
    name: str
    document: Document
    answer: Document
    etag: str


@dataclass
class Mirror:
    """A copy of what readers see: (kind, name) -> what was kept of it; `version` is the library's it is at."""

    version: int = 0
    things: dict[tuple[str, str], Document] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Cairn:
    """One library; `token` is needed for drafts (scope read) and for changes (scope write)."""

    def __init__(self, base: str, token: str | None = None, timeout: float = 60) -> None:
        parts = urllib.parse.urlsplit(base)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.netloc, timeout=timeout)
        self._token = token

    def close(self) -> None:
        self._connection.close()

    # Reading

    def items(self, kind: str, **filters: Any) -> Iterator[Document]:
        """Give every item of a list, slice after slice; filters as the API names them."""
        yield from self._walk(f"/api/v1/{PLACES[kind]}", {"limit": 100, **filters})

    def search(self, q: str, **filters: Any) -> Iterator[Document]:
        """Give every summary found, the best first."""
        yield from self._walk("/api/v1/search", {"q": q, "limit": 100, **filters})

    def get(self, kind: str, name: str) -> Thing:
        """Read one thing; raises Missing."""
        return self._thing(kind, name, self.send("GET", _place(kind, name)))

    def library(self) -> Document:
        """Return how much there is, and the library's version."""
        answer: Document = self.send("GET", "/api/v1/library").json()
        return answer

    # Writing

    def create(self, kind: str, document: Document, *, key: str | None = None) -> Thing:
        """Make a thing once, however often the answer is lost on the way: each try carries the same key."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        reply = self.send("POST", f"/api/v1/{PLACES[kind]}", document, headers)
        return self._thing(kind, _named(kind, document), reply)

    def replace(self, thing: Thing, document: Document) -> Thing:
        """Put a document in the place of what was read; another name in it renames the thing."""
        reply = self.send("PUT", _place(thing.kind, thing.name), document, {"If-Match": thing.etag})
        return self._thing(thing.kind, _named(thing.kind, document), reply)

    def patch(self, thing: Thing, changes: Document) -> Thing:
        """Change some fields (RFC 7396: None takes a field's value away)."""
        headers = {"If-Match": thing.etag, "Content-Type": "application/merge-patch+json"}
        reply = self.send("PATCH", _place(thing.kind, thing.name), changes, headers)
        return self._thing(thing.kind, _named(thing.kind, reply.json()["document"]), reply)

    def delete(self, thing: Thing) -> None:
        """Delete what was read; a summary goes into the trash."""
        self.send("DELETE", _place(thing.kind, thing.name), headers={"If-Match": thing.etag})

    def edit(self, kind: str, name: str, change: Callable[[Document], Document]) -> Thing:
        """Read a thing, change its document and put it back; where somebody was quicker, read and change again."""
        for _ in range(TRIES):
            thing = self.get(kind, name)
            try:
                return self.replace(thing, change(dict(thing.document)))
            except Changed as error:
                last = error
        raise last

    def load(self, documents: Iterable[tuple[str, Document]], *, dry_run: bool = False) -> list[Document]:
        """Make or replace many things, in any order; return a row for each, and the counts as the last one."""
        lines = (json.dumps({"type": kind, "document": document}) + "\n" for kind, document in documents)
        headers = {"Content-Type": "application/x-ndjson"}
        address = "/api/v1/import" + ("?dry_run=true" if dry_run else "")
        reply = self.send("POST", address, "".join(lines).encode(), headers)
        return [json.loads(line) for line in reply.body.splitlines()]

    # Keeping a copy

    def mirror(self, copy: Mirror) -> int:
        """Bring a copy up to date and return how many changes there were; start with an empty Mirror()."""
        url: str | None = f"/api/v1/changes?since={copy.version}&limit=1000"
        number = 0
        while url is not None:
            answer = self.send("GET", url).json()
            for item in answer["items"]:
                self._take_in(copy, item)
            number += len(answer["items"])
            url = _local(answer["next"])
        copy.version = answer["version"]
        return number

    def kept(self, kind: str, name: str) -> Document:
        """Return what a copy keeps of one thing: its own facts, not what it shows of others. Raises Missing."""
        if kind == "picture":
            reply = self.send("GET", f"/media/{urllib.parse.quote(name)}")
            return {"sha256": hashlib.sha256(reply.body).hexdigest()}
        answer = self.send("GET", _place(kind, name)).json()
        if kind == "author":
            return {"family": answer["family"], "given": answer["given"]}
        texts = {name: answer[name] for name in ("tldr", "body", "updates", "links") if kind == "summary"}
        return {"document": answer["document"], **texts}

    def _take_in(self, copy: Mirror, item: Document) -> None:
        place = (item["kind"], item["name"])
        copy.things.pop(place, None)
        if item["action"] == "changed":
            with contextlib.suppress(Missing):  # gone by now: a later item says so
                copy.things[place] = self.kept(*place)

    # Sending

    def send(
        self, method: str, url: str, body: Document | bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send one request and return its answer; raises Problem for what is refused.

        What is safe to repeat is repeated where the connection breaks or the server is busy for a moment.
        """
        sent = {"Accept": "application/json", **(headers or {})}
        if isinstance(body, dict):
            sent.setdefault("Content-Type", "application/json")
            body = json.dumps(body).encode()
        if self._token is not None:
            sent["Authorization"] = f"Bearer {self._token}"
        repeatable = method == "GET" or "Idempotency-Key" in sent
        for tries_left in reversed(range(TRIES if repeatable else 1)):
            try:
                reply = self._once(method, url, body, sent)
            except (OSError, http.client.HTTPException):
                self._connection.close()
                if not tries_left:
                    raise
                time.sleep(0.2)
                continue
            if reply.status != 503 or not tries_left:
                break
            time.sleep(min(5, int(reply.headers.get("Retry-After", "1"))))
        if reply.status >= 300:
            raise _problem(reply)
        return reply

    def _once(self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        self._connection.request(method, url, body, dict(headers))
        answer = self._connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())  # type: ignore[arg-type]

    def _walk(self, place: str, filters: Mapping[str, Any]) -> Iterator[Document]:
        url: str | None = f"{place}?{urllib.parse.urlencode(filters, doseq=True)}"
        while url is not None:
            answer = self.send("GET", url).json()
            yield from answer["items"]
            url = _local(answer["next"])

    def _thing(self, kind: str, name: str, reply: Reply) -> Thing:
        answer = reply.json()
        return Thing(kind, name, answer.get("document", {}), answer, reply.headers["ETag"])


def _place(kind: str, name: str) -> str:
    return f"/api/v1/{PLACES[kind]}/{urllib.parse.quote(name, safe='')}"


def _named(kind: str, document: Document) -> str:
    return str(document[NAMED_BY.get(kind, "slug")])


def _local(url: str | None) -> str | None:
    """Return a URL without its host: the connection has it, and a proxy may have another."""
    return None if url is None else urllib.parse.urlunsplit(("", "", *urllib.parse.urlsplit(url)[2:]))


def _problem(reply: Reply) -> Problem:
    kinds = {301: Missing, 404: Missing, 410: Missing, 412: Changed}
    try:
        told = reply.json()
    except ValueError:
        told = {}
    kind = kinds.get(reply.status, Problem)
    return kind(reply.status, told.get("detail", "The answer is no problem document."), told.get("errors", []))
