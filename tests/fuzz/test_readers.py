"""Every reader, thrown at: no crash (only a CairnError), and what an import leaves behind is whole.

Short runs; `python -m benchmarks.fuzz TARGET` goes on for as long as wanted, led by coverage. What it found is kept
here as examples.
"""

import tempfile
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from app.accounts.service import Actor
from app.database import Database
from app.doctor import examine
from app.errors import CairnError
from app.interchange.archives import unpacked
from app.interchange.exporting import export_library
from app.interchange.importing import import_path
from app.papers.records import PaperRecord
from app.schema import migrate
from app.search.following import bring_up_to_date
from app.summaries.documents import SummaryDocument
from app.taxonomy.records import CategoryRecord
from benchmarks.fuzz import SEEDS, TARGETS, try_one
from tests.conftest import make_settings
from tests.interchange.folders import PIXEL, contents, summary, write

ACTOR = Actor("Fuzz")
WORDS = {
    "bibtex": '@{}(),="#\\$~%\n @misc{k, @string{a= @xdata{ crossref title author and year date url ,1',
    "ris": "\n TY  - JOUR ER  - AU  - TI  - PY  - SP  - UR  - / , ; \ufeff 1",
    "csl": '[]{}",: \\u0000 1e999 -1 null true "title" "author" "issued" "date-parts" "family"',
    "front-matter": "---\n : - ? ! & * | > ' \" [ ] { } # % @ ` title: tldr: tags: updates: \t",
    "post": '---\n+++\n{ } {% %} {{< >}} <!-- --> ``` ~~~ $$ $ \\\\( [ ]( ) ![ # title: ="\n\n## TLDR\n <b>',
    "feed": "< > </ /> & ; &lt; <entry> </entry> <item> </item> <link> <title> <content xmlns= <![CDATA[ ]]> <!-- -->",
    "html": '<p> </p> <b> <pre> <code> <table> <td> <math> <annotation encoding="tex"> <script> &lt; & data-tex=" > $',
    "reading-list": "- * | [ ]( ) http:// https://arxiv.org/abs/1706.03762 2017-08-09 # \n |-| ( ) <",
    "archive": "PK\x01\x02 PK\x03\x04 PK\x05\x06 \x00 ../ / \\ \xff",
    "documents": '{ } [ ] " : , "slug" "title" "key" "year" 1e999 null "\\ud800" "tags"',
}


def pieces(target: str) -> st.SearchStrategy[bytes]:
    """Give bytes that look like the format now and then: its words, its seeds cut up and joined, and noise."""
    words = [*WORDS[target], *WORDS[target].split()]
    noise = st.sampled_from(words).map(lambda word: word.encode("utf-8")) | st.binary(max_size=4)
    whole = b"\n".join(SEEDS[target])
    cut = st.tuples(st.integers(0, len(whole)), st.integers(0, 60)).map(lambda at: whole[at[0] : at[0] + at[1]])
    mended = st.tuples(st.integers(0, len(whole)), st.lists(noise, max_size=4), st.integers(0, 5)).map(
        lambda at: whole[: at[0]] + b"".join(at[1]) + whole[at[0] + at[2] :]
    )
    return st.lists(noise | cut, max_size=30).map(b"".join) | mended


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_makes_a_reader_crash(target: str) -> None:
    @settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(pieces(target))
    def throw(data: bytes) -> None:
        try_one(target, data)

    throw()


@pytest.mark.parametrize("target", TARGETS)
def test_the_seeds_themselves_are_read(target: str) -> None:
    for data in SEEDS[target]:
        try_one(target, data)


PARTS = st.sampled_from(
    ["a", "b.md", "..", ".", "", "media", "A", "é", "\\", "C:", "\n", "x" * 250, ".git", "__MACOSX"]
)
NAMED = st.lists(PARTS, min_size=1, max_size=5).map("/".join).filter(bool)


@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(NAMED, st.integers(0, 0xFFFF), st.binary(max_size=50)), max_size=5))
def test_whatever_an_archive_calls_its_files_they_stay_where_they_belong(
    members: list[tuple[str, int, bytes]],
) -> None:
    with tempfile.TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that is there twice
        path = Path(name) / "x.zip"
        with zipfile.ZipFile(path, "w") as packed:
            for member, mode, data in members:
                entry = zipfile.ZipInfo(member)
                entry.external_attr = mode << 16
                packed.writestr(entry, data)
        try:
            with unpacked(path) as folder:
                found = list(folder.rglob("*"))
                assert not any(each.is_symlink() for each in found)
                kept = {data for member, _, data in members}
                assert all(each.read_bytes() in kept for each in found if each.is_file())
        except CairnError:
            pass
        assert [each.name for each in Path(name).iterdir()] == ["x.zip"]


# Found by the long runs; each made a reader crash, hang or swell once.
FOUND: list[tuple[str, bytes]] = []


def test_what_was_found_once_stays_mended() -> None:
    for target, data in FOUND:
        try_one(target, data)


@pytest.mark.parametrize(("model", "name"), [
    (PaperRecord, "doi"), (PaperRecord, "arxiv_id"), (PaperRecord, "url"), (PaperRecord, "key"), (PaperRecord, "title"),
    (SummaryDocument, "slug"), (SummaryDocument, "link"), (SummaryDocument, "body"), (SummaryDocument, "series"),
    (CategoryRecord, "slug"), (CategoryRecord, "name"),
])  # fmt: skip
@pytest.mark.parametrize("piece", ["\ud800", "\x00"])
def test_what_no_database_keeps_is_refused_in_a_sentence(model: type[BaseModel], name: str, piece: str) -> None:
    plain = {"key": "k", "slug": "s", "title": "T", "name": "N"}
    values = {key: value for key, value in plain.items() if key in model.model_fields}
    beginning = {"doi": "10.1000/x", "url": "https://x", "link": "https://x"}.get(name, "x")
    with pytest.raises(ValidationError) as caught:
        model.model_validate({**values, name: beginning + piece})
    assert str(caught.value).encode()


NAMES = {
    "papers.bib": "bibtex",
    "categories.yaml": "front-matter",
    "summaries/a.md": "front-matter",
    "paths/p.md": "front-matter",
    "macros/m.tex": "bibtex",
    "library.json": "csl",
}
FOREIGN = {
    "x.bib": "bibtex",
    "x.ris": "ris",
    "x.json": "csl",
    "x.atom": "feed",
    "x.md": "post",
    "list.md": "reading-list",
    "x.zip": "archive",
}
PLAIN = {
    "categories.yaml": "- slug: optimization\n  name: Optimization\n",
    "papers.bib": "@misc{k, title={K}}\n",
    "summaries/plain.md": summary("Plain", "papers: [k]\n"),
    "media/dot.png": PIXEL,
}


@settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_after_a_broken_library_or_file_the_store_is_whole(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broken = data.draw(st.sampled_from(sorted(NAMES)))
        write(folder / "library", PLAIN | {broken: data.draw(pieces(NAMES[broken]))})
        foreign = data.draw(st.sampled_from(sorted(FOREIGN)))
        write(folder, {foreign: data.draw(pieces(FOREIGN[foreign]))})
        chosen = make_settings(folder / "data")
        chosen.data_dir.mkdir()
        database = Database(chosen)
        migrate(database)
        for path in (folder / "library", folder / foreign):
            try:
                dry = import_path(database, path, actor=ACTOR, dry_run=True)
                report = import_path(database, path, actor=ACTOR)
                assert dry.rows == report.rows
                assert {row.outcome for row in import_path(database, path, actor=ACTOR).rows} <= {
                    "unchanged",
                    "refused",
                }
            except CairnError:
                continue
        bring_up_to_date(chosen, database, lambda _done, _total: None)
        # What the renderer complains of is the author's text; anything else would be half a row.
        findings = [
            each for each in examine(chosen, database) if ", " not in each.place and "picture" not in each.sentence
        ]
        assert findings == []
        export_library(database, folder / "once")
        other = Database(make_settings(folder / "other"))
        Path(folder / "other").mkdir()
        migrate(other)
        assert import_path(other, folder / "once", actor=ACTOR).refused == []
        export_library(other, folder / "twice")
        assert contents(folder / "once") == contents(folder / "twice")
        database.close()
        other.close()
