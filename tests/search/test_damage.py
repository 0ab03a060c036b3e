"""The index folder deleted, truncated, filled with rubbish, foreign or old, while it is open and before."""

import os
import pickle
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from app.search import generations, segment
from app.search.errors import SearchUnavailable
from app.search.index import SearchIndex, status
from app.search.query import search
from app.search.writing import follow
from tests.search.libraries import Library, make_document
from tests.search.test_against_a_plain_scan import compare

SECRET = b"a secret"
R = random.Random(0)


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    with path.open("r+b") as file:
        file.write(data)


def fill_with_rubbish(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(random.Random(1).randbytes(path.stat().st_size))


def replace_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [Path.unlink, truncate, flip_a_bit, fill_with_rubbish, lambda path: os.truncate(path, 0), replace_by_a_folder]
NAMES = ["deleted", "truncated", "bit flipped", "rubbish", "emptied", "a folder"]


@pytest.fixture
def library() -> Library:
    return Library([make_document(random.Random(id_), id_) for id_ in range(1, 40)])


@pytest.fixture
def index(tmp_path: Path, library: Library) -> SearchIndex:
    index = SearchIndex(tmp_path / "search", SECRET)
    follow(index, library)
    library.put(make_document(random.Random(70), 70))
    library.remove(3)
    follow(index, library)
    compare(index, library, R, queries=3)
    return index


def files(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(found) == 5, "the pointer and two segments of two files"
    return found


@pytest.mark.parametrize("damage", DAMAGES, ids=NAMES)
@pytest.mark.parametrize("which", range(5))
def test_a_damaged_file_never_makes_an_answer_wrong_and_the_index_heals(
    damage: Callable[[Path], None], which: int, index: SearchIndex, library: Library
) -> None:
    folder = index.generations.folder
    damage(files(folder)[which])
    compare(index, library, R, queries=3)  # who had it open answers as before
    fresh = SearchIndex(folder, SECRET)
    with pytest.raises(SearchUnavailable):
        fresh.snapshot()
    assert status(fresh, library.version).state == "missing"
    assert search(fresh, "model", fallback=library.all_documents).degraded
    outcome = follow(fresh, library)
    assert outcome.done
    assert outcome.rebuilt
    compare(fresh, library, R, queries=3)
    library.put(make_document(random.Random(71), 71))
    assert follow(index, library).done  # who had the old one open goes on with the new one
    compare(index, library, R, queries=3)
    compare(fresh, library, R, queries=3)


@pytest.mark.parametrize(
    "command", ["rm -rf search", "for f in $(find search -type f); do date > $f; done", "rm -r search/gen-*"]
)
def test_another_process_may_wreck_the_open_folder_and_search_answers_throughout(
    command: str, index: SearchIndex, library: Library
) -> None:
    subprocess.run(["bash", "-c", command], cwd=index.generations.folder.parent, check=True)
    compare(index, library, R, queries=3)
    assert status(index, library.version).state == "rebuilding"
    assert follow(index, library).rebuilt
    assert status(index, library.version).state == "current"
    compare(index, library, R, queries=3)


def test_the_folder_may_be_replaced_by_a_file(index: SearchIndex, library: Library) -> None:
    folder = index.generations.folder
    shutil.rmtree(folder)
    folder.write_text("rubbish")
    compare(index, library, R, queries=3)
    assert follow(index, library).rebuilt
    compare(SearchIndex(folder, SECRET), library, R, queries=3)


def test_nothing_from_a_foreign_folder_reaches_the_engine(
    index: SearchIndex, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(index.generations.folder, tmp_path / "copy")
    stranger = SearchIndex(tmp_path / "copy", b"the secret of another installation")

    def refuse(*_: object) -> None:
        raise AssertionError("the engine was given foreign bytes")

    with monkeypatch.context() as patch:
        patch.setattr(segment, "SegmentReader", refuse)
        with pytest.raises(SearchUnavailable):
            stranger.snapshot()
    assert follow(stranger, library).rebuilt


class _Payload:
    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.place),)


def test_a_planted_pickle_is_not_opened(index: SearchIndex, library: Library, tmp_path: Path) -> None:
    planted = pickle.dumps(_Payload(tmp_path / "planted"))
    for path in files(index.generations.folder):
        path.write_bytes(planted)
        with pytest.raises(SearchUnavailable):
            SearchIndex(index.generations.folder, SECRET).snapshot()
    follow(SearchIndex(index.generations.folder, SECRET), library)
    assert not (tmp_path / "planted").exists()


def test_an_index_of_an_older_form_is_rebuilt(
    index: SearchIndex, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "FINGERPRINT", "another form")
    fresh = SearchIndex(index.generations.folder, SECRET)
    with pytest.raises(SearchUnavailable):
        fresh.snapshot()
    assert "older form" in fresh.damage
    assert follow(fresh, library).rebuilt
    compare(fresh, library, R, queries=3)


def test_an_index_ahead_of_the_store_is_rebuilt(index: SearchIndex) -> None:
    restored = Library([make_document(random.Random(5), 5)], version=1)
    assert follow(index, restored).rebuilt
    compare(index, restored, R, queries=3)


def test_a_document_that_cannot_be_cut_is_set_aside_and_the_rest_go_on(
    index: SearchIndex, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.search import writing

    real = writing.prepare

    def prepare(document: object) -> object:
        if document.id == 71:
            raise ValueError("cannot be cut")
        return real(document)

    with monkeypatch.context() as patch:
        patch.setattr(writing, "prepare", prepare)
        library.put(make_document(random.Random(71), 71), make_document(random.Random(72), 72))
        assert follow(index, library).done
    assert index.snapshot().find(72) is not None
    assert index.snapshot().find(71) is None
    assert status(index, library.version).set_aside == (71,)
    library.put(make_document(random.Random(71), 71))
    assert follow(index, library).done
    assert status(index, library.version).set_aside == ()
    compare(index, library, R, queries=3)


def test_a_held_lock_is_waited_for_with_a_bound_and_told(index: SearchIndex, library: Library) -> None:
    library.put(make_document(random.Random(71), 71))
    with index.generations.lock(1):
        outcome = follow(index, library, wait=0.05)
        assert not outcome.done
        assert "Another process" in outcome.detail
        assert status(index, library.version).lag == 1
    assert follow(index, library).done


def test_an_index_that_is_in_step_is_not_written(index: SearchIndex, library: Library) -> None:
    before = index.generations.identity()
    with index.generations.lock(1):
        assert follow(index, library, wait=0).done
    assert index.generations.identity() == before
