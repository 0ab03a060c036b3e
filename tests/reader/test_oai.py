"""The door for harvesters: GET and POST, and a client by other authors that harvests everything from a real server."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient
from oaipmh_scythe import Scythe
from oaipmh_scythe.exceptions import IdDoesNotExist, NoRecordsMatch

from app.database import Database
from app.schema import migrate
from app.tombstones import bury
from tests import factories
from tests.conftest import make_settings
from tests.processes import serving

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


def told(body: bytes) -> list[ET.Element]:
    return list(ET.fromstring(body))[1:]


def test_a_request_by_post_is_answered_like_one_by_get(client: TestClient) -> None:
    query = "verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01&set=tag%3Aschedule"
    by_get, by_post = client.get(f"/oai?{query}"), client.post("/oai", content=query, headers=FORM)
    assert by_get.status_code == by_post.status_code == 200
    assert by_get.headers["content-type"] == "text/xml; charset=utf-8"
    assert [ET.tostring(one) for one in told(by_get.content)] == [ET.tostring(one) for one in told(by_post.content)]


def test_complaints_are_answers_with_status_200(client: TestClient) -> None:
    for query in ("", "verb=Nonsense", "verb=Identify&x=1", "verb=GetRecord&metadataPrefix=oai_dc&identifier=%00%ff"):
        answer = client.get(f"/oai?{query}")
        assert answer.status_code == 200
        assert "<error code=" in answer.text


def test_an_answer_is_never_given_again_from_a_cache(client: TestClient) -> None:
    assert client.get("/oai?verb=Identify").headers["cache-control"] == "no-store"


def test_what_is_no_form_or_too_long_is_refused(client: TestClient) -> None:
    assert client.post("/oai", json={"verb": "Identify"}).status_code == 415
    assert client.post("/oai", content=b"verb=" + b"x" * 20_000, headers=FORM).status_code == 413


def test_a_client_by_other_authors_harvests_everything_deletions_included(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    settings = make_settings(folder)
    database = Database(settings)
    migrate(database)
    with database.writing() as session:
        factories.fill(session)
        for number in range(250):
            factories.add_summary(session, slug=f"more-{number}", title=f"More {number}", body="", tldr="Short.")
        factories.add_summary(session, slug="more-7", title="More", status="archived")
        bury(session, "summary", "purged-one")
    database.close()
    with serving(folder) as (base, _), Scythe(f"{base}/oai") as scythe:
        assert scythe.identify().deletedRecord == "persistent"
        records = list(scythe.list_records())
        names = [record.header.identifier.rpartition("/")[2] for record in records]
        gone = {record.header.identifier.rpartition("/")[2] for record in records if record.deleted}
        assert len(names) == len(set(names)) == 257
        assert gone == {"more-7", "trashed-one", "purged-one"}
        some = [header.identifier.rpartition("/")[2] for header in scythe.list_identifiers(set_="tag:schedule")]
        assert set(some) == {"warmup", "scheduler", *gone}
        assert scythe.get_record(records[0].header.identifier).get_metadata()["title"]
        assert "category:optimization" in {found.setSpec for found in scythe.list_sets()}
        with pytest.raises(IdDoesNotExist):
            scythe.get_record("oai:127.0.0.1:summaries/a-draft")
        with pytest.raises(NoRecordsMatch):
            list(scythe.list_records(from_="2999-01-01"))
