"""What a worker tells Prometheus at /metrics: counts and times, never a name, an address or a word of the library.

Every worker counts for itself. Answers given from the page cache are counted there, by a plain addition; requests that
reach the router are counted with their time by the template of their route. NOT here: SQL (main hands over what reads).
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import CairnError
from app.web.page_cache import PageCache

router = APIRouter(include_in_schema=False)
BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
PREFIXES = ("/api/v1", "/admin")
MOUNTED = ("/mcp",)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Readings:
    """What is read when somebody asks: of the library, of the pool. Each raises CairnError where it cannot be told."""

    library_version: Callable[[], int]
    search_lag: Callable[[], int]
    summaries: Callable[[], Mapping[str, int]]
    connections_in_use: Callable[[], int]
    connections_idle: Callable[[], int]


class Metrics:
    """The counters of one application and what is read at each asking, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "cairn_requests",
            "Requests that reached the router, by the template of their route.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "cairn_request_seconds",
            "Time until the answer of such a request began.",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)

    def watch(self, readings: Readings, cache: PageCache) -> None:
        """Have these read whenever somebody asks."""
        self.registry.register(_Watched(readings, cache))

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class Measured:
    """Count and time every request; innermost, because only there the route is known afterwards."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status, took = 500, None

        async def noting(message: Message) -> None:
            nonlocal status, took
            if message["type"] == "http.response.start":
                status, took = message["status"], time.perf_counter() - began
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            self.metrics.note(scope["method"], _template(scope), status, took or time.perf_counter() - began)


def _template(scope: Scope) -> str:
    """Return the route's path as it was declared; what no route took is one word, or strangers could make many."""
    asked: str = scope["path"]
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str):  # as its own router knows it: the place of that router is missing
        before = next((one for one in PREFIXES if asked == one or asked.startswith(f"{one}/")), "")
        return path if path.startswith(before) else before + path
    if scope.get("endpoint") is None:
        return "none"
    return scope["root_path"] or next((one for one in MOUNTED if asked == one), "none")


class _Watched(Collector):
    def __init__(self, readings: Readings, cache: PageCache) -> None:
        self._readings, self._cache = readings, cache

    def collect(self) -> Iterable[Metric]:
        yield from self._of_the_cache()
        read = self._readings
        for name, words, value in (
            ("library_version", "The library version.", read.library_version),
            ("search_index_lag", "Library versions that the search index is behind.", read.search_lag),
            ("database_connections_in_use", "Connections of the pool in use.", read.connections_in_use),
            ("database_connections_idle", "Connections of the pool that wait for use.", read.connections_idle),
        ):
            try:
                yield GaugeMetricFamily(f"cairn_{name}", words, value())
            except CairnError:
                continue  # the store does not answer: what is not known is not told
        try:
            counted = read.summaries()
        except CairnError:
            return
        summaries = GaugeMetricFamily("cairn_summaries", "Summaries by status; the trash apart.", labels=("status",))
        for status, number in sorted(counted.items()):
            summaries.add_metric((status,), number)
        yield summaries

    def _of_the_cache(self) -> Iterable[Metric]:
        cache = self._cache
        answers = CounterMetricFamily(
            "cairn_page_cache_answers", "Requests answered from the page cache, without the router.", labels=("status",)
        )
        answers.add_metric(("200",), cache.hits - cache.unmodified)
        answers.add_metric(("304",), cache.unmodified)
        yield answers
        yield CounterMetricFamily("cairn_page_cache_misses", "Requests it could have answered.", cache.misses)
        yield GaugeMetricFamily("cairn_page_cache_entries", "Answers kept in the page cache.", len(cache))
        yield GaugeMetricFamily("cairn_page_cache_bytes", "Bytes they take.", cache.size)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Answer with this worker's metrics in the text format of Prometheus."""
    told: Metrics = request.app.state.metrics
    return Response(
        generate_latest(told.registry), headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_LATEST}
    )
