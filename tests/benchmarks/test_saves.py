"""That nothing is lost, doubled or overwritten where many save one summary and the server is killed."""

from pathlib import Path

from benchmarks.saves import report, run


def test_every_acknowledged_save_is_a_revision_and_none_was_overwritten(tmp_path: Path) -> None:
    done = run(6, 8, 2, tmp_path)
    assert done.wrong == [], report(done, 6, 8)
    assert (len(done.acknowledged), done.kills) == (48, 2)
    assert sorted(done.acknowledged) == list(range(2, 50))
    assert done.conflicts > 0
