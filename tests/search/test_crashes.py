"""What is left when the writer dies at any point: the old index or the new one, never a mixture."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.search import generations
from app.search.errors import SearchUnavailable
from app.search.index import SearchIndex
from app.search.writing import follow, rebuild
from tests.search.libraries import Library, make_document
from tests.search.test_against_a_plain_scan import compare
from tests.search.worker import SECRET, library_at

ROOT = Path(__file__).resolve().parents[2]


class Killed(BaseException):
    """Ends the writing as a kill would: nothing of ours catches it."""


def die_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let so many of the steps that reach the disk happen, and die at the next."""
    left = iter(range(steps))

    def step(real: Callable[..., object]) -> Callable[..., object]:
        def run(*args: object, **kwargs: object) -> object:
            if next(left, None) is None:
                raise Killed
            return real(*args, **kwargs)

        return run

    for name in ("_write", "_sync_folder", "_remove"):
        monkeypatch.setattr(generations, name, step(getattr(generations, name)))
    for name in ("replace", "mkdir"):
        monkeypatch.setattr(Path, name, step(getattr(Path, name)))


@pytest.mark.parametrize("work", [follow, rebuild], ids=["a commit and a merge", "a rebuild"])
def test_a_writer_that_dies_at_any_step_leaves_the_old_index_or_the_new_one(
    work: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    r = random.Random(4)
    library = Library([make_document(r, id_) for id_ in range(1, 10)])
    index = SearchIndex(tmp_path / "start", SECRET)
    for id_ in range(10, 19):
        follow(index, library)
        library.put(make_document(r, id_))
    before = Library(list(library.documents.values())[:-1], library.version - 1)
    seen = []
    for steps in range(100):
        folder = tmp_path / str(steps)
        shutil.copytree(tmp_path / "start", folder)
        with monkeypatch.context() as patch:
            die_after(steps, patch)
            try:
                work(SearchIndex(folder, SECRET), library)
                finished = True
            except Killed:
                finished = False
        index = SearchIndex(folder, SECRET)
        seen.append(index.snapshot().version)
        compare(index, {before.version: before, library.version: library}[seen[-1]], r, queries=3)
        later = Library(list(library.documents.values()), library.version)
        later.put(make_document(r, 50))
        assert follow(index, later).done
        compare(index, later, r, queries=3)
        assert len(list(folder.iterdir())) == 2, "what the dead writer left was not purged"
        if finished:
            break
    assert finished
    assert steps > 8
    assert seen == sorted(seen)
    assert set(seen) == {before.version, library.version}


def test_a_process_killed_again_and_again_leaves_an_index_that_is_whole_and_goes_on(tmp_path: Path) -> None:
    folder, r = tmp_path / "search", random.Random(9)
    held = 0
    for _ in range(6):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.search.worker", str(folder), "9"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            for _ in range(1 + r.randint(0, 9)):  # it goes on meanwhile: where in its work it is killed is chance
                assert process.stdout.readline()
        finally:
            process.kill()
            process.wait(100)
            process.stdout.close()
        index = SearchIndex(folder, SECRET)
        try:
            version = index.snapshot().version
        except SearchUnavailable:
            assert held == 0, "there was an index before"
            continue
        assert version >= held
        held = version
        compare(index, library_at(9, held), r, queries=5)
    assert held > 1
    index = SearchIndex(folder, SECRET)
    final = library_at(9, held + 3)
    assert follow(index, final, wait=10).done
    compare(index, final, r, queries=20)


def test_a_full_disk_stops_the_index_and_not_the_search_and_it_recovers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library([make_document(random.Random(id_), id_) for id_ in range(1, 30)])
    index = SearchIndex(tmp_path / "search", SECRET)
    follow(index, library)
    library.put(make_document(random.Random(99), 99))

    def full(path: Path, data: bytes) -> None:
        path.write_bytes(data[: len(data) // 2])
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(generations, "_write", full)
        outcome = follow(index, library)
    assert not outcome.done
    assert "No space left" in outcome.detail
    assert index.snapshot().version == library.version - 1
    assert follow(index, library).done
    compare(index, library, random.Random(1), queries=10)
