"""Look-ups against a server of our own: what is good becomes a record, everything else a sentence, and never late."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.interchange import lookups
from app.interchange.foreign_records import ParsedEntry
from app.interchange.lookups import LookupFailed, Services, look_up
from app.papers.records import PersonName
from tests.interchange.services import LoopbackServices, serving_services


@pytest.fixture(scope="module")
def loopback() -> Iterator[LoopbackServices]:
    with serving_services() as found:
        yield found


def asked(loopback: LoopbackServices, kind: str, identifier: str) -> ParsedEntry:
    """Look something up; what answers in time may take as long as a busy machine needs."""
    slow = identifier in ("1905.00009", "1905.00010")
    return look_up(loopback.services if slow else replace(loopback.services, seconds=100), kind, identifier)


def test_a_preprint_comes_with_its_facts(loopback: LoopbackServices) -> None:
    found = asked(loopback, "arxiv", "1905.00001")
    record = found.record
    assert (record.title, record.kind, record.arxiv_id) == ("A Paper of Two Lines", "preprint", "1905.00001")
    assert (record.year, record.month, record.day, record.arxiv_class) == (2019, 5, 9, "cs.LG")
    assert (record.doi, record.abstract) == ("10.1234/abc", "What it does.")
    assert record.authors == (
        PersonName(family="van Test", given="Ada"),
        PersonName(family="The Example Collaboration"),
    )
    assert record.key == "vantest2019paper"
    assert found.notes == ("arXiv says it appeared in: J. Tests 1 (2019) 2",)


def test_an_older_arxiv_id_is_asked_for_as_it_is(loopback: LoopbackServices) -> None:
    assert asked(loopback, "arxiv", "cs.LG/0112017").record.arxiv_id == "cs.LG/0112017"
    assert loopback.asked[-1][0] == "/api/query?id_list=cs.LG%2F0112017&max_results=1"


def test_an_old_paper_comes_under_the_name_that_arxiv_gives_it(loopback: LoopbackServices) -> None:
    found = asked(loopback, "arxiv", "math.GT/0309136")
    record = found.record
    assert (record.arxiv_id, record.title, record.doi) == ("math/0309136", "Knots & $S^3$", "10.1234/one")
    assert (record.year, record.month, record.day) == (2003, 9, 8)
    assert record.authors == (
        PersonName(family="ExampleLab"),
        PersonName(family="Test Jr.", given="Ada"),
        PersonName(family="van der Test", given="B."),
    )
    assert found.notes == ("arXiv says: 12 pages. This paper has been withdrawn by the authors",)


def test_a_work_comes_with_its_facts(loopback: LoopbackServices) -> None:
    record = asked(loopback, "doi", "10.5555/good").record
    assert (record.title, record.kind, record.doi) == ("A Work of Others", "article", "10.5555/good")
    assert (record.venue, record.volume, record.pages, record.year) == ("Journal of Tests", "7", "1–9", 2020)
    assert [author.family for author in record.authors] == ["Test", "A Body"]
    assert record.url == ""


def test_markup_and_entities_of_a_record_become_words(loopback: LoopbackServices) -> None:
    record = asked(loopback, "doi", "10.5555/odd").record
    assert (record.title, record.venue, record.kind) == ("On x & y: A Second Look", "Tests & Trials", "article")
    assert record.abstract == "First, n < 3. Second."
    assert (record.year, record.month) == (2021, 4)
    assert record.authors == (
        PersonName(family="The Tests, Trials and Proofs Group"),
        PersonName(family="Test Jr.", given="Ada"),
    )


def test_what_is_asked_says_who_asks_and_wants_nothing_packed(loopback: LoopbackServices) -> None:
    asked(loopback, "doi", "10.5555/good")
    path, headers = loopback.asked[-1]
    assert path == "/v1/works/10.5555%2Fgood/transform"
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Accept"] == "application/vnd.citationstyles.csl+json"
    assert "Cookie" not in headers
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    ("kind", "identifier", "sentence"),
    [
        ("arxiv", "1905.00002", "arXiv answered about another paper."),
        ("arxiv", "1905.00003", "arXiv knows no paper 1905.00003."),
        ("arxiv", "1905.00011", "arXiv knows no paper 1905.00011."),
        ("arxiv", "1905.00004", "arXiv’s answer could not be read."),
        ("arxiv", "1905.00005", "arXiv’s answer could not be read."),
        ("arxiv", "1905.00012", "arXiv’s answer could not be read."),
        ("arxiv", "1905.00006", "arXiv cannot answer at the moment (it said 503)."),
        ("arxiv", "1905.00007", "arXiv sent more than 2,000,000 bytes."),
        ("arxiv", "1905.00008", "arXiv cannot answer at the moment (it said 302)."),
        ("arxiv", "1905.00009", "arXiv did not answer within 0.5 seconds."),
        ("arxiv", "1905.00010", "arXiv did not answer within 0.5 seconds."),
        ("arxiv", "1905.00013", "arXiv answered in a way that is not read here."),
        ("arxiv", "1905.00014", "arXiv is asked too much at the moment. Try again later, or fill in the fields."),
        ("arxiv", "1905.00015", "arXiv does not know this identifier."),
        ("arxiv", "1905.00016", "arXiv knows no paper 1905.00016."),
        ("doi", "10.5555/untitled", "Crossref has no title for this DOI."),
        ("doi", "10.5555/none", "Crossref does not know this identifier."),
        ("doi", "10.5555/other", "Crossref answered about another paper."),
        ("doi", "10.5555/deep", "Crossref’s answer could not be read."),
        ("doi", "10.5555/html", "Crossref’s answer could not be read."),
        ("doi", "10.5555/../../../../admin", "Crossref does not know this identifier."),
    ],
)
def test_what_is_not_a_good_answer_is_a_sentence(
    loopback: LoopbackServices, kind: str, identifier: str, sentence: str
) -> None:
    with pytest.raises(LookupFailed) as failed:
        asked(loopback, kind, identifier)
    assert str(failed.value) == sentence
    assert not any(path.startswith("/elsewhere") for path, _ in loopback.asked), "a redirect was followed"


def test_nobody_there_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(LookupFailed, match="Crossref could not be reached from this server"):
            look_up(Services(crossref=nobody), "doi", "10.5555/good")


def test_an_identifier_cannot_lead_to_another_place(loopback: LoopbackServices) -> None:
    for kind, text in (("arxiv", "1905.00001&id_list=x"), ("arxiv", "//evil.example/1905.00001"), ("doi", "@evil")):
        with pytest.raises(ValueError, match="is not"):
            asked(loopback, kind, text)


def test_few_are_under_way_at_once(loopback: LoopbackServices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "_turns", threading.BoundedSemaphore(1))
    assert lookups._turns.acquire(blocking=False)
    with pytest.raises(LookupFailed, match="Too many look-ups"):
        asked(loopback, "doi", "10.5555/good")
    lookups._turns.release()
    assert asked(loopback, "doi", "10.5555/good").record.year == 2020


def test_addresses_are_those_of_the_services_unless_a_test_says_otherwise() -> None:
    assert (Services().arxiv, Services().crossref) == ("https://export.arxiv.org", "https://api.crossref.org")
    assert Services().seconds == 5
