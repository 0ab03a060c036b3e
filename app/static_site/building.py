"""Build: ask the application for every public address it leads to, and write the answers down.

Deterministic: the same library under the same base URL gives the same bytes. The manifest names the library version
and the digest of every file, so a second build removes what the first wrote and the library no longer has.
"""

import asyncio
import hashlib
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from starlette.types import ASGIApp, Message

from app.errors import BadInput, Unavailable
from app.static_site.addresses import SEARCH, file_of, own_address, relative, site_path
from app.static_site.rewriting import Rewriter

MANIFEST = "cairn-build.json"
SITEMAP = "/sitemap.xml"
SEARCH_INDEX = "/search-index.json"
SEARCH_SCRIPT = "/static/static-search.js"
FIRST = ("/", SEARCH, SITEMAP, "/robots.txt", "/llms.txt", "/feed.atom")
RESULTS = '<div id="results" class="results">'
SEARCH_HELP = """
<p>Every word asked for must begin a word of a summary’s title or TLDR, or of its papers, authors, categories or
tags.</p>
<noscript><p class="notice">The search of this copy runs in the browser, and needs JavaScript for it. Without it there
are <a href="/categories">the categories</a>, <a href="/tags">the tags</a> and <a href="/papers">the papers</a>.</p>
</noscript>"""
MISSING = "/this-page-does-not-exist"
MOST = 2_000_000  # addresses; a library has a handful for each summary
LOCATION = re.compile(r"<loc>([^<]*)</loc>")
TEMPLATE = re.compile(rb'<Url [^>]*template="([^"]*)"[^>]*/>')

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Built:
    """What a build did: files with their digests, their bytes together, the addresses that answered with an error."""

    files: dict[str, str] = field(default_factory=dict)
    size: int = 0
    broken: list[str] = field(default_factory=list)


def build_site(
    app: ASGIApp, folder: Path, *, base: str, version: int, search: list[dict[str, object]],
    progress: Progress | None = None,
) -> Built:  # fmt: skip
    """Write the site into a new or empty folder, or over a former build.

    `search` is what the reader's own search looks through. Raises BadInput where the folder holds something else.
    """
    former = _prepare(folder)
    return asyncio.run(_Builder(app, folder, base, version, progress).run(search, former))


def _prepare(folder: Path) -> set[str]:
    """Make the folder ready; return the files of a former build."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is a file; give a folder to build into.")
    manifest = folder / MANIFEST
    if manifest.is_file():
        try:
            return set(json.loads(manifest.read_text())["files"])
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise BadInput(f"{manifest} is not the manifest of a former build; nothing was written.") from error
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(f"{folder} is neither empty nor a former build; nothing was written.")
    return set()


class _Builder:
    def __init__(self, app: ASGIApp, folder: Path, base: str, version: int, progress: Progress | None) -> None:
        self._app, self._folder, self._base, self._version = app, folder, base, version
        self._progress = progress
        self._host = base.partition("://")[2].partition("/")[0]
        # Asked in this order: what belongs to a page comes with it, and lists first name all the pages there are.
        self._beside: deque[str] = deque()
        self._lists: deque[str] = deque()
        self._pages: deque[str] = deque()
        self._places: dict[str, str | None] = {}
        self._numbers: dict[str, int] = {}  # of documents that come in pages: the address, and which page it is
        self._built = Built()

    async def run(self, search: list[dict[str, object]], former: set[str]) -> Built:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for address in FIRST:
                self._place(address)
            await self._write_missing()
            await self._follow()
            self._write(SEARCH_INDEX, json.dumps(search, ensure_ascii=False, separators=(",", ":")).encode())
            for name in sorted(former - set(self._built.files)):
                self._remove(name)
            told = {"version": self._version, "base": self._base, "files": dict(sorted(self._built.files.items()))}
            (self._folder / MANIFEST).write_text(json.dumps(told, indent=1) + "\n")
        except OSError as error:
            raise Unavailable(f"The site could not be written: {error.strerror} ({error.filename}).") from error
        return self._built

    async def _follow(self) -> None:
        """Write down every address that is led to; progress is told in pages, once lists have named them all."""
        done = 0
        while waiting := self._beside or self._lists or self._pages:
            await self._write_down(waiting.popleft())
            if waiting is not self._beside:
                done += 1
            if self._progress is not None and waiting is self._pages:
                self._progress(done, done + len(self._lists) + len(self._pages))

    def _place(self, address: str) -> str | None:
        """Return where an address is on the static site, and see to it that it is built."""
        address = own_address(address)
        if address not in self._places:
            self._places[address] = place = site_path(address)
            if place is not None and len(self._places) < MOST:
                page = place.endswith("/")
                (self._beside if not page else self._pages if address.count("/") > 1 else self._lists).append(address)
        return self._places[address]

    async def _write_down(self, address: str) -> None:
        place = self._places[address]
        if place is None or file_of(place) in self._built.files:
            return
        answer = await ask(self._app, address, self._host)
        if answer.status in (301, 303, 307, 308):
            return  # what leads on has no page of its own, and no page of ours links to it
        if answer.status != 200:
            self._built.broken.append(f"{address}: {answer.status}")
            return
        if answer.media_type == "text/html":
            self._write(place, self._page(answer.body.decode(), address, partial(relative, page=place)))
        elif place.startswith("/static/"):
            self._write(place, answer.body)
        else:
            self._write(place, self._document(answer, address))

    def _page(self, text: str, live: str, name: Callable[[str], str]) -> bytes:
        if live != SEARCH:
            return Rewriter(self._base, live, self._place, name).rewritten(text).encode()
        rewriter = Rewriter(self._base, live, self._place, name, self._search_head(SEARCH + "/"))
        return rewriter.rewritten(text.replace(RESULTS, RESULTS + SEARCH_HELP)).encode()

    def _document(self, answer: Answer, address: str) -> bytes:
        if address.startswith("/sitemap"):
            for found in LOCATION.findall(answer.body.decode()):
                self._place(unescape(found).removeprefix(self._base) or "/")
        if answer.media_type == "application/opensearchdescription+xml":
            return TEMPLATE.sub(self._only_built, answer.body)
        return self._with_next(answer.body, address)

    def _only_built(self, match: re.Match[bytes]) -> bytes:
        """Return a way to search where the static site has it, nothing where a server is needed."""
        address = unescape(match[1].decode()).removeprefix(self._base).partition("?")[0]
        return match[0] if site_path(address) is not None else b""

    def _with_next(self, body: bytes, address: str) -> bytes:
        """Return a document with the addresses of its other pages as they are called on the static site.

        A web server of files does not look at what follows a “?”: it would give the same page again, for ever.
        """
        path = address.partition("?")[0]
        live = re.compile(re.escape(f"{self._base}{path}?".encode()) + rb"(page=\d{1,6}|cursor=[\w-]{1,6000})")

        def turned(match: re.Match[bytes]) -> bytes:
            other = f"{path}?{match[1].decode()}"
            place = self._place(other) if match[1].startswith(b"page") else self._place_after(address, other)
            return match[0] if place is None else f"{self._base}{place}".encode()

        return live.sub(turned, body)

    def _place_after(self, address: str, following: str) -> str | None:
        """Return where the page that a cursor leads to is on the static site: it is the next one, with its number."""
        if following not in self._places:
            self._numbers[following] = number = self._numbers.get(address, 1) + 1
            self._places[following] = site_path(f"{following.partition('?')[0]}?page={number}")
            self._beside.append(following)
        return self._places[following]

    async def _write_missing(self) -> None:
        """Write the page that web servers show for an address they do not have: its links hold wherever it is shown."""
        answer = await ask(self._app, MISSING, self._host)
        root = urlsplit(self._base).path
        self._write("/404.html", self._page(answer.body.decode(), MISSING, lambda place: root + place))

    def _search_head(self, place: str) -> str:
        script, index = relative(SEARCH_SCRIPT, place), relative(SEARCH_INDEX, place)
        self._place(SEARCH_SCRIPT)
        return f'<script type="module" id="static-search" src="{script}" data-index="{index}"></script>\n'

    def _write(self, place: str, data: bytes) -> None:
        name = file_of(place)
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self._built.size += len(data)
        self._built.files[name] = hashlib.sha256(data).hexdigest()

    def _remove(self, name: str) -> None:
        """Remove a file of a former build, and the folders that it leaves empty; never anything outside the site."""
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            return
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == self._folder.resolve() or any(parent.iterdir()):
                return
            parent.rmdir()


async def ask(app: ASGIApp, address: str, host: str) -> Answer:
    """Ask the application for an address, as an anonymous reader's browser would."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", host.encode())], "client": ("127.0.0.1", 0), "server": (host, 80),
    }  # fmt: skip
    messages: list[Message] = []
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            await asyncio.sleep(3600)
        given = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    start = messages[0]
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return Answer(start["status"], headers.get("content-type", "").partition(";")[0], headers, body)
