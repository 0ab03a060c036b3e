"""`cairn doctor`: names what is wrong, mends what can be mended, and is silent about a healthy library."""

from sqlalchemy import text, update

from app.database import Database
from app.doctor import examine
from app.search.following import bring_up_to_date
from app.settings import Settings
from app.summaries.models import Rendering
from tests.processes import cairn


def places(settings: Settings, database: Database, repair: bool = False) -> list[tuple[str, bool]]:
    return [(finding.place, finding.mended) for finding in examine(settings, database, repair=repair)]


def test_a_healthy_library_is_whole(settings: Settings, library: Database) -> None:
    bring_up_to_date(settings, library)
    assert examine(settings, library) == []


def test_a_missing_index_is_named_and_mended(settings: Settings, library: Database) -> None:
    assert places(settings, library) == [("search", False)]
    assert places(settings, library, repair=True) == [("search", True)]
    assert places(settings, library) == []


def test_a_stale_rendering_is_named_and_mended(settings: Settings, library: Database) -> None:
    bring_up_to_date(settings, library)
    with library.writing() as session:
        session.execute(update(Rendering).values(fingerprint="0" * 64).where(Rendering.summary_id == 1))
    assert places(settings, library) == [("summaries/adam", False)]
    assert ("summaries/adam", True) in places(settings, library, repair=True)
    bring_up_to_date(settings, library)
    assert places(settings, library) == []


def test_a_damaged_revision_is_named(settings: Settings, library: Database) -> None:
    bring_up_to_date(settings, library)
    with library.engine.execution_options(cairn_writing=True).begin() as connection:
        connection.execute(text("UPDATE revision SET document = replace(document, 'Adam', 'Eve') WHERE summary_id = 1"))
    sentences = [finding.sentence for finding in examine(settings, library)]
    assert any("revision 1 is damaged" in sentence for sentence in sentences)


def test_a_text_that_is_not_its_newest_revision_is_named(settings: Settings, library: Database) -> None:
    bring_up_to_date(settings, library)
    with library.engine.execution_options(cairn_writing=True).begin() as connection:
        connection.execute(text("UPDATE summary SET title = 'Changed behind our back' WHERE id = 1"))
    assert ("summaries/adam", False) in places(settings, library)


def test_a_damaged_database_page_is_an_answer_not_a_crash(tmp_path) -> None:
    folder = tmp_path / "data"
    assert cairn(folder, "migrate").returncode == 0
    path = folder / "cairn.db"
    raw = bytearray(path.read_bytes())
    raw[8192:12288] = b"\xff" * 4096
    path.write_bytes(bytes(raw))
    done = cairn(folder, "doctor")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
