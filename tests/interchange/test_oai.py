"""OAI-PMH: every verb, every complaint, sets, deletions, tokens, and harvests while the library changes."""

import datetime as dt
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import delete, select, update

from app.database import Database, LibraryChange, stamp
from app.interchange.oai import Repository, answer
from app.interchange.oai_request import make_token, read_harvest
from app.interchange.xml_writing import document, element
from app.papers.models import Author
from app.summaries.models import Summary
from app.taxonomy.models import Category, Tag
from app.tombstones import bury
from tests.conftest import StatementCounter
from tests.factories import add_paper, add_summary

WHO = Repository("Cairn", "https://library.example.org")
KEY = b"a key of tests, thirty-two bytes long"
O = "{http://www.openarchives.org/OAI/2.0/}"  # noqa: E741
DC = "{http://purl.org/dc/elements/1.1/}"
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def ask(store: Database, page: int = 100, *, key: bytes = KEY, **arguments: str) -> ET.Element:
    return pairs(store, [(name.removesuffix("_"), value) for name, value in arguments.items()], page, key)


def pairs(store: Database, given: list[tuple[str, str]], page: int = 100, key: bytes = KEY) -> ET.Element:
    with store.reading() as session:
        body = answer(session, WHO, key, given, page)
    root = ET.fromstring(body)
    check_shape(root)
    return root


def code(root: ET.Element) -> str:
    return next(iter(root.iter(f"{O}error"))).attrib["code"]


def headers(root: ET.Element) -> dict[str, str]:
    """Return slug -> "" or "deleted" of a page."""
    return {
        (one.findtext(f"{O}identifier") or "").rpartition("/")[2]: one.attrib.get("status", "")
        for one in root.iter(f"{O}header")
    }


def token_of(root: ET.Element) -> str | None:
    found = next(iter(root.iter(f"{O}resumptionToken")), None)
    return None if found is None else found.text or ""


def harvest(store: Database, page: int, **arguments: str) -> Iterator[ET.Element]:
    """Give each page of a whole harvest."""
    root = ask(store, page, verb="ListRecords", metadataPrefix="oai_dc", **arguments)
    yield root
    while token := token_of(root):
        root = ask(store, page, verb="ListRecords", resumptionToken=token)
        yield root


# The published schemas as far as they bind us: names, order, how many, what each may hold.
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
SHAPES: dict[str, list[tuple[str, str]]] = {
    "Identify": [("repositoryName", "1"), ("baseURL", "1"), ("protocolVersion", "1"), ("adminEmail", "+"),
                 ("earliestDatestamp", "1"), ("deletedRecord", "1"), ("granularity", "1"), ("compression", "*"),
                 ("description", "*")],
    "ListMetadataFormats": [("metadataFormat", "+")],
    "metadataFormat": [("metadataPrefix", "1"), ("schema", "1"), ("metadataNamespace", "1")],
    "ListSets": [("set", "+"), ("resumptionToken", "?")],
    "set": [("setSpec", "1"), ("setName", "1"), ("setDescription", "*")],
    "GetRecord": [("record", "1")],
    "ListRecords": [("record", "+"), ("resumptionToken", "?")],
    "ListIdentifiers": [("header", "+"), ("resumptionToken", "?")],
    "record": [("header", "1"), ("metadata", "?"), ("about", "*")],
    "header": [("identifier", "1"), ("datestamp", "1"), ("setSpec", "*")],
}  # fmt: skip
TEXTS = {
    "responseDate": DATE, "datestamp": DATE, "earliestDatestamp": DATE, "adminEmail": r"\S+@(\S+\.)+\S+",
    "setSpec": r"([A-Za-z0-9\-_.!~*'()])+(:[A-Za-z0-9\-_.!~*'()]+)*", "identifier": r"[a-z]+:\S+",
    "protocolVersion": r"2\.0", "granularity": "YYYY-MM-DDThh:mm:ssZ", "deletedRecord": "persistent",
}  # fmt: skip
DC_NAMES = {
    "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format", "identifier",
    "source", "language", "relation", "coverage", "rights",
}  # fmt: skip


def check_shape(root: ET.Element) -> None:
    """Hold an answer against the schemas' rules, as strictly as a validator would."""
    assert root.tag == f"{O}OAI-PMH"
    location = root.attrib["{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"].split()
    assert location == [O.strip("{}"), "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"]
    names = [child.tag.removeprefix(O) for child in root]
    assert names[:2] == ["responseDate", "request"]
    assert len(names) == 3 or set(names[2:]) == {"error"}
    assert set(root[1].attrib) <= {"verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"}
    for one in root.iter():
        name = one.tag.removeprefix(O)
        if one.tag.startswith(O) and name in SHAPES:
            check_children(one, SHAPES[name])
        if one.tag.startswith(O) and name in TEXTS:
            assert re.fullmatch(TEXTS[name], one.text or ""), (name, one.text)
        if one.tag == "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc":
            assert all(child.tag.startswith(DC) and child.tag.removeprefix(DC) in DC_NAMES for child in one)
            schema = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
            assert one.attrib[schema].split()[1] == "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
    for one in root.iter(f"{O}record"):
        deleted = one[0].attrib.get("status") == "deleted"
        assert deleted == (one.find(f"{O}metadata") is None)


def check_children(parent: ET.Element, allowed: list[tuple[str, str]]) -> None:
    letters = {name: chr(97 + number) for number, (name, _) in enumerate(allowed)}
    pattern = "".join(letters[name] + ("" if many == "1" else many) for name, many in allowed)
    found = "".join(letters.get(child.tag.removeprefix(O), "?") for child in parent)
    assert re.fullmatch(pattern, found), (parent.tag, [child.tag for child in parent])


def test_a_repository_says_who_it_is(filled: Database) -> None:
    said = ask(filled, verb="Identify")[2]
    texts = {child.tag.removeprefix(O): child.text for child in said}
    assert texts["baseURL"] == "https://library.example.org/oai"
    assert texts["deletedRecord"] == "persistent"
    assert texts["granularity"] == "YYYY-MM-DDThh:mm:ssZ"


def test_the_sets_are_the_shelves_and_the_tags_that_readers_see(filled: Database) -> None:
    specs = {one.text for one in ask(filled, verb="ListSets").iter(f"{O}setSpec")}
    assert {"category:optimization", "category:empty-shelf", "tag:schedule"} <= specs
    assert "tag:secret-tag" not in specs


def test_a_record_tells_what_dublin_core_has_a_place_for(filled: Database) -> None:
    root = ask(filled, verb="GetRecord", identifier=WHO.identifier("adam"), metadataPrefix="oai_dc")
    told = [(child.tag.removeprefix(DC), child.text) for child in next(iter(root.iter(f"{O}metadata")))[0]]
    assert ("title", "Adam") in told
    assert ("subject", "Optimization") in told
    assert ("identifier", "https://library.example.org/summaries/adam") in told
    assert ("relation", "https://arxiv.org/abs/1412.6980") in told
    assert any(name == "source" and "Diederik P. Kingma, Jimmy Ba" in (text or "") for name, text in told)
    assert {one.text for one in root.iter(f"{O}setSpec")} == {"category:optimization", "tag:optimiser"}
    assert "rights" not in dict(told)


def test_a_record_tells_the_licence_of_the_text_where_the_library_has_one(filled: Database) -> None:
    who = replace(WHO, license_url="https://creativecommons.org/licenses/by/4.0/")
    asked = [("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]
    with filled.reading() as session:
        root = ET.fromstring(answer(session, who, KEY, asked))
    check_shape(root)
    told = [[one.text for one in record.iter(f"{DC}rights")] for record in root.iter(f"{O}metadata")]
    assert told == [[who.license_url]] * list(headers(root).values()).count("")


MISTAKES: list[tuple[list[tuple[str, str]], str]] = [
    ([], "badVerb"),
    ([("verb", "Nonsense")], "badVerb"),
    ([("verb", "Identify"), ("verb", "Identify")], "badVerb"),
    ([("verb", "Identify"), ("set", "x")], "badArgument"),
    ([("verb", "ListRecords")], "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("metadataPrefix", "oai_dc")], "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-13-01")], "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-01-01T00:00:00")], "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "")], "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-02-01"), ("until", "2026-01-01")],
     "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2026-02-01"),
      ("until", "2026-03-01T00:00:00Z")], "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "a b")], "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "a b")], "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("resumptionToken", "x")], "badArgument"),
    ([("verb", "ListRecords"), ("metadataPrefix", "marc")], "cannotDisseminateFormat"),
    ([("verb", "GetRecord"), ("identifier", "oai:library.example.org:summaries/adam"),
      ("metadataPrefix", "marc")], "cannotDisseminateFormat"),
    ([("verb", "ListIdentifiers"), ("resumptionToken", "nonsense")], "badResumptionToken"),
    ([("verb", "ListIdentifiers"), ("resumptionToken", "bm9u.c2Vuc2U")], "badResumptionToken"),
    ([("verb", "ListSets"), ("resumptionToken", "x")], "badResumptionToken"),
    ([("verb", "GetRecord"), ("identifier", "nonsense \0<"), ("metadataPrefix", "oai_dc")], "idDoesNotExist"),
    ([("verb", "GetRecord"), ("identifier", "oai:library.example.org:summaries/a-draft"),
      ("metadataPrefix", "oai_dc")], "idDoesNotExist"),
    ([("verb", "ListMetadataFormats"), ("identifier", "oai:elsewhere:summaries/adam")], "idDoesNotExist"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("from", "2999-01-01")], "noRecordsMatch"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("until", "1999-01-01")], "noRecordsMatch"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "tag:secret-tag")], "noRecordsMatch"),
    ([("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "nonsense")], "noRecordsMatch"),
]  # fmt: skip


def test_every_mistake_has_its_code(filled: Database) -> None:
    for arguments, expected in MISTAKES:
        root = pairs(filled, arguments)
        assert code(root) == expected, arguments
        assert (root[1].attrib == {}) == (expected in ("badVerb", "badArgument"))


def test_an_empty_library_has_no_sets_and_no_records(store: Database) -> None:
    assert code(ask(store, verb="ListSets")) == "noSetHierarchy"
    assert code(ask(store, verb="ListRecords", metadataPrefix="oai_dc")) == "noRecordsMatch"
    assert ask(store, verb="Identify")[2].tag == f"{O}Identify"


def test_what_readers_no_longer_see_is_deleted_and_what_they_never_saw_is_not_named(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="dropout", title="Dropout", status="draft")
        adam = session.scalars(select(Summary).where(Summary.slug == "warmup")).one()
        adam.trashed_at, adam.stamp = START, stamp(session)
        bury(session, "summary", "purged-one")
        bury(session, "paper", "a-paper")
    found = headers(ask(filled, verb="ListIdentifiers", metadataPrefix="oai_dc"))
    assert found == {
        "adam": "", "scheduler": "", "reading-list": "",
        "dropout": "deleted", "warmup": "deleted", "trashed-one": "deleted", "purged-one": "deleted",
    }  # fmt: skip
    for slug in ("purged-one", "dropout"):
        root = ask(filled, verb="GetRecord", identifier=WHO.identifier(slug), metadataPrefix="oai_dc")
        assert headers(root) == {slug: "deleted"}
        assert not list(root.iter(f"{O}setSpec"))
    assert code(ask(filled, verb="ListMetadataFormats", identifier=WHO.identifier("dropout"))) == "noMetadataFormats"


def test_the_name_that_a_withdrawn_summary_got_later_is_not_told(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="dropout", title="Dropout", status="draft")
    with filled.writing() as session:
        session.execute(update(Summary).where(Summary.slug == "dropout").values(slug="a-secret-name"))
        bury(session, "summary", "dropout", moved_to="a-secret-name")
    found = headers(ask(filled, verb="ListIdentifiers", metadataPrefix="oai_dc"))
    assert found["dropout"] == "deleted"
    assert "a-secret-name" not in found
    asked = ask(filled, verb="GetRecord", identifier=WHO.identifier("a-secret-name"), metadataPrefix="oai_dc")
    assert code(asked) == "idDoesNotExist"
    with filled.writing() as session:
        add_summary(session, slug="a-secret-name", title="Dropout")
    found = headers(ask(filled, verb="ListIdentifiers", metadataPrefix="oai_dc"))
    assert (found["dropout"], found["a-secret-name"]) == ("deleted", "")


def test_a_name_that_has_a_summary_again_is_one_record(filled: Database) -> None:
    with filled.writing() as session:
        bury(session, "summary", "adam")
    pages = list(harvest(filled, 2))
    slugs = [slug for page in pages for slug in headers(page)]
    assert sorted(slugs) == sorted(set(slugs))
    assert slugs.count("adam") == 1


def at_moments(store: Database) -> dict[int, dt.datetime]:
    """Set the moments of the versions a minute apart, so that a test need not wait."""
    with store.writing() as session:
        versions = session.scalars(select(LibraryChange.version).order_by(LibraryChange.version)).all()
        moments = {version: START + dt.timedelta(minutes=version) for version in versions}
        for version, moment in moments.items():
            session.execute(update(LibraryChange).where(LibraryChange.version == version).values(at=moment))
    return moments


def z(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("what", ["author", "category", "tag", "paper", "summary"])
def test_a_change_of_anything_a_record_shows_is_a_change_of_the_record(filled: Database, what: str) -> None:
    with filled.writing() as session:
        version = stamp(session)
        if what == "paper":
            add_paper(session, title="Adam, renamed")
        elif what == "summary":
            add_summary(session, papers=("kingma2015adam",), tldr="Another take.")
        else:
            model, name, column = {
                "author": (Author, "Kingma", Author.family),
                "category": (Category, "regularisation", Category.slug),
                "tag": (Tag, "survey", Tag.slug),
            }[what]
            session.execute(update(model).where(column == name).values(stamp=version))
    moment = z(at_moments(filled)[version])
    expected = {"category": {"dropout"}, "tag": {"reading-list"}, "author": {"adam", "scheduler"}}.get(
        what, {"adam", "scheduler"} if what == "paper" else {"adam"}
    )
    root = ask(filled, verb="ListRecords", metadataPrefix="oai_dc", from_=moment)
    assert set(headers(root)) == expected
    assert {one.text for one in root.iter(f"{O}datestamp")} == {moment}
    before = headers(
        ask(filled, verb="ListRecords", metadataPrefix="oai_dc", until=z(START + dt.timedelta(minutes=version - 1)))
    )
    assert not set(before) & expected


def test_from_and_until_are_inclusive_and_a_day_is_all_of_it(filled: Database) -> None:
    with filled.writing() as session:
        version = add_summary(session, slug="later", title="Later").stamp
    with filled.writing() as session:
        add_summary(session, slug="last", title="Last")
    moment = at_moments(filled)[version]
    second = dt.timedelta(seconds=1)

    def slugs(**arguments: str) -> set[str]:
        return set(headers(ask(filled, verb="ListIdentifiers", metadataPrefix="oai_dc", **arguments)))

    assert slugs(from_=z(moment), until=z(moment)) == {"later"}
    assert slugs(from_=z(moment + second)) == {"last"}
    assert not {"later", "last"} & slugs(until=z(moment - second))
    assert slugs(from_="2026-01-01", until="2026-01-01") == slugs()
    nothing = ask(filled, verb="ListIdentifiers", metadataPrefix="oai_dc", until="2025-12-31T23:59:59Z")
    assert code(nothing) == "noRecordsMatch"


def test_what_was_changed_before_moments_were_noted_has_the_first_moment(filled: Database) -> None:
    at_moments(filled)
    with filled.writing() as session:
        newest = session.scalars(select(LibraryChange.version).order_by(LibraryChange.version.desc())).first()
        session.execute(delete(LibraryChange).where(LibraryChange.version < newest))
    moment = z(START + dt.timedelta(minutes=newest or 0))
    root = ask(filled, verb="ListRecords", metadataPrefix="oai_dc", from_=moment, until=moment)
    assert len(headers(root)) == 6
    assert {one.text for one in root.iter(f"{O}datestamp")} == {moment}


def test_a_set_holds_its_own_and_what_was_deleted(filled: Database) -> None:
    found = headers(ask(filled, verb="ListIdentifiers", metadataPrefix="oai_dc", set="tag:schedule"))
    assert found == {"warmup": "", "scheduler": "", "trashed-one": "deleted"}


def test_pages_of_any_size_give_every_record_once(filled: Database) -> None:
    with filled.writing() as session:
        for number in range(3):
            bury(session, "summary", f"gone-{number}")
    for size in (1, 2, 3, 6, 7):
        pages = list(harvest(filled, size))
        slugs = [slug for one in pages for slug in headers(one)]
        assert len(slugs) == len(set(slugs)) == 9
        ends = [next(iter(one.iter(f"{O}resumptionToken"))) for one in pages]
        assert [end.attrib["cursor"] for end in ends] == [str(at) for at in range(0, 9, size)]
        assert all(end.attrib["completeListSize"] == "9" for end in ends)
        assert not ends[-1].text
        assert "expirationDate" not in ends[-1].attrib
        assert all(end.text and "expirationDate" in end.attrib for end in ends[:-1])


def test_a_list_of_one_page_has_no_token(filled: Database) -> None:
    assert token_of(ask(filled, verb="ListRecords", metadataPrefix="oai_dc")) is None


def test_a_token_carries_every_argument(filled: Database) -> None:
    moments = at_moments(filled)
    until = z(max(moments.values()))
    found = [
        slug for one in harvest(filled, 1, set="tag:schedule", from_=z(START), until=until) for slug in headers(one)
    ]
    assert found == ["warmup", "scheduler", "trashed-one"]


def test_a_token_of_another_verb_another_key_or_another_time_is_refused(filled: Database) -> None:
    token = token_of(ask(filled, 2, verb="ListRecords", metadataPrefix="oai_dc")) or ""
    assert code(ask(filled, verb="ListIdentifiers", resumptionToken=token)) == "badResumptionToken"
    assert code(ask(filled, verb="ListRecords", resumptionToken=token, key=b"other")) == "badResumptionToken"
    for place in range(len(token)):
        other = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert code(ask(filled, verb="ListRecords", resumptionToken=other)) == "badResumptionToken"
    present = dt.datetime.now(dt.UTC)
    given = read_harvest({"verb": "ListRecords", "resumptionToken": token}, KEY, present)
    old = make_token(given, KEY, present - dt.timedelta(seconds=2))
    assert "expired" in (ask(filled, verb="ListRecords", resumptionToken=old)[2].text or "")


def test_a_harvest_while_the_library_changes_loses_nothing(filled: Database) -> None:
    with filled.writing() as session:
        for number in range(20):
            add_summary(session, slug=f"more-{number}", title=f"More {number}", tags=())
    mirror: dict[str, str] = {}
    turn = count()
    for page in harvest(filled, 4):
        mirror |= headers(page)
        if not token_of(page):
            break
        with filled.writing() as session:
            step = next(turn)
            add_summary(session, slug=f"more-{step}", title=f"Changed {step}", tags=())
            add_summary(session, slug=f"more-{19 - step}", title="No longer", status="archived", tags=())
            add_summary(session, slug=f"new-{step}", title="New", tags=())
            if step == 1:
                session.execute(delete(Summary).where(Summary.slug == "reading-list"))
                bury(session, "summary", "reading-list")
            assert step < 20
    with filled.reading() as session:
        rows = session.execute(select(Summary.slug, Summary.status, Summary.trashed_at).where(Summary.stamp > 0))
        names = {row.slug for row in rows} | {"reading-list"}
    assert set(mirror) == names
    assert mirror["reading-list"] == "deleted"


def test_a_page_takes_the_same_number_of_statements_whatever_its_length(filled: Database) -> None:
    with filled.writing() as session:
        for number in range(12):
            add_summary(session, slug=f"more-{number}", title=f"More {number}", tags=("schedule",))
    counter = StatementCounter(filled.engine)
    ask(filled, 3, verb="ListRecords", metadataPrefix="oai_dc")
    few = counter.take()
    ask(filled, 12, verb="ListRecords", metadataPrefix="oai_dc")
    assert counter.take() == few <= 16


def test_text_that_xml_cannot_carry_is_replaced() -> None:
    made = document(element("a", 'x\x0b\x00\ud800<&>"\r\n', attributes={"b": 'y\x1b"<\n'}))
    read = ET.fromstring(made)
    assert read.text == 'x\ufffd\ufffd\ufffd<&>"\r\n'
    assert read.attrib["b"] == 'y\ufffd"<\n'
    with pytest.raises(ValueError, match="not a name"):
        element("a b")


def test_a_title_of_any_characters_is_told(filled: Database) -> None:
    title = "<Adam> & “co” \x0b ]]> 𝔸 \ufffe"
    with filled.writing() as session:
        session.execute(update(Summary).where(Summary.slug == "adam").values(title=title))
    root = ask(filled, verb="GetRecord", identifier=WHO.identifier("adam"), metadataPrefix="oai_dc")
    assert next(iter(root.iter(f"{DC}title"))).text == "<Adam> & “co” \ufffd ]]> 𝔸 \ufffd"


def test_the_checker_of_another_author_finds_every_answer_well_formed(filled: Database, tmp_path: Path) -> None:
    xmllint = shutil.which("xmllint")
    assert xmllint, "install Debian's package libxml2-utils"
    files = []
    asked = [[("verb", verb)] for verb in ("Identify", "ListSets", "ListMetadataFormats", "Nonsense")] + [
        [("verb", "ListRecords"), ("metadataPrefix", "oai_dc")]
    ]
    for number, arguments in enumerate(asked):
        with filled.reading() as session:
            (tmp_path / f"{number}.xml").write_bytes(answer(session, WHO, KEY, arguments))
        files.append(tmp_path / f"{number}.xml")
    done = subprocess.run([xmllint, "--noout", "--nonet", *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_who_is_reached_is_who_the_host_named() -> None:
    assert Repository("Cairn", "https://cairn.example.org").admin == "webmaster@cairn.example.org"
    assert Repository("Cairn", "https://cairn.example.org", "ada@example.org").admin == "ada@example.org"
