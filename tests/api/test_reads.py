"""What holds for every read: walked out of the routers, asked for real."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.accounts.service import Actor
from app.api.responses import Problem
from app.database import Database
from app.summaries.models import FormerSlug
from app.summaries.service import save_summary
from tests import factories
from tests.api.walk import ADDRESSES, DETAILS, LISTS, PATHS
from tests.conftest import StatementCounter

SECRETS = ("secret", "Secret", "trashed-one", "archived-one", "Archived one", "in-review-one", "a-draft")


def problem_of(response: object) -> Problem:
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    problem = Problem.model_validate(response.json())  # type: ignore[attr-defined]
    assert problem.status == response.status_code  # type: ignore[attr-defined]
    return problem


def test_the_walk_finds_every_read_of_the_contract() -> None:
    nouns = {path.split("/")[3] for path in PATHS}
    assert nouns >= {"summaries", "papers", "categories", "tags", "authors", "series", "paths", "search", "library"}
    assert nouns >= {"macro-sets", "changes"}
    assert len(PATHS) == 20


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_read_answers_anonymously_with_json_for_every_origin(client: TestClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert {"ETag", "Link"} <= set(response.headers["access-control-expose-headers"].split(", "))
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_read_has_a_strong_etag_that_gives_304(client: TestClient, address: str) -> None:
    first = client.get(address)
    etag = first.headers["etag"]
    assert etag.startswith('"')
    for header in (etag, f"W/{etag}", "*", f'"other", {etag}'):
        again = client.get(address, headers={"If-None-Match": header})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers.get("link") == first.headers.get("link")
        assert again.headers["access-control-allow-origin"] == "*"
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    in_two_lines = [("If-None-Match", '"other"'), ("If-None-Match", etag)]
    assert client.get(address, headers=in_two_lines).status_code == 304


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_a_body(client: TestClient, address: str) -> None:
    head, full = client.head(address), client.get(address)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "link", "content-type", "content-length"):
        assert head.headers.get(name) == full.headers.get(name)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unknown_parameter_is_refused_by_name(client: TestClient, address: str) -> None:
    problem = problem_of(client.get(f"{address}?colour=red&utm_source=x"))
    assert problem.status == 422
    assert [error.field for error in problem.errors] == ["colour", "utm_source"]
    assert problem.instance == address


@pytest.mark.parametrize("address", ADDRESSES)
def test_other_methods_are_told_which_ones_there_are(client: TestClient, address: str) -> None:
    preflight = client.options(address, headers={"Origin": "https://example.org"})
    assert (preflight.status_code, preflight.content) == (204, b"")
    allowed = preflight.headers["allow"].split(", ")
    assert allowed[:3] == ["GET", "HEAD", "OPTIONS"]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        response = client.request(method, address, json={})
        assert problem_of(response).status == (401 if method in allowed else 405)
        if method not in allowed:
            assert response.headers["allow"] == preflight.headers["allow"]
        assert response.headers["access-control-allow-origin"] == "*"
    # Writing is not offered to pages of other origins, whatever an address takes.
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert preflight.headers["access-control-allow-headers"] == "If-None-Match"


@pytest.mark.parametrize("address", DETAILS)
def test_details_name_the_page_for_people_as_canonical(client: TestClient, address: str) -> None:
    response = client.get(address)
    detail = response.json()
    assert detail["api_url"] == f"http://127.0.0.1:8000{address}"
    if detail["url"] is None:  # a macro set has no page
        assert "link" not in response.headers
        return
    links = [f'<{detail["url"]}>; rel="canonical"; type="text/html"']
    if address.endswith(("/adam", "/kingma2015adam")):
        links.append('<https://arxiv.org/abs/1412.6980>; rel="cite-as"')
    assert response.headers["link"] == ", ".join(links)
    assert client.get(detail["url"]).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_shows_what_readers_may_not_see(client: TestClient, address: str) -> None:
    text = client.get(address).text
    met = ("trashed-one",) if address == "/api/v1/changes" else ()  # readers saw it once, so they are told it is gone
    assert not [word for word in SECRETS if word in text and word not in met]


@pytest.mark.parametrize("slug", ["a-draft", "in-review-one", "trashed-one", "no-such-one", "Adam", "a%00b", "x" * 500])
@pytest.mark.parametrize("rest", ["", "/revisions"])
def test_what_readers_may_not_see_looks_like_nothing(client: TestClient, slug: str, rest: str) -> None:
    response = client.get(f"/api/v1/summaries/{slug}{rest}")
    assert problem_of(response).status == 404
    assert response.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "address", ["papers/none2000", "papers/%00", "authors/nobody", "categories/none", "tags/secret-tag", "tags/none",
                "series/none", "paths/none", "series/A", "nothing-here"],
)  # fmt: skip
def test_an_unknown_name_is_a_problem_404(client: TestClient, address: str) -> None:
    assert problem_of(client.get(f"/api/v1/{address}")).status == 404


@pytest.mark.parametrize("rest", ["", "/revisions"])
def test_an_archived_summary_is_gone(client: TestClient, rest: str) -> None:
    assert problem_of(client.get(f"/api/v1/summaries/archived-one{rest}")).status == 410


@pytest.mark.parametrize("rest", ["", "/revisions"])
def test_a_former_slug_leads_to_the_same_place_in_the_api(own_client: TestClient, library: Database, rest: str) -> None:
    with library.writing() as session:
        adam = factories.add_summary(session, slug="adam", body="Changed.")
        session.add(FormerSlug(slug="adam-optimiser", summary_id=adam.id))
    response = own_client.get(f"/api/v1/summaries/adam-optimiser{rest}")
    assert (response.status_code, response.headers["location"]) == (301, f"/api/v1/summaries/adam{rest}")


def test_the_number_of_statements_does_not_grow_with_the_rows(own_client: TestClient, library: Database) -> None:
    app = own_client.app
    counter = StatementCounter(app.state.database.engine)  # type: ignore[attr-defined]
    app.state.follower.stop()  # type: ignore[attr-defined]
    with library.writing() as session:
        factories.add_summary(session, papers=("kingma2015adam",), body="One link: [[dropout]]")
    before = {address: _statements(own_client, counter, address) for address in ADDRESSES}
    with library.writing() as session:
        _add_many(session)
    after = {address: _statements(own_client, counter, address) for address in ADDRESSES}
    assert after == before
    assert all(0 < number <= 25 for number in before.values())


def _statements(client: TestClient, counter: StatementCounter, address: str) -> int:
    counter.take()
    assert client.get(f"{address}?limit=100" if address in LISTS else address).status_code == 200
    return counter.take()


def _add_many(session: Session) -> None:
    """Add fifteen of everything, connected to what the addresses show."""
    for n in range(15):
        factories.add_paper(session, key=f"more{n}", title=f"More {n}", arxiv_id=None, doi=None)
        factories.add_category(session, slug=f"shelf-{n}", name=f"Shelf {n}", position=10 + n)
        factories.add_series(session, slug=f"series-{n}", title=f"Series {n}")
        factories.add_summary(
            session,
            slug=f"more-{n}",
            title=f"More {n}",
            papers=(f"more{n}", "kingma2015adam"),
            categories=("optimization", f"shelf-{n}"),
            tags=("schedule", f"tag {n}"),
            series="in-two-parts",
            part=n + 3,
            requires=("adam",),
            body="See [[builds-on: adam]] and [@kingma2015adam].",
        )
        factories.add_path(session, "adam", f"more-{n}", slug=f"path-{n}", title=f"Path {n}")
        factories.add_summary(session, papers=("kingma2015adam",), body=f"Saved for the {n}th time. [[dropout]]")
    factories.add_path(session, "adam", *(f"more-{n}" for n in range(15)))


def test_no_address_of_an_account_is_told_to_readers(own_client: TestClient, library: Database) -> None:
    with library.writing() as session:
        document = factories.make_document(slug="by-mail", title="By somebody without a name")
        save_summary(session, document, actor=Actor("ada@example.org"))
    for address in ("/api/v1/summaries/by-mail/revisions", "/api/v1/summaries/by-mail", "/summaries/by-mail/history"):
        response = own_client.get(address)
        assert response.status_code == 200
        assert "ada@example.org" not in response.text
    assert own_client.get("/api/v1/summaries/by-mail/revisions").json()["items"][0]["by"] is None
    assert own_client.get("/api/v1/summaries/adam/revisions").json()["items"][0]["by"] == "Edith Editor"
