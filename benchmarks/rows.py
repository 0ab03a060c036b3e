"""The rows of the table: what is measured for each promise of `docs/performance.md`, and beside what."""

import itertools
import shutil
import statistics
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from app.pagination import PAGE_SIZE
from benchmarks import engines, servers
from benchmarks.client import BROWSER, PROGRAM, Answer, Measured, fetch, load, request_bytes
from benchmarks.generator import Library, slug_of
from benchmarks.table import Row

GOAL_OF_CEILING = 0.75
WORKER_MB = 150
START_SECONDS = 2.0
LARGE = 100_000  # the promises on growth are about this size


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: seconds and rounds of load, numbers of pages, queries and saves."""

    seconds: float = 0.8
    rounds: int = 6
    pages: int = 60
    list_pages: int = 15
    warm_queries: int = 30
    queries: int = 60
    saves: int = 7
    previews: int = 20


QUICK = Scale(
    seconds=0.1, rounds=1, pages=4, list_pages=1, warm_queries=2, queries=3, saves=2, previews=2
)  # fmt: skip


@dataclass(slots=True)
class Site:
    """A library being served: its size, its folder, its server, and what was measured on it before."""

    size: int
    folder: Path
    server: servers.Server
    work: Path
    kept: Path
    scale: Scale
    times: dict[str, float] = field(default_factory=dict)

    @property
    def named(self) -> str:
        return f"{self.size:,}"


def once(paths: Sequence[str]) -> Iterator[bytes]:
    return iter([request_bytes(path, BROWSER) for path in paths])


def cached_rows(site: Site) -> Iterator[Row]:
    """An anonymous page or document seen before, against the ceiling giving the same bytes."""
    page, document = f"/summaries/{slug_of(site.size // 2)}", f"/api/v1/summaries/{slug_of(site.size // 2)}"
    plain = {**BROWSER, "Accept-Encoding": "identity"}
    kinds: dict[str, tuple[str, dict[str, str], Answer]] = {}
    for name, path, headers in (("page", page, BROWSER), ("plain", page, plain), ("document", document, PROGRAM)):
        fetch(site.server.port, path, headers)
        kinds[name] = (path, headers, fetch(site.server.port, path, headers))
    known = {**BROWSER, "If-None-Match": kinds["page"][2].headers["etag"]}
    kinds["304"] = (page, known, fetch(site.server.port, page, known))
    with servers.ceiling({f"/{name}": answer for name, (_, _, answer) in kinds.items()}, site.work) as bare:
        for what, name, connections in (
            ("a page seen before, compressed", "page", 16),
            ("a page seen before, compressed", "page", 1),
            ("its 304", "304", 16),
            ("its 304", "304", 1),
            ("the same page for a client without gzip", "plain", 16),
            ("a JSON document seen before", "document", 16),
        ):
            path, headers, answer = kinds[name]
            ours, theirs, ratio = _side_by_side(
                site,
                (site.server, request_bytes(path, headers)),
                (bare, request_bytes(f"/{name}", headers)),
                connections,
                answer.status,
            )
            goal, met = (f">= {GOAL_OF_CEILING}", ratio >= GOAL_OF_CEILING) if connections == 16 else ("", None)
            shown = f"{what} ({len(answer.body):,} bytes), {connections} connection{'s' if connections > 1 else ''}"
            yield Row(shown, f"{ours:,.0f}/s", f"ceiling {theirs:,.0f}/s", ratio, goal, met)
        yield client_check(bare, site.scale, request_bytes("/page", BROWSER))
        yield _memory(site, bare)


def _side_by_side(
    site: Site,
    ours: tuple[servers.Server, bytes],
    theirs: tuple[servers.Server, bytes],
    connections: int,
    status: int,
) -> tuple[float, float, float]:
    """Return the median rates of both and the median of their ratios, measured in turns: a busy moment of the machine
    then touches both, and one round only.
    """
    rates: tuple[list[float], list[float]] = ([], [])
    for _ in range(site.scale.rounds):
        for found, (server, request) in zip(rates, (ours, theirs), strict=True):
            again = itertools.repeat(request)
            measured = load(
                server.port, again, connections=connections, seconds=site.scale.seconds, expected=status
            )  # fmt: skip
            found.append(measured.rate)
    ratio = statistics.median(one / other for one, other in zip(*rates, strict=True))
    return statistics.median(rates[0]), statistics.median(rates[1]), ratio


def client_check(bare: servers.Server, scale: Scale, request: bytes) -> Row:
    """Our client against wrk, where that is installed: that the client is not what is measured."""
    ours, theirs = [], []
    for _ in range(max(1, scale.rounds // 2)):
        ours.append(load(bare.port, itertools.repeat(request), connections=16, seconds=scale.seconds).rate)
        if shutil.which("wrk"):
            theirs.append(_wrk(bare.port, max(1, round(scale.seconds))))
    rate = statistics.median(ours)
    what = "the ceiling as our client sees it, 16 connections"
    if not theirs:
        return Row(what, f"{rate:,.0f}/s", "wrk is not installed")
    ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
    return Row(what, f"{rate:,.0f}/s", f"wrk {statistics.median(theirs):,.0f}/s", ratio)


def _wrk(port: int, seconds: int) -> float:
    headers = [part for name, value in BROWSER.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", *headers, f"http://127.0.0.1:{port}/page"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    return float(said.split("Requests/sec:")[1].split()[0])


def _memory(site: Site, bare: servers.Server) -> Row:
    now, peak = site.server.memory(), site.server.memory("VmHWM")
    return Row(
        f"memory of the worker after all this, {site.named}",
        f"{now:.0f} MB (at most {peak:.0f})",
        f"ceiling {bare.memory():.0f} MB",
        now / bare.memory() if bare.memory() else None,
        f"<= {WORKER_MB} MB at 10,000",
        now <= WORKER_MB if site.size <= 10_000 else None,
    )


def start_row(site: Site) -> Row:
    took = site.server.started_in
    return Row(
        f"start to first page served, {site.named}",
        f"{took:.2f} s",
        "",
        goal=f"<= {START_SECONDS:.0f} s",
        met=took <= START_SECONDS,
    )


def _first_views(site: Site, paths: Sequence[str]) -> Measured:
    return load(site.server.port, once(paths), connections=1, seconds=120)


def first_view_row(site: Site) -> Row:
    """Summaries nobody looked at since the last change; the second half of a library, after a warm-up on the first."""
    numbers = range(1, site.size - 1, max(1, site.size // (2 * site.scale.pages)))
    paths = [f"/summaries/{slug_of(number)}" for number in numbers][: 2 * site.scale.pages]
    middle = len(paths) // 2
    _first_views(site, paths[:middle])
    measured = _first_views(site, paths[middle:]).p50
    sql, statements = engines.sql_time(site.folder, paths[middle:])
    site.times["first view"] = measured
    return Row(
        f"first view of a summary after an edit, {site.named}",
        f"{measured:.1f} ms",
        f"SQL {sql:.2f} ms ({statements:.0f} statements)",
        measured / sql,
        f"<= {8 * sql + 3:.1f} ms (8 x SQL + 3)",
        measured <= 8 * sql + 3,
    )


def list_rows(site: Site) -> Iterator[Row]:
    """Pages at the beginning and at the end of the list of everything, each looked at for the first time."""
    last = -(-site.size // PAGE_SIZE)
    number = max(1, min(site.scale.list_pages, last // 2 - 1))
    early = [f"/summaries?page={page}" for page in range(1, number + 1)]
    late = [f"/summaries?page={page}" for page in range(last - number + 1, last + 1)]
    _first_views(site, ["/summaries?sort=title", "/summaries?sort=oldest"])
    first, deep = _first_views(site, early).p50, _first_views(site, late).p50
    sql, statements = engines.sql_time(site.folder, early)
    site.times["list"] = first
    yield Row(
        f"list with all facets, first pages, {site.named}",
        f"{first:.1f} ms",
        f"SQL {sql:.1f} ms ({statements:.0f} statements)",
        first / sql,
    )
    yield Row(
        f"list with all facets, last pages, {site.named}",
        f"{deep:.1f} ms",
        f"first pages {first:.1f} ms",
        deep / first,
        "<= 1.2",
        deep <= 1.2 * first,
    )


def search_rows(site: Site) -> Iterator[Row]:
    """Queries nobody asked before, after others have warmed the engine up; once each."""
    library = Library(site.size)
    warm, queries = library.queries(site.scale.warm_queries, "warm"), library.queries(site.scale.queries, "asked")
    _first_views(site, [f"/search?q={quote(query)}" for query in warm])
    measured = _first_views(site, [f"/search?q={quote(query)}" for query in queries])
    engine = engines.engine_time(site.folder, warm, queries)
    whoosh = engines.Whoosh(site.size, site.kept, site.work)
    alone = whoosh.search_time(warm, queries)
    yield Row(
        f"search through HTTP, {site.named}",
        f"{measured.p50:.1f} ms",
        f"our engine called directly {engine:.1f} ms",
        measured.p50 / engine,
        f"<= {1.5 * engine + 3:.1f} ms (1.5 x engine + 3)",
        measured.p50 <= 1.5 * engine + 3,
    )
    yield Row(
        f"search through HTTP, p95, {site.named}",
        f"{measured.p95:.1f} ms",
        f"p50 {measured.p50:.1f} ms",
        measured.p95 / measured.p50,
        "<= 3",
        measured.p95 <= 3 * measured.p50,
    )
    yield Row(
        f"our engine called directly, with facets and snippets, {site.named}",
        f"{engine:.1f} ms",
        f"Whoosh's own searcher, ids only {alone:.1f} ms",
        engine / alone,
    )
    site.times["whoosh commit"] = whoosh.commit_time(engines.new_documents(site.size, site.scale.saves))


def save_row(site: Site) -> Row:
    """A save until search finds it, in one process, woken at once as the server is; needs the server to be down."""
    saved, found = engines.save_until_found(site.folder, engines.new_documents(site.size, site.scale.saves))
    commit = site.times["whoosh commit"]
    return Row(
        f"a save until search finds it, {site.named}",
        f"{found:.0f} ms (the save itself {saved:.0f} ms)",
        f"Whoosh's single commit {commit:.0f} ms",
        found / commit,
        f"<= {1.5 * commit + 50:.0f} ms (1.5 x commit + 50)",
        found <= 1.5 * commit + 50,
    )


def preview_row(scale: Scale) -> Row:
    ours, alone = engines.preview_times(scale.previews)
    return Row(
        "preview of 1,500 words and 30 formulas",
        f"{ours:.1f} ms",
        f"markdown-it alone {alone:.1f} ms",
        ours / alone,
        "<= 6",
        ours <= 6 * alone,
    )


def growth_rows(small: Site, large: Site) -> Iterator[Row]:
    for name, what, most in (("first view", "first view of a summary", 1.3), ("list", "list with all facets", 3.0)):
        ratio = large.times[name] / small.times[name]
        yield Row(
            f"{what}, {large.named} beside {small.named}",
            f"{large.times[name]:.1f} ms",
            f"{small.times[name]:.1f} ms",
            ratio,
            f"<= {most} at {LARGE:,}",
            ratio <= most if large.size >= LARGE else None,
        )


def load_row(site: Site, times: dict[str, float]) -> Row:
    """How long making the library took when it was made: that may have been an earlier run."""
    each = times["load"] / site.size * 1000
    return Row(
        f"loading through the services, {site.named}", f"{times['load']:.1f} s, {each:.0f} ms a summary with its paper",
        f"indexing it {times['index']:.1f} s", times["load"] / times["index"],
    )  # fmt: skip
