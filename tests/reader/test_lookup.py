"""One paper by an identifier: /lookup and unAPI."""

from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient

from app.accounts.service import Actor
from app.database import Database
from app.summaries.paper_curating import rename_paper
from tests.factories import add_paper
from tests.reader.pages import get


@pytest.mark.parametrize(
    "query",
    [
        "arxiv=1412.6980",
        "arxiv=1412.6980v9",
        "arxiv=arXiv:1412.6980v9%20[cs.LG]",
        "arxiv=https://arxiv.org/abs/1412.6980v2",
        "doi=10.48550/arXiv.1412.6980",
        "doi=https://doi.org/10.48550/arxiv.1412.6980",
        "key=kingma2015adam",
        "key=@kingma2015adam",
    ],
)
def test_a_paper_is_found_by_any_way_its_identifier_is_written(shown: TestClient, query: str) -> None:
    found = shown.get(f"/lookup?{query}").json()
    assert found["paper"]["key"] == "kingma2015adam"
    assert found["paper"]["authors"] == ["Diederik P. Kingma", "Jimmy Ba"]
    assert [one["slug"] for one in found["summaries"]] == ["scheduler", "adam"]
    for one in (found["paper"], *found["summaries"]):
        for form in ("url", "json", "markdown"):
            assert shown.get(one[form].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_paper_without_a_summary_is_known_all_the_same(shown: TestClient) -> None:
    found = shown.get("/lookup?arxiv=1904.09237").json()
    assert [one["slug"] for one in found["summaries"]] == ["scheduler"]


@pytest.mark.parametrize(
    "query", ["arxiv=9999.99999", "doi=10.1000/nothing", "key=nobody", "arxiv=nonsense", "doi=1412.6980", "key=%00"]
)
def test_a_paper_that_is_not_here_is_404_in_json(shown: TestClient, query: str) -> None:
    answer = shown.get(f"/lookup?{query}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["", "arxiv=1412.6980&key=kingma2015adam", "arxiv=", "isbn=1", "arxiv=1&arxiv="])
def test_anything_but_one_identifier_is_refused(shown: TestClient, query: str) -> None:
    answer = shown.get(f"/lookup?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_unapi_tells_its_formats_and_gives_a_paper_in_each(shown: TestClient) -> None:
    names = [one.attrib["name"] for one in ET.fromstring(shown.get("/unapi").content)]
    assert names == ["bibtex", "ris", "csl"]
    of_one = shown.get("/unapi?id=kingma2015adam")
    assert of_one.status_code == 300
    assert ET.fromstring(of_one.content).attrib == {"id": "kingma2015adam"}
    starts = {"bibtex": "@", "ris": "TY  - ", "csl": "["}
    for name in names:
        answer = shown.get(f"/unapi?id=kingma2015adam&format={name}")
        assert answer.status_code == 200
        assert answer.text.startswith(starts[name])
        assert "Adam" in answer.text


@pytest.mark.parametrize(
    ("query", "status"),
    [("id=nobody", 404), ("id=kingma2015adam&format=marc", 406), ("format=ris", 400), ("id=nobody&format=ris", 404)],
)
def test_unapi_answers_what_it_cannot_give_with_its_own_statuses(shown: TestClient, query: str, status: int) -> None:
    assert shown.get(f"/unapi?{query}").status_code == status


def test_lists_carry_unapi_and_details_do_not(shown: TestClient) -> None:
    for path in ("/summaries", "/papers", "/categories/optimization", "/tags/optimiser", "/search?q=adam"):
        page = get(shown, path).html
        assert 'rel="unapi-server"' in page, path
        assert '<abbr class="unapi-id" title="kingma2015adam"></abbr>' in page, path
    for path in ("/summaries/adam", "/papers/kingma2015adam"):
        assert "unapi" not in get(shown, path).html, path


def test_a_key_with_every_kind_of_character_can_be_looked_up(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        add_paper(session, key="oneil+2020:a.b", title="Odd", arxiv_id=None)
    found = still.get("/lookup", params={"key": "oneil+2020:a.b"})
    assert found.json()["paper"]["title"] == "Odd"


@pytest.mark.parametrize("text", ["math.GT/0309136", "https://arxiv.org/abs/math.gt/0309136v2"])
def test_an_arxiv_id_of_the_old_style_is_found(still: TestClient, library: Database, text: str) -> None:
    with library.writing() as session:
        add_paper(session, key="old2003", title="Old", arxiv_id="math.GT/0309136")
    assert still.get("/lookup", params={"arxiv": text}).json()["paper"]["key"] == "old2003"
    assert still.get("/search", params={"q": text}).headers["location"] == "/papers/old2003"


def test_a_former_key_leads_to_the_paper(still: TestClient, library: Database) -> None:
    with library.writing() as session:
        rename_paper(session, "kingma2015adam", "adam2015", actor=Actor("Edith"))
    assert still.get("/lookup?key=kingma2015adam").json()["paper"]["key"] == "adam2015"
    assert still.get("/unapi?id=kingma2015adam&format=bibtex").text.startswith("@inproceedings{adam2015,")
