"""That the benchmarks run and say everything. Nothing here looks at a time."""

import re
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.generator import Library

ROWS = (
    "loading through the services",
    "start to first page served",
    "first view of a summary after an edit",
    "list with all facets, first pages",
    "list with all facets, last pages",
    "search through HTTP, 60",
    "search through HTTP, p95",
    "our engine called directly",
    "a page seen before, compressed",
    "its 304",
    "the same page for a client without gzip",
    "a JSON document seen before",
    "the ceiling as our client sees it",
    "memory of the worker",
    "a save until search finds it",
    "preview of 1,500 words and 30 formulas",
    "first view of a summary, 120 beside 60",
    "list with all facets, 120 beside 60",
)


def test_the_table_has_a_measured_line_for_every_promise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = ["--libraries", str(tmp_path / "libraries"), "--results", str(tmp_path / "results")]
    assert main(["--quick", *folders]) == 0
    printed = capsys.readouterr().out
    (written,) = (tmp_path / "results").glob("*.md")
    assert written.read_text() == printed
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in printed.splitlines() if line.startswith("| ")]
    assert lines[0] == ["what", "measured", "reference", "ratio", "goal", "met?"]
    for row in ROWS:
        found = [line for line in lines if line[0].startswith(row)]
        assert found, f"no line for: {row}"
        for line in found:
            assert re.search(r"\d", line[1]), line
            assert line[5] in ("", "yes", "**no**")
            assert (line[5] == "") or line[4]
    assert len(list((tmp_path / "libraries").glob("*/loaded.json"))) == 2


def test_a_library_of_one_size_is_the_same_every_time() -> None:
    first, second = Library(60), Library(60)
    assert list(first.papers()) == list(second.papers())
    assert [document.digest() for document in first.summaries()] == [one.digest() for one in second.summaries()]
    assert first.queries(5, "asked") == second.queries(5, "asked")


def test_the_texts_are_of_the_promised_kind() -> None:
    bodies = [document.body for document in Library(200).summaries()]
    words = [len(body.split()) for body in bodies]
    formulas = [(body.count("$") - 2 * body.count("$$")) // 2 + body.count("$$") // 2 for body in bodies]
    assert min(words) >= 100
    assert max(words) <= 2500
    assert min(formulas) == 0
    assert 30 <= max(formulas) <= 40
    common = sum(body.split().count("the") for body in bodies) / sum(words)
    assert 0.03 < common < 0.12
