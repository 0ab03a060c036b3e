"""The description and the page made from it."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Get
from tests.api.walk import PATHS, WRITE_PATHS


@pytest.fixture(scope="module")
def document(get: Get) -> dict[str, Any]:
    return get("/openapi.json")


def test_the_description_lists_every_read_under_a_name_of_its_own(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert sorted(document["paths"]) == sorted({*PATHS, *WRITE_PATHS})
    operations = {path: methods["get"] for path, methods in document["paths"].items() if "get" in methods}
    names = {path: operation["operationId"] for path, operation in operations.items()}
    assert names == {
        "/api/v1/summaries": "list_summaries",
        "/api/v1/summaries/{slug}": "get_summary",
        "/api/v1/summaries/{slug}/revisions": "list_summary_revisions",
        "/api/v1/papers": "list_papers",
        "/api/v1/papers/{key}": "get_paper",
        "/api/v1/authors": "list_authors",
        "/api/v1/authors/{slug}": "get_author",
        "/api/v1/categories": "list_categories",
        "/api/v1/categories/{slug}": "get_category",
        "/api/v1/tags": "list_tags",
        "/api/v1/tags/{slug}": "get_tag",
        "/api/v1/series": "list_series",
        "/api/v1/series/{slug}": "get_series",
        "/api/v1/paths": "list_paths",
        "/api/v1/paths/{slug}": "get_path",
        "/api/v1/search": "search_summaries",
        "/api/v1/library": "get_library",
        "/api/v1/macro-sets": "list_macro_sets",
        "/api/v1/macro-sets/{name}": "get_macro_set",
        "/api/v1/changes": "list_changes",
    }


def test_the_description_lists_every_change_with_its_body_and_headers(document: dict[str, Any]) -> None:
    words = ("summary", "paper", "category", "tag", "series", "path", "macro_set")
    wanted = {f"{verb}_{word}" for word in words for verb in ("create", "replace", "patch", "delete")}
    found = {
        operation["operationId"]: operation
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method != "get"
    }
    assert set(found) == wanted | {"import_library"}
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for name, operation in found.items():
        assert operation["security"] == [{"bearer": []}]
        assert {"401", "403", "405", "413", "422", "503"} <= set(operation["responses"]), name
        assert ("requestBody" in operation) == (not name.startswith("delete_")), name
        for content in operation.get("requestBody", {}).get("content", {}).values():
            assert content["example"]
        if name.startswith(("replace_", "patch_", "delete_")):
            assert {"409", "412", "428"} <= set(operation["responses"]), name
            (named,) = (one for one in operation["parameters"] if one.get("in") == "path")
            assert named["required"] is True


def test_every_field_and_parameter_is_described_and_every_answer_is_exact(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        assert schema["description"], name
        assert schema["additionalProperties"] is False, name
        assert "$defs" not in schema
        for field, raw in schema["properties"].items():
            assert raw["description"], (name, field)
    for operation in (methods["get"] for methods in document["paths"].values() if "get" in methods):
        assert operation["summary"]
        for parameter in operation["parameters"]:
            assert "$ref" in parameter or parameter["description"], parameter
        for status, response in operation["responses"].items():
            assert response["description"], status
            if status not in ("301", "304"):
                assert response["content"]
        assert {"200", "304", "405", "422", "503"} <= set(operation["responses"])


def test_every_schema_is_used(document: dict[str, Any]) -> None:
    used = set(re.findall(r"#/components/schemas/(\w+)", repr(document)))
    assert used == set(document["components"]["schemas"])


@pytest.mark.parametrize("address", ["/api", "/api/v1"])
def test_the_roots_lead_to_the_page(client: TestClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers["location"]) == (307, "/api/docs")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.forms: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("href", "src", "action"):
            target = given.get(name, "")
            if target.startswith("#"):
                self.targets.append(target[1:])
            elif target and not target.startswith("/") and "127.0.0.1" not in target:
                self.outside.append(target)
        if tag == "form" and given.get("action", "").startswith("/api/"):
            self.forms.append(given["action"].rpartition("/")[2])
        assert "style" not in given
        assert not any(name.startswith("on") for name in given)


def test_the_page_shows_every_operation_and_schema_and_loads_nothing_from_elsewhere(
    client: TestClient, document: dict[str, Any]
) -> None:
    response = client.get("/api/docs")
    assert response.status_code == 200
    page = _Page()
    page.feed(response.text)
    paths = document["paths"].values()
    reads = [methods["get"]["operationId"] for methods in paths if "get" in methods]
    operations = [operation["operationId"] for methods in paths for operation in methods.values()]
    assert sorted(page.forms) == sorted(reads)
    assert set(operations) <= set(page.ids)
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.targets) <= set(page.ids)
    assert page.outside == []


@pytest.mark.parametrize(
    ("form", "location"),
    [
        ("get_summary?slug=adam", "/api/v1/summaries/adam"),
        ("get_summary?slug=%2F%2Fexample.org", "/api/v1/summaries/%2F%2Fexample.org"),
        ("get_summary?slug=..%2F..", "/api/v1/summaries/..%2F.."),
        ("list_summary_revisions?limit=&cursor=&slug=adam", "/api/v1/summaries/adam/revisions"),
        ("search_summaries?q=a+%26+b&kind=&tag=x", "/api/v1/search?q=a+%26+b&tag=x"),
        ("list_tags", "/api/v1/tags"),
    ],
)
def test_a_form_leads_to_the_real_address(client: TestClient, form: str, location: str) -> None:
    response = client.get(f"/api/docs/try/{form}")
    assert (response.status_code, response.headers["location"]) == (303, location)


@pytest.mark.parametrize("address", ["/api", "/api/v1", "/api/docs", "/api/v1/openapi.json"])
def test_what_describes_takes_no_parameters(client: TestClient, address: str) -> None:
    assert client.get(f"{address}?colour=red").status_code == 422


@pytest.mark.parametrize(("form", "status"), [("get_summary", 422), ("get_summary?slug=+", 422), ("drop_all", 404)])
def test_a_form_that_leads_nowhere_is_an_honest_page(client: TestClient, form: str, status: int) -> None:
    response = client.get(f"/api/docs/try/{form}")
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
