"""No page of another site acts here: every route that changes something refuses it, found in the routers."""

import pytest

from tests.security.routes import routes_of
from tests.security.world import World

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
FOREIGN: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": ""},
    {"Origin": "null", "Sec-Fetch-Site": ""},
    {"Sec-Fetch-Site": ""},
)
# Nothing here acts for whoever a cookie names: programs bring a token, harvesters and agents only read.
NO_COOKIES = ("/api/v1", "/oai", "/mcp")


@pytest.mark.parametrize("said", FOREIGN, ids=str)
def test_every_route_that_changes_something_refuses_another_site(world: World, said: dict[str, str]) -> None:
    before, tried = world.dump(), 0
    headers = {name: value for name, value in {**BROWSER, **said}.items() if value}
    admin = world.browser("admin")
    del admin.headers["Sec-Fetch-Site"]
    for found in routes_of(world.app):
        if not found.is_unsafe or found.template.startswith(NO_COOKIES):
            continue
        tried += 1
        answer = admin.ask(found.method, found.addresses(world)[0], headers=headers, data={"move": "publish"})
        assert answer.status_code == 403, (found.method, found.template)
        assert "not sent from a page of this library" in answer.text
        assert "set-cookie" not in answer.headers
    assert tried >= 40
    assert world.dump() == before


def test_where_cookies_mean_nothing_they_mean_nothing_from_elsewhere_either(world: World) -> None:
    before, tried = world.dump(), 0
    headers = {**BROWSER, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    for found in routes_of(world.app):
        if not found.is_unsafe or not found.template.startswith(NO_COOKIES):
            continue
        tried += 1
        answer = world.browser("admin").ask(found.method, found.addresses(world)[0], headers=headers, json={})
        if found.template.startswith("/api/v1"):
            assert answer.status_code == 401, found.template
        assert "access-control-allow-credentials" not in answer.headers
    assert tried >= 25
    assert world.dump() == before


def test_looking_changes_nothing(world: World) -> None:
    before = world.dump()
    for found in routes_of(world.app):
        if not found.is_unsafe:
            world.browser("admin").get(found.addresses(world)[0])
    assert world.dump() == before
