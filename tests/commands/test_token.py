"""`cairn token` and the rest of `cairn user`: tokens printed once, listed, revoked; people enabled and given a role."""

import re

from app.accounts.tokens import find_by_token
from app.database import Database
from tests.conftest import make_settings
from tests.factories import add_user
from tests.processes import cairn


def test_a_token_is_printed_once_listed_and_revoked(database: Database, settings) -> None:
    folder = settings.data_dir
    with database.writing() as session:
        add_user(session, role="editor")
    made = cairn(folder, "token", "create", "--user", "editor@example.org", "--scope", "write", "--label", "import job")
    assert made.returncode == 0, made.stderr
    text = made.stdout.strip()
    assert re.fullmatch(r"cairn_[0-9a-f]{16}_[0-9a-f]{64}", text)
    with database.reading() as session:
        person, scope = find_by_token(session, text) or (None, None)
        assert (person and person.email, scope) == ("editor@example.org", "write")
    listed = cairn(folder, "token", "list").stdout
    public_id, owner, scope, state, _, used, label = listed.rstrip("\n").split("\t")
    assert (owner, scope, state, used, label) == ("editor@example.org", "write", "active", "never", "import job")
    assert text not in listed
    assert cairn(folder, "token", "revoke", public_id).returncode == 0
    with database.reading() as session:
        assert find_by_token(session, text) is None


def test_what_cannot_be_is_told_in_a_sentence(tmp_path) -> None:
    folder = make_settings(tmp_path / "data").data_dir
    made = cairn(folder, "token", "create", "--user", "nobody@example.org", "--scope", "read")
    assert (made.returncode, made.stderr) == (1, "cairn: There is no account for nobody@example.org.\n")
    assert cairn(folder, "token", "revoke", "0123").returncode == 1


def test_a_person_gets_another_role_and_is_enabled_again(database: Database, settings) -> None:
    with database.writing() as session:
        add_user(session, role="curator")
    for arguments in (("role", "curator@example.org", "editor"), ("disable", "curator@example.org")):
        assert cairn(settings.data_dir, "user", *arguments).returncode == 0
    assert cairn(settings.data_dir, "user", "list").stdout.split("\t")[:3] == [
        "curator@example.org", "editor", "disabled",
    ]  # fmt: skip
    assert cairn(settings.data_dir, "user", "enable", "curator@example.org").returncode == 0
    assert "\tactive\t" in cairn(settings.data_dir, "user", "list").stdout
