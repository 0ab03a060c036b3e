"""RIS and CSL-JSON of other programs, each dialect in a fixture of our own; and how papers join those already there."""

import json
from pathlib import Path

import pytest

from app.accounts.service import Actor
from app.database import Database
from app.errors import BadInput
from app.interchange.csl_json import format_csl_json
from app.interchange.csl_reading import parse_csl_json
from app.interchange.foreign_records import ParsedEntry, person, read_date
from app.interchange.foreign_text import foreign_text
from app.interchange.importing import Report, import_path
from app.interchange.ris import format_ris
from app.interchange.ris_reading import parse_ris
from app.papers.queries import iter_records
from app.papers.records import PaperRecord
from tests.factories import add_paper, make_paper
from tests.interchange.folders import write

ACTOR = Actor("Irma Importer")
ZOTERO = """TY  - CONF
TI  - Lazy Attention
AU  - Ito, Ken
AU  - König, Klara
T2  - Advances in Neural Information Processing Systems
DA  - 2020/12/06/
PY  - 2020
SP  - 101
EP  - 110
DO  - https://doi.org/10.5555/LAZY.1
UR  - https://example.org/lazy
Y2  - 2021/01/02/10:00:00
L1  - https://example.org/lazy.pdf
KW  - attention
AB  - First line
 and its second.
ER  -

"""
ENDNOTE = """1.
TY  - JOUR
A1  - Petrov, Ilya, Jr.
A1  - The Gate Group,
T1  - On Gates
JO  - J. Gates
JF  - Journal of Gates
Y1  - 2019///
VL  - 3
IS  - 2
SP  - 5-9
N2  - Short.
ID  - 77
TY - UNPB
AU - Å. Lindqvist
TI - Quiet
PY - 2021/Mar
AN - arXiv:2103.01234
UR - http://arxiv.org/abs/2103.01234"""


def ris(text: str) -> list[ParsedEntry]:
    parsed, refused = parse_ris(text, name="x.ris")
    assert not refused
    return parsed


def csl(value: object) -> list[ParsedEntry]:
    parsed, refused = parse_csl_json(json.dumps(value, indent=1), name="x.json")
    assert not refused
    return parsed


def run(database: Database, path: Path, **how: bool) -> Report:
    return import_path(database, path, actor=ACTOR, **how)


def test_ris_of_zotero() -> None:
    (entry,) = ris("\ufeff" + ZOTERO.replace("\n", "\r\n"))
    record = entry.record
    assert (record.key, record.kind, record.doi) == ("ito2020lazy", "conference", "10.5555/lazy.1")
    assert (record.year, record.month, record.day, record.pages) == (2020, 12, 6, "101–110")
    assert record.abstract == "First line and its second."
    assert [(name.family, name.given) for name in record.authors] == [("Ito", "Ken"), ("König", "Klara")]
    assert entry.notes == ("not kept: Y2 (line 12), L1 (line 13), KW (line 14)",)


def test_ris_of_endnote_without_ends() -> None:
    asides: list[tuple[int, str]] = []
    (first, second), _ = parse_ris(ENDNOTE, name="x.ris", asides=asides)
    assert (first.record.venue, first.record.pages, first.record.year) == ("Journal of Gates", "5–9", 2019)
    assert (first.record.key, first.record.month) == ("petrovjr2019gates", None)
    assert [name.family for name in first.record.authors] == ["Petrov Jr.", "The Gate Group"]
    assert (second.record.kind, second.record.arxiv_id, second.record.month) == ("preprint", "2103.01234", 3)
    assert (second.record.authors[0].family, second.record.authors[0].given) == ("Lindqvist", "Å.")
    assert [line for line, _ in asides] == [1, 2, 14]


def test_ris_records_that_are_no_papers_are_refused_by_line_and_the_rest_is_read() -> None:
    parsed, refused = parse_ris("TY  - JOUR\nID  - x\nER  - \nTY  - JOUR\nTI  - T\nER  - \n", name="x.ris")
    assert [entry.record.title for entry in parsed] == ["T"]
    assert [(each.line, each.key) for each in refused] == [(1, "x")]
    with pytest.raises(BadInput, match="no RIS record"):
        parse_ris("only words", name="x.ris")


def test_our_own_ris_and_csl_json_come_back() -> None:
    record = make_paper(month=5, day=7, doi="10.1000/x", pages="1–9", abstract="Words.", url="https://example.org")
    (entry,) = ris(format_ris([record]))
    assert entry.record == record.model_copy(update={"arxiv_class": ""})
    parsed, _ = parse_csl_json(format_csl_json([record]), name="x.json")
    same = {"arxiv_class", "arxiv_id", "pages"}
    assert parsed[0].record.model_dump(exclude=same) == record.model_dump(exclude=same)


def test_csl_json_in_its_shapes() -> None:
    item = {
        "id": 12,
        "type": "paper-conference",
        "title": "A <i>Plain</i> Title",
        "author": [
            {"family": "Beethoven", "given": "Ludwig", "dropping-particle": "van"},
            {"family": "Berg", "non-dropping-particle": "van der", "given": "Jan", "suffix": "Jr."},
            {"literal": "The Plain Team"},
            "Rossi, Anna",
            7,
        ],
        "issued": {"date-parts": [["2020", 7]]},
        "container-title": ["Proceedings"],
        "page": "1-4",
        "custom": {"x": 1},
        "language": "en",
    }
    for shape in (item, [item], {"items": [item]}):
        (entry,) = csl(shape)
        record = entry.record
        assert (record.key, record.title, record.month) == ("beethoven2020plain", "A Plain Title", 7)
        assert [(name.family, name.given) for name in record.authors] == [
            ("Beethoven", "Ludwig van"),
            ("van der Berg Jr.", "Jan"),
            ("The Plain Team", ""),
            ("Rossi", "Anna"),
        ]
        assert (record.venue, record.pages) == ("Proceedings", "1–4")
        assert entry.notes == ("author 5: not a name that can be read", "not kept: custom, language")
    (entry,) = csl([{"id": "http://zotero.org/x/2", "title": "T", "note": "PMID: 1\nCitation Key: fooBar2020\nx"}])
    assert entry.record.key == "fooBar2020"
    raw = {"id": "http://zotero.org/x/1", "type": "article", "title": "T", "issued": {"raw": "2019-02-03"}}
    (entry,) = csl([{**raw, "number": "arXiv:1901.04567", "publisher": "arXiv"}])
    assert (entry.record.kind, entry.record.arxiv_id, entry.record.day) == ("preprint", "1901.04567", 3)
    assert (entry.record.key, entry.record.publisher, entry.notes) == ("2019", "", ())


def test_csl_json_that_breaks_off_gives_what_stands_before() -> None:
    parsed, refused = parse_csl_json('[{"id": "a", "title": "A"},\n 5,\n {"title": }, {"title": "B"}]', name="x.json")
    assert [entry.record.title for entry in parsed] == ["A"]
    assert [each.line for each in refused] == [2, 3]
    assert "nothing behind this" in refused[1].sentence
    assert parse_csl_json("[" * 100_000, name="x.json")[1]
    with pytest.raises(BadInput, match="no CSL-JSON item"):
        parse_csl_json("[]", name="x.json")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2017", {"year": 2017}),
        ("2017/06/12/", {"year": 2017, "month": 6, "day": 12}),
        ("2017///", {"year": 2017}),
        ("2017-6", {"year": 2017, "month": 6}),
        ("June 12, 2017", {"year": 2017, "month": 6, "day": 12}),
        ("2017/02/31", {"year": 2017, "month": 2}),
        ("in press", {}),
        ("99999", {}),
    ],
)
def test_dates_are_read_however_they_are_written(text: str, date: dict[str, int]) -> None:
    assert read_date(text) == date


def test_a_name_without_a_comma_is_a_body_unless_it_begins_with_initials() -> None:
    read = [person(text) for text in ("J.-P. de Vries", "Google Brain", ", ,", "U.S. Army,")]
    assert [(name.family, name.given) if name else None for name in read] == [
        ("de Vries", "J.-P."),
        ("Google Brain", ""),
        None,
        ("U.S. Army", ""),
    ]


def test_other_encodings_are_read_and_told() -> None:
    assert foreign_text("Å\r\n".encode("utf-16")) == ("Å\n", [])
    text, notes = foreign_text(b"a\ncaf\xe9 \x93x\x94")
    assert text == "a\ncafé “x”"
    assert notes[0][0] == 2
    assert "Windows-1252" in notes[0][1]
    with pytest.raises(BadInput, match="NUL"):
        foreign_text(b"a\0b")


def test_a_known_paper_is_completed_and_never_overwritten(store: Database, tmp_path: Path) -> None:
    with store.writing() as session:
        add_paper(session, venue="", year=2015)
    text = (
        "@inproceedings{other, title={Adam: a Method, revised}, author={Kingma, D.}, year=2014, month=5,\n"
        " booktitle={ICLR}, eprint={1412.6980}, doi={10.1000/adam}, abstract={We.}}\n"
        "@inproceedings{third, title={ADAM: a method for stochastic optimization}, author={Kingma, D. P.}}\n"
        "@misc{kingma2015adam, title={Something else}, author={Smith, A.}}\n"
    )
    path = write(tmp_path, {"x.bib": text}) / "x.bib"
    dry = run(store, path, dry_run=True)
    report = run(store, path)
    assert dry.rows == report.rows
    assert [(row.outcome, row.sentence) for row in report.rows] == [
        (
            "changed",
            "the same as “kingma2015adam”; filled in: abstract, doi, venue; "
            "kept as the library has it: title, authors, year",
        ),
        ("unchanged", "the same as “kingma2015adam”; kept as the library has it: title, authors"),
        ("added", "another paper has the key “kingma2015adam”; this one became “kingma2015adama”"),
    ]
    with store.reading() as session:
        records = {record.key: record for record in iter_records(session)}
    assert sorted(records) == ["kingma2015adam", "kingma2015adama"]
    assert (records["kingma2015adam"].venue, records["kingma2015adam"].year) == ("ICLR", 2015)
    assert run(store, path).summary() == "3 unchanged"


def test_an_article_does_not_lend_a_preprint_its_journal(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        add_paper(session, kind="preprint", venue="", doi=None, arxiv_class="")
    text = "@article{x, title={Adam}, eprint={1412.6980}, journal={J}, volume=3, doi={10.1/x}, primaryclass={cs.LG}}"
    run(database, write(tmp_path, {"x.bib": text}) / "x.bib")
    with database.reading() as session:
        (record,) = iter_records(session)
    assert (record.kind, record.venue, record.doi, record.arxiv_class) == ("preprint", "", None, "cs.LG")


def test_a_title_mended_under_the_same_key_is_the_same_paper(database: Database, tmp_path: Path) -> None:
    entry = "@misc{{k, title={{{0}}}, author={{Ito, Ken}}, year=2020}}"
    write(tmp_path, {"x.bib": entry.format("A Studdy of Lazy Things"), "y.bib": entry.format("A Study of Lazy Things")})
    run(database, tmp_path / "x.bib")
    assert run(database, tmp_path / "y.bib").rows[0].outcome == "unchanged"


def test_every_kind_of_bibliography_is_imported_twice_and_changes_nothing_the_second_time(
    database: Database, tmp_path: Path
) -> None:
    record = PaperRecord(key="ito2020lazy", title="Lazy", doi="10.5555/lazy.2")
    files = {
        "x.ris": ZOTERO + ENDNOTE,
        "x.json": format_csl_json([record, make_paper()]),
        "x.bib": b"@misc{k, title={Caf\xe9}}",
    }
    write(tmp_path, files)
    for name, rows in (("x.ris", 3), ("x.json", 2), ("x.bib", 1)):
        dry = run(database, tmp_path / name, dry_run=True)
        report = run(database, tmp_path / name)
        assert (dry.rows, dry.notes, report.summary()) == (report.rows, report.notes, f"{rows} added")
        assert run(database, tmp_path / name).summary() == f"{rows} unchanged"
    assert "Windows-1252" in report.notes[0].sentence
    assert run(database, write(tmp_path, {"y.json": "[]"}) / "y.json").refused[0].kind == "file"
