"""Every route there is, found in the routers, and addresses that lead to it. No route is named here.

A route with a part in its address that PLACES has no example of fails whoever walks: add one line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from app.accounts.rights import ROLES
from app.web.twins import FORMS
from tests.security.world import THINGS, World

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
PART = re.compile(r"\{(\w+)(?::\w+)?\}")
# What may stand for a part of an address, by the words before it and its name.
PLACES: dict[str, tuple[str, ...]] = {
    "summaries/{slug}": THINGS,
    "trash/{slug}": THINGS,
    "drafts/{key}": THINGS,
    "papers/{key}": ("kingma2015adam", "about-in-the-works", "about-taken-away"),
    "authors/{slug}": ("jimmy-ba",),
    "categories/{slug}": ("optimization",),
    "tags/{slug}": ("optimiser", "zyzzyvaintheworkstag", "zyzzyvafirst-tag"),
    "series/{slug}": ("a-run",),
    "paths/{slug}": ("through-all", "of-the-hidden"),
    "macro-sets/{name}": ("means",),
    "macros/{name}": ("means",),
    "media/{name}": ("nothing.png",),
    "history/{number}": ("1",),
    "revisions/{number}": ("1",),
    "comments/{comment_id}": ("1", "2"),
    "preview-links/{link_id}": ("1",),
    "sessions/{session_id}": ("1",),
    "tokens/{public_id}": ("0123456789abcdef",),
    "invitations/{invitation_id}": ("1", "3"),
    "import/{token}": ("0" * 32,),
    "sitemap-{number}": ("1", "2"),
    "try/{operation_id}": ("list_summaries",),
    "{form}": tuple(suffix[1:] for suffix in FORMS if suffix not in (".json", ".atom")),
}


@dataclass(frozen=True)
class Found:
    """A route: its methods, the template of its address, the module behind it, the role that it asks for itself."""

    methods: frozenset[str]
    template: str
    door: str
    role: str
    route: Any

    @property
    def is_unsafe(self) -> bool:
        return bool(self.methods & set(UNSAFE))

    @property
    def method(self) -> str:
        return next((method for method in UNSAFE if method in self.methods), "GET")

    def addresses(self, world: World) -> list[str]:
        """Return an address for every example of what its parts may be."""
        return sorted(set(_filled(self.template, world)))


def routes_of(app: FastAPI) -> list[Found]:
    """Return every route that the application answers on, however its routers nest."""
    found = list(_walk(app.routes, ""))
    assert len({route.door for route in found}) >= 40, "the walk looks in the wrong place"
    return found


def _walk(routes: list[Any], prefix: str) -> Iterator[Found]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _walk(inner.routes, prefix + (route.include_context.prefix or ""))
        elif isinstance(route, Mount):
            continue  # files that are the same for everybody
        else:
            methods = frozenset(route.methods or {"POST"}) - {"HEAD"}
            door = getattr(route.endpoint, "__module__", "")
            yield Found(methods, prefix + route.path, door, _role_of(route), route)


def _role_of(route: Any) -> str:
    if not isinstance(route, APIRoute):
        return ""
    names, waiting = set(), [route.dependant]
    while waiting:
        one = waiting.pop()
        names.add(getattr(one.call, "__name__", ""))
        waiting += one.dependencies
    return next((role for role in reversed(ROLES) if f"_{role}" in names), "")


def _filled(template: str, world: World) -> Iterator[str]:
    part = PART.search(template)
    if part is None:
        yield template
        return
    for value in _examples(template[: part.start()], part[1], template, world):
        yield from _filled(template[: part.start()] + value + template[part.end() :], world)


def _examples(before: str, name: str, template: str, world: World) -> tuple[str, ...]:
    special = {"preview": "preview", "invitations": "invitation"}.get(before.strip("/"))
    if special:
        return tuple(world.links[special])
    if name == "user_id":
        return (str(world.person_id),)
    steps = [step for step in before.split("/") if step]
    for key in (f"{before.rpartition('/')[2]}{{{name}}}", f"{steps[-1] if steps else ''}/{{{name}}}", f"{{{name}}}"):
        if key in PLACES:
            return PLACES[key]
    raise AssertionError(
        f"No request can be made for {template}: give PLACES in tests/security/routes.py an example of what may stand "
        f"for {{{name}}}, under “{steps[-1] if steps else ''}/{{{name}}}”."
    )


def parameters_of(found: Found) -> list[str]:
    """Return the names of what the address of a route may carry after its question mark."""
    names: set[str] = set()
    waiting = [found.route.dependant] if isinstance(found.route, APIRoute) else []
    while waiting:
        one = waiting.pop()
        waiting += one.dependencies
        for parameter in one.query_params:
            fields = getattr(parameter.field_info.annotation, "model_fields", None)
            names |= set(fields) if fields is not None else {parameter.alias}
    return sorted(names)
