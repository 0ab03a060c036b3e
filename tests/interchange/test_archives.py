"""Zip archives: what is refused before anything is written, and that a library survives the journey in one."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from app.accounts.service import Actor
from app.database import Database
from app.errors import BadInput
from app.interchange.archives import export_zip, unpacked
from app.interchange.exporting import export_library
from app.interchange.importing import import_path, import_upload
from tests.interchange.folders import contents, small, summary, write

ACTOR = Actor("Irma Importer")


def packed(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name) if name.endswith("/") else name, data)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught, unpacked(path):
        pass
    return str(caught.value)


def test_a_library_leaves_as_one_archive_and_comes_back_whole(database: Database, tmp_path: Path) -> None:
    import_path(database, small(tmp_path / "library"), actor=ACTOR)
    first, second = io.BytesIO(), io.BytesIO()
    export_zip(database, first)
    export_zip(database, second)
    assert first.getvalue() == second.getvalue()
    export_library(database, tmp_path / "folder")
    (tmp_path / "library.zip").write_bytes(first.getvalue())
    with unpacked(tmp_path / "library.zip") as folder:
        assert contents(folder) == contents(tmp_path / "folder")
    assert import_path(database, tmp_path / "library.zip", actor=ACTOR).summary() == "9 unchanged"


def test_what_was_sent_is_imported_like_a_file(database: Database, tmp_path: Path) -> None:
    folder = small(tmp_path / "library")
    files: dict[str, bytes | str] = {f"mine/{name}": data for name, data in contents(folder).items()}
    data = packed(tmp_path / "x.zip", {**files, "__MACOSX/x": "", "mine/.DS_Store": ""}).read_bytes()
    assert import_upload(database, "C:\\mine\\x.zip", data, actor=ACTOR, dry_run=True).summary() == "9 added"
    assert import_upload(database, "x.zip", io.BytesIO(data), actor=ACTOR).summary() == "9 added"
    with pytest.raises(BadInput, match="no name"):
        import_upload(database, "..", data, actor=ACTOR)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../evil.md", "leads out"),
        ("/evil.md", "leads out"),
        ("a/../../evil.md", "leads out"),
        ("a//b.md", "leads out"),
        ("C:/evil.md", "not a name"),
        ("a\\..\\evil.md", "not a name"),
        ("a\nb.md", "not a name"),
        ("a/" * 12 + "b.md", "nested too deeply"),
        ("x" * 201, "no name"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, sentence: str
) -> None:
    assert sentence in refusal(packed(tmp_path / "x.zip", {"categories.yaml": "", name: "x"}))
    assert [path.name for path in tmp_path.iterdir()] == ["x.zip"]


def test_links_doubles_bombs_and_damage_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.zip"
    link = zipfile.ZipInfo("link.md")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "a link" in refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.md", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.md", "2")
    assert "twice" in refusal(path)
    assert "both a file and a folder" in refusal(packed(path, {"a": "x", "a/b.md": "x"}))
    assert "200 times over" in refusal(packed(path, {"bomb.md": bytes(5_000_000)}))
    data = packed(path, {"a.md": "x" * 500}).read_bytes()
    for broken in (b"", b"PK", data[:-1], data[5:], data.replace(b"a.md", b"b.md", 1), data + b"more"):
        path.write_bytes(broken)
        assert refusal(path)
    path.write_bytes(data[:-2] + b"\x04\0abcd")
    assert "comment" in refusal(path)
    monkeypatch.setattr("app.interchange.archives.MAX_FILES", 1)
    assert "more than 1 files" in refusal(packed(path, {"a.md": "", "b.md": ""}))


def test_an_archive_that_says_less_than_it_holds_is_refused(tmp_path: Path) -> None:
    data = bytearray(packed(tmp_path / "x.zip", {"a.md": b"x" * 5000}).read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    (tmp_path / "x.zip").write_bytes(data)
    assert "damaged" in refusal(tmp_path / "x.zip")


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    data = bytearray(packed(tmp_path / "x.zip", {"a.md": summary(), "b.md": summary()}).read_bytes())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second + 42 : second + 46] = (1).to_bytes(4, "little")
    (tmp_path / "x.zip").write_bytes(data)
    assert "overlaps" in refusal(tmp_path / "x.zip")


def test_an_archive_of_posts_is_read_like_the_folder(database: Database, tmp_path: Path) -> None:
    assert import_path(database, packed(tmp_path / "p.zip", {"a/": "", "a/x.md": "---\ntitle: X\n---\n"}), actor=ACTOR)
    write(tmp_path, {"text.zip": "not an archive at all, only words"})
    with pytest.raises(BadInput, match=r"text\.zip"):
        import_path(database, tmp_path / "text.zip", actor=ACTOR)
