"""The tools behind the protocol. Importing this costs more than half a second: do it when the first agent comes.

NOT here: the protocol itself (the SDK), how it is reached over HTTP (`over_http.py`).
"""

from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError, ToolError
from mcp_types import ToolAnnotations

from app.agent.tools import Tools
from app.errors import CairnError

P = ParamSpec("P")
T = TypeVar("T")

INSTRUCTIONS = (
    "A curated library of summaries of research papers. Search first, then read what fits; each summary says how it "
    "was written, how far the paper was read for it, and whether it is contested or superseded: pass that on. "
    "Cite papers by their keys."
)


def make_server(tools: Tools, title: str) -> MCPServer:
    """Make the server of these tools; everything it offers only reads."""
    server: MCPServer = MCPServer(
        name="cairn",
        title=title,
        instructions=INSTRUCTIONS,
        website_url=tools.base,
        version=version("cairn"),
        log_level="WARNING",
        subscriptions=False,
    )
    reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    for tool in (tools.search, tools.read_summary, tools.read_paper, tools.list_shelves, tools.cite):
        server.tool(annotations=reads)(in_plain_words(tool))
    server.resource("cairn://summaries/{slug}", name="summary", mime_type="text/markdown")(
        in_plain_words(tools.read_summary, ResourceNotFoundError)
    )
    return server


def in_plain_words(tool: Callable[P, T], failure: type[ToolError] | type[ResourceError] = ToolError) -> Callable[P, T]:
    """Tell an agent what was wrong with its question; anything unexpected stays in the log."""

    @wraps(tool)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return tool(*args, **kwargs)
        except CairnError as error:
            raise failure(error.detail) from error

    return told
