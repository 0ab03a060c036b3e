"""Saving as a person: over which revision, by whom, once; and another slug for a summary, on both databases."""

import threading
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import AuditEntry
from app.accounts.rights import Person
from app.database import Database, attempt, library_version
from app.errors import BadInput, CairnError, Conflict, Moved, NotAllowed, StaleRevision, SummaryNotFound
from app.summaries.documents import SummaryDocument
from app.summaries.editing import get_for_desk, get_for_edit, may_edit, rename_slug, save
from app.summaries.models import Revision, Summary
from app.summaries.paths import iter_path_records
from app.summaries.queries import document_for, find_for_edit, get_published, ids_changed_since, iter_documents
from app.tombstones import moved_to
from tests.factories import add_summary, make_document

Cast = dict[str, Person]


def draft(**overrides: Any) -> SummaryDocument:
    return make_document(**{"slug": "fresh", "title": "Fresh", "status": "draft", "published": None, **overrides})


def document_in(database: Database, slug: str) -> SummaryDocument:
    with database.reading() as session:
        return document_for(session, find_for_edit(session, slug))


def revisions(database: Database, slug: str) -> int:
    with database.reading() as session:
        rows = select(func.count()).select_from(Revision).join(Summary, Summary.id == Revision.summary_id)
        return session.scalars(rows.where(Summary.slug == slug)).one()


def test_a_new_summary_is_saved_once_however_often_the_form_is_sent(library: Database, people: Cast) -> None:
    for outcome in ("added", "unchanged", "unchanged"):
        with library.writing() as session:
            saved = save(session, draft(), person=people["carl"], base_revision=None, submission="one-time")
            assert (saved.outcome, saved.revision) == (outcome, 1)
    assert revisions(library, "fresh") == 1


def test_a_new_summary_does_not_go_over_another_of_its_slug(library: Database, people: Cast) -> None:
    with library.reading() as session, pytest.raises(Conflict, match="already a summary “adam”, “Adam”") as error:
        save(session, draft(slug="adam"), person=people["edith"], base_revision=None)
    assert not isinstance(error.value, StaleRevision)


def test_the_same_form_sent_again_after_a_colleague_saved_is_still_the_first_save(filled: Database, cast: Cast) -> None:
    with filled.writing() as session:
        save(session, draft(), person=cast["carl"], base_revision=None)
    second = draft(body="Two.")
    with filled.writing() as session:
        save(session, second, person=cast["carl"], base_revision=1, submission="form")
    with filled.writing() as session:
        save(session, draft(body="Three."), person=cast["cora"], base_revision=2)
    with filled.writing() as session:
        again = save(session, second, person=cast["carl"], base_revision=1, submission="form")
        assert (again.outcome, again.revision) == ("unchanged", 2)
    assert document_in(filled, "fresh").body == "Three."


def test_a_one_time_value_with_another_text_is_a_change_of_its_own(library: Database, people: Cast) -> None:
    with library.writing() as session:
        save(session, draft(), person=people["carl"], base_revision=None, submission="form")
    with library.writing() as session, pytest.raises(Conflict), attempt(session):
        save(session, draft(body="More."), person=people["carl"], base_revision=None, submission="form")
    with library.writing() as session:
        saved = save(session, draft(body="More."), person=people["carl"], base_revision=1, submission="form")
        assert saved.revision == 2
    with library.writing() as session:  # what another person's form calls itself is nothing to this one
        saved = save(session, draft(body="Most."), person=people["cora"], base_revision=2, submission="form")
        assert saved.revision == 3


def test_a_stale_base_is_refused_with_the_present_revision(filled: Database, cast: Cast) -> None:
    with filled.writing() as session:
        save(session, draft(), person=cast["carl"], base_revision=None)
    with filled.writing() as session:
        save(session, draft(body="Hers."), person=cast["cora"], base_revision=1)
    with filled.writing() as session, pytest.raises(StaleRevision, match="revision 1; revision 2") as error:
        save(session, draft(body="His."), person=cast["carl"], base_revision=1)
    assert (error.value.present, error.value.status) == (2, 409)
    assert document_in(filled, "fresh").body == "Hers."
    with filled.writing() as session:
        assert save(session, draft(body="Hers."), person=cast["carl"], base_revision=1).outcome == "unchanged"


def test_what_is_gone_for_good_is_told_and_not_made_again(library: Database, people: Cast) -> None:
    with library.reading() as session, pytest.raises(SummaryNotFound, match="no longer here"):
        save(session, draft(slug="never-there"), person=people["carl"], base_revision=3)


NOT_A_CURATORS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("a-draft", {"status": "published", "categories": ("optimization",)}),
    ("a-draft", {"status": "archived"}),
    ("adam", {"title": "Mine"}),
    ("adam", {"status": "draft"}),
    ("archived-one", {"title": "Mine"}),
    ("fresh", {"status": "published"}),
)


def test_a_curator_changes_only_what_is_open_and_publishes_nothing(library: Database, people: Cast) -> None:
    for slug, change in NOT_A_CURATORS:
        document = draft() if slug == "fresh" else document_in(library, slug)
        base = None if slug == "fresh" else 1
        with library.reading() as session, pytest.raises(NotAllowed):
            save(session, document.model_copy(update=change), person=people["carl"], base_revision=base)


def test_a_curator_writes_drafts_and_what_is_in_review(library: Database, people: Cast) -> None:
    for slug in ("a-draft", "in-review-one"):
        document = document_in(library, slug).model_copy(update={"body": "Better."})
        with library.writing() as session:
            assert save(session, document, person=people["carl"], base_revision=1).revision == 2


def test_an_editors_change_of_a_published_text_stays_published_and_updated_stays_where_it_was(
    library: Database, people: Cast
) -> None:
    before = document_in(library, "adam")
    with library.writing() as session:
        document = before.model_copy(update={"body": "New.", "published": None})
        saved = save(session, document, person=people["edith"], base_revision=1, note="  a  better\nbody ")
        assert saved.summary.is_public
    after = document_in(library, "adam")
    assert (after.published, after.updated) == (before.published, None)
    with library.reading() as session:
        revision = session.scalars(select(Revision).where(Revision.number == 2)).one()
        assert (revision.actor, revision.actor_id) == ("Edith", people["edith"].id)
        assert revision.note == "a better body"
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.subject, entry.detail) == ("summary.save", "summaries/adam", "revision 2")


def test_publishing_by_a_save_is_held_to_the_checklist(library: Database, people: Cast) -> None:
    document = draft(tldr="", status="published")
    with library.writing() as session, pytest.raises(BadInput, match="write the TLDR") as error, attempt(session):
        save(session, document, person=people["edith"], base_revision=None)
    assert [problem.field for problem in error.value.problems] == ["tldr", "papers"]
    with library.reading() as session, pytest.raises(SummaryNotFound):
        get_for_desk(session, "fresh")


def test_a_note_without_end_is_refused(library: Database, people: Cast) -> None:
    with library.reading() as session, pytest.raises(BadInput, match="note"):
        save(session, draft(), person=people["carl"], base_revision=None, note="x" * 1001)


def test_who_may_open_what_for_writing(library: Database, people: Cast) -> None:
    with library.reading() as session:
        assert get_for_edit(session, "a-draft", people["carl"]).title == "A secret draft"
        assert get_for_edit(session, "adam", people["edith"]).slug == "adam"
        with pytest.raises(NotAllowed, match="published: only an editor"):
            get_for_edit(session, "adam", people["carl"])
        with pytest.raises(Conflict, match="trash"):
            get_for_edit(session, "trashed-one", people["edith"])
        with pytest.raises(SummaryNotFound):
            get_for_edit(session, "nothing", people["ada"])
        assert not may_edit(get_for_desk(session, "archived-one"), people["cora"])
        assert get_for_desk(session, "trashed-one").trashed_at is not None


def race(database: Database, *saves: Any) -> list[str]:
    """Run these at once, each in a session of its own; return the name of what each came to."""
    told: list[str] = []
    ready = threading.Barrier(len(saves))

    def run(act: Any) -> None:
        ready.wait()
        try:
            with database.writing() as session:
                told.append(act(session).outcome)
        except CairnError as error:
            told.append(type(error).__name__)

    threads = [threading.Thread(target=run, args=(act,)) for act in saves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def test_two_racing_saves_over_one_base_give_one_revision_and_one_refusal(filled: Database, cast: Cast) -> None:
    with filled.writing() as session:
        save(session, draft(), person=cast["carl"], base_revision=None)
    for base in (1, 2, 3):
        texts = [(cast[name], draft(body=f"{name} on {base}")) for name in ("carl", "cora")]
        told = race(
            filled, *(lambda s, p=p, d=d, b=base: save(s, d, person=p, base_revision=b) for p, d in texts)
        )  # fmt: skip
        assert told == ["StaleRevision", "changed"]
        assert revisions(filled, "fresh") == base + 1


def test_racing_new_summaries_of_one_slug_and_double_clicks_make_one(filled: Database, cast: Cast) -> None:
    told = race(
        filled,
        lambda s: save(s, draft(body="Carl's."), person=cast["carl"], base_revision=None),
        lambda s: save(s, draft(body="Cora's."), person=cast["cora"], base_revision=None),
    )
    assert told == ["Conflict", "added"]
    twice = draft(slug="twice", tags=("brand new",))
    told = race(
        filled, *[lambda s: save(s, twice, person=cast["carl"], base_revision=None, submission="f") for _ in range(3)]
    )
    assert told == ["added", "unchanged", "unchanged"]
    assert revisions(filled, "twice") == 1


def test_a_renamed_summary_is_found_by_both_names_everywhere(filled: Database, cast: Cast) -> None:
    with filled.reading() as session:
        before = library_version(session)
    with filled.writing() as session:
        summary = rename_slug(session, "adam", "adam-optimiser", person=cast["edith"])
        assert (summary.slug, summary.revision) == ("adam-optimiser", 2)
    with filled.reading() as session:
        with pytest.raises(Moved, match="/summaries/adam-optimiser"):
            get_published(session, "adam")
        assert get_for_desk(session, "adam").slug == "adam-optimiser"
        assert moved_to(session, "summary", "adam") == "adam-optimiser"
        warmup = get_published(session, "warmup")
        assert 'href="/summaries/adam-optimiser"' in warmup.rendering.html
        assert warmup.stamp > before
        assert get_published(session, "adam-optimiser").id in ids_changed_since(session, before)
        assert next(iter_path_records(session)).steps[0].summary == "adam-optimiser"
        rows = session.execute(select(Summary.slug, Revision.sha256).join(Revision).where(
            Revision.number == Summary.revision))  # fmt: skip
        newest = dict(rows.all())
        documents = {document.slug: document for document in iter_documents(session)}
    assert documents["warmup"].requires == ("adam-optimiser",)
    assert "adam-optimiser]]" in documents["warmup"].body, "an export holds texts and no former names"
    assert {slug: document.digest() for slug, document in documents.items()}.items() <= newest.items()


def test_a_former_name_may_still_be_required_and_is_put_right(library: Database, people: Cast) -> None:
    with library.writing() as session:
        rename_slug(session, "adam", "adam-optimiser", person=people["edith"])
    with library.writing() as session:
        save(session, draft(requires=("adam",)), person=people["carl"], base_revision=None)
    assert document_in(library, "fresh").requires == ("adam-optimiser",)


def test_a_summary_may_get_its_old_name_back_and_no_link_of_its_history_is_lost(filled: Database, cast: Cast) -> None:
    with filled.writing() as session:
        rename_slug(session, "adam", "middle", person=cast["edith"])
        rename_slug(session, "middle", "last", person=cast["edith"])
    with filled.writing() as session:
        rename_slug(session, "last", "adam", person=cast["edith"])
    with filled.reading() as session:
        assert 'href="/summaries/adam"' in get_published(session, "warmup").rendering.html
        assert moved_to(session, "summary", "adam") is None
        assert moved_to(session, "summary", "middle") == moved_to(session, "summary", "last") == "adam"
        for old in ("middle", "last"):
            with pytest.raises(Moved):
                get_published(session, old)


TAKEN: tuple[tuple[str, type[CairnError], str], ...] = (
    ("Not A Slug", BadInput, "lower-case"),
    ("dropout", Conflict, "the slug of “Dropout”"),
    ("trashed-one", Conflict, "in the trash"),
    ("once-warmup", Conflict, "used to be called so"),
)


def test_a_slug_that_is_not_free_is_refused(library: Database, people: Cast) -> None:
    with library.writing() as session:
        rename_slug(session, "warmup", "once-warmup", person=people["edith"])
        rename_slug(session, "once-warmup", "warmup", person=people["edith"])
    for slug, error, message in TAKEN:
        with library.reading() as session, pytest.raises(error, match=message):
            rename_slug(session, "adam", slug, person=people["edith"])


def test_the_name_of_a_draft_is_nothing_that_programs_hear_of(library: Database, people: Cast) -> None:
    with library.reading() as session:
        before = library_version(session)
    with library.writing() as session:
        rename_slug(session, "a-draft", "another-draft", person=people["carl"])
    with library.reading() as session:
        assert moved_to(session, "summary", "a-draft") is None
        assert library_version(session) == before
        assert get_for_desk(session, "a-draft").slug == "another-draft"
        with pytest.raises(NotAllowed):
            rename_slug(session, "adam", "other", person=people["carl"])


def test_a_curator_who_renames_a_draft_writes_nothing_into_what_is_published(library: Database, people: Cast) -> None:
    with library.writing() as session:
        add_summary(session, slug="shown", body="See [[a-draft]].")
        add_summary(session, slug="open", body="See [[a-draft]].", status="draft")
    with library.writing() as session:
        rename_slug(session, "a-draft", "another-draft", person=people["carl"])
    with library.reading() as session:
        assert get_for_desk(session, "open").body == "See [[another-draft]]."
        shown = get_for_desk(session, "shown")
        assert (shown.body, shown.revision) == ("See [[a-draft]].", 1)
    with library.writing() as session:
        rename_slug(session, "another-draft", "third", person=people["edith"])
    with library.reading() as session:
        assert get_for_desk(session, "shown").body == "See [[third]]."


def test_a_new_summary_takes_a_name_that_only_led_on(filled: Database, cast: Cast) -> None:
    with filled.writing() as session:
        rename_slug(session, "adam", "adam-optimiser", person=cast["edith"])
    with filled.writing() as session:
        add_summary(session, slug="adam", title="Another Adam")
    with filled.reading() as session:
        assert get_published(session, "adam").title == "Another Adam"
        assert 'href="/summaries/adam-optimiser"' in get_published(session, "warmup").rendering.html
        assert moved_to(session, "summary", "adam") is None
