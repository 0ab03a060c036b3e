"""Saving a summary: rules, revisions, stamps, links, on both databases."""

import datetime as dt
import hashlib

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from app.database import Database, library_version, now
from app.errors import BadInput, Conflict
from app.papers.service import save_paper as save_paper_alone
from app.summaries.connection_models import Citation, Link, Prerequisite
from app.summaries.documents import SummaryDocument
from app.summaries.models import Revision, Summary
from app.summaries.queries import find_for_edit, get_published, ids_changed_since, iter_documents
from app.summaries.service import save_paper, save_summary
from app.taxonomy.models import Tag
from tests.factories import EDITOR, add_category, add_paper, add_summary, make_document, make_paper


def fields(error: pytest.ExceptionInfo[BadInput]) -> list[str]:
    return [problem.field for problem in error.value.problems]


def test_a_new_summary_is_added_rendered_and_kept_as_its_first_revision(store: Database) -> None:
    with store.writing() as session:
        add_category(session)
        add_paper(session)
        saved = save_summary(session, make_document(papers=("kingma2015adam",)), actor=EDITOR, note="first")
        assert saved.outcome == "added"
    with store.reading() as session:
        summary = get_published(session, "adam")
        assert [paper.key for paper in summary.papers] == ["kingma2015adam"]
        assert "<math>" in summary.rendering.html
        revision = session.scalars(select(Revision)).one()
        assert (revision.number, revision.actor, revision.note) == (1, "Edith Editor", "first")
        assert revision.sha256 == hashlib.sha256(revision.document.encode()).hexdigest()


def test_saving_the_same_again_changes_nothing(filled: Database) -> None:
    with filled.reading() as session:
        before, documents = library_version(session), list(iter_documents(session))
    assert len(documents) == 8
    with filled.writing() as session:
        outcomes = {save_summary(session, document, actor=EDITOR).outcome for document in documents}
    assert outcomes == {"unchanged"}
    with filled.reading() as session:
        assert library_version(session) == before
        assert len(session.scalars(select(Revision)).all()) == 9


def test_a_change_makes_the_next_revision_and_stamps_the_library(filled: Database) -> None:
    with filled.reading() as session:
        before = library_version(session)
        adam = next(document for document in iter_documents(session) if document.slug == "adam")
    with filled.writing() as session:
        saved = save_summary(session, adam.model_copy(update={"title": "Adam, again"}), actor=EDITOR)
        assert (saved.outcome, saved.summary.revision) == ("changed", 2)
    with filled.reading() as session:
        assert library_version(session) == before + 1
        assert get_published(session, "adam").stamp == before + 1


def test_saving_a_draft_is_nothing_that_readers_can_see(filled: Database) -> None:
    with filled.reading() as session:
        before = library_version(session)
    with filled.writing() as session:
        add_summary(session, slug="another-draft", status="draft", tags=())
    with filled.reading() as session:
        assert library_version(session) == before


def test_unpublishing_is_a_change_that_the_index_hears_of(filled: Database) -> None:
    with filled.reading() as session:
        before = library_version(session)
        adam = next(document for document in iter_documents(session) if document.slug == "adam")
    with filled.writing() as session:
        id_ = save_summary(session, adam.model_copy(update={"status": "draft"}), actor=EDITOR).summary.id
    with filled.reading() as session:
        assert id_ in ids_changed_since(session, before)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"papers": ("nobody1999nothing",)}, "papers"),
        ({"categories": ("no-such-shelf",)}, "categories"),
        ({"macros": ("none",)}, "macros"),
        ({"requires": ("missing",)}, "requires"),
        ({"series": "no-series", "part": 1}, "series"),
    ],
)
def test_what_is_named_but_not_there_is_refused_by_field(library: Database, change: dict, field: str) -> None:
    with library.reading() as session, pytest.raises(BadInput) as error:
        save_summary(session, make_document(slug="new-one", **change), actor=EDITOR)
    assert fields(error) == [field]


def test_every_missing_thing_is_named_at_once(library: Database) -> None:
    document = make_document(slug="new-one", papers=("a1", "b2"), categories=("x",), requires=("y",))
    with library.reading() as session, pytest.raises(BadInput) as error:
        save_summary(session, document, actor=EDITOR)
    assert fields(error) == ["papers", "papers", "categories", "requires"]


def test_a_taken_part_of_a_series_is_refused(library: Database) -> None:
    with library.reading() as session, pytest.raises(BadInput, match="already “warmup”"):
        save_summary(session, make_document(slug="new-one", series="in-two-parts", part=1), actor=EDITOR)
    with library.writing() as session:
        session.execute(update(Summary).where(Summary.slug == "warmup").values(trashed_at=now()))
    with library.reading() as session, pytest.raises(BadInput, match="“warmup”, which is in the trash"):
        save_summary(session, make_document(slug="new-one", series="in-two-parts", part=1), actor=EDITOR)


def test_a_circle_of_prerequisites_is_refused_with_the_circle_named(filled: Database) -> None:
    with filled.reading() as session:
        adam = next(document for document in iter_documents(session) if document.slug == "adam")
    with filled.reading() as session, pytest.raises(BadInput, match="adam → scheduler → warmup → adam"):
        save_summary(session, adam.model_copy(update={"requires": ("scheduler",)}), actor=EDITOR)


def test_a_slug_in_the_trash_is_not_silently_taken(library: Database) -> None:
    with library.reading() as session, pytest.raises(Conflict, match="trash"):
        save_summary(session, make_document(slug="trashed-one"), actor=EDITOR)


def test_tags_keep_the_spelling_they_were_first_given(library: Database) -> None:
    with library.writing() as session:
        add_summary(session, slug="new-one", tags=("OPTIMISER", "Brand new"))
    with library.reading() as session:
        assert [tag.name for tag in get_published(session, "new-one").tags] == ["optimiser", "Brand new"]
        assert len(session.scalars(select(Tag).where(Tag.slug == "optimiser")).all()) == 1


def test_a_published_summary_without_a_date_gets_one_and_keeps_it(library: Database) -> None:
    document = make_document(slug="new-one", published=None)
    with library.writing() as session:
        first = save_summary(session, document, actor=EDITOR).summary.published_at
    with library.writing() as session:
        assert save_summary(session, document, actor=EDITOR).outcome == "unchanged"
    assert first is not None
    assert first.tzinfo is not None


def test_links_citations_and_prerequisites_are_kept_as_written(filled: Database) -> None:
    with filled.reading() as session:
        warmup = find_for_edit(session, "warmup")
        links = session.execute(select(Link.form, Link.value, Link.type).where(Link.source_id == warmup.id)).all()
        assert [tuple(link) for link in links] == [("slug", "adam", "builds-on")]
        assert session.scalars(select(Citation.key)).all() == ["reddi2018convergence"]
        assert len(session.scalars(select(Prerequisite)).all()) == 2


def test_a_link_to_something_not_yet_there_comes_alive_when_it_is_published(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="early", body="See [[late-one]].", requires=())
        assert "missing-link" in get_published(session, "early").rendering.html
    with filled.reading() as session:
        before = library_version(session)
    with filled.writing() as session:
        add_summary(session, slug="late-one", title="Late one")
    with filled.reading() as session:
        early = get_published(session, "early")
        assert 'href="/summaries/late-one"' in early.rendering.html
        assert early.stamp > before


def test_a_draft_is_never_named_by_a_link(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="early", body="See [[a-draft]].")
        html = get_published(session, "early").rendering.html
    assert "secret" not in html
    assert "missing-link" in html


def test_a_paper_that_changes_renders_its_citations_again(filled: Database) -> None:
    changed = make_paper(key="reddi2018convergence", title="A better title", authors=(), arxiv_id="1904.09237")
    with filled.writing() as session:
        assert save_paper(session, changed) == "changed"
        assert "A better title" in get_published(session, "warmup").rendering.html


def test_a_change_of_a_paper_reaches_the_summaries_about_it(filled: Database) -> None:
    with filled.reading() as session:
        before = library_version(session)
        adam = find_for_edit(session, "adam").id
    with filled.writing() as session:
        save_paper_alone(session, make_paper(year=2014))
    with filled.reading() as session:
        assert adam in ids_changed_since(session, before)


def test_a_doi_or_arxiv_id_belongs_to_one_paper(filled: Database) -> None:
    with filled.reading() as session, pytest.raises(Conflict, match="kingma2015adam"):
        save_paper(session, make_paper(key="other2020paper"))


def test_a_document_read_back_is_the_one_that_was_saved(store: Database) -> None:
    document = make_document(
        papers=("kingma2015adam",),
        authors=("Ada", "Grace"),
        updated=dt.datetime(2025, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        source={"name": "A blog", "url": "https://example.org/"},
        updates=({"date": dt.date(2025, 1, 2), "text": "Fixed $x$."},),
        provenance={"written_by": "ai-assisted", "model": "m", "read": "full", "reviewed_on": dt.date(2025, 1, 1)},
        freshness={"state": "superseded", "reason": "AdamW", "by": "adamw"},
    )
    with store.writing() as session:
        add_category(session)
        add_paper(session)
        save_summary(session, document, actor=EDITOR)
    with store.reading() as session:
        assert list(iter_documents(session)) == [document]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slug": "Not A Slug"}, "is not a slug"),
        ({"title": ""}, "at least 1 character"),
        ({"kind": "link"}, "needs a link"),
        ({"link": "javascript:alert(1)"}, "web address"),
        ({"part": 2}, "series and part"),
        ({"categories": ()}, "at least one category"),
        ({"requires": ("adam",)}, "cannot require itself"),
        ({"body": "nul \x00"}, "NUL"),
        ({"unheard_of": 1}, "Extra inputs"),
    ],
)
def test_a_document_that_does_not_fit_together_is_refused(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SummaryDocument.model_validate({**make_document().model_dump(), **change})


def test_line_ends_are_made_one_kind() -> None:
    assert make_document(body="\r\na\r\nb\rc\n\n").body == "a\nb\nc"


def test_a_killed_save_leaves_nothing(store: Database) -> None:
    def save_and_die() -> None:
        with store.writing() as session:
            add_category(session)
            add_summary(session)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_and_die()
    with store.reading() as session:
        assert session.scalars(select(Summary)).all() == []
        assert session.scalars(select(Revision)).all() == []


def test_every_line_of_a_document_fits_where_it_is_stored(store: Database) -> None:
    """SQLite stores a text of any length, PostgreSQL refuses one that is too long: the document refuses it first."""
    lines = {"model": 120, "paper_version": 60, "reviewed_by": 200}
    with store.writing() as session:
        add_category(session)
        longest = {name: "x" * length for name, length in lines.items()}
        add_summary(session, provenance=longest, freshness={"state": "contested", "by": "x" * 300})
    for name, length in lines.items():
        with pytest.raises(ValidationError, match=name):
            make_document(provenance={name: "x" * (length + 1)})
    with pytest.raises(ValidationError, match="by"):
        make_document(freshness={"state": "contested", "by": "x" * 301})
