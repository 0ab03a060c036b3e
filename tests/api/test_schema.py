"""Generated requests against the real application: what the OpenAPI document says is what happens, writing included."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import schemathesis.specs.openapi.adapter  # early: two of the engine’s threads importing it at once fail
from fastapi import FastAPI
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from app.database import Database
from app.settings import Settings
from tests.api.server import token_of
from tests.conftest import make_settings

# What only the server knows: whether a name is free or there, what a text refers to, whether it may be so.
REFUSALS = (404, 409, 410, 412, 422, 428)


@schemathesis.serializer("application/x-ndjson")
def _as_lines(_context: Any, value: Any) -> bytes:
    return value.encode("utf-8", "replace") if isinstance(value, str) else json.dumps(value).encode()


def _no_schema_can_tell(check: str, case: Any, response: Any) -> bool:
    """Whether a well-formed request was refused, or one against the schema taken, for what only the server knows."""
    if check == "positive_data_acceptance":
        if case.method != "GET":
            return response.status_code in REFUSALS
        named = [error["field"] for error in response.json()["errors"]] if response.status_code in (400, 422) else None
        return named in (["cursor"], ["q"], ["since"])
    # A line that is no document is refused in the report, and the others go on.
    return check == "negative_data_rejection" and response.headers["content-type"] == ["application/x-ndjson"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path / "data", trusted_hosts="127.0.0.1,testserver")


def run(app: FastAPI, examples: int, token: str | None = None) -> tuple[Counter[str], Counter[int], list[str]]:
    """Send generated requests; return how often each check was made, each status given, and what failed."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    config = SchemathesisConfig.from_dict(
        {
            "seed": 7,
            "headers": headers,
            "phases": {"coverage": {"enabled": token is None or examples > 5}, "stateful": {"enabled": False}},
            "generation": {"max-examples": examples, "mode": "all", "database": "none", "no-shrink": True},
        }
    )
    load_all_checks()

    async def without_lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":  # else the tool would keep the background thread until the process ends
            await app(scope, receive, send)

    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", without_lifespan, config=config)
    # The reads are asked without a token, the rest with one.
    schema = schema.include(method="GET") if token is None else schema.exclude(method="GET")
    checked: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    failures: list[str] = []
    for event in from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            for case_id, nodes in event.recorder.checks.items():
                interaction = event.recorder.interactions[case_id]
                case, response = event.recorder.cases[case_id].value, interaction.response
                statuses[response.status_code] += 1
                for node in nodes:
                    checked[node.name] += 1
                    if node.failure_info is not None and not _no_schema_can_tell(node.name, case, response):
                        failures.append(f"{case.as_curl_command()}\n{node.failure_info.failure}")
        elif isinstance(event, NonFatalError | FatalError):
            failures.append(repr(event))
    return checked, statuses, failures


def test_every_operation_does_what_its_description_says(shared_app: FastAPI) -> None:
    checked, _, failures = run(shared_app, 20)
    assert not failures, "\n\n".join(failures)
    assert checked["not_a_server_error"] > 15 * 20
    assert set(checked) >= {"status_code_conformance", "response_schema_conformance", "negative_data_rejection"}


def test_so_does_every_change_with_a_token(app: FastAPI, library: Database) -> None:
    checked, statuses, failures = run(app, 3, token_of(library, "editor"))
    assert not failures, "\n\n".join(failures)
    assert checked["not_a_server_error"] >= 2 * 29
    assert statuses[201] > 0, json.dumps(statuses)
    app.state.database.close()
