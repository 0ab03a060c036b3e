"""Reading paths renamed and deleted; steps by former slugs; a path is stamped when a step appears."""

import pytest

from app.database import Database, library_version
from app.errors import BadInput, Conflict, Moved, ShelfNotFound
from app.summaries.models import FormerSlug, Summary
from app.summaries.path_records import PathRecord
from app.summaries.paths import delete_path, get_path, iter_path_records, rename_path, save_path
from app.summaries.queries import find_for_edit
from app.summaries.service import save_summary
from tests.factories import EDITOR, add_path
from tests.summaries.test_curating import document


def test_a_renamed_path_leads_on_and_its_name_may_be_had_again(filled: Database) -> None:
    with filled.writing() as session:
        rename_path(session, "a-path", "first-steps", actor=EDITOR)
        with pytest.raises(Moved, match="/paths/first-steps"):
            get_path(session, "a-path")
        add_path(session, "adam")
        assert len(get_path(session, "a-path").steps) == 1
        for wrong, error in (("first-steps", Conflict), ("No slug", BadInput)):
            with pytest.raises(error):
                rename_path(session, "a-path", wrong, actor=EDITOR)


def test_a_deleted_path_is_gone_and_its_summaries_are_not(filled: Database) -> None:
    with filled.writing() as session:
        delete_path(session, "a-path", actor=EDITOR)
        with pytest.raises(ShelfNotFound):
            get_path(session, "a-path")
        assert find_for_edit(session, "adam") is not None


def test_a_step_by_a_former_slug_is_the_summary_that_had_it(filled: Database) -> None:
    with filled.writing() as session:
        adam = session.query(Summary).filter_by(slug="adam").one()
        session.add(FormerSlug(slug="adam-optimiser", summary_id=adam.id))
        session.flush()
        assert add_path(session, "adam-optimiser", slug="another")
        assert [step.summary for path in iter_path_records(session) for step in path.steps][-1] == "adam"
        again = PathRecord.model_validate(
            {"slug": "another", "title": "A path", "steps": [{"summary": "adam-optimiser"}]}
        )
        assert save_path(session, again) == "unchanged"


def test_a_path_and_what_requires_a_summary_are_stamped_when_it_goes(filled: Database) -> None:
    with filled.writing() as session:
        archived = document(session, "adam").model_copy(update={"status": "archived"})
        save_summary(session, archived, actor=EDITOR)
        version = library_version(session)
        assert get_path(session, "a-path").stamp == version
        warmup = find_for_edit(session, "warmup")
        assert warmup is not None
        assert warmup.stamp == version
