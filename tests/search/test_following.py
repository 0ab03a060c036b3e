"""Followers: one in this process, several in processes of their own, and the commands."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.accounts.models import User
from app.accounts.rights import Person
from app.database import Database
from app.errors import Unavailable
from app.search.errors import SearchUnavailable
from app.search.following import Follower, bring_up_to_date, open_index, rebuild_index
from app.search.index import SearchIndex
from app.search.query import plain_search, search
from app.search.source import StoreSource
from app.settings import Settings
from app.summaries.trash import purge, trash
from tests import factories
from tests.processes import until as wait_for

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def follower_process(settings: Settings) -> Iterator[subprocess.Popen]:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.search.follower_process", str(settings.data_dir)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=100)


def agree(index: SearchIndex, source: StoreSource) -> bool:
    """Whether the index holds the store's version and what the store holds."""
    try:
        if index.snapshot().version != source.current_version():
            return False
    except SearchUnavailable:
        return False
    assert search(index, "").ids == plain_search(source.all_documents(), "").ids
    return True


def test_several_processes_follow_one_store_and_a_killed_one_is_not_missed(
    settings: Settings, library: Database
) -> None:
    index, source = open_index(settings), StoreSource(library)
    with follower_process(settings) as one, follower_process(settings) as other:
        assert one.stdout.readline() == other.stdout.readline() == "ready\n"
        for number in range(6):
            with library.writing() as session:
                factories.add_summary(session, slug=f"new-{number}", title=f"New {number}")
        wait_for(lambda: agree(index, source))
        one.kill()
        for number in range(3):
            with library.writing() as session:
                factories.add_summary(session, slug=f"new-{number}", title=f"Newer {number}")
        wait_for(lambda: agree(index, source))
        _, complaints = other.communicate(input="", timeout=100)
        assert other.returncode == 0
        assert complaints == ""


def test_a_follower_takes_in_what_was_saved_and_heals_a_deleted_index(settings: Settings, library: Database) -> None:
    index, source = open_index(settings), StoreSource(library)
    follower = Follower(index, source, every=0.05)
    follower.start()
    try:
        wait_for(lambda: agree(index, source))
        with library.writing() as session:
            factories.add_summary(session, slug="new", title="Quokka")
        follower.wake()
        wait_for(lambda: search(index, "quokka").total == 1)
        # Moved away first: what a follower is writing at this moment would keep "rm" from ending.
        gone = settings.search_dir.rename(settings.data_dir / "gone")
        shutil.rmtree(gone, ignore_errors=True)
        wait_for(lambda: index.intact())
        assert agree(open_index(settings), source)
        wait_for(lambda: follower.trouble == "")  # it says so a moment after the index was there
        assert not follower.stalled
    finally:
        follower.stop()


def test_a_follower_outlives_a_store_that_does_not_answer(settings: Settings, library: Database) -> None:
    class Away(StoreSource):
        away = True

        def current_version(self) -> int:
            if self.away:
                raise Unavailable("The store is away.")
            return super().current_version()

    index, source = open_index(settings), Away(library)
    follower = Follower(index, source, every=0.02)
    follower.start()
    try:
        wait_for(lambda: "Unavailable" in follower.trouble)
        source.away = False
        wait_for(lambda: agree(index, source))
        wait_for(lambda: follower.trouble == "")
    finally:
        follower.stop()


def test_commands_build_the_index_with_progress_and_say_how_many(settings: Settings, library: Database) -> None:
    told: list[tuple[int, int]] = []
    assert bring_up_to_date(settings, library, lambda done, total: told.append((done, total))).rebuilt
    assert told[-1] == (5, 5)
    assert not bring_up_to_date(settings, library).rebuilt
    assert rebuild_index(settings, library) == 5
    with open_index(settings).generations.lock(1), pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.search.following.PATIENCE", 0.05)
        with pytest.raises(SearchUnavailable):
            rebuild_index(settings, library)


def test_what_was_taken_away_for_good_while_the_index_was_behind_does_not_stay_in_it(
    settings: Settings, library: Database
) -> None:
    index, source = open_index(settings), StoreSource(library)
    bring_up_to_date(settings, library)
    editor = Person(1, "edith@example.org", "Edith Editor", "editor")
    with library.writing() as session:
        session.add(User(id=1, email=editor.email, role="editor", password_hash=""))
        trash(session, "adam", editor)
        purge(session, "adam", editor, confirm="adam")
    bring_up_to_date(settings, library)
    assert agree(index, source)
    assert index.snapshot().count == source.count()
