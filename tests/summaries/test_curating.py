"""Shelves renamed, merged and deleted: what names them is written anew, and former names lead on."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import AuditEntry
from app.database import Database, library_version
from app.errors import BadInput, Conflict, Moved, ShelfNotFound
from app.summaries import curating
from app.summaries.browsing import get_public_tag
from app.summaries.models import Revision, Summary, SummaryCategory
from app.summaries.queries import documents_of, find_for_edit, get_published
from app.summaries.service import save_summary
from app.taxonomy.models import Tag
from app.taxonomy.queries import get_category, get_series, get_tag, list_category_records
from app.taxonomy.service import reorder_categories, save_category
from tests.factories import EDITOR, add_category, add_summary, make_category, make_document


def document(session: Session, slug: str):
    summary = find_for_edit(session, slug)
    assert summary is not None
    return documents_of(session, [summary])[0]


def latest(session: Session, slug: str) -> Revision:
    newest = select(Revision).join(Summary, Summary.id == Revision.summary_id).where(Summary.slug == slug)
    return session.scalars(newest.order_by(Revision.number.desc()).limit(1)).one()


def assert_history_is_true(session: Session) -> None:
    """Every summary, the trash too, is what its latest revision says."""
    slugs = session.scalars(select(Summary.slug)).all()
    assert slugs
    assert all(latest(session, slug).sha256 == document(session, slug).digest() for slug in slugs)


def test_a_renamed_category_is_named_so_by_every_document_with_a_revision_that_says_why(filled: Database) -> None:
    with filled.writing() as session:
        before = library_version(session)
        assert curating.rename_category(session, "optimization", "optimisation", actor=EDITOR) == 9
        assert library_version(session) == before + 1
    with filled.writing() as session:
        assert_history_is_true(session)
        assert document(session, "trashed-one").categories == ("optimisation",)
        assert latest(session, "adam").note == "The category optimization is now called optimisation."
        assert save_summary(session, document(session, "adam"), actor=EDITOR).outcome == "unchanged"
        with pytest.raises(Moved) as moved:
            get_category(session, "optimization")
        assert moved.value.location == "/categories/optimisation"
        assert get_published(session, "adam").stamp == before + 1


def test_a_document_that_names_a_former_category_or_series_is_understood(filled: Database) -> None:
    with filled.writing() as session:
        older = document(session, "warmup")
        curating.rename_category(session, "optimization", "training", actor=EDITOR)
        curating.rename_series(session, "in-two-parts", "two-parts", actor=EDITOR)
        assert save_summary(session, older, actor=EDITOR).outcome == "unchanged"
        assert document(session, "warmup").series == "two-parts"
        with pytest.raises(Moved, match="/series/two-parts"):
            get_series(session, "in-two-parts")
        assert_history_is_true(session)


def test_a_new_category_under_a_former_name_has_the_name_again(filled: Database) -> None:
    with filled.writing() as session:
        curating.rename_category(session, "optimization", "training", actor=EDITOR)
        save_category(session, make_category(name="Another"))
    with filled.reading() as session:
        assert get_category(session, "optimization").name == "Another"


@pytest.mark.parametrize(("slug", "error"), [("regularisation", Conflict), ("No slug", BadInput)])
def test_a_category_is_not_renamed_to_what_is_taken_or_no_slug(filled: Database, slug: str, error: type) -> None:
    with filled.writing() as session, pytest.raises(error):
        curating.rename_category(session, "optimization", slug, actor=EDITOR)


def test_merged_categories_keep_each_summary_once_and_in_its_place(filled: Database) -> None:
    with filled.writing() as session:
        assert curating.merge_categories(session, "regularisation", "optimization", actor=EDITOR) == 1
    with filled.reading() as session:
        assert document(session, "dropout").categories == ("optimization",)
        positions = select(SummaryCategory.position).join(Summary, Summary.id == SummaryCategory.summary_id)
        assert set(session.scalars(positions)) == {1}
        assert_history_is_true(session)
        with pytest.raises(Moved, match="/categories/optimization"):
            get_category(session, "regularisation")
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "category.merge")).one()
        assert (entry.actor, entry.subject) == ("Edith Editor", "optimization")


def test_a_category_is_not_merged_with_itself(filled: Database) -> None:
    with filled.writing() as session, pytest.raises(BadInput, match="itself"):
        curating.merge_categories(session, "optimization", "optimization", actor=EDITOR)


def test_summaries_move_between_categories_and_others_stay(filled: Database) -> None:
    with filled.writing() as session:
        moved = curating.move_summaries(
            session, ["adam", "dropout", "a-draft"], "optimization", "empty-shelf", actor=EDITOR
        )
        assert moved == 3
        assert document(session, "adam").categories == ("empty-shelf",)
        assert document(session, "dropout").categories == ("regularisation", "empty-shelf")
        assert document(session, "warmup").categories == ("optimization",)
        assert curating.move_summaries(session, ["adam"], "optimization", "empty-shelf", actor=EDITOR) == 0
        with pytest.raises(BadInput, match="no summary “nowhere”"):
            curating.move_summaries(session, ["adam", "nowhere"], "empty-shelf", "optimization", actor=EDITOR)
        assert_history_is_true(session)


def test_only_a_category_without_summaries_can_be_deleted(filled: Database) -> None:
    with filled.writing() as session:
        with pytest.raises(Conflict, match="9 summaries use it"):
            curating.delete_category(session, "optimization", actor=EDITOR)
        curating.delete_category(session, "empty-shelf", actor=EDITOR)
        with pytest.raises(ShelfNotFound):
            get_category(session, "empty-shelf")


def test_categories_are_put_in_an_order_that_names_each_once(filled: Database) -> None:
    with filled.writing() as session:
        order = ["empty-shelf", "optimization", "regularisation"]
        assert reorder_categories(session, order, actor=EDITOR) == "changed"
        assert reorder_categories(session, order, actor=EDITOR) == "unchanged"
        assert [record.slug for record in list_category_records(session)] == order
        for wrong in (order[:2], [*order, "nowhere"], [*order, order[0]]):
            with pytest.raises(BadInput, match=r"missing|no category|twice"):
                reorder_categories(session, wrong, actor=EDITOR)


def test_a_tag_gets_another_name_and_the_slug_that_follows_from_it(filled: Database) -> None:
    with filled.writing() as session:
        assert curating.rename_tag(session, "optimiser", "Optimizers", actor=EDITOR) == 5
        assert document(session, "scheduler").tags == ("schedule", "Optimizers")
        with pytest.raises(Moved, match="/tags/optimizers"):
            get_public_tag(session, "optimiser")
        assert curating.rename_tag(session, "optimizers", "optimizers", actor=EDITOR) == 5
        assert get_tag(session, "optimizers").name == "optimizers"
        assert_history_is_true(session)


@pytest.mark.parametrize(("name", "error"), [("Schedule", Conflict), ("...", BadInput), ("x" * 121, BadInput)])
def test_a_tag_is_not_renamed_to_what_is_taken_or_no_name(filled: Database, name: str, error: type) -> None:
    with filled.writing() as session, pytest.raises(error, match=r"merge|no name"):
        curating.rename_tag(session, "optimiser", name, actor=EDITOR)


def test_a_tag_that_only_drafts_carry_is_renamed_without_a_trace_for_readers(filled: Database) -> None:
    with filled.writing() as session:
        before = library_version(session)
        curating.rename_tag(session, "secret-tag", "More secret", actor=EDITOR)
        assert library_version(session) == before
        with pytest.raises(ShelfNotFound):
            get_tag(session, "secret-tag")
        assert_history_is_true(session)


def test_merged_tags_keep_each_summary_once_and_the_address_leads_on(filled: Database) -> None:
    with filled.writing() as session:
        assert curating.merge_tags(session, "schedule", "optimiser", actor=EDITOR) == 2
        assert document(session, "scheduler").tags == ("optimiser",)
        assert document(session, "warmup").tags == ("optimiser",)
        with pytest.raises(Moved, match="/tags/optimiser"):
            get_public_tag(session, "schedule")
        assert_history_is_true(session)


def test_a_tag_merged_into_one_that_only_drafts_carried_brings_it_to_readers(filled: Database) -> None:
    with filled.writing() as session:
        curating.merge_tags(session, "survey", "secret-tag", actor=EDITOR)
        with pytest.raises(Moved, match="/tags/secret-tag"):
            get_public_tag(session, "survey")
        assert get_public_tag(session, "secret-tag").stamp == library_version(session)


def test_unused_tags_are_deleted_and_used_ones_are_not(filled: Database) -> None:
    with filled.writing() as session:
        with pytest.raises(Conflict, match="1 summary uses it"):
            curating.delete_tag(session, "survey", actor=EDITOR)
        save_summary(session, document(session, "reading-list").model_copy(update={"tags": ()}), actor=EDITOR)
        assert [tag.slug for tag in curating.list_unused_tags(session)] == ["survey"]
        assert curating.delete_unused_tags(session, actor=EDITOR) == ["survey"]
        assert curating.delete_unused_tags(session, actor=EDITOR) == []
        assert session.scalars(select(Tag).where(Tag.slug == "survey")).one_or_none() is None


def test_only_a_series_without_parts_can_be_deleted(filled: Database) -> None:
    with filled.writing() as session:
        with pytest.raises(Conflict, match="2 summaries"):
            curating.delete_series(session, "in-two-parts", actor=EDITOR)
        for slug in ("scheduler", "warmup"):
            alone = document(session, slug).model_copy(update={"series": None, "part": None})
            save_summary(session, alone, actor=EDITOR)
        curating.delete_series(session, "in-two-parts", actor=EDITOR)
        with pytest.raises(ShelfNotFound):
            get_series(session, "in-two-parts")


def test_how_many_use_a_shelf_counts_what_readers_do_not_see(filled: Database) -> None:
    with filled.reading() as session:
        shelves = (get_category(session, "optimization"), get_tag(session, "secret-tag"))
        assert [curating.shelf_use(session, shelf) for shelf in shelves] == [9, 1]
        assert curating.shelf_use(session, get_series(session, "in-two-parts")) == 2


def test_a_tag_is_stamped_when_it_first_appears_and_when_the_last_summary_goes(store: Database) -> None:
    with store.writing() as session:
        add_category(session)
        add_summary(session, status="draft", tags=("new",))
        assert get_tag(session, "new").stamp == 0
    with store.writing() as session:
        save_summary(session, make_document(tags=("new",)), actor=EDITOR)
        appeared = get_tag(session, "new").stamp
        assert appeared == library_version(session)
    with store.writing() as session:
        add_summary(session, slug="second", tags=("new",))
        assert get_tag(session, "new").stamp == appeared
        save_summary(session, make_document(tags=()), actor=EDITOR)
        assert get_tag(session, "new").stamp == appeared
    with store.writing() as session:
        save_summary(session, make_document(slug="second", status="archived", tags=("new",)), actor=EDITOR)
        assert get_tag(session, "new").stamp == library_version(session)
