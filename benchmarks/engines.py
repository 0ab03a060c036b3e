"""The references inside this process: the search library called directly, SQL through the bare driver, the parser."""

import asyncio
import random
import shutil
import sqlite3
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from sqlalchemy import event
from starlette.types import Message
from whoosh import index as whoosh_index
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.qparser import MultifieldParser

from app import markup
from app.database import Database
from app.main import create_app
from app.search.following import open_index
from app.search.query import Request, search
from app.search.source import StoreSource
from app.search.writing import follow
from app.summaries.service import save_summary
from benchmarks.generator import GENERATOR, SEED, Library
from benchmarks.library import CURATOR, settings_for

WHOOSH_BATCH = 2000


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def median_of(works: Sequence[Callable[[], object]]) -> float:
    """Return the median time of these, in milliseconds."""
    return statistics.median(milliseconds(work) for work in works)


def sql_time(folder: Path, paths: Sequence[str]) -> tuple[float, float]:
    """Return the median time in milliseconds of the SQL that these pages run, through the bare driver, and how many
    statements a page runs.
    """
    settings = settings_for(folder)
    pages = _statements(folder, paths)
    connection = sqlite3.connect(settings.data_dir / "cairn.db", isolation_level=None)

    def replay(statements: Sequence[tuple[str, Any]]) -> None:
        connection.execute("BEGIN")
        for statement, parameters in statements:
            connection.execute(statement, parameters).fetchall()
        connection.execute("ROLLBACK")

    for page in pages[:2]:
        replay(page)
    taken = median_of([lambda page=page: replay(page) for page in pages])
    connection.close()
    return taken, statistics.mean(map(len, pages))


def _statements(folder: Path, paths: Sequence[str]) -> list[list[tuple[str, Any]]]:
    """Return what each of these pages asks of the store: (statement, parameters)."""
    app = create_app(settings_for(folder))
    noted: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            noted.append((statement, parameters))

    event.listen(app.state.database.engine, "before_cursor_execute", note)

    async def ask(path: str) -> None:
        bare, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": bare, "raw_path": bare.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != 200:
                raise RuntimeError(f"{path} answered {message['status']}")

        await app(scope, receive, send)

    async def ask_all() -> list[list[tuple[str, Any]]]:
        found = []
        for path in paths:
            noted.clear()
            await ask(path)
            found.append(list(noted))
        return found

    try:
        return asyncio.run(ask_all())
    finally:
        app.state.database.close()


def engine_time(folder: Path, warm: Sequence[str], queries: Sequence[str]) -> float:
    """Return the median time in milliseconds of our own engine called directly, snippets and facets included."""
    settings = settings_for(folder)
    index = open_index(settings)
    for query in warm:
        search(index, query, Request())
    return median_of([lambda query=query: search(index, query, Request()) for query in queries])


class Whoosh:
    """Whoosh used as its manual says, over the same texts: what the engine alone costs."""

    def __init__(self, size: int, kept: Path, work: Path) -> None:
        folder = kept / f"whoosh-{size}-{GENERATOR}"
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _build_whoosh(size, folder)
            (folder / "complete").touch()
        self.folder = work / f"whoosh-{size}"
        shutil.copytree(folder, self.folder)
        self.index = whoosh_index.open_dir(self.folder)

    def search_time(self, warm: Sequence[str], queries: Sequence[str]) -> float:
        parser = MultifieldParser(["title", "tldr", "body"], self.index.schema)
        with self.index.searcher() as searcher:
            for query in warm:
                searcher.search(parser.parse(query), limit=20)
            return median_of([lambda query=query: searcher.search(parser.parse(query), limit=20) for query in queries])

    def commit_time(self, documents: Sequence[Any]) -> float:
        """Return the median time in milliseconds of putting in and committing one document."""

        def put(document: Any) -> None:
            writer = self.index.writer(timeout=10)
            writer.update_document(**_fields(document))
            writer.commit()

        return median_of([lambda document=document: put(document) for document in documents])


def _build_whoosh(size: int, folder: Path) -> None:
    stemming = StemmingAnalyzer()
    schema = Schema(id=ID(stored=True, unique=True), title=TEXT(stemming), tldr=TEXT(stemming), body=TEXT(stemming))
    made = whoosh_index.create_in(folder, schema)
    writer = made.writer()
    for number, document in enumerate(Library(size).summaries(), 1):
        writer.add_document(**_fields(document))
        if number % WHOOSH_BATCH == 0:
            writer.commit(merge=False)
            writer = made.writer()
    writer.commit(merge=False)


def _fields(document: Any) -> dict[str, str]:
    return {"id": document.slug, "title": document.title, "tldr": document.tldr, "body": document.body}


def new_documents(size: int, number: int) -> list[Any]:
    """Return documents that are not in the library, each with a word that no other has."""
    made = Library(size)
    changed = []
    for place in range(number):
        plain = made.summary(size // 2 + place)
        update = {"slug": f"new-{place}", "series": None, "part": None, "body": f"{plain.body} qqunique{'x' * place}"}
        changed.append(plain.model_copy(update=update))
    return changed


def save_until_found(folder: Path, documents: Sequence[Any]) -> tuple[float, float]:
    """Return the median times in milliseconds of a save alone, and of a save until search finds what was saved."""
    settings = settings_for(folder)
    database, index = Database(settings), open_index(settings)
    source = StoreSource(database)
    follow(index, source)
    saves, whole = [], []
    for document in documents:
        started = time.perf_counter()
        with database.writing() as session:
            save_summary(session, document, actor=CURATOR)
        saved = time.perf_counter()
        follow(index, source)
        found = search(index, document.body.rsplit(" ", 1)[1], Request())
        if found.total != 1:
            raise RuntimeError(f"{document.slug} was saved and followed but is not found")
        whole.append((time.perf_counter() - started) * 1000)
        saves.append((saved - started) * 1000)
    database.close()
    return statistics.median(saves), statistics.median(whole)


def preview_times(repeats: int) -> tuple[float, float]:
    """Return the median times in milliseconds of our preview and of the parser alone: 1,500 words, 30 formulas."""
    text = Library(100).text(random.Random(SEED), 1500, 30)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    markup.render(text)
    ours = median_of([lambda: markup.render(text)] * repeats)
    alone = median_of([lambda: parser.render(text)] * repeats)
    return ours, alone
