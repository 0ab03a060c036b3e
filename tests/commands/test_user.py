"""`cairn user`: accounts from the shell."""

from tests.processes import cairn


def test_the_first_admin_is_made_with_a_password_from_standard_input(tmp_path) -> None:
    folder = tmp_path / "data"
    made = cairn(
        folder, "user", "create", "Ada@example.org", "--role", "admin", "--password-stdin", given="a good long one\n"
    )
    assert (made.returncode, made.stdout) == (0, "Created ada@example.org (admin).\n")
    assert cairn(folder, "user", "list").stdout == "ada@example.org\tadmin\tactive\n"
    assert cairn(folder, "user", "disable", "ada@example.org").returncode == 0
    assert "disabled" in cairn(folder, "user", "list").stdout


def test_a_refused_password_is_one_sentence_and_no_account(tmp_path) -> None:
    folder = tmp_path / "data"
    made = cairn(folder, "user", "create", "ada@example.org", "--role", "admin", "--password-stdin", given="short\n")
    assert (made.returncode, made.stderr) == (1, "cairn: A password has at least 10 characters.\n")
    assert cairn(folder, "user", "list").stdout == ""


def test_without_a_terminal_the_password_is_asked_for_in_words(tmp_path) -> None:
    made = cairn(tmp_path / "data", "user", "create", "ada@example.org", "--role", "admin")
    assert made.returncode == 1
    assert "--password-stdin" in made.stderr
