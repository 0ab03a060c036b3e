"""Where things live: the paths of the public outside, in one place, because rendered text carries them too."""

from urllib.parse import quote


def summary_path(slug: str) -> str:
    return f"/summaries/{quote(slug)}"


def desk_path(slug: str) -> str:
    return f"/admin/summaries/{quote(slug)}"


def edit_path(slug: str) -> str:
    return f"/admin/summaries/{quote(slug)}/edit"


def paper_path(key: str) -> str:
    return f"/papers/{quote(key, safe='')}"


def author_path(slug: str) -> str:
    return f"/authors/{quote(slug)}"


def category_path(slug: str) -> str:
    return f"/categories/{quote(slug)}"


def tag_path(slug: str) -> str:
    return f"/tags/{quote(slug)}"


def series_path(slug: str) -> str:
    return f"/series/{quote(slug)}"


def reading_path_path(slug: str) -> str:
    return f"/paths/{quote(slug)}"


def media_path(name: str) -> str:
    return f"/media/{quote(name)}"


def lasting_address(doi: str | None, arxiv_id: str | None) -> str:
    """Return where a paper is cited from for good, at a resolver outside; empty where it has no identifier."""
    if doi:
        return f"https://doi.org/{quote(doi, safe='/:;()')}"
    return f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else ""
