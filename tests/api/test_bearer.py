"""Who a program acts for: the bearer token, whoever else the browser may be signed in as."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.accounts.models import ApiToken, Scope, User
from app.accounts.service import Actor
from app.accounts.sessions import open_session
from app.accounts.tokens import create_token
from app.api.bearer import MaybeBearer, WritingBearer
from app.database import Database, now
from app.web.cookies import PLAIN_NAME
from tests.factories import add_user

EVE = "eve@example.org"


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    @app.get("/api/v1/test-read")
    def _read(bearer: MaybeBearer) -> str:
        return bearer.person.email if bearer else "nobody"

    @app.post("/api/v1/test-write")
    def _write(bearer: WritingBearer) -> str:
        return bearer.person.email

    return TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)


def token_for(library: Database, scope: Scope) -> dict[str, str]:
    with library.writing() as session:
        add_user(session, email=EVE, role="editor")
        _, text = create_token(session, EVE, scope, actor=Actor("host"))
    return {"Authorization": f"Bearer {text}"}


def test_a_token_speaks_for_its_owner_and_its_use_is_noted(client: TestClient, library: Database) -> None:
    header = token_for(library, "write")
    assert client.get("/api/v1/test-read", headers=header).json() == EVE
    assert client.post("/api/v1/test-write", headers=header).json() == EVE
    lower = {"Authorization": header["Authorization"].replace("Bearer", "bearer")}
    assert client.get("/api/v1/test-read", headers=lower).json() == EVE
    with library.reading() as session:
        assert session.scalars(select(ApiToken)).one().used_at is not None


def test_without_a_token_one_may_read_and_not_write(client: TestClient) -> None:
    assert client.get("/api/v1/test-read").json() == "nobody"
    answer = client.post("/api/v1/test-write")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="Cairn"')
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_for_reading_does_not_write(client: TestClient, library: Database) -> None:
    answer = client.post("/api/v1/test-write", headers=token_for(library, "read"))
    assert answer.status_code == 403
    assert "scope “write”" in answer.json()["detail"]


@pytest.mark.parametrize("how", ["forged", "expired", "revoked", "disabled", "basic", "empty"])
def test_a_token_that_does_not_hold_is_refused_even_for_reading(
    client: TestClient, library: Database, how: str
) -> None:
    header = token_for(library, "write")
    with library.writing() as session:
        if how == "expired":
            session.execute(update(ApiToken).values(expires_at=now()))
        elif how == "revoked":
            session.execute(update(ApiToken).values(revoked_at=now()))
        elif how == "disabled":
            session.execute(update(User).values(disabled_at=now()))
    if how == "forged":
        header = {"Authorization": header["Authorization"][:-8] + "00000000"}
    elif how in ("basic", "empty"):
        header = {"Authorization": "Basic ZXZlOnB3" if how == "basic" else ""}
    for answer in (client.get("/api/v1/test-read", headers=header), client.post("/api/v1/test-write", headers=header)):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert ("invalid_token" in answer.headers["www-authenticate"]) == (how not in ("basic", "empty"))


def test_a_session_is_nothing_to_the_api(client: TestClient, library: Database) -> None:
    with library.writing() as session:
        client.cookies.set(PLAIN_NAME, open_session(session, add_user(session, role="admin")))
    assert client.get("/api/v1/test-read").json() == "nobody"
    assert client.post("/api/v1/test-write").status_code == 401
