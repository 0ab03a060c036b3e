"""Papers and authors renamed, merged and deleted: texts, documents and addresses follow."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import AuthorNotFound, BadInput, Conflict, Moved, PaperNotFound
from app.papers.models import Author
from app.papers.queries import get_author, get_paper
from app.papers.records import PersonName
from app.summaries import paper_curating as curating
from app.summaries.queries import get_published
from app.summaries.service import save_paper, save_summary
from tests.factories import EDITOR, add_category, add_paper, add_summary, make_paper
from tests.summaries.test_curating import assert_history_is_true, document


def test_a_paper_that_is_summarised_cited_or_linked_to_is_not_deleted(filled: Database) -> None:
    with filled.writing() as session:
        for key, users in (("kingma2015adam", "adam, scheduler"), ("reddi2018convergence", "scheduler, warmup")):
            with pytest.raises(Conflict, match=users):
                curating.delete_paper(session, key, actor=EDITOR)
        add_paper(session, key="alone2020", arxiv_id="2001.00001", authors=(PersonName(family="Alone"),))
        curating.delete_paper(session, "alone2020", actor=EDITOR)
        with pytest.raises(PaperNotFound):
            get_paper(session, "alone2020")
        with pytest.raises(AuthorNotFound):
            get_author(session, "alone")


def test_a_renamed_paper_is_cited_and_linked_to_by_its_new_key(filled: Database) -> None:
    with filled.writing() as session:
        assert curating.rename_paper(session, "reddi2018convergence", "reddi2018beyond", actor=EDITOR) == 2
        assert_history_is_true(session)
        warmup, scheduler = document(session, "warmup"), document(session, "scheduler")
        assert "[@reddi2018beyond]" in warmup.body
        assert scheduler.papers == ("kingma2015adam", "reddi2018beyond")
        assert scheduler.freshness.by == "reddi2018beyond"
        assert "/papers/reddi2018beyond" in get_published(session, "warmup").rendering.html
        with pytest.raises(Moved, match="/papers/reddi2018beyond"):
            get_paper(session, "reddi2018convergence")


def test_a_link_by_identifier_leads_to_a_renamed_paper_without_a_revision(filled: Database) -> None:
    with filled.writing() as session:
        add_summary(session, slug="linking", body="[[arxiv:1904.09237]]")
        assert curating.rename_paper(session, "reddi2018convergence", "reddi", actor=EDITOR) == 2
        linking = get_published(session, "linking")
        assert (linking.revision, "/papers/reddi" in linking.rendering.html) == (1, True)


@pytest.mark.parametrize(("key", "error"), [("kingma2015adam", Conflict), ("no key", BadInput)])
def test_a_paper_is_not_renamed_to_what_is_taken_or_no_key(filled: Database, key: str, error: type) -> None:
    with filled.writing() as session, pytest.raises(error):
        curating.rename_paper(session, "reddi2018convergence", key, actor=EDITOR)


def two_records(session: Session) -> None:
    add_category(session)
    add_paper(session, doi="10.1000/adam", arxiv_id=None, abstract="", authors=(PersonName(family="Kingma"),))
    add_paper(session, key="adam2014", doi="10.1000/other", year=2014, abstract="We introduce Adam.")
    add_summary(session, papers=("adam2014", "kingma2015adam"), body="[@adam2014] [[arxiv:1412.6980]]")
    add_summary(session, slug="linking", papers=("adam2014",), body="[[doi:10.1000/other]] `[@adam2014]`")


def test_two_records_of_one_paper_become_one(store: Database) -> None:
    with store.writing() as session:
        two_records(session)
        assert curating.merge_papers(session, "adam2014", "kingma2015adam", actor=EDITOR) == 2
        paper = get_paper(session, "kingma2015adam")
        assert (paper.doi, paper.arxiv_id, paper.year) == ("10.1000/adam", "1412.6980", 2015)
        assert paper.abstract == "We introduce Adam."
        adam, linking = document(session, "adam"), document(session, "linking")
        assert adam.papers == linking.papers == ("kingma2015adam",)
        assert adam.body == "[@kingma2015adam] [[arxiv:1412.6980]]"
        assert linking.body == "[[@kingma2015adam]] `[@adam2014]`"
        html = get_published(session, "adam").rendering.html
        assert "/papers/kingma2015adam" in html
        assert "adam2014" not in html
        with pytest.raises(Moved, match="/papers/kingma2015adam"):
            get_paper(session, "adam2014")
        assert_history_is_true(session)
        older = adam.model_copy(update={"papers": ("adam2014",)})
        assert save_summary(session, older, actor=EDITOR).outcome == "unchanged"


def test_a_paper_is_not_merged_with_itself(filled: Database) -> None:
    with filled.writing() as session, pytest.raises(BadInput, match="itself"):
        curating.merge_papers(session, "kingma2015adam", "kingma2015adam", actor=EDITOR)


def test_an_author_spelt_otherwise_is_so_on_every_paper_and_in_reference_lists(filled: Database) -> None:
    with filled.writing() as session:
        stamp = get_paper(session, "reddi2018convergence").stamp
        name = PersonName(family="Reddi", given="Sashank Jakkam")
        assert curating.rename_author(session, "sashank-j-reddi", name, actor=EDITOR) == 1
        assert get_paper(session, "reddi2018convergence").stamp > stamp
        assert "Sashank Jakkam Reddi" in get_published(session, "warmup").rendering.html
        with pytest.raises(Moved, match="/authors/sashank-jakkam-reddi"):
            get_author(session, "sashank-j-reddi")
        assert curating.rename_author(session, "sashank-jakkam-reddi", name, actor=EDITOR) == 0


def test_an_author_is_not_renamed_to_another_but_merged(filled: Database) -> None:
    with filled.writing() as session, pytest.raises(Conflict, match="merge"):
        curating.rename_author(session, "jimmy-ba", PersonName(family="Reddi", given="Sashank J."), actor=EDITOR)


def test_merged_authors_are_one_on_every_paper(filled: Database) -> None:
    names = [("Kingma", "D. P."), ("Ba", "Jimmy"), ("Kingma", "Diederik P.")]
    with filled.writing() as session:
        authors = tuple(PersonName(family=family, given=given) for family, given in names)
        save_paper(session, make_paper(key="both", arxiv_id=None, authors=authors))
        save_paper(session, make_paper(key="one", arxiv_id=None, authors=authors[:1]))
        assert curating.merge_authors(session, "d-p-kingma", "diederik-p-kingma", actor=EDITOR) == 2
        assert [author.slug for author in get_paper(session, "both").authors] == ["diederik-p-kingma", "jimmy-ba"]
        assert [author.slug for author in get_paper(session, "one").authors] == ["diederik-p-kingma"]
        with pytest.raises(Moved, match="/authors/diederik-p-kingma"):
            get_author(session, "d-p-kingma")
        assert session.scalars(select(Author).where(Author.given == "D. P.")).one_or_none() is None
        with pytest.raises(BadInput, match="themselves"):
            curating.merge_authors(session, "jimmy-ba", "jimmy-ba", actor=EDITOR)
