"""Role by status by endpoint: who asks, what for, and where; every route is found in the routers, none is named.

Readers never meet a word of what is not published, whatever they ask. Whoever may not is refused, and nothing was
changed: the store itself tells, not the answer. NOT here: forms as the desk's own pages give them
(`test_forms_of_others.py`), and requests that come from pages of other sites (`test_cross_site.py`).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from app.interchange.unapi import FORMATS
from app.static_site.building import build_site
from app.web.twins import FORMS, kind_of
from tests.security.routes import Found, parameters_of, routes_of
from tests.security.world import BASE, HIDDEN, NONSENSE, SECRET, World

NOBODIES = ("stranger", "disabled")
EMPTY_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SHELVES = ("category", "series", "year", "cursor", "limit", "page", "sort", "kind", "modified_since", "status")
WORDS = ("intheworksbody", "underreviewtldr", "intheworkstag", "thrownawaytitle", "firsttitle", "typed")


def is_desk(found: Found) -> bool:
    return found.template == "/admin" or found.template.startswith("/admin/")


def is_api(found: Found) -> bool:
    return found.template.startswith("/api/v1")


@pytest.fixture(scope="module")
def routes(world: World) -> list[Found]:
    return routes_of(world.app)


@pytest.fixture(scope="module")
def safe(world: World, routes: list[Found]) -> list[tuple[Found, str]]:
    """Give every address that can be asked for without changing anything."""
    return [(found, path) for found in routes if not found.is_unsafe for path in found.addresses(world)]


@pytest.fixture(scope="module")
def unsafe(world: World, routes: list[Found]) -> list[tuple[Found, str]]:
    """Give every address that takes a form or a document, with its route."""
    return [(found, path) for found in routes if found.is_unsafe for path in found.addresses(world)]


@pytest.fixture(autouse=True)
def _nothing_was_changed(world: World) -> Iterator[None]:
    before = world.dump()
    yield
    after = world.dump()
    assert [table for table in before if before[table] != after[table]] == []


def everything(answer: httpx2.Response) -> str:
    return f"{answer.headers}\n{answer.text}".lower()


def tells(answer: httpx2.Response, path: str) -> bool:
    """Return whether an answer says a secret word that was not in the question."""
    return SECRET in everything(answer) and SECRET not in path


def test_every_router_of_every_door_is_walked(routes: list[Found]) -> None:
    routers = [
        module.router
        for name, module in sorted(sys.modules.items())
        if name.startswith(("app.reader", "app.desk", "app.api", "app.web")) and hasattr(module, "router")
    ]
    written = {
        route.endpoint
        for router in routers
        if isinstance(router, APIRouter)
        for route in router.routes
        if isinstance(route, APIRoute)
    }
    walked = {found.route.endpoint for found in routes}
    assert written - walked == set()
    assert len(routes) >= len(written) >= 150
    assert sum(is_desk(found) for found in routes) >= 50
    assert sum(found.is_unsafe for found in routes) >= 60


@pytest.mark.parametrize("who", NOBODIES)
def test_nobody_meets_what_is_not_published_anywhere(world: World, safe: list[tuple[Found, str]], who: str) -> None:
    visitor, wrong = world.browser(who), []
    for found, path in safe:
        answer = visitor.get(path)
        if tells(answer, path) or answer.status_code >= 500:
            wrong.append((path, answer.status_code))
        if is_desk(found) and not (
            answer.status_code == 401
            or (answer.status_code == 303 and answer.headers["location"].startswith("/login?"))
        ):
            wrong.append((path, answer.status_code))
    assert wrong == []


def test_nobody_meets_it_in_another_form_of_a_page(world: World, safe: list[tuple[Found, str]]) -> None:
    stranger, pages = world.browser(), 0
    for _, path in safe:
        if not kind_of(path):
            continue
        pages += 1
        for suffix, form in FORMS.items():
            assert not tells(stranger.get(path, headers={"Accept": form.media_type}), path), (path, suffix)
            assert not tells(stranger.get(path + suffix), path), path + suffix
    assert pages >= 20


def test_people_who_are_signed_in_read_the_readers_pages_as_everybody_does(
    world: World, safe: list[tuple[Found, str]]
) -> None:
    admin = world.browser("admin")
    for found, path in safe:
        if found.door.startswith(("app.reader", "app.web", "app.api")):
            assert not tells(admin.get(path), path), path


def test_no_question_tells_a_word_that_is_not_published_from_one_that_is_nowhere(
    world: World, routes: list[Found]
) -> None:
    stranger, asked = world.browser(), 0
    for found in routes:
        if found.is_unsafe or is_desk(found):
            continue
        path = found.addresses(world)[0]
        for name in parameters_of(found):
            for word in WORDS if name == "q" else WORDS[2:3]:
                asked += 1
                ours, theirs = (stranger.get(path, params={name: each + word}) for each in (SECRET, NONSENSE))
                assert ours.status_code == theirs.status_code, (path, name, word)
                assert ours.text.replace(SECRET, NONSENSE) == theirs.text, (path, name, word)
            for value in HIDDEN if name not in SHELVES else ("draft", "trashed"):
                answer = stranger.get(path, params={name: value})
                assert not tells(answer, ""), (path, name, value)
                assert answer.status_code < 500
    assert asked >= 100


def test_harvesters_and_reference_managers_meet_none_of_it(world: World) -> None:
    stranger = world.browser()
    formats = ["oai_dc", *_between(stranger.get("/oai?verb=ListMetadataFormats").text, "metadataPrefix")]
    assert len(formats) >= 2
    asked: list[dict[str, str]] = [{"verb": verb} for verb in ("Identify", "ListSets", "ListMetadataFormats")]
    for prefix in formats:
        asked += [{"verb": verb, "metadataPrefix": prefix} for verb in ("ListIdentifiers", "ListRecords")]
        for identifier in _between(
            stranger.get(f"/oai?verb=ListIdentifiers&metadataPrefix={prefix}").text, "identifier"
        ):
            for slug in HIDDEN:
                named = f"{identifier.rpartition('/')[0] or identifier.rpartition(':')[0]}/{slug}"
                asked.append({"verb": "GetRecord", "metadataPrefix": prefix, "identifier": named})
                asked.append({"verb": "ListMetadataFormats", "identifier": named})
    asked = [dict(pairs) for pairs in {tuple(each.items()) for each in asked}]
    assert len(asked) >= 12
    for fields in asked:
        assert not tells(stranger.get("/oai", params=fields), ""), fields
        assert not tells(stranger.ask("POST", "/oai", data=fields), ""), fields
    for slug in HIDDEN:
        for form in FORMATS:
            assert not tells(stranger.get("/unapi", params={"id": slug, "format": form}), "")
            assert not tells(stranger.get("/unapi", params={"id": f"about-{slug}", "format": form}), "")


def _between(xml: str, tag: str) -> list[str]:
    return [piece.partition("<")[0] for piece in xml.split(f"<{tag}>")[1:]]


def test_agents_meet_none_of_it(world: World) -> None:
    tools = _call(world, "tools/list")["tools"]
    assert len(tools) >= 5
    for tool in tools:
        for arguments in _arguments(tool):
            answer = json.dumps(_call(world, "tools/call", name=tool["name"], arguments=arguments)).lower()
            assert SECRET not in answer.replace(json.dumps(arguments).lower(), "").replace(_echo(arguments), ""), (
                arguments
            )
    for method in ("resources/list", "resources/templates/list"):
        assert SECRET not in json.dumps(_call(world, method)).lower()
    for slug in HIDDEN:
        assert SECRET not in json.dumps(_call(world, "resources/read", uri=f"cairn://summaries/{slug}")).lower()


def _echo(arguments: dict[str, Any]) -> str:
    return next((value.lower() for value in arguments.values() if isinstance(value, str) and SECRET in value), "\0")


def _arguments(tool: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what a tool may be asked that names or looks for what is hidden, from its own schema."""
    schema = tool["inputSchema"]
    texts = [
        name for name, field in schema["properties"].items() if field.get("type") == "string" and "enum" not in field
    ]
    needed: dict[str, Any] = {}
    for name in schema.get("required", ()):
        kind = schema["properties"][name].get("type")
        assert kind in ("string", "array"), f"Say here what the tool {tool['name']} wants as {name}."
        needed[name] = "adam" if kind == "string" else ["about-in-the-works"]
    values = [*HIDDEN, *(f"about-{slug}" for slug in HIDDEN), *(SECRET + word for word in WORDS)]
    return [needed, *({**needed, name: value} for name in texts for value in values)]


def _call(world: World, method: str, **params: Any) -> Any:
    question = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
    answer = world.program().ask("POST", "/mcp", json=question, headers=headers)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return told.get("result", told.get("error"))


def test_the_static_site_holds_none_of_it(world: World, tmp_path: Path) -> None:
    # The command makes an application of its own; the one of the tests belongs to another loop.
    from app.main import create_app
    from app.static_site.search_index import search_index

    with world.database.reading() as session:
        version, entries = search_index(session)
    built = build_site(create_app(world.settings), tmp_path / "site", base=BASE, version=version, search=entries)
    assert len(built.files) >= 50
    for file in (tmp_path / "site").rglob("*"):
        assert SECRET not in file.name
        assert file.is_dir() or SECRET.encode() not in file.read_bytes().lower(), file


def test_an_open_preview_is_for_its_holder_alone_and_is_never_kept(world: World) -> None:
    for token in world.links["open previews"]:
        for who in ("stranger", "editor"):
            answer = world.browser(who).get(f"/preview/{token}")
            assert answer.status_code == 200
            assert SECRET in answer.text
            assert "comment on" not in answer.text
            assert SECRET + "typed" not in answer.text
            assert answer.headers["cache-control"] == "no-store"
            assert "noindex" in answer.headers["x-robots-tag"]
            assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("who", NOBODIES)
def test_nobody_changes_anything_in_the_desk(world: World, unsafe: list[tuple[Found, str]], who: str) -> None:
    visitor, tried = world.browser(who), 0
    for found, path in unsafe:
        if is_api(found) or not is_desk(found):
            continue
        tried += 1
        answer = visitor.ask(found.method, path, headers=EMPTY_FORM, content=b"")
        assert answer.status_code == 401, (found.method, path, answer.status_code)
        assert not tells(answer, path), path
        assert answer.headers["cache-control"] == "no-store"
    assert tried >= 40


@pytest.mark.parametrize("who", NOBODIES)
def test_nobody_changes_anything_where_everybody_may_send_a_form(
    world: World, unsafe: list[tuple[Found, str]], who: str
) -> None:
    for found, path in unsafe:
        if not is_api(found) and not is_desk(found):
            answer = world.browser(who).ask(found.method, path, headers=EMPTY_FORM, content=b"")
            assert answer.status_code < 500, path
            assert not tells(answer, path), path
            assert "cairn" not in answer.headers.get("set-cookie", "").replace('cairn_session=""', ""), path


@pytest.mark.parametrize("who", ["curator", "editor"])
def test_a_lower_role_is_refused_and_changes_nothing(world: World, routes: list[Found], who: str) -> None:
    visitor, refused = world.browser(who), 0
    above = {"curator": ("editor", "admin"), "editor": ("admin",)}[who]
    for found in routes:
        if found.role not in above:
            continue
        for path in found.addresses(world):
            answer = visitor.ask(found.method, path, headers=EMPTY_FORM if found.is_unsafe else {})
            assert answer.status_code == 403, (found.method, path, answer.status_code)
            assert not tells(answer, path)
            refused += 1
    assert refused >= 5


def test_every_page_of_the_desk_asks_for_a_role(routes: list[Found]) -> None:
    late = {"app.desk.intake", "app.desk.editing"}  # forms that ask in their function, to give back what was typed
    for found in routes:
        if is_desk(found) and found.door not in late:
            names = {"curator", "editor", "admin"}
            assert found.role in names or _needs_a_session(found), found.template


def _needs_a_session(found: Found) -> bool:
    waiting = [found.route.dependant]
    while waiting:
        one = waiting.pop()
        if getattr(one.call, "__name__", "") == "_signed_in":
            return True
        waiting += one.dependencies
    return False


def test_programs_write_with_a_token_that_may(world: World, unsafe: list[tuple[Found, str]]) -> None:
    tried = 0
    for found, path in unsafe:
        if not is_api(found):
            continue
        tried += 1
        for who, status in (("", 401), ("disabled write", 401), ("curator read", 403), ("admin read", 403)):
            answer = world.program(who).ask(found.method, path, json={})
            assert answer.status_code == status, (found.method, path, who, answer.status_code)
            assert answer.headers["content-type"] == "application/problem+json"
            assert not tells(answer, path)
        cookie = world.browser("admin").ask(found.method, path, json={}, headers={"Accept": "application/json"})
        assert cookie.status_code == 401, path
    assert tried >= 25


def test_a_token_of_somebody_disabled_reads_nothing(world: World, safe: list[tuple[Found, str]]) -> None:
    program, asked = world.program("disabled read"), 0
    for found, path in safe:
        answer = program.get(path)
        assert not tells(answer, path), path
        if "_find_bearer" in _depends_on(found):
            asked += 1
            assert answer.status_code == 401, path
    assert asked >= 10


def _depends_on(found: Found) -> set[str]:
    names, waiting = set(), [found.route.dependant] if isinstance(found.route, APIRoute) else []
    while waiting:
        one = waiting.pop()
        names.add(getattr(one.call, "__name__", ""))
        waiting += one.dependencies
    return names


def test_what_somebody_sees_who_is_signed_in_is_kept_nowhere_and_given_to_nobody_else(
    world: World, safe: list[tuple[Found, str]]
) -> None:
    stranger, admin, cache = world.browser(), world.browser("admin"), world.app.front
    compared = 0
    for _, path in safe:
        before = stranger.get(path)
        hits, kept = cache.hits, len(cache)  # type: ignore[attr-defined]
        theirs = admin.get(path)
        assert (cache.hits, len(cache)) == (hits, kept), path  # type: ignore[attr-defined]
        after = stranger.get(path)
        assert after.status_code == before.status_code, path
        assert theirs.status_code < 500, path
        if "no-store" in theirs.headers.get("cache-control", ""):
            compared += 1
            assert "set-cookie" not in after.headers or path in ("/login", "/logout")
            assert "admin@example.org" not in after.text, path
            assert 'class="to-desk"' not in after.text, path
        elif theirs.status_code == 200:
            assert theirs.text == before.text, path  # the same for everybody, so it may be kept
            assert 'class="to-desk"' not in theirs.text, path
        if is_html(theirs):
            assert "no-store" in theirs.headers["cache-control"], path
            assert 'class="to-desk"' in theirs.text or theirs.status_code != 200 or path == "/preview", path
    assert compared >= 150


def is_html(answer: httpx2.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


@pytest.mark.parametrize("who", ["curator read", "editor write"])
def test_what_a_program_sees_with_a_token_is_kept_nowhere(
    world: World, safe: list[tuple[Found, str]], who: str
) -> None:
    anybody, program, secrets = world.program(), world.program(who), 0
    for found, path in safe:
        if not found.door.startswith("app.api"):
            continue
        for question in ("", "?status=draft") if "status" in parameters_of(found) else ("",):
            theirs = program.get(path + question)
            if SECRET in everything(theirs):
                secrets += 1
                assert theirs.headers["cache-control"] in ("no-store", "private, no-cache"), path
            after = anybody.get(path + question)
            assert not tells(after, path), path
    assert secrets >= 3  # or the walk does not see what it looks for
