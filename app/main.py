"""Assemble the application: the only place that knows every part."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app import api, logs, reader
from app.database import Database, library_version
from app.settings import Settings, load_settings
from app.web import errors, health
from app.web.headers import Outermost
from app.web.static_files import HashedStaticFiles
from app.web.templating import STATIC, make_environment

THREADS = 8  # a few a core: forty (the default) cost memory and throughput, docs/adr/0004


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the application for these settings; it expects a migrated store."""
    settings = settings or load_settings()
    logs.configure(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield
        app.state.database.close()

    app = FastAPI(title=settings.title, openapi_url=None, redirect_slashes=False, lifespan=lifespan)
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.templates = make_environment(settings)
    app.state.read_version = library_version
    app.state.search_status = lambda version: {"state": "unknown", "version": version}

    app.include_router(health.router)
    app.include_router(api.router)
    app.include_router(reader.router)
    app.mount("/static", HashedStaticFiles(directory=STATIC), name="static")
    errors.install(app)

    app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.hosts, www_redirect=False)
    app.add_middleware(Outermost)  # added last, so it stands first
    return app
