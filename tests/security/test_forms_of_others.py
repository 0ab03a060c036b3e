"""The forms that an admin's pages hold, filled in as they stand, sent by those who have no business with them.

The pages themselves tell which forms there are, so a form that arrives later is tried too. Whether anything was changed
the store tells. NOT here: empty forms, and other sites (`test_roles.py`, `test_cross_site.py`).
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.security.routes import routes_of
from tests.security.world import World

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # html5lib 1.1 on newer Pythons: html5lib-python issue 543
    import html5lib

# What decides what readers see, and what only an editor or an admin may change; drafts and comments are a curator's.
SHELVES = ("category", "tag", "series", "path", "path_step", "macro_set", "author")
PEOPLE = ("user_account", "invitation")
FILLED = {"slug": "renamed-by-others", "name": "Others", "title": "Others", "on": "2030-01-01", "to": "optimization"}
OUT = re.compile(r"/logout$|/login$|/account/")


@dataclass(frozen=True)
class Form:
    """A form as a page holds it, with one of its buttons."""

    action: str
    fields: tuple[tuple[str, str], ...]


@pytest.fixture(scope="module")
def forms(world: World) -> list[Form]:
    """Give every form of every page of the desk, once for each of its buttons."""
    admin, found = world.browser("admin"), {}
    for route in routes_of(world.app):
        if route.is_unsafe or not route.template.startswith("/admin"):
            continue
        for path in route.addresses(world):
            page = admin.get(path)
            if page.status_code == 200 and page.headers["content-type"].startswith("text/html"):
                for form in _forms_of(page.text, path):
                    found.setdefault((form.action, form.fields[-1:] if form.fields else ()), form)
    assert len(found) >= 40, "the desk's pages hold more forms than that"
    return list(found.values())


def _forms_of(page: str, path: str) -> Iterator[Form]:
    for form in html5lib.parse(page, namespaceHTMLElements=False).iter("form"):
        action = form.get("action") or path
        if form.get("method", "").lower() != "post" or OUT.search(action):
            continue
        fields = tuple((name, value) for field in form.iter() for name, value in _field(field))
        buttons = [one for one in form.iter("button") if one.get("name")]
        for button in buttons or [None]:
            last = ((button.get("name"), button.get("value", "")),) if button is not None else ()
            yield Form(action, fields + last)


def _field(field: Any) -> list[tuple[str, str]]:
    name = field.get("name")
    if not name or field.tag == "button" or field.get("type") == "file":
        return []
    if field.tag == "textarea":
        return [(name, (field.text or "") + " changed")]
    if field.tag == "select":
        options = [option.get("value", "") for option in field.iter("option")]
        return [(name, next((value for value in reversed(options) if value), ""))]
    if field.get("type") == "checkbox":
        return [(name, field.get("value", "on"))]
    return [(name, FILLED.get(name, field.get("value") or "x"))]


def send_all(world: World, forms: list[Form], who: str) -> list[int]:
    visitor, statuses = world.browser(who), []
    for form in forms:
        data: dict[str, list[str]] = {}
        for name, value in form.fields:
            data.setdefault(name, []).append(value)
        answer = visitor.ask("POST", form.action, data=data)
        assert answer.status_code < 500, (form.action, data)
        statuses.append(answer.status_code)
    return statuses


@pytest.mark.parametrize("who", ["stranger", "disabled"])
def test_nobody_changes_anything_with_a_form_of_the_desk(world: World, forms: list[Form], who: str) -> None:
    before = world.dump()
    assert set(send_all(world, forms, who)) == {401}
    assert world.dump() == before


def test_a_curator_changes_nothing_that_readers_see_nor_anybodys_rights(own_world: World, forms: list[Form]) -> None:
    before = own_world.shown_to_readers(), own_world.dump(*SHELVES, *PEOPLE)
    statuses = send_all(own_world, forms, "curator")
    assert statuses.count(403) >= 15
    assert any(status == 303 for status in statuses)  # what a curator may do was done, so the forms are good ones
    after = own_world.shown_to_readers(), own_world.dump(*SHELVES, *PEOPLE)
    assert after[0] == before[0]
    assert [name for name in before[1] if before[1][name] != after[1][name]] in ([], ["tag"])


def test_an_editor_changes_nobodys_rights(own_world: World, forms: list[Form]) -> None:
    before = own_world.dump(*PEOPLE, "api_token", "login_session")
    statuses = send_all(own_world, forms, "editor")
    assert statuses.count(403) >= 3
    after = own_world.dump(*PEOPLE, "api_token", "login_session")
    assert [name for name in before if before[name] != after[name]] == []
