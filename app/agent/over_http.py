"""The agent's door at /mcp: stateless, one JSON answer a request, so that any worker can answer any of them.

The SDK is imported and its task group started at the first request; `stop` ends it with the server.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import anyio.to_thread
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

PATH = "/mcp"
MAX_BODY = 256 * 1024


class OverHttp:
    """An ASGI application that becomes the SDK's when it is first asked."""

    def __init__(self, make: "Callable[[], MCPServer]") -> None:
        self._make = make
        self._starting = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._app: ASGIApp | None = None
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            # There is no stream to wait on and no session to end: the protocol's answer to both.
            await Response("Agents speak to this address by POST.\n", 405, {"Allow": "POST"})(scope, receive, send)
            return
        async with self._starting:
            if self._app is None:
                self._app = await self._start()
        await self._app(scope, receive, send)

    async def _start(self) -> ASGIApp:
        server = await anyio.to_thread.run_sync(self._make)
        app = await anyio.to_thread.run_sync(_application, server)
        started = asyncio.Event()

        async def run() -> None:
            async with server.session_manager.run():
                started.set()
                await self._stopping.wait()

        self._running = asyncio.create_task(run())
        await started.wait()
        return app

    async def stop(self) -> None:
        self._stopping.set()
        if self._running is not None:
            await self._running


def _application(server: "MCPServer") -> ASGIApp:
    from mcp.server.transport_security import TransportSecuritySettings

    return server.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_BODY,
        # Our own layers check the host, and what anybody may read may be asked from any origin.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
