"""Generated requests against the real application: what the OpenAPI document says is what happens."""

from typing import Any

import schemathesis
import schemathesis.specs.openapi.adapter  # early: two of the engine’s threads importing it at once fail
from fastapi import FastAPI
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished


def _no_schema_can_tell(check: str, response: Any) -> bool:
    """Whether a well-formed value was refused for what only the server knows: its cursors, and what a query costs."""
    if check != "positive_data_acceptance" or response.status_code not in (400, 422):
        return False
    named = [error["field"] for error in response.json()["errors"]]
    return named == (["cursor"] if response.status_code == 422 else ["q"])


def test_every_operation_does_what_its_description_says(shared_app: FastAPI) -> None:
    config = SchemathesisConfig.from_dict(
        {"seed": 7, "generation": {"max-examples": 20, "mode": "all", "database": "none", "no-shrink": True}}
    )
    load_all_checks()

    async def without_lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":  # else the tool would keep the background thread until the process ends
            await shared_app(scope, receive, send)

    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", without_lifespan, config=config)
    checked: dict[str, int] = {}
    failures: list[str] = []
    for event in from_schema(schema).execute():
        if isinstance(event, ScenarioFinished):
            for case_id, nodes in event.recorder.checks.items():
                for node in nodes:
                    checked[node.name] = checked.get(node.name, 0) + 1
                    case, response = event.recorder.cases[case_id].value, event.recorder.interactions[case_id].response
                    if node.failure_info is not None and not _no_schema_can_tell(node.name, response):
                        failures.append(f"{case.as_curl_command()}\n{node.failure_info.failure}")
        elif isinstance(event, NonFatalError | FatalError):
            failures.append(repr(event))
    assert not failures, "\n\n".join(failures)
    assert checked["not_a_server_error"] > 15 * 20
    assert set(checked) >= {"status_code_conformance", "response_schema_conformance", "negative_data_rejection"}
