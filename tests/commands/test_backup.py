"""`cairn backup` and `cairn restore` as a host runs them, beside a real server."""

import urllib.request
from pathlib import Path

from app.database import Database
from app.schema import migrate
from tests import factories
from tests.conftest import make_settings
from tests.processes import cairn, serving


def test_a_host_backs_up_while_serving_and_restores_elsewhere(tmp_path: Path) -> None:
    folder, other, file = tmp_path / "data", tmp_path / "other", tmp_path / "backup.zip"
    folder.mkdir()
    database = Database(make_settings(folder))
    migrate(database)
    with database.writing() as session:
        factories.fill(session)
    database.close()
    with serving(folder) as (base, _):
        done = cairn(folder, "backup", str(file))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Wrote 9 summaries, 3 papers and 0 accounts")
        assert file.stat().st_mode & 0o777 == 0o600
        refused = cairn(folder, "restore", "--force", str(file))
        assert refused.returncode == 1
        assert refused.stderr == "cairn: The library is in use. Stop the server first, then restore.\n"
        with urllib.request.urlopen(f"{base}/summaries/adam", timeout=100) as answer:
            assert answer.status == 200
    restored = cairn(other, "restore", str(file))
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "Restored the library as it was at version 1 " in restored.stdout
    assert cairn(other, "export", str(tmp_path / "b")).returncode == 0
    assert cairn(folder, "export", str(tmp_path / "a")).returncode == 0
    files = {path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file()}
    assert len(files) > 8
    assert all((tmp_path / "a" / one).read_bytes() == (tmp_path / "b" / one).read_bytes() for one in files)
