"""kill -9 in the middle, then the same again: everything is whole."""

import json
import os
import re
import signal
import time
import urllib.request

import pytest

from tests.processes import ROOT, cairn, cairn_killed_at, serving

SEEDS = ROOT / "seeds"


def exported(folder, name: str) -> dict[str, bytes]:
    target = folder.parent / name
    done = cairn(folder, "export", str(target))
    assert done.returncode == 0, done.stderr
    return {str(path.relative_to(target)): path.read_bytes() for path in sorted(target.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def small_library(tmp_path_factory: pytest.TempPathFactory):
    """Give a library folder cut from the seeds: all shelves and papers, a handful of summaries."""
    folder = tmp_path_factory.mktemp("small")
    for name in ("categories.yaml", "series.yaml"):
        (folder / name).write_bytes((SEEDS / name).read_bytes())
    (folder / "macros").mkdir()
    (folder / "macros" / "standard.tex").write_bytes((SEEDS / "macros" / "standard.tex").read_bytes())
    (folder / "summaries").mkdir()
    for slug in ("adam", "dropout", "bert", "attention-is-all-you-need", "lime"):
        text = (SEEDS / "summaries" / f"{slug}.md").read_text()
        lines = [line for line in text.split("\n") if not line.startswith("requires:")]
        (folder / "summaries" / f"{slug}.md").write_text("\n".join(lines))
    texts = "".join(path.read_text() for path in (folder / "summaries").iterdir())
    entries = re.split(r"\n(?=@)", (SEEDS / "papers.bib").read_text())
    wanted = [entry for entry in entries if entry.partition("{")[2].partition(",")[0] in texts]
    assert 5 < len(wanted) < 120
    (folder / "papers.bib").write_text("\n".join(wanted))
    return folder


@pytest.mark.parametrize("statement", [3, 40, 200, 400, 600])
def test_an_import_killed_at_any_statement_is_whole_after_a_second_run(tmp_path, small_library, statement: int) -> None:
    folder = tmp_path / "data"
    assert cairn(folder, "migrate").returncode == 0
    code = cairn_killed_at(statement, folder, "import", str(small_library))
    again = cairn(folder, "import", str(small_library))
    assert again.returncode == 0, again.stderr
    third = cairn(folder, "import", str(small_library))
    assert third.stdout.split() == [third.stdout.split()[0], "unchanged"]
    cairn(folder, "reindex")
    doctor = cairn(folder, "doctor")
    problems = [line for line in doctor.stderr.splitlines() if "leads nowhere" not in line and "problem" not in line]
    assert problems == []
    other = tmp_path / "other"
    cairn(other, "import", str(small_library))
    assert exported(folder, "one") == exported(other, "two")
    assert code in (-9, 0)


def test_seeding_that_was_killed_is_taken_up_again_at_the_next_start(tmp_path) -> None:
    folder = tmp_path / "data"
    assert cairn(folder, "migrate").returncode == 0
    assert cairn_killed_at(900, folder, "seed") == -9
    done = cairn(folder, "seed")
    assert done.returncode == 0, done.stderr
    assert "Loaded the seeds" in done.stdout
    assert "not empty" in cairn(folder, "seed").stdout
    whole = tmp_path / "whole"
    cairn(whole, "seed")
    assert exported(folder, "one") == exported(whole, "two")


def test_a_library_of_ones_own_is_never_seeded(tmp_path, small_library) -> None:
    folder = tmp_path / "data"
    cairn(folder, "import", str(small_library))
    assert "not empty" in cairn(folder, "seed").stdout


def search(base: str, query: str) -> dict:
    with urllib.request.urlopen(f"{base}/api/v1/search?q={query}", timeout=100) as answer:
        return json.load(answer)


def until_current(base: str, seconds: float = 120) -> dict:
    end = time.monotonic() + seconds
    while True:
        with urllib.request.urlopen(f"{base}/readyz", timeout=100) as answer:
            body = json.load(answer)
        if body["search"]["state"] == "current" or time.monotonic() > end:
            return body["search"]
        time.sleep(0.2)


@pytest.fixture
def data(tmp_path, small_library):
    folder = tmp_path / "data"
    assert cairn(folder, "import", str(small_library)).returncode == 0
    return folder


@pytest.mark.parametrize("damage", ["deleted", "truncated", "rubbish"])
def test_search_answers_throughout_whatever_happens_to_the_index_folder(data, damage: str) -> None:
    with serving(data) as (base, _):
        assert until_current(base)["state"] == "current"
        before = search(base, "gradient")["total"]
        assert before > 0
        for path in sorted((data / "search").rglob("*")):
            if path.is_file():
                if damage == "deleted":
                    path.unlink()
                elif damage == "truncated":
                    os.truncate(path, path.stat().st_size // 2)
                else:
                    path.write_bytes(os.urandom(max(64, path.stat().st_size)))
        for _ in range(10):
            assert search(base, "gradient")["total"] == before
            time.sleep(0.1)
        standing = until_current(base)
        assert (standing["state"], standing["documents"]) == ("current", 5)
        assert search(base, "attention")["total"] > 0


def test_a_server_killed_while_indexing_finds_everything_after_the_next_start(data) -> None:
    with serving(data) as (base, process):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(100)
        del base
    for path in (data / "search").rglob("*"):
        if path.is_file() and path.suffix not in (".lock",):
            path.unlink()
    with serving(data) as (base, _):
        assert until_current(base)["documents"] == 5
        assert search(base, "dropout")["total"] > 0


def test_several_workers_serve_one_library(data) -> None:
    with serving(data, "--workers", "2") as (base, _):
        assert until_current(base)["state"] == "current"
        assert {search(base, "gradient")["total"] for _ in range(10)} == {search(base, "gradient")["total"]}


def test_sigterm_ends_the_server_in_good_time(data) -> None:
    with serving(data) as (_, process):
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(100) in (0, -signal.SIGTERM, 143)
