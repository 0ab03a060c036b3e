"""What editors do on the pages of curating: done, told with a link, refused in words, asked before it goes for good."""

import re

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.database import Database
from app.desk.paper_form import form_of, record_from
from app.papers.queries import find_for_edit, record_of
from app.papers.records import PersonName
from app.papers.suspected import same_given
from app.summaries.assets import save_macro_set
from app.summaries.models import Summary
from app.summaries.queries import document_for
from app.summaries.queries import find_for_edit as find_summary
from app.taxonomy.queries import list_category_records
from tests import factories
from tests.desk.conftest import NewBrowser
from tests.desk.forms import fields_of


@pytest.fixture
def library(database: Database) -> Database:
    with database.writing() as session:
        save_macro_set(session, "vectors", "\\newcommand{\\vecspace}{\\mathbb{R}}\n\\newcommand{\\Q}{\\mathbb{Q}}\n")
        factories.fill(session)
        factories.add_summary(session, slug="mac", title="With macros", macros=("vectors",), body=r"In $\vecspace^n$.")
    return database


def hidden(page: str, name: str = "base") -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def typed(page: str, name: str) -> str:
    found = re.search(rf'<textarea id="f-{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1]


def document(library: Database, slug: str) -> object:
    with library.reading() as session:
        summary = find_summary(session, slug)
        assert summary is not None
        return document_for(session, summary)


def actions(library: Database) -> list[str]:
    with library.reading() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def form_for(library: Database, key: str) -> dict[str, str]:
    with library.reading() as session:
        paper = find_for_edit(session, key)
        assert paper is not None
        return form_of(record_of(paper)).model_dump()


# Lists


def test_many_are_tagged_and_each_row_says_what_became_of_it(editor: TestClient, library: Database) -> None:
    page = editor.post(
        "/admin/bulk", data={"slug": ["adam", "dropout", "nothing"], "tags": "new, optimiser", "action": "tag"}
    )
    assert page.status_code == 200
    assert "2 tagged, 1 refused." in page.text
    assert "There is no summary “nothing”" in page.text
    assert document(library, "adam").tags == ("optimiser", "new")  # type: ignore[attr-defined]
    editor.post("/admin/bulk", data={"slug": ["adam"], "tags": "New", "action": "untag"})
    assert document(library, "adam").tags == ("optimiser",)  # type: ignore[attr-defined]


def test_everything_on_the_page_is_chosen_without_scripts(editor: TestClient, library: Database) -> None:
    data = {"on_page": ["adam", "warmup"], "reach": "page", "action": "move", "to": "regularisation",
            "origin": "optimization", "back": "category=optimization"}  # fmt: skip
    page = editor.post("/admin/bulk", data=data)
    assert "2 moved." in page.text
    assert 'href="/admin/summaries?category=optimization"' in page.text
    assert document(library, "adam").categories == ("regularisation",)  # type: ignore[attr-defined]


def test_the_trash_is_undone_at_once(editor: TestClient, library: Database) -> None:
    page = editor.post("/admin/bulk", data={"slug": ["adam", "dropout"], "action": "trash"}).text
    assert "2 in the trash." in page
    assert "Undo" in page
    assert editor.get("/summaries/adam").status_code != 200
    assert "2 restored." in editor.post("/admin/bulk", data={"slug": ["adam", "dropout"], "action": "restore"}).text
    assert editor.get("/summaries/adam").status_code == 200


def test_what_says_too_little_does_nothing(editor: TestClient, library: Database) -> None:
    before = actions(library)
    for data, sentence in (
        ({"action": "tag", "tags": "a"}, "Choose at least one summary"),
        ({"action": "tag", "slug": ["adam"]}, "Say which tags"),
        ({"action": "move", "slug": ["adam"]}, "Say to which category"),
        ({"action": "publish", "slug": [f"s{at}" for at in range(300)]}, "at most 200"),
    ):
        answer = editor.post("/admin/bulk", data=data)
        assert answer.status_code == 422
        assert sentence in answer.text
    assert actions(library) == before
    again = editor.post("/admin/bulk", data={"action": "tag", "slug": ["adam", "dropout"], "back": "kind=link"})
    sent = fields_of(again, "/admin/bulk")
    assert sent["slug"] == ["adam", "dropout"]
    assert sent["back"] == "kind=link"


def test_a_list_is_narrowed_by_what_needs_a_hand(editor: TestClient) -> None:
    page = editor.get("/admin/summaries?need=in-review").text
    assert "Secret in review" in page
    assert "Warm-up" not in page
    assert "Trashed one" in editor.get("/admin/summaries?trashed=1").text
    assert "Trashed one" not in editor.get("/admin/summaries").text


# Papers and authors


def test_a_paper_is_edited_and_nothing_changes_by_saving_its_own_form(editor: TestClient, library: Database) -> None:
    form = form_for(library, "kingma2015adam")
    answer = editor.post("/admin/papers/kingma2015adam", data=form)
    assert answer.headers["location"] == "/admin/papers/kingma2015adam?done=unchanged&what=kingma2015adam"
    form |= {"title": "Adam", "authors": "{OpenAI}\r\nKingma, Diederik P.\r\n", "month": "5", "doi": "doi:10.1234/ABC"}
    assert "done=changed" in editor.post("/admin/papers/kingma2015adam", data=form).headers["location"]
    page = editor.get("/admin/papers/kingma2015adam?done=changed&what=kingma2015adam").text
    assert "The paper was saved." in page
    assert typed(page, "authors") == "{OpenAI}\nKingma, Diederik P."
    assert 'value="10.1234/abc"' in page


def test_what_is_wrong_with_a_paper_is_named_and_kept(editor: TestClient, library: Database) -> None:
    form = form_for(library, "kingma2015adam")
    form |= {"authors": "Kingma, Diederik\nJimmy Ba", "year": "MMXV", "title": "", "url": "gopher"}
    answer = editor.post("/admin/papers/kingma2015adam", data=form)
    assert answer.status_code == 422
    assert "Authors, line 2: write “Family, Given”" in answer.text
    for sentence in ("Year: must be a whole number", "Title: must not be empty", "Web address: must be a web address"):
        assert sentence in answer.text
    assert 'value="MMXV"' in answer.text
    assert typed(answer.text, "authors") == "Kingma, Diederik\nJimmy Ba"


def test_two_who_edit_one_paper_do_not_overwrite_each_other(editor: TestClient, library: Database) -> None:
    form = form_for(library, "kingma2015adam")
    editor.post("/admin/papers/kingma2015adam", data={**form, "venue": "ICLR"})
    answer = editor.post("/admin/papers/kingma2015adam", data={**form, "pages": "1-15"})
    assert answer.status_code == 409
    assert "Somebody changed this paper while you did." in answer.text
    assert "ICLR" in answer.text
    assert 'name="pages" value="1-15"' in answer.text
    again = {**form, "pages": "1-15", "base": hidden(answer.text)}
    assert "done=changed" in editor.post("/admin/papers/kingma2015adam", data=again).headers["location"]


def test_everything_wrong_with_a_record_is_told_in_one_round(editor: TestClient, library: Database) -> None:
    wrong = {"title": "", "authors": "Nobody", "month": "2", "day": "x", "arxiv_id": "1412.6980", "doi": "10.1/x"}
    answer = editor.post("/admin/papers/reddi2018convergence", data={**wrong, "base": "x"})
    assert answer.status_code == 422
    for field in ("title", "authors", "month", "day", "arxiv_id", "doi"):
        assert f'href="#f-{field}"' in answer.text, field
    assert "arXiv id: The arXiv id 1412.6980 already belongs to the paper “kingma2015adam”." in answer.text
    answer = editor.post("/admin/new/paper", data={**wrong, "key": "reddi2018convergence"})
    for field in ("title", "authors", "month", "day", "arxiv_id", "doi", "key"):
        assert f'href="#f-{field}"' in answer.text, field
    form = form_for(library, "reddi2018convergence")
    answer = editor.post("/admin/papers/reddi2018convergence", data={**form, "year": "2023", "month": "2", "day": "30"})
    assert "Day: February 2023 has no day 30." in answer.text


def test_bibtex_fills_the_form_and_saves_nothing(editor: TestClient, library: Database) -> None:
    form = form_for(library, "kingma2015adam")
    entry = "@article{other, title={Another {Title}}, author={Ba, Jimmy and {The Team}}, year=2016, isbn={x}}"
    page = editor.post("/admin/papers/kingma2015adam/fill", data={**form, "bibtex": entry})
    assert page.status_code == 200
    assert "nothing is saved yet" in page.text
    assert 'name="title" value="Another Title"' in page.text
    assert typed(page.text, "authors") == "Ba, Jimmy\n{The Team}"
    assert 'name="arxiv_id" value="1412.6980"' in page.text  # what the entry does not say stays
    refused = editor.post("/admin/papers/kingma2015adam/fill", data={**form, "bibtex": "@article{broken"})
    assert refused.status_code == 422
    assert "@article{broken" in typed(refused.text, "bibtex")
    assert form_for(library, "kingma2015adam") == form


def test_names_with_commas_and_braces_come_back_as_they_were() -> None:
    names = (
        PersonName(family="OpenAI"), PersonName(family="Acme, Inc."), PersonName(family="van der Berg", given="Jan"),
        PersonName(family="King, Jr.", given="Martin"),
    )  # fmt: skip
    record = factories.make_paper(authors=names)
    assert record_from(form_of(record), record.key) == record


def test_a_curator_edits_papers_that_no_published_summary_is_about(curator: TestClient, library: Database) -> None:
    form = form_for(library, "kingma2015adam")
    answer = curator.post("/admin/papers/kingma2015adam", data={**form, "venue": "x"})
    assert answer.status_code == 403
    assert "Save the paper" not in curator.get("/admin/papers/kingma2015adam").text
    with library.writing() as session:
        factories.add_paper(session, key="free2020", title="Free", arxiv_id=None)
    form = form_for(library, "free2020")
    assert "done=changed" in curator.post("/admin/papers/free2020", data={**form, "venue": "x"}).headers["location"]


def test_a_key_moves_and_what_cites_it_follows(editor: TestClient, library: Database) -> None:
    answer = editor.post("/admin/papers/reddi2018convergence/rename", data={"key": "reddi2018adam"})
    assert answer.headers["location"] == "/admin/papers/reddi2018adam?done=renamed&what=reddi2018adam&n=2"
    assert "2 summaries written anew" in editor.get(answer.headers["location"]).text
    assert "[@reddi2018adam]" in document(library, "warmup").body  # type: ignore[attr-defined]
    taken = editor.post("/admin/papers/reddi2018adam/rename", data={"key": "kingma2015adam"})
    assert taken.status_code == 409
    assert "merge the two instead" in taken.text
    assert 'name="key" value="kingma2015adam"' in taken.text


def test_a_paper_there_twice_is_found_shown_and_merged(editor: TestClient, library: Database) -> None:
    with library.writing() as session:
        name = [PersonName(family="Kingma", given="D.")]
        factories.add_paper(session, key="adam2014", title="ADAM: a method for stochastic optimization.", year=2014,
                            arxiv_id=None, venue="", authors=name, pages="1-15")  # fmt: skip
        factories.add_summary(session, slug="cites", title="Cites", body="See [@adam2014].", papers=("adam2014",))
    assert "adam2014/merge?into=kingma2015adam" in editor.get("/admin/papers?show=duplicates").text
    page = editor.get("/admin/papers/adam2014/merge?into=kingma2015adam").text
    assert "1 summary names it and will name the other instead" in page
    assert "1-15" in page
    answer = editor.post("/admin/papers/adam2014/merge", data={"into": "kingma2015adam"})
    assert "done=merged" in answer.headers["location"]
    assert document(library, "cites").papers == ("kingma2015adam",)  # type: ignore[attr-defined]
    assert form_for(library, "kingma2015adam")["pages"] == "1-15"
    assert editor.get("/admin/papers/kingma2015adam/merge?into=nobody").status_code == 422


def test_a_paper_that_is_named_is_not_deleted(editor: TestClient, library: Database) -> None:
    page = editor.get("/admin/papers/kingma2015adam/delete").text
    assert "It cannot be deleted: 2 summaries name it" in page
    assert "Delete the paper</button>" not in page
    assert editor.post("/admin/papers/kingma2015adam/delete").status_code == 409
    with library.writing() as session:
        factories.add_paper(session, key="free2020", title="Free", arxiv_id=None)
    answer = editor.post("/admin/papers/free2020/delete")
    assert "“free2020” was deleted" in editor.get(answer.headers["location"]).text
    assert "paper.delete" in actions(library)


def test_two_spellings_are_suspected_asked_about_and_merged(editor: TestClient, library: Database) -> None:
    with library.writing() as session:
        name = [PersonName(family="Ba", given="J. L.")]
        factories.add_paper(
            session, key="ba2016layer", title="Layer Normalization", arxiv_id="1607.06450", authors=name
        )
    assert "/admin/authors/j-l-ba/merge?into=jimmy-ba" in editor.get("/admin/authors?show=duplicates").text
    assert "1 paper will say “Jimmy Ba” instead" in editor.get("/admin/authors/j-l-ba/merge?into=jimmy-ba").text
    answer = editor.post("/admin/authors/j-l-ba/merge", data={"into": "jimmy-ba"})
    assert answer.headers["location"] == "/admin/authors/jimmy-ba?done=merged&what=jimmy-ba"
    assert "Layer Normalization" in editor.get("/admin/authors/jimmy-ba").text
    assert editor.get("/admin/authors/jimmy-ba/merge?into=jimmy-ba").status_code == 422
    nobody = editor.get("/admin/authors/jimmy-ba/merge?into=No+body")
    assert (nobody.status_code, fields_of(nobody, "/admin/authors/jimmy-ba/merge")) == (422, {"into": "No body"})


@pytest.mark.parametrize("name", ["Diederik P. Kingma", "Kingma, Diederik P.", "diederik p kingma", "Kingm"])
def test_the_author_who_stays_is_named_as_one_would_name_them(editor: TestClient, name: str) -> None:
    page = editor.get("/admin/authors/jimmy-ba/merge", params={"into": name}).text
    assert "Merge “Jimmy Ba” into “Diederik P. Kingma”?" in page
    which = editor.get("/admin/authors/jimmy-ba/merge?into=i").text
    assert "“i” may be any of" in which
    assert 'href="/admin/authors/jimmy-ba/merge?into=diederik-p-kingma">Keep Diederik P. Kingma</a>' in which
    assert "/merge?into=jimmy-ba" not in which


def test_an_author_is_renamed_and_a_taken_name_is_told(editor: TestClient) -> None:
    answer = editor.post("/admin/authors/jimmy-ba", data={"family": "Ba", "given": "Jimmy Lei"})
    assert answer.headers["location"].startswith("/admin/authors/jimmy-lei-ba?done=renamed")
    taken = editor.post("/admin/authors/jimmy-lei-ba", data={"family": "Kingma", "given": "Diederik P."})
    assert taken.status_code == 409
    assert 'value="Diederik P."' in taken.text
    assert editor.post("/admin/authors/jimmy-lei-ba", data={"family": "", "given": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jimmy", "J.", True), ("J. L.", "Jimmy", True), ("Diederik P.", "D. P.", True), ("José", "Jose", True),
        ("Jimmy", "John", False), ("J. L.", "J. K.", False), ("", "Jimmy", False), ("Jean-Paul", "J.-P.", True),
    ],
)  # fmt: skip
def test_given_names_go_together_by_their_initials(one: str, other: str, same: bool) -> None:
    assert same_given(one, other) is same
    assert same_given(other, one) is same


# Shelves


def test_a_shelf_is_added_edited_and_given_another_address(editor: TestClient, library: Database) -> None:
    answer = editor.post("/admin/shelves", data={"name": "Graphs & Nets", "description": "About them."})
    assert answer.headers["location"] == "/admin/shelves?done=added&what=graphs-nets"
    taken = editor.post("/admin/shelves", data={"name": "Optimization"})
    assert taken.status_code == 422
    assert "There is already a category “optimization”" in taken.text
    base = hidden(editor.get("/admin/shelves/categories/optimization").text)
    form = {"name": "Optimisation", "slug": "optimisation", "description": "How.", "base": base}
    answer = editor.post("/admin/shelves/categories/optimization", data=form)
    assert "done=renamed" in answer.headers["location"]
    assert document(library, "adam").categories == ("optimisation",)  # type: ignore[attr-defined]
    stale = editor.post("/admin/shelves/categories/optimisation", data={**form, "name": "Other"})
    assert stale.status_code == 409
    assert "What it says now" in stale.text


def test_shelves_are_put_in_order(editor: TestClient, library: Database) -> None:
    def order() -> list[str]:
        with library.reading() as session:
            return [record.slug for record in list_category_records(session)]

    assert order() == ["optimization", "regularisation", "empty-shelf"]
    answer = editor.post("/admin/shelves/order", data={"slug": "empty-shelf", "step": "up", "place": "3"})
    assert answer.headers["location"].endswith("#shelf-empty-shelf")
    assert order() == ["optimization", "empty-shelf", "regularisation"]
    editor.post("/admin/shelves/order", data={"slug": "optimization", "place": "99"})
    assert order() == ["empty-shelf", "regularisation", "optimization"]
    editor.post("/admin/shelves/order", data={"slug": "empty-shelf", "step": "up", "place": "1"})
    assert order() == ["empty-shelf", "regularisation", "optimization"]
    assert editor.post("/admin/shelves/order", data={"slug": "empty-shelf", "place": "first"}).status_code == 422


def test_a_shelf_is_emptied_merged_and_deleted_after_a_question(editor: TestClient, library: Database) -> None:
    one = "/admin/shelves/categories/"
    page = editor.get(one + "optimization/move?into=empty-shelf").text
    [number] = re.findall(r"(\d+) summaries move to “Empty shelf”", page)
    assert "stays, with 1 summary that is in the trash." in page
    answer = editor.post(one + "optimization/move", data={"into": "empty-shelf"})
    assert answer.headers["location"].endswith(f"?done=moved&what=empty-shelf&n={number}")
    assert document(library, "adam").categories == ("empty-shelf",)  # type: ignore[attr-defined]
    assert editor.post(one + "empty-shelf/delete").status_code == 409
    assert editor.get(one + "empty-shelf/merge?into=").status_code == 422
    assert "its address leads to “Regularisation”" in editor.get(one + "empty-shelf/merge?into=regularisation").text
    editor.post(one + "empty-shelf/merge", data={"into": "regularisation"})
    assert document(library, "adam").categories == ("regularisation",)  # type: ignore[attr-defined]
    assert editor.get("/categories/empty-shelf").headers["location"] == "/categories/regularisation"


def test_a_series_is_added_renamed_and_deleted_only_empty(editor: TestClient, library: Database) -> None:
    assert "done=added" in editor.post("/admin/shelves/series", data={"title": "New one"}).headers["location"]
    page = editor.get("/admin/shelves/series/in-two-parts").text
    assert page.index("Warm-up") < page.index("Schedules")
    form = {"title": "In two", "slug": "in-two", "description": "", "base": hidden(page)}
    answer = editor.post("/admin/shelves/series/in-two-parts", data=form)
    assert answer.headers["location"] == "/admin/shelves/series/in-two?done=renamed&what=in-two&n=2"
    assert "It cannot be deleted" in editor.get("/admin/shelves/series/in-two/delete").text
    assert editor.post("/admin/shelves/series/in-two/delete").status_code == 409
    assert "done=deleted" in editor.post("/admin/shelves/series/new-one/delete").headers["location"]


def test_tags_are_renamed_merged_and_swept(editor: TestClient, library: Database) -> None:
    answer = editor.post("/admin/shelves/tags/optimiser", data={"name": "Optimizers"})
    assert answer.headers["location"].startswith("/admin/shelves/tags/optimizers?done=renamed")
    page = editor.get("/admin/shelves/merge-tags?slug=optimizers&slug=schedule&slug=survey").text
    assert 'value="optimizers" checked' in page
    data = {"slug": ["optimizers", "schedule", "survey"], "into": "schedule"}
    assert "done=merged" in editor.post("/admin/shelves/merge-tags", data=data).headers["location"]
    assert document(library, "adam").tags == ("schedule",)  # type: ignore[attr-defined]
    assert editor.post("/admin/shelves/merge-tags", data={"slug": ["schedule"]}).status_code == 422
    assert editor.post("/admin/shelves/tags/schedule/delete").status_code == 409
    path = "/admin/shelves/merge-tags"
    for name in ("Schedule", "sched"):
        assert 'value="schedule" checked' in editor.get(path, params={"slug": "secret-tag", "into": name}).text
    which = editor.get(path, params={"slug": "schedule", "into": "e"}).text
    assert "?slug=schedule&amp;into=secret-tag" in which
    for nothing in ("nothing like it", ""):
        none = editor.get(path, params={"slug": "schedule", "into": nothing})
        assert (none.status_code, fields_of(none, path)["into"]) == (422, nothing)
    editor.post("/admin/bulk", data={"slug": ["a-draft"], "tags": "secret-tag", "action": "untag"})
    assert "secret-tag" in editor.get("/admin/shelves/unused-tags").text
    answer = editor.post("/admin/shelves/unused-tags")
    assert "Unused tags were deleted: 1 of them." in editor.get(answer.headers["location"]).text


# Paths and macro sets


def test_the_steps_of_a_path_are_lines_and_each_mistake_names_its_line(editor: TestClient) -> None:
    steps = "adam: First.\n  And more.\nnowhere\nadam: again\nNot A Slug"
    answer = editor.post("/admin/paths", data={"title": "A way", "steps": steps})
    assert answer.status_code == 422
    for sentence in (
        "Steps, line 3: there is no summary “nowhere”",
        "Steps, line 4: “adam” stands on line 1 already",
        "Steps, line 5: “Not A Slug” is not a slug",
    ):
        assert sentence in answer.text, sentence
    assert typed(answer.text, "steps") == steps
    good = "scheduler: Last: with a colon.\r\nadam: First.\r\n  And more.\r\nwarmup"
    assert editor.post("/admin/paths", data={"title": "A way", "steps": good}).headers["location"] == (
        "/admin/paths/a-way?done=added&what=a-way"
    )
    page = editor.get("/admin/paths/a-way").text
    assert typed(page, "steps") == good.replace("\r\n", "\n")
    assert "Step 1, “scheduler”, requires “warmup”, which comes only as step 3." in page
    form = {"title": "A way", "slug": "a-way", "description": "", "steps": good, "base": hidden(page)}
    put = editor.post("/admin/paths/a-way/order", data=form).text
    assert typed(put, "steps").split("\n")[0].startswith("adam")
    unchanged = editor.post("/admin/paths/a-way", data=form)
    assert "done=unchanged" in unchanged.headers["location"]
    moved = editor.post("/admin/paths/a-way", data={**form, "slug": "the-way", "steps": "adam"})
    assert moved.headers["location"] == "/admin/paths/the-way?done=renamed&what=the-way"
    assert editor.post("/admin/paths/the-way", data=form).status_code == 409
    assert editor.post("/admin/paths", data={"title": "The way"}).status_code == 422
    at_once = editor.post("/admin/paths", data={"title": " ", "slug": "the-way", "steps": "nowhere"})
    for field in ("title", "slug", "steps"):
        assert f'href="#f-{field}"' in at_once.text, field
    at_once = editor.post("/admin/paths/the-way", data={**form, "title": "", "slug": "No Slug", "steps": "nowhere"})
    for field in ("title", "slug", "steps"):
        assert f'href="#f-{field}"' in at_once.text, field
    # The former address of another path may be given again.
    assert "done=added" in editor.post("/admin/paths", data={"title": "A way"}).headers["location"]
    assert "done=deleted" in editor.post("/admin/paths/the-way/delete").headers["location"]


def test_a_macro_set_is_looked_at_before_it_breaks_anything(editor: TestClient, library: Database) -> None:
    page = editor.get("/admin/macros/vectors").text
    base = hidden(page)
    assert "With macros" in page
    look = editor.post("/admin/macros/vectors/check", data={"source": "\\newcommand{\\Q}{x}\n", "base": base}).text
    assert "1 summary would have problems they do not have now." in look
    assert "Line 1: " in look
    assert "<code>\\Q</code> (line 1)" in look
    wrong = {"source": "\\newcommand{\\vecspace}{\\mathbb{R}}\n\\newcommand{\\S}{\n", "base": base}
    assert re.search(r"<strong>Line \d</strong>", editor.post("/admin/macros/vectors/check", data=wrong).text)
    refused = editor.post("/admin/macros/vectors", data=wrong)
    assert refused.status_code == 422
    assert "Definitions, line" in refused.text
    assert typed(refused.text, "source").startswith("\\newcommand{\\vecspace}{\\mathbb{R}}\n\\newcommand{\\S}")
    answer = editor.post(
        "/admin/macros/vectors", data={"source": "\\newcommand{\\vecspace}{\\mathcal{R}}\r\n", "base": base}
    )
    assert answer.headers["location"] == "/admin/macros/vectors?done=changed&what=vectors&n=1"
    assert "1 summary rendered again" in editor.get(answer.headers["location"]).text
    stale = editor.post("/admin/macros/vectors", data={"source": "% nothing", "base": base})
    assert stale.status_code == 409
    assert "\\mathcal{R}" in stale.text


def test_a_macro_set_is_added_renamed_and_deleted_only_unused(editor: TestClient, library: Database) -> None:
    source = "\\newcommand{\\N}{\\mathbb{N}}\n"
    assert "done=added" in editor.post("/admin/macros", data={"name": "sets", "source": source}).headers["location"]
    assert editor.post("/admin/macros", data={"name": "sets", "source": "% other"}).status_code == 409
    assert editor.post("/admin/macros", data={"name": "Bad Name", "source": source}).status_code == 422
    answer = editor.post("/admin/macros/vectors/rename", data={"name": "spaces"})
    assert answer.headers["location"] == "/admin/macros/spaces?done=renamed&what=spaces&n=1"
    assert document(library, "mac").macros == ("spaces",)  # type: ignore[attr-defined]
    assert "With macros" in editor.get("/admin/macros/spaces/delete").text
    assert editor.post("/admin/macros/spaces/delete").status_code == 409
    assert "done=deleted" in editor.post("/admin/macros/sets/delete").headers["location"]


# Rights


CHANGES = (
    ("/admin/bulk", {"slug": ["a-draft"], "action": "publish"}),
    ("/admin/papers/kingma2015adam/rename", {"key": "x"}),
    ("/admin/papers/kingma2015adam/merge", {"into": "reddi2018convergence"}),
    ("/admin/papers/kingma2015adam/delete", {}),
    ("/admin/authors/jimmy-ba", {"family": "X"}),
    ("/admin/authors/jimmy-ba/merge", {"into": "sashank-j-reddi"}),
    ("/admin/shelves", {"name": "X"}),
    ("/admin/shelves/order", {"slug": "optimization", "place": "2"}),
    ("/admin/shelves/categories/optimization", {"name": "X"}),
    ("/admin/shelves/categories/optimization/merge", {"into": "regularisation"}),
    ("/admin/shelves/categories/optimization/move", {"into": "regularisation"}),
    ("/admin/shelves/categories/empty-shelf/delete", {}),
    ("/admin/shelves/series", {"title": "X"}),
    ("/admin/shelves/series/in-two-parts", {"title": "X"}),
    ("/admin/shelves/series/in-two-parts/delete", {}),
    ("/admin/shelves/tags/optimiser", {"name": "X"}),
    ("/admin/shelves/tags/optimiser/delete", {}),
    ("/admin/shelves/merge-tags", {"slug": ["optimiser"], "into": "schedule"}),
    ("/admin/shelves/unused-tags", {}),
    ("/admin/paths", {"title": "X"}),
    ("/admin/paths/a-path", {"title": "X"}),
    ("/admin/paths/a-path/order", {"steps": "adam"}),
    ("/admin/paths/a-path/delete", {}),
    ("/admin/macros", {"name": "x"}),
    ("/admin/macros/vectors", {"source": "% x"}),
    ("/admin/macros/vectors/rename", {"name": "x"}),
    ("/admin/macros/vectors/delete", {}),
)


def test_only_editors_curate_and_only_from_our_own_pages(browser_of: NewBrowser, library: Database) -> None:
    curator, stranger, editor = browser_of("curator"), browser_of(None), browser_of("editor")
    before = actions(library)
    for path, data in CHANGES:
        assert curator.post(path, data=data).status_code == 403, path
        assert stranger.post(path, data=data).status_code == 401, path
        foreign = editor.post(path, data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403, path
    assert actions(library) == before
    with library.reading() as session:
        assert session.scalars(select(Summary.status).where(Summary.slug == "a-draft")).one() == "draft"
