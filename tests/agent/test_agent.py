"""The agent's door, asked by the SDK's own client: over HTTP from a real server, and over stdio."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fastapi.testclient import TestClient
from mcp import MCPError
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from app.database import Database
from app.settings import Settings
from tests import factories
from tests.processes import environment, serving

T = TypeVar("T")
TOOLS = {"search", "read_summary", "read_paper", "list_shelves", "cite"}


def asked(server: Any, question: Callable[[Client], Awaitable[T]]) -> T:
    """Connect, ask, and leave, within a minute."""

    async def run() -> T:
        async with Client(server) as client:
            return await question(client)

    return asyncio.run(asyncio.wait_for(run(), 60))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    from app.schema import migrate
    from tests.conftest import make_settings

    folder = tmp_path_factory.mktemp("agent") / "data"
    folder.mkdir()
    database = Database(make_settings(folder))
    migrate(database)
    with database.writing() as session:
        factories.fill(session)
        factories.add_summary(session, slug="secret", title="Secret draft on Adam", status="draft", published=None)
    database.close()
    with serving(folder) as (address, _):
        yield address


def call(base: str, tool: str, **arguments: object) -> Any:
    return asked(base + "/mcp", lambda client: client.call_tool(tool, arguments))


def text_of(result: Any) -> str:
    return str(result.content[0].text)


def test_it_offers_five_tools_that_only_read(base: str) -> None:
    listed = asked(base + "/mcp", lambda client: client.list_tools()).tools
    assert {tool.name for tool in listed} == TOOLS
    for tool in listed:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint, tool.name
        assert tool.description, tool.name


def test_search_gives_slugs_that_can_be_read(base: str) -> None:
    found = call(base, "search", query="adam").structured_content
    assert found["total"] >= 1
    first = found["results"][0]
    assert first["slug"] == "adam"
    assert first["url"].endswith("/summaries/adam")
    assert first["tldr"]
    whole = text_of(call(base, "read_summary", slug=first["slug"]))
    assert "title: Adam" in whole
    assert "Keep two running means, $m_t$ and $v_t$." in whole
    nowhere = call(base, "search", query="adam", category="nowhere").structured_content
    assert nowhere["notes"] == ["There is no category “nowhere”: list_shelves has the slugs."]


def test_a_draft_is_neither_found_nor_read(base: str) -> None:
    found = call(base, "search", query="secret draft").structured_content
    assert "secret" not in [one["slug"] for one in found["results"]]
    refused = call(base, "read_summary", slug="secret")
    assert refused.is_error
    assert "There is no summary" in text_of(refused)


@pytest.mark.parametrize("name", ["kingma2015adam", "arXiv:1412.6980"])
def test_a_paper_is_read_by_its_key_and_by_its_arxiv_id(base: str, name: str) -> None:
    told = text_of(call(base, "read_paper", paper=name))
    assert "# Adam: A Method for Stochastic Optimization" in told
    assert "`adam`" in told
    assert "@" in told
    assert "an arXiv id or a DOI (see search)" in text_of(call(base, "read_paper", paper="Adam"))


def test_shelves_come_with_their_counts(base: str) -> None:
    shelves = call(base, "list_shelves").structured_content
    shelf = next(one for one in shelves["categories"] if one["slug"] == "optimization")
    assert shelf["summaries"] >= 1
    assert shelf["url"] == base + "/categories/optimization"


def test_papers_are_cited_in_the_form_asked_for(base: str) -> None:
    assert json.loads(text_of(call(base, "cite", papers=["kingma2015adam"], form="csl-json")))[0]["id"]
    refused = call(base, "cite", papers=["nobody1999"])
    assert refused.is_error
    assert "nobody1999" in text_of(refused)


def test_a_summary_is_a_resource_too(base: str) -> None:
    read = asked(base + "/mcp", lambda client: client.read_resource("cairn://summaries/adam"))
    assert "Keep two running means" in read.contents[0].text

    async def read_nobody(client: Client) -> None:
        with pytest.raises(MCPError, match="There is no summary “nobody”"):
            await client.read_resource("cairn://summaries/nobody")

    asked(base + "/mcp", read_nobody)


def test_only_post_is_taken_and_large_questions_are_refused(client: TestClient) -> None:
    assert client.get("/mcp").status_code == 405
    assert client.delete("/mcp").status_code == 405
    assert client.post("/mcp", content=b"x" * 300_000, headers={"Content-Type": "application/json"}).status_code == 413
    assert client.post("/mcp", content=b"{", headers={"Content-Type": "application/json"}).status_code == 400


def test_an_agent_on_this_machine_asks_over_stdio(settings: Settings, library: Database) -> None:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "app.cli", "mcp"], env=environment(settings.data_dir), cwd=str(Path.cwd())
    )
    found = asked(server, lambda client: client.call_tool("search", {"query": "adam"}))
    assert found.structured_content["results"][0]["slug"] == "adam"
