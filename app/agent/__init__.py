"""Door 4: a read-only Model Context Protocol server, for language-model agents. The protocol is the SDK's.

Over stdio by `cairn mcp`, over HTTP at /mcp. It sees what an anonymous reader sees.
"""

from typing import TYPE_CHECKING

from app.agent.over_http import PATH, OverHttp
from app.agent.tools import Tools

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

__all__ = ["PATH", "OverHttp", "Tools", "over_http", "over_stdio"]


def over_http(tools: Tools, title: str) -> OverHttp:
    """Return the application that answers at PATH."""

    def make() -> "MCPServer":
        from app.agent.server import make_server

        return make_server(tools, title)

    return OverHttp(make)


def over_stdio(tools: Tools, title: str) -> None:
    """Answer one agent on standard input and output until it goes."""
    from app.agent.server import make_server

    make_server(tools, title).run("stdio")
