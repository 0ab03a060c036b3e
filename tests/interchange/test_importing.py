"""Import: whole libraries and single files, bad rows refused with file and line, nothing half written."""

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.accounts.service import Actor
from app.database import Database, library_version
from app.errors import BadInput
from app.interchange.importing import Report, import_path
from app.interchange.library_folder import manifest
from app.papers.models import Paper
from app.settings import ROOT
from app.summaries.models import Revision, Summary
from app.summaries.queries import iter_documents
from tests.interchange.folders import CATEGORIES, PIXEL, small, summary, write

ACTOR = Actor("Irma Importer")


def run(database: Database, path: Path, **how: bool) -> Report:
    return import_path(database, path, actor=ACTOR, **how)


def refusals(report: Report) -> dict[str, tuple[int | None, str]]:
    return {row.file if row.kind != "category" else row.name: (row.line, row.sentence) for row in report.refused}


def slugs(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Summary.slug).order_by(Summary.slug)))


def test_a_library_is_imported_whole(database: Database, tmp_path: Path) -> None:
    report = run(database, small(tmp_path / "library"))
    assert report.refused == []
    assert [(row.kind, row.name) for row in report.rows] == [
        ("category", "optimization"),
        ("series", "in-parts"),
        ("macro set", "standard"),
        ("picture", "dot.png"),
        ("paper", "kingma2015adam"),
        ("summary", "adam"),
        ("summary", "basics"),
        ("summary", "advanced"),
        ("path", "way"),
    ]
    assert {row.outcome for row in report.rows} == {"added"}
    assert report.summary() == "9 added"
    with database.reading() as session:
        revision = session.scalars(select(Revision).where(Revision.number == 1)).first()
        assert revision is not None
        assert (revision.actor, revision.note) == ("Irma Importer", "imported from summaries/adam.md")


def test_importing_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    folder = small(tmp_path / "library")
    run(database, folder)
    with database.reading() as session:
        version = library_version(session)
    report = run(database, folder)
    assert report.summary() == "9 unchanged"
    with database.reading() as session:
        assert library_version(session) == version
        assert session.scalars(select(func.max(Revision.number))).one() == 1


def test_what_changed_is_told(database: Database, tmp_path: Path) -> None:
    folder = small(tmp_path / "library")
    run(database, folder)
    write(folder, {"summaries/adam.md": summary("Adam, again"), "summaries/new.md": summary("New")})
    report = run(database, folder)
    assert report.counts == {"added": 1, "changed": 1, "unchanged": 8, "refused": 0}


def test_a_dry_run_tells_the_same_and_keeps_nothing(database: Database, tmp_path: Path) -> None:
    folder = small(tmp_path / "library")
    write(folder, {"summaries/bad.md": "no front matter", "summaries/lost.md": summary("L", "papers: [nobody]\n")})
    dry = run(database, folder, dry_run=True)
    assert dry.dry_run
    assert slugs(database) == []
    with database.reading() as session:
        assert library_version(session) == 0
        assert session.scalars(select(func.count()).select_from(Paper)).one() == 0
    assert dry.rows == run(database, folder).rows


def test_publish_makes_drafts_published(database: Database, tmp_path: Path) -> None:
    draft = "---\ntitle: D\ncategories: [optimization]\n---\n"
    folder = write(
        tmp_path / "library",
        {
            "categories.yaml": CATEGORIES,
            "summaries/draft.md": draft,
            "summaries/review.md": draft.replace("---\n", "---\nstatus: in-review\n", 1),
            "summaries/homeless.md": "---\ntitle: H\nstatus: draft\n---\n",
        },
    )
    report = run(database, folder, publish=True)
    assert refusals(report) == {
        "summaries/homeless.md": (3, "status: a published summary stands in at least one category")
    }
    with database.reading() as session:
        documents = {document.slug: document.status for document in iter_documents(session)}
    assert documents == {"draft": "published", "review": "in-review"}


def test_each_kind_of_bad_input_is_refused_with_file_and_line_and_the_rest_is_imported(
    database: Database, tmp_path: Path
) -> None:
    folder = small(tmp_path / "library")
    write(
        folder,
        {
            "categories.yaml": CATEGORIES + "- slug: optimization\n  name: Twice\n- slug: nameless\n",
            "papers.bib": (folder / "papers.bib").read_text()
            + "\n@misc{broken,\n title={x\n}\n@misc{ok, title={OK}}\n",
            "macros/loop.tex": "% a loop\n\\newcommand{\\a}{\\b}\n\\newcommand{\\b}{\\a}\n",
            "media/fake.png": b"not a picture",
            "summaries/malformed.md": "---\ntitle: [x\n---\n",
            "summaries/unclosed.md": "---\ntitle: x\n",
            "summaries/unknown-key.md": "---\ntitle: x\ntitel: y\n---\n",
            "summaries/no-category.md": "---\ntitle: x\ncategories:\n  - optimization\n  - nowhere\n---\n",
            "summaries/no-macros.md": "---\ntitle: x\nmacros: [missing]\n---\n",
            "summaries/Adam.md": summary(),
            "summaries/latin.md": b"---\ntitle: x\n---\n\ncaf\xe9\n",
            "summaries/taken-part.md": summary("x", "requires: [advanced]\nseries: in-parts\npart: 1\n"),
            "paths/nowhere.md": "---\ntitle: N\nsteps:\n  - summary: adam\n  - summary: gone\n---\n",
        },
    )
    report = run(database, folder)
    told = refusals(report)
    expected = {
        "optimization": (3, "already used on line 1"),
        "nameless": (5, "name is missing"),
        "papers.bib": (7, "brace"),
        "macros/loop.tex": (2, "loop"),
        "media/fake.png": (None, "does not hold the kind of picture"),
        "summaries/malformed.md": (3, "not valid YAML"),
        "summaries/unclosed.md": (1, "never closed"),
        "summaries/unknown-key.md": (3, "unknown key “titel”"),
        "summaries/no-category.md": (5, "no category “nowhere”"),
        "summaries/no-macros.md": (3, "no macro set “missing”"),
        "summaries/Adam.md": (2, "is not a slug"),
        "summaries/latin.md": (5, "not UTF-8: byte 0xe9 at offset 21"),
        "summaries/taken-part.md": (8, "part 1 of this series is already “advanced”"),
        "paths/nowhere.md": (5, "no summary “gone”"),
    }
    assert set(told) == set(expected)
    for name, (line, sentence) in expected.items():
        assert sentence in told[name][1]
        if line is not None:
            assert (name, told[name][0]) == (name, line)
    assert slugs(database) == ["adam", "advanced", "basics"]
    assert report.counts["added"] == 10


def test_summaries_that_require_each_other_in_a_circle_are_refused_naming_it(
    database: Database, tmp_path: Path
) -> None:
    folder = write(
        tmp_path / "library",
        {
            "categories.yaml": CATEGORIES,
            "summaries/a.md": summary("A", "requires: [b]\n"),
            "summaries/b.md": summary("B", "requires: [c]\n"),
            "summaries/c.md": summary("C", "requires: [a]\n"),
            "summaries/d.md": summary("D"),
            "summaries/e.md": summary("E", "requires: [a]\n"),
        },
    )
    told = refusals(run(database, folder))
    assert told["summaries/a.md"] == (6, "requires: a circle: a → b → c → a")
    assert set(told) == {f"summaries/{name}.md" for name in "abce"}
    assert "no summary “a”" in told["summaries/e.md"][1]
    assert slugs(database) == ["d"]


def test_what_another_row_gives_up_may_be_taken_whatever_the_order(database: Database, tmp_path: Path) -> None:
    doi = " title={{{0}}},\n doi={{10.1000/{1}}}\n}}\n"
    folder = write(tmp_path / "library", {"papers.bib": "@misc{b,\n" + doi.format("B", "x")})
    run(database, folder)
    write(folder, {"papers.bib": "@misc{a,\n" + doi.format("A", "x") + "@misc{b,\n" + doi.format("B", "y")})
    assert [(row.name, row.outcome) for row in run(database, folder).rows] == [("a", "added"), ("b", "changed")]


def test_a_conflict_between_papers_is_refused_with_its_line(database: Database, tmp_path: Path) -> None:
    entries = "@misc{a, title={A}, eprint={1706.03762}}\n@misc{b, title={B}, eprint={1706.03762v2}}\n"
    report = run(database, write(tmp_path / "library", {"papers.bib": entries}))
    assert refusals(report) == {"papers.bib": (2, "The arXiv id 1706.03762 already belongs to the paper “a”.")}


def test_a_formula_that_does_not_compile_is_told_with_the_line_of_the_file_and_imported(
    database: Database, tmp_path: Path
) -> None:
    text = "---\ntitle: T\n---\n\n## TLDR\n\nShort.\n\n## Long\n\nA $\\undefinedmacro$ here.\n"
    report = run(database, write(tmp_path / "library", {"summaries/t.md": text}))
    assert report.rows[0].outcome == "added"
    assert report.rows[0].line == 11
    assert report.rows[0].sentence.startswith("line 11: ")
    assert "undefinedmacro" in report.rows[0].sentence


def test_links_special_files_strangers_and_folders_are_reported_and_not_followed(
    database: Database, tmp_path: Path
) -> None:
    outside = write(tmp_path / "outside", {"secret.md": summary("Secret"), "x.tex": ""})
    folder = small(tmp_path / "library")
    (folder / "summaries/link.md").symlink_to(outside / "secret.md")
    (folder / "series.yaml").unlink()
    (folder / "series.yaml").symlink_to(outside / "nowhere")
    os.mkfifo(folder / "summaries/pipe.md")
    write(folder, {"notes.txt": "x", "summaries/sub/x.md": summary(), "summaries/x.markdown": "", ".git/config": "x"})
    told = {row.file: row.sentence for row in run(database, folder).refused}
    assert "symbolic link" in told.pop("summaries/link.md")
    assert "symbolic link" in told.pop("series.yaml")
    assert "no series" in told.pop("summaries/advanced.md")
    assert set(told) == {"notes.txt", "summaries/sub", "summaries/x.markdown", "summaries/pipe.md"}
    assert slugs(database) == ["adam", "basics"]


def test_a_folder_that_is_a_link_is_not_read(database: Database, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.md": summary("Secret")})
    folder = write(tmp_path / "library", {"categories.yaml": CATEGORIES})
    (folder / "summaries").symlink_to(outside)
    assert [row.file for row in run(database, folder).refused] == ["summaries"]
    assert slugs(database) == []


def test_a_file_beyond_the_limit_is_refused(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.interchange.import_tasks.MAX_MEDIA_BYTES", len(PIXEL) - 1)
    report = run(database, write(tmp_path / "library", {"media/dot.png": PIXEL, "library.json": manifest()}))
    assert "larger than" in refusals(report)["media/dot.png"][1]


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ('{"format": "cairn-library", "version": 2}', "of format 2"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ('{"format": "other", "version": 1}', "not the manifest"),
    ],
)
def test_a_library_of_another_format_is_refused_whole(
    database: Database, tmp_path: Path, manifest: str, sentence: str
) -> None:
    folder = small(tmp_path / "library")
    write(folder, {"library.json": manifest})
    with pytest.raises(BadInput, match=sentence):
        run(database, folder)
    assert slugs(database) == []


def test_a_single_summary_a_path_and_a_bibliography_are_imported(database: Database, tmp_path: Path) -> None:
    folder = small(tmp_path / "library")
    run(database, write(tmp_path / "shelves", {"categories.yaml": CATEGORIES}))
    assert run(database, folder / "papers.bib").summary() == "1 added"
    assert (
        run(database, write(tmp_path, {"My first post.md": summary("Mine")}) / "My first post.md").summary()
        == "1 added"
    )
    assert run(database, write(tmp_path, {"plain.md": summary("P")}) / "plain.md").summary() == "1 added"
    path = "---\ntitle: A way\nsteps: [{summary: plain}]\n---\n"
    assert run(database, write(tmp_path, {"way.md": path}) / "way.md").rows[0].kind == "path"
    assert slugs(database) == ["my-first-post", "plain"]


def test_a_single_file_of_another_kind_or_none_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be imported"):
        run(database, write(tmp_path, {"x.docx": ""}) / "x.docx")
    with pytest.raises(BadInput, match="There is no file or folder"):
        run(database, tmp_path / "nowhere")
    with pytest.raises(BadInput, match="neither a library folder nor"):
        run(database, write(tmp_path / "empty", {"x.txt": ""}))


def test_a_folder_of_posts_is_read_as_summaries(database: Database, tmp_path: Path) -> None:
    run(database, write(tmp_path / "shelves", {"categories.yaml": CATEGORIES}))
    post = "---\ntitle: T\n---\n\n## TLDR\n\nShort.\n"
    folder = write(
        tmp_path / "posts",
        {
            "README.md": "",
            "media/x.png": "",
            "2020-01-02-First Post.md": post,
            "deep/second.md": post,
            "deep/First post.md": post,
            ".hidden/x.md": post,
        },
    )
    report = run(database, folder)
    assert refusals(report) == {
        "deep/First post.md": (1, "the slug “first-post” is already that of 2020-01-02-First Post.md")
    }
    with database.reading() as session:
        first = next(iter_documents(session))
    assert (first.slug, first.tldr, str(first.published)[:10]) == ("first-post", "Short.", "2020-01-02")


def test_progress_is_told_for_every_row(database: Database, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    import_path(
        database, small(tmp_path / "library"), actor=ACTOR, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(number, 9) for number in range(1, 10)]


def test_more_rows_than_a_batch_arrive(database: Database, tmp_path: Path) -> None:
    entries = "".join(f"@misc{{k{number}, title={{T {number}}}}}\n" for number in range(120))
    assert run(database, write(tmp_path / "library", {"papers.bib": entries})).summary() == "120 added"


def test_the_seeds_are_imported_without_a_refusal_or_a_formula_that_fails(database: Database) -> None:
    report = run(database, ROOT / "seeds")
    assert [(row.file, row.line, row.sentence) for row in report.rows if row.sentence] == []
    assert report.counts["added"] == len(report.rows) > 100
