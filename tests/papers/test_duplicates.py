"""Whether a record is of a paper the library has: identifiers first, then title and first author."""

from typing import Any

import pytest

from app.database import Database
from app.papers.duplicates import find_same, normal_title
from app.papers.records import PersonName
from app.papers.service import save_paper
from tests.factories import make_paper

KINGMA = PersonName(family="Kingma", given="D.")


@pytest.mark.parametrize(
    "given",
    [
        {"doi": "10.1000/ADAM", "title": "Anything", "arxiv_id": None},
        {"arxiv_id": "1412.6980v9", "title": "Anything"},
        {"arxiv_id": None},
        {"arxiv_id": None, "title": "{ADAM}: a method for   stochastic optimization."},
        {"arxiv_id": None, "authors": (KINGMA,)},
        {"arxiv_id": None, "authors": (PersonName(family="KINGMA"),), "year": 2014},
        {"arxiv_id": None, "doi": "10.48550/arXiv.1412.6980"},
        {"arxiv_id": None, "authors": ()},
    ],
)
def test_a_record_of_the_same_paper_is_known(store: Database, given: dict[str, Any]) -> None:
    with store.writing() as session:
        save_paper(session, make_paper(key="other", title="Another", arxiv_id=None))
        save_paper(session, make_paper(doi="10.1000/adam"))
        found = find_same(session, make_paper(**{"key": "new", **given}))
        assert found is not None
        assert (found.key, len(found.authors)) == ("kingma2015adam", 2)


@pytest.mark.parametrize(
    "given",
    [
        {"arxiv_id": "2001.00001"},
        {"arxiv_id": None, "doi": "10.1000/erratum"},
        {"arxiv_id": None, "title": "Adam: A Method for Stochastic Optimization, Revisited"},
        {"arxiv_id": None, "authors": (PersonName(family="Ba", given="Jimmy"),)},
        {"arxiv_id": None, "title": "...", "authors": ()},
        {"arxiv_id": None, "title": "100% of_nothing", "authors": ()},
    ],
)
def test_a_record_of_another_paper_is_not_taken_for_it(store: Database, given: dict[str, Any]) -> None:
    with store.writing() as session:
        save_paper(session, make_paper(doi="10.1000/adam"))
        assert find_same(session, make_paper(**{"key": "new", **given})) is None


def test_an_author_written_without_accents_is_the_same(store: Database) -> None:
    with store.writing() as session:
        save_paper(session, make_paper(arxiv_id=None, authors=(PersonName(family="Muller", given="J."),)))
        accented = make_paper(key="new", arxiv_id=None, authors=(PersonName(family="Müller", given="Jan"),))
        assert find_same(session, accented) is not None


def test_a_title_is_compared_without_what_programs_write_differently() -> None:
    assert normal_title("{BERT}: Pre-training of Deep $k$-NN!") == normal_title("BERT — Pretraining of deep k-nn")
