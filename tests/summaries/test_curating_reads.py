"""What the desk asks before it curates, on both stores: counts, what may be there twice, what a merge would do."""

import pytest
from sqlalchemy import select

from app.accounts.rights import Person
from app.accounts.service import Actor
from app.database import Database
from app.errors import BadInput, Conflict, NotAllowed, PageNotFound
from app.papers.models import Author
from app.papers.queries import get_paper, record_of
from app.papers.records import PersonName
from app.papers.suspected import (
    page_of_authors,
    papers_like,
    papers_of_author,
    spellings_like,
    suspected_authors,
    suspected_papers,
)
from app.summaries import desk_shelves
from app.summaries.assets import save_macro_set
from app.summaries.attention import NEEDS, attention
from app.summaries.desk_listing import DeskFilters, page_of_desk
from app.summaries.desk_papers import change_paper, page_of_papers, preview_merge
from app.summaries.macro_sets import change_macro_set, list_macro_sets, source_digest
from app.summaries.path_steps import look_at_steps, read_steps, write_steps
from app.summaries.paths import path_record
from app.summaries.recent import is_empty, recent_saves
from tests import factories

ACTOR = Actor("Edith Editor")


def test_every_section_of_what_needs_a_hand_is_also_a_list(filled: Database) -> None:
    with filled.reading() as session:
        counts = {section.name: section.count for section in attention(session)}
        for name in NEEDS:
            assert page_of_desk(session, DeskFilters(need=name)).total == counts[name], name
        assert counts["drafts"] == counts["in-review"] == 1
        assert not is_empty(session)
        saves = recent_saves(session, 3)
        assert len(saves) == 3
        assert "trashed-one" not in {save.slug for save in saves}


def test_shelves_count_what_readers_see_and_what_else_stands_there(filled: Database) -> None:
    with filled.reading() as session:
        rows = {row.slug: (row.published, row.all) for row in desk_shelves.list_categories(session)}
        assert rows == {"optimization": (5, 9), "regularisation": (1, 1), "empty-shelf": (0, 0)}
        tags = desk_shelves.page_of_tags(session, "OPT")
        assert [(row.slug, row.published, row.all) for row in tags.items] == [("optimiser", 2, 5)]
        assert desk_shelves.page_of_tags(session, unused=True).total == 0
        assert [row.slug for row in desk_shelves.tags_by_slug(session, ["survey", "nothing"])] == ["survey"]
        [series] = desk_shelves.list_series(session)
        assert [(part.number, part.slug) for part in series.parts] == [(1, "warmup"), (2, "scheduler")]
        assert "trashed-one" not in desk_shelves.slugs_on(session, "optimization")
        with pytest.raises(PageNotFound):
            desk_shelves.page_of_tags(session, page=2)


def test_what_may_be_there_twice_is_found_and_what_an_identifier_tells_apart_is_not(filled: Database) -> None:
    with filled.writing() as session:
        title, names = "Adam:  a METHOD for stochastic optimization", [PersonName(family="Kingma", given="D.")]
        factories.add_paper(session, key="twin", title=title, arxiv_id=None, authors=names, pages="1-15", venue="")
        factories.add_paper(session, key="told-apart", title=title, arxiv_id="1234.56789", authors=names)
        by_another = [PersonName(family="Somebody", given="E.")]
        factories.add_paper(session, key="by-another", title=title, arxiv_id=None, authors=by_another)
        accented = [PersonName(family="KINGMÀ", given="Diederik")]
        factories.add_paper(session, key="other", title="Another", arxiv_id=None, authors=accented)
    with filled.reading() as session:
        pairs = {(one.key, other.key) for one, other in suspected_papers(session)}
        assert pairs == {("kingma2015adam", "twin"), ("told-apart", "twin")}
        assert [twin.key for twin in papers_like(session, get_paper(session, "kingma2015adam"))] == ["twin"]
        people = {frozenset((one.name, other.name)) for one, other in suspected_authors(session)}
        assert frozenset(("D. Kingma", "Diederik P. Kingma")) in people
        assert frozenset(("D. Kingma", "Diederik KINGMÀ")) in people
        author = session.scalars(select(Author).where(Author.given == "D.")).one()
        assert {one.name for one in spellings_like(session, author)} >= {"Diederik P. Kingma"}
        assert [key for key, _, _ in papers_of_author(session, author)] == ["told-apart", "twin"]
        assert page_of_authors(session, "king d").total == 3


def test_papers_are_found_by_words_and_a_merge_is_shown_before_it_is_done(filled: Database) -> None:
    with filled.writing() as session:
        factories.add_paper(
            session, key="twin", title="Adam", arxiv_id=None, doi="10.1234/x_y", pages="1-15", year=None
        )
    with filled.reading() as session:
        assert [row.key for row in page_of_papers(session, "hinton dropout").items] == ["srivastava2014dropout"]
        assert [row.key for row in page_of_papers(session, "x_y").items] == ["twin"]
        assert [row.key for row in page_of_papers(session, without_summary=True).items] == ["twin"]
        [adam] = page_of_papers(session, "kingma2015adam").items
        assert {one.slug for one in adam.summaries} == {"adam", "scheduler"}
        preview = preview_merge(session, "twin", "kingma2015adam")
        assert dict(preview.taken) == {"pages": "1-15", "doi": "10.1234/x_y"}
        assert [name for name, *_ in preview.lost] == ["title"]
        for target in ("twin", "nobody"):
            with pytest.raises(BadInput):
                preview_merge(session, "twin", target)


def test_a_paper_is_saved_over_what_was_seen_by_those_who_may(filled: Database) -> None:
    curator = Person(0, "c@example.org", "C", "curator")
    with filled.writing() as session:
        user = factories.add_user(session, role="editor")
        editor = Person(user.id, user.email, user.name, "editor")
        seen = record_of(get_paper(session, "kingma2015adam"))
        changed = seen.model_copy(update={"pages": "1-15"})
        with pytest.raises(NotAllowed):
            change_paper(session, changed, curator, base=seen.digest())
        with pytest.raises(Conflict):
            change_paper(session, changed, editor, base="another")
        assert change_paper(session, changed, editor, base=seen.digest()) == "changed"
        assert change_paper(session, changed, editor, base=seen.digest()) == "unchanged"


def test_a_macro_set_is_saved_over_what_was_seen_and_says_what_it_changed(filled: Database) -> None:
    first, second = "\\newcommand{\\vs}{V}\n", "\\newcommand{\\vs}{W}\n"
    with filled.writing() as session:
        save_macro_set(session, "sets", first)
        factories.add_summary(session, slug="uses", title="Uses", macros=("sets",), body="In $\\vs$.")
        assert list_macro_sets(session) == [("sets", 1, 1)]
        with pytest.raises(Conflict, match="already"):
            change_macro_set(session, "sets", second, actor=ACTOR)
        with pytest.raises(Conflict, match="while you did"):
            change_macro_set(session, "sets", second, actor=ACTOR, base="old")
        base = source_digest(first)
        assert change_macro_set(session, "sets", first + "% a comment\n", actor=ACTOR, base=base)[0] == "changed"
        base = source_digest(first + "% a comment\n")
        assert change_macro_set(session, "sets", second, actor=ACTOR, base=base) == ("changed", 1)


def test_steps_are_read_written_and_looked_at(filled: Database) -> None:
    with filled.reading() as session:
        text = "scheduler: Last: so it is.\nadam: First.\n\n  A second paragraph.\na-draft"
        steps = read_steps(session, text)
        assert [step.summary for step in steps] == ["scheduler", "adam", "a-draft"]
        assert steps[1].note == "First.\n\nA second paragraph."
        assert read_steps(session, write_steps(steps)) == steps
        look = look_at_steps(session, [*read_steps(session, "scheduler\nwarmup\nadam")])
        assert [(one.place, one.required_place) for one in look.out_of_order] == [(1, 2), (2, 3)]
        assert [step.summary for step in look.better] == ["adam", "warmup", "scheduler"]
        with pytest.raises(BadInput) as caught:
            read_steps(session, "adam\n\nnothing: x\nadam")
        assert [(problem.field, problem.line) for problem in caught.value.problems] == [("steps", 3), ("steps", 4)]
        assert [step.summary for step in path_record(session, "a-path").steps] == ["adam", "warmup", "scheduler"]
