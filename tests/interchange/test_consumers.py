"""Other people's programs read what we write."""

import io
import json
import os
import re
import shutil
import subprocess
from typing import Any

import pytest
import rispy

from app.interchange.bibtex import format_bibtex, parse_bibtex
from app.interchange.csl_json import format_csl_json
from app.interchange.ris import format_ris
from app.papers.records import PaperRecord, PersonName
from app.settings import ROOT
from tests.factories import make_paper

RECORDS = [
    make_paper(),
    make_paper(
        key="de-jong:2020_x", kind="article", title="Shapley values & $O(n^2)$ “games”: 100% of R_2 at NeurIPS",
        authors=(PersonName(family="de Jong", given="Ana"), PersonName(family="Žižek", given="Š."),
                 PersonName(family="The ATLAS Collaboration")),
        year=2020, month=6, day=3, venue="Journal of Games & Decisions", volume="15", issue="2", pages="1929–1958",
        doi="10.1002/(sici)1096-8644(199601)99:1<1::aid-ajpa1>3.0.co;2-1", arxiv_id=None, arxiv_class="",
        abstract="Half of it: 50% & more_than_that #1.",
    ),
    make_paper(key="p", kind="preprint", venue="", month=6, title="Über ein Preprint", arxiv_id="1706.03762"),
    make_paper(key="t", kind="thesis", venue="", institution="ETH Zürich", title="A Thesis", arxiv_id=None),
    make_paper(key="b", kind="book", venue="", publisher="MIT Press", title="A Book", arxiv_id=None),
    make_paper(key="r", kind="report", venue="", institution="A Lab", title="A Report", arxiv_id=None),
]  # fmt: skip
MISSING = "There is no pandoc on this machine; install Debian's package pandoc to run its tests too."


def pandoc(text: str, *arguments: str) -> str:
    if shutil.which("pandoc") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    run = subprocess.run(["pandoc", *arguments], input=text, capture_output=True, text=True, timeout=60, check=True)
    assert "warning" not in run.stderr.lower(), run.stderr
    return run.stdout


def by_id(text: str) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for item in json.loads(text)}


@pytest.mark.parametrize("dialect", ["bibtex", "biblatex"])
def test_pandoc_reads_our_bibtex_as_what_we_meant(dialect: str) -> None:
    items = by_id(pandoc(format_bibtex(RECORDS), "-f", dialect, "-t", "csljson"))
    assert set(items) == {record.key for record in RECORDS}
    adam, jong = items["kingma2015adam"], items["de-jong:2020_x"]
    assert adam["title"] == "Adam: A Method for Stochastic Optimization"
    assert adam["container-title"] == "International Conference on Learning Representations"
    assert "Shapley values &" in jong["title"]
    assert "100% of R_2 at NeurIPS" in jong["title"]
    assert jong["DOI"] == RECORDS[1].doi
    assert jong["page"] == "1929-1958"
    assert [author.get("family", author.get("literal")) for author in jong["author"]] == [
        "Jong",
        "Žižek",
        "The ATLAS Collaboration",
    ]
    assert {key: items[key]["type"] for key in "tbr"} == {"t": "thesis", "b": "book", "r": "report"}
    assert items["p"]["title"] == "Über ein Preprint"


def test_every_title_that_ships_comes_out_of_pandoc_with_its_capitals() -> None:
    text = (ROOT / "seeds" / "papers.bib").read_text()
    items = by_id(pandoc(text, "-f", "bibtex", "-t", "csljson"))
    parsed, _ = parse_bibtex(text, name="papers.bib", strict=True)
    assert len(items) == len(parsed) > 400
    # Quotation marks become the reader's own, and pandoc begins a subtitle with a capital whatever it was given.
    odd = re.compile(r"[$\\'“”’‘\"^_–—]|[:?] [a-z]")
    plain = [entry.record for entry in parsed if not odd.search(entry.record.title)]
    assert len(plain) > 200
    assert {one.key: one.title for one in plain if items[one.key]["title"] != one.title} == {}


def test_citeproc_makes_references_from_our_csl_json(tmp_path: Any) -> None:
    (tmp_path / "all.json").write_text(format_csl_json(RECORDS))
    shown = pandoc(
        "[@kingma2015adam; @p]",
        "-f",
        "markdown",
        "-t",
        "plain",
        "--wrap=none",
        "--citeproc",
        f"--bibliography={tmp_path / 'all.json'}",
    )
    assert "Kingma and Ba 2015" in shown
    assert "Adam: A Method for Stochastic Optimization" in shown


def test_a_ris_reader_reads_our_ris_as_what_we_meant() -> None:
    entries = rispy.load(io.StringIO(format_ris(RECORDS, {"p": ["a", "b"]})))
    assert [entry["id"] for entry in entries] == [record.key for record in RECORDS]
    assert [entry["type_of_reference"] for entry in entries] == ["CONF", "JOUR", "UNPB", "THES", "BOOK", "RPRT"]
    jong = entries[1]
    assert jong["title"] == RECORDS[1].title
    assert jong["authors"] == ["de Jong, Ana", "Žižek, Š.", "The ATLAS Collaboration"]
    assert (jong["start_page"], jong["end_page"], jong["doi"]) == ("1929", "1958", RECORDS[1].doi)
    assert jong["date"] == "2020/06/03/"
    assert entries[2]["keywords"] == ["a", "b"]


def test_ris_has_its_tags_in_one_order() -> None:
    record: PaperRecord = RECORDS[1]
    tags = [line[:2] for line in format_ris([record], {record.key: ["k"]}).split("\r\n") if line]
    assert tags == "TY ID AU AU AU TI T2 PY DA AB DO UR KW VL IS SP EP ER".split()
