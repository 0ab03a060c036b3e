"""Assemble the application: the only place that knows every part."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import partial

import anyio.to_thread
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app import agent, api, desk, logs, reader
from app.database import Database
from app.interchange.import_jobs import ImportJobs
from app.interchange.importing import MAX_UPLOAD_BYTES
from app.interchange.lookups import Services
from app.markup import title_html, title_text
from app.search.following import Follower, open_index
from app.search.index import SearchIndex, status
from app.search.source import StoreSource
from app.settings import Settings, load_settings
from app.summaries.counting import count_by_status
from app.summaries.scheduler import Scheduler
from app.summaries.uploads import MAX_UPLOAD_BYTES as MAX_PICTURE_BYTES
from app.version_probe import VersionProbe
from app.web import errors, form_reading, health, metrics
from app.web.body_limit import BodyLimit
from app.web.cross_site import CrossSite
from app.web.headers import Outermost
from app.web.metrics import Measured, Metrics, Readings
from app.web.negotiation import Negotiation
from app.web.page_cache import PageCache
from app.web.static_files import STATIC, HashedStaticFiles
from app.web.templating import make_environment

SERVICES = Services()
# A summary of a million characters is up to nine times that in a form, where a character may take nine bytes.
LARGER_BODIES = {
    "/admin/import": MAX_UPLOAD_BYTES + 1_000_000,
    "/admin/media": MAX_PICTURE_BYTES + 1_000_000,
    "/admin/": 12_000_000,
    "/api/v1/": 12_000_000,
    "/api/v1/import": api.bulk.MAX_IMPORT,
}
THREADS = 8  # a few a core: forty (the default) cost memory and throughput, docs/adr/0004


class Cairn(FastAPI):
    """The application with the page cache in front of all of it, the framework's own layers included."""

    front: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.front(scope, receive, send)


def create_app(settings: Settings | None = None, services: Services = SERVICES) -> Cairn:
    """Make the application for these settings; it expects a migrated store. `services` is where look-ups ask."""
    settings = settings or load_settings()
    logs.configure(settings)

    database = Database(settings)
    index, source = open_index(settings), StoreSource(database)
    follower = Follower(index, source)
    scheduler = Scheduler(database, follower.wake)
    imports = ImportJobs(database, settings)
    probe = VersionProbe(settings)
    agents = agent.over_http(agent.Tools(database, index, source, settings.base), settings.title)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        follower.start()
        scheduler.start()
        yield
        await agents.stop()
        scheduler.stop()
        imports.stop()
        follower.stop()
        probe.close()
        database.close()

    app = Cairn(title=settings.title, openapi_url=None, redirect_slashes=False, lifespan=lifespan)
    app.state.settings = settings
    app.state.database = database
    app.state.index, app.state.source, app.state.follower = index, source, follower
    app.state.templates = make_environment(settings, title_html=title_html, title_text=title_text)
    app.state.imports = imports
    app.state.lookups = services if settings.lookups == "on" else None
    app.state.search_status = lambda: {
        **asdict(status(index, source.current_version())),
        "stalled": follower.stalled,
    }

    app.state.metrics = told = Metrics()

    app.include_router(health.router)
    app.include_router(metrics.router)
    app.include_router(api.router)
    app.include_router(desk.router)
    app.include_router(reader.router)
    app.router.routes.append(Route(agent.PATH, agents, include_in_schema=False))
    app.mount("/static", HashedStaticFiles(directory=STATIC), name="static")
    errors.install(app)
    form_reading.install()

    app.add_middleware(Measured, metrics=told)  # added first, so it stands behind the others
    app.add_middleware(Negotiation)
    app.add_middleware(CrossSite, base=settings.base)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.hosts, www_redirect=False)
    app.add_middleware(BodyLimit, larger=LARGER_BODIES)
    app.add_middleware(Outermost)  # added last, so it stands before the others
    app.front = cache = PageCache(
        partial(FastAPI.__call__, app),
        version=probe.read,
        # What is held as well as what is there: while a new index is read, the old one still answers.
        extra=lambda: (index.generations.identity(), index.held(), follower.stalled),
    )
    told.watch(_readings(database, index, source), cache)
    return app


def _readings(database: Database, index: SearchIndex, source: StoreSource) -> Readings:
    def summaries() -> dict[str, int]:
        with database.reading() as session:
            return count_by_status(session)

    return Readings(
        library_version=source.current_version,
        search_lag=lambda: status(index, source.current_version()).lag,
        summaries=summaries,
        connections_in_use=lambda: database.connections()[0],
        connections_idle=lambda: database.connections()[1],
    )


def answer_an_agent(settings: Settings) -> None:
    """Answer one agent on standard input and output; it expects a migrated store and an index of it."""
    logs.configure(settings)
    database = Database(settings)
    index, source = open_index(settings), StoreSource(database)
    follower = Follower(index, source)
    follower.start()
    try:
        agent.over_stdio(agent.Tools(database, index, source, settings.base), settings.title)
    finally:
        follower.stop()
        database.close()
