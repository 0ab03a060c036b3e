"""Former names of everything lead on within the API, and to the page for people."""

import pytest
from fastapi.testclient import TestClient

from app.database import Database
from tests.factories import rename_one_of_each


@pytest.mark.parametrize(
    ("former", "present"),
    [
        ("/categories/optimization", "/categories/training"),
        ("/tags/optimiser", "/tags/optimizers"),
        ("/series/in-two-parts", "/series/two-parts"),
        ("/papers/kingma2015adam", "/papers/adam2015"),
        ("/authors/jimmy-ba", "/authors/j-ba"),
        ("/paths/a-path", "/paths/first-steps"),
    ],
)
def test_a_former_name_leads_on(library: Database, client: TestClient, former: str, present: str) -> None:
    with library.writing() as session:
        rename_one_of_each(session)
    for prefix in ("", "/api/v1"):
        answer = client.get(prefix + former, headers={"Accept": "application/json" if prefix else "text/html"})
        assert answer.status_code == 301, answer.text
        assert answer.headers["location"] == prefix + present
        assert answer.headers["cache-control"] == "no-cache"  # Chromium keeps it for good otherwise
        assert client.get(answer.headers["location"]).status_code == 200
