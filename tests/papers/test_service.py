"""Papers: saved, changed, refused; authors in order, and gone when nobody needs them."""

import pytest
from sqlalchemy import select

from app.database import Database, library_version
from app.errors import Conflict
from app.papers.citing import label, reference_html, short_authors
from app.papers.models import Author
from app.papers.queries import find_by_identifier, get_paper, iter_records
from app.papers.records import PersonName, normal_arxiv_id, normal_doi
from app.papers.service import save_paper
from tests.factories import make_paper


def test_a_record_read_back_is_the_one_that_was_saved(store: Database) -> None:
    records = [make_paper(doi="10.1000/XYZ", day=None, month=5), make_paper(key="a1", arxiv_id=None, authors=())]
    with store.writing() as session:
        assert {save_paper(session, record) for record in records} == {"added"}
        assert {save_paper(session, record) for record in records} == {"unchanged"}
    with store.reading() as session:
        assert list(iter_records(session)) == sorted(records, key=lambda record: record.key)
        assert get_paper(session, "kingma2015adam").doi == "10.1000/xyz"


def test_authors_keep_their_order_and_may_change_it(store: Database) -> None:
    record = make_paper()
    with store.writing() as session:
        save_paper(session, record)
        assert save_paper(session, record.model_copy(update={"authors": record.authors[::-1]})) == "changed"
    with store.reading() as session:
        assert [author.family for author in get_paper(session, record.key).authors] == ["Ba", "Kingma"]


def test_one_person_is_one_author_across_papers(store: Database) -> None:
    with store.writing() as session:
        save_paper(session, make_paper())
        save_paper(session, make_paper(key="kingma2014auto", arxiv_id="1312.6114"))
    with store.reading() as session:
        assert sorted(session.scalars(select(Author.slug))) == ["diederik-p-kingma", "jimmy-ba"]


def test_two_people_whose_names_look_alike_in_urls_are_told_apart(store: Database) -> None:
    names = (PersonName(family="Müller", given="J."), PersonName(family="Muller", given="J."))
    with store.writing() as session:
        save_paper(session, make_paper(authors=names))
    with store.reading() as session:
        assert sorted(session.scalars(select(Author.slug))) == ["j-muller", "j-muller-2"]


def test_an_author_of_no_paper_any_more_is_forgotten(store: Database) -> None:
    with store.writing() as session:
        save_paper(session, make_paper())
        save_paper(session, make_paper(authors=(PersonName(family="Ba", given="Jimmy"),)))
    with store.reading() as session:
        assert session.scalars(select(Author.slug)).all() == ["jimmy-ba"]


def test_a_paper_on_which_a_name_stands_twice_is_kept_as_it_is(store: Database) -> None:
    twice = (PersonName(family="Wang", given="Wei"), PersonName(family="Wang", given="Wei"))
    with store.writing() as session:
        save_paper(session, make_paper(authors=twice))
    with store.reading() as session:
        assert len(get_paper(session, "kingma2015adam").authors) == 2


@pytest.mark.parametrize("field", [{"doi": "10.1000/x"}, {"arxiv_id": "1412.6980"}])
def test_an_identifier_belongs_to_one_paper_and_the_other_is_named(store: Database, field: dict) -> None:
    with store.writing() as session:
        save_paper(session, make_paper(doi="10.1000/x"))
        before = library_version(session)
        with pytest.raises(Conflict, match="kingma2015adam"):
            save_paper(session, make_paper(**{"key": "other", "arxiv_id": None, **field}))
        assert library_version(session) == before


def test_a_paper_is_found_by_any_identifier(store: Database) -> None:
    with store.writing() as session:
        save_paper(session, make_paper(doi="10.1000/x"))
    with store.reading() as session:
        for given in ({"arxiv": "1412.6980"}, {"doi": "10.1000/x"}, {"key": "kingma2015adam"}):
            assert find_by_identifier(session, **given).key == "kingma2015adam"
        assert find_by_identifier(session, arxiv="0000.00000") is None


def test_papers_are_named_as_readers_expect(store: Database) -> None:
    with store.writing() as session:
        save_paper(session, make_paper(title="A <b>bold</b> title"))
        paper = get_paper(session, "kingma2015adam")
        assert short_authors(paper.authors) == "Kingma and Ba"
        assert label(paper) == "Kingma and Ba, 2015"
        assert "&lt;b&gt;" in reference_html(paper)


def test_a_reference_has_one_full_stop_after_each_piece(store: Database) -> None:
    crowd = tuple(PersonName(family=f"Author{at}", given="A.") for at in range(9))
    question = make_paper(key="asks2020", title="Is It True?", authors=crowd, year=2020, venue="Proc.", arxiv_id=None)
    with store.writing() as session:
        save_paper(session, question)
        save_paper(session, make_paper(key="bare", venue="", authors=crowd[:1], arxiv_id="2001.00001"))
        asks, bare = (reference_html(get_paper(session, key)) for key in ("asks2020", "bare"))
    assert "A. Author4, et al. 2020. <a" in asks
    assert asks.endswith(">Is It True?</a> <cite>Proc.</cite>")
    assert bare.endswith("</a>. arXiv:2001.00001.")
    assert ".." not in asks + bare


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("https://doi.org/10.1000/ABC.1", "10.1000/abc.1"),
        ("doi:10.1000/abc", "10.1000/abc"),
        (" 10.1000/a(b)c ", "10.1000/a(b)c"),
    ],
)
def test_dois_are_made_plain(written: str, normal: str) -> None:
    assert normal_doi(written) == normal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("arXiv:1706.03762v5", "1706.03762"),
        ("https://arxiv.org/abs/1706.03762", "1706.03762"),
        ("http://arxiv.org/pdf/1706.03762v1.pdf", "1706.03762"),
        ("cs/0112017", "cs/0112017"),
        ("math.GT/0309136", "math.GT/0309136"),
    ],
)
def test_arxiv_ids_are_made_plain(written: str, normal: str) -> None:
    assert normal_arxiv_id(written) == normal


@pytest.mark.parametrize("wrong", ["", "1706", "10.1000", "abc/12", "1706.03762; DROP TABLE"])
def test_what_is_no_identifier_is_refused(wrong: str) -> None:
    for read in (normal_doi, normal_arxiv_id):
        with pytest.raises(ValueError, match="is not a"):
            read(wrong)
