"""The container files, as far as they can be checked without an engine."""

import fnmatch
import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.processes import free_port

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# What the Compose Specification lets a service say, as far as we use it, and the type each takes.
SERVICE_KEYS = {
    "image": str, "build": dict, "init": bool, "read_only": bool, "tmpfs": list, "cap_drop": list, "profiles": list,
    "security_opt": list, "restart": str, "stop_grace_period": str, "ports": list, "environment": dict,
    "volumes": list, "depends_on": dict, "healthcheck": dict,
}  # fmt: skip
INSTRUCTIONS = {
    "ARG", "FROM", "ENV", "RUN", "COPY", "WORKDIR", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "CMD",
}  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    """Return (instruction, its words) of the Dockerfile in order, continued lines joined."""
    lines = [line for line in DOCKERFILE.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(name, words) for name, _, words in (line.partition(" ") for line in joined.splitlines())]


def final_stage() -> list[tuple[str, str]]:
    found = instructions()
    return found[max(place for place, (name, _) in enumerate(found) if name == "FROM") :]


def check_command() -> list[str]:
    (words,) = [words for name, words in final_stage() if name == "HEALTHCHECK"]
    command: list[str] = json.loads(words.partition("CMD ")[2])
    return command


def test_every_instruction_is_one_that_exists() -> None:
    assert {name for name, _ in instructions()} <= INSTRUCTIONS
    assert [name for name, _ in instructions()][:2] == ["ARG", "FROM"]


def test_the_image_is_built_in_two_stages_from_locked_hashes() -> None:
    stages = [words for name, words in instructions() if name == "FROM"]
    assert len(stages) == 2
    assert "--require-hashes -r /srv/cairn/requirements.lock" in DOCKERFILE
    assert "AS build" in stages[0]
    assert not any("pip" in words for name, words in final_stage() if name == "RUN")


def test_the_container_does_not_run_as_root() -> None:
    names = [name for name, _ in final_stage()]
    (user,) = [words for name, words in final_stage() if name == "USER"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert names.index("USER") < names.index("CMD")
    assert ("VOLUME", "/data") in final_stage()
    assert "CAIRN_DATA_DIR=/data" in DOCKERFILE
    assert ("STOPSIGNAL", "SIGTERM") in final_stage()


def test_what_is_copied_exists_and_is_not_kept_out() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    copied = [words.split()[:-1] for name, words in instructions() if name == "COPY" and "--from" not in words]
    sources = [source for words in copied for source in words]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert f"!{source}" in rules
    assert rules[0] == "*"
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == set(sources)
    assert any(fnmatch.fnmatch("seeds/.env", rule) for rule in rules[1:])


def test_the_command_is_one_that_cairn_has() -> None:
    (words,) = [words for name, words in final_stage() if name == "CMD"]
    command = json.loads(words)
    assert command[0] == "cairn"
    assert command[1:] == ["serve", "--host", "0.0.0.0", "--port", "8000"]
    assert ("EXPOSE", "8000") in final_stage()
    help_text = subprocess.run(
        [sys.executable, "-m", "app.cli", "serve", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "--host" in help_text
    assert "--port" in help_text


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (400, True), (500, False), (503, False)])
def test_the_health_check_tells_alive_from_broken(status: int, healthy: bool) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    try:
        assert _checked(server.server_port) == healthy
    finally:
        thread.join(10)
        server.server_close()


def test_the_health_check_fails_where_nothing_listens() -> None:
    assert not _checked(free_port())


def _checked(port: int) -> bool:
    name, *rest = check_command()
    assert name == "python"
    rest = [part.replace("8000", str(port)) for part in rest]
    return subprocess.run([sys.executable, *rest], capture_output=True, timeout=30).returncode == 0


def test_the_compose_file_says_only_what_the_specification_knows() -> None:
    assert {name for name in COMPOSE if not name.startswith("x-")} == {"services", "volumes"}
    for name, service in SERVICES.items():
        for key, value in service.items():
            assert key in SERVICE_KEYS, f"{name}: {key}"
            assert isinstance(value, SERVICE_KEYS[key]), f"{name}: {key}"
        assert "image" in service


def test_every_volume_and_every_dependency_is_declared() -> None:
    for name, service in SERVICES.items():
        for volume in service["volumes"]:
            assert volume.partition(":")[0] in COMPOSE["volumes"], name
        for other, condition in service.get("depends_on", {}).items():
            assert "healthcheck" in SERVICES[other]
            assert condition == {"condition": "service_healthy"}
            assert set(SERVICES[other]["profiles"]) <= set(service["profiles"])


def test_sqlite_is_the_default_and_postgresql_a_profile() -> None:
    assert [name for name, service in SERVICES.items() if "profiles" not in service] == ["cairn"]
    assert "CAIRN_DATABASE_URL" not in SERVICES["cairn"]["environment"]
    assert {name for name, service in SERVICES.items() if service.get("profiles") == ["postgres"]} == {
        "cairn-postgres",
        "postgres",
    }
    assert int(re.match(r"postgres:(\d+)", SERVICES["postgres"]["image"])[1]) >= 15  # type: ignore[index]


def test_no_secret_is_in_the_file_and_the_key_must_be_given() -> None:
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            if re.search(r"SECRET|PASSWORD", name):
                assert re.fullmatch(r"\$\{[A-Z_]+:[?-].*\}", value), name
                assert not re.fullmatch(r"\$\{[A-Z_]+:-.+\}", value), f"{name} has a default"
    for name in ("cairn", "cairn-postgres"):
        assert SERVICES[name]["environment"]["CAIRN_SECRET_KEY"].startswith("${CAIRN_SECRET_KEY:?")
        assert SERVICES[name]["environment"]["CAIRN_ENV"] == "production"
    assert "@postgres/" in SERVICES["cairn-postgres"]["environment"]["CAIRN_DATABASE_URL"]


def test_the_settings_named_are_settings() -> None:
    from app.settings import Settings

    known = {f"CAIRN_{name.upper()}" for name in Settings.model_fields}
    for name in ("cairn", "cairn-postgres"):
        named = {key for key in SERVICES[name]["environment"] if key.startswith("CAIRN_")}
        assert named <= known
        # The image and its volume decide the rest.
        left = known - named - {"CAIRN_DATA_DIR", "CAIRN_DATABASE_URL", "CAIRN_SEARCH_ENGINE"}
        assert not left, "a setting that a host of containers cannot reach"
        told = (ROOT / "docs/containers.md").read_text()
        asked = {key for key, value in SERVICES[name]["environment"].items() if str(value).startswith(f"${{{key}")}
        assert not {key for key in asked if f"`{key}`" not in told}


def test_the_commands_of_the_guide_are_commands_of_cairn() -> None:
    from typer.main import get_command

    from app.cli import cli

    known = getattr(get_command(cli), "commands")  # noqa: B009 - a group's, not every command's
    named = set(re.findall(r"cairn(?:-postgres)? cairn ([a-z]+)", (ROOT / "docs/containers.md").read_text()))
    assert {"user", "backup", "restore"} <= named <= set(known)


def test_the_application_may_write_only_where_it_should() -> None:
    for name in ("cairn", "cairn-postgres"):
        service = SERVICES[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["tmpfs"] == ["/tmp"]
        assert [volume.partition(":")[2] for volume in service["volumes"]] == ["/data"]
        assert service["ports"] == ["${CAIRN_PUBLISH:-127.0.0.1:8000}:8000"]
