"""What is wrong with a command line, or with where the store is said to be, is told in one sentence of ours."""

import pytest

from app.cli import main

BOXES = ("╭", "Usage:", "Traceback", "Input should", "String should", "Value error")


def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    """Run a command line here; return its exit code and what it complained of."""
    monkeypatch.setattr("sys.argv", ["cairn", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert not [mark for mark in BOXES if mark in said.err], said.err
    return ended.value.code, said.err


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("serve --port x", "--port: must be a whole number; see “cairn serve --help”."),
        ("serve --port 99999", "--port: must be at most 65,535; see “cairn serve --help”."),
        ("serve --nope", "there is no option --nope; see “cairn serve --help”."),
        ("serve --port", "--port needs a value; see “cairn --help”."),
        ("import --dry-run=3 x", "--dry-run takes no value; see “cairn --help”."),
        ("import", "PATH is missing; see “cairn import --help”."),
        ("doctor extra", "“extra” is too much; see “cairn doctor --help”."),
        ("bogus", "there is no command “bogus”; see “cairn --help”."),
        ("user creat", "there is no command “creat”, only “create”; see “cairn user --help”."),
        (
            "user create a@b --role boss",
            "--role: “boss” is not one of “curator”, “editor”, “admin”; see “cairn user create --help”.",
        ),
    ],
)
def test_a_wrong_command_line_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], line: str, sentence: str
) -> None:
    assert told(monkeypatch, capsys, *line.split()) == (2, f"cairn: {sentence}\n")


@pytest.mark.parametrize("command", ["doctor", "user list", "backup kept.zip", "export folder"])
def test_a_store_that_does_not_answer_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAIRN_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CAIRN_DATABASE_URL", "postgresql+psycopg://reader:hush@127.0.0.1:1/papers")
    place = "127.0.0.1, port 1, database “papers”"
    expected = f"cairn: The store does not answer ({place}): Connection refused.\n"
    assert told(monkeypatch, capsys, *command.split()) == (1, expected)
