"""Every read of the API, walked out of the routers, with an address that answers over the small library."""

from typing import Any

from app import api

EXAMPLES = {
    "/api/v1/summaries/{slug}": "/api/v1/summaries/adam",
    "/api/v1/summaries/{slug}/revisions": "/api/v1/summaries/adam/revisions",
    "/api/v1/papers/{key}": "/api/v1/papers/kingma2015adam",
    "/api/v1/authors/{slug}": "/api/v1/authors/jimmy-ba",
    "/api/v1/categories/{slug}": "/api/v1/categories/optimization",
    "/api/v1/tags/{slug}": "/api/v1/tags/schedule",
    "/api/v1/series/{slug}": "/api/v1/series/in-two-parts",
    "/api/v1/paths/{slug}": "/api/v1/paths/a-path",
    "/api/v1/macro-sets/{name}": "/api/v1/macro-sets/means",
}


def described_paths(router: Any = api.reads) -> list[str]:
    """Return the path of every read; the routers nest, and the inner ones do not know their prefix."""
    found: list[str] = []
    waiting: list[Any] = [router]
    while waiting:
        for route in waiting.pop().routes:
            inner = getattr(route, "original_router", None)
            if inner is not None:
                waiting.append(inner)
            else:
                found.append("/api/v1" + route.path.removeprefix("/api/v1"))
    return sorted(found)


PATHS = described_paths()
ADDRESSES = [EXAMPLES.get(path, path) for path in PATHS]
LISTS = [EXAMPLES.get(path, path) for path in PATHS if "{" not in path or path.endswith("/revisions")]
LISTS.remove("/api/v1/library")
LISTS.remove("/api/v1/changes")  # goes by versions, and has no total
DETAILS = [address for address in ADDRESSES if address not in (*LISTS, "/api/v1/changes")]
WRITE_PATHS = sorted(set(described_paths(api.writes)))
