import datetime as dt
import random
from pathlib import Path

import pytest

from app.errors import QueryTooComplex
from app.search.documents import Label, SearchDocument
from app.search.errors import SearchUnavailable
from app.search.index import SearchIndex
from app.search.matching import Filters
from app.search.query import EASED, Request, plain_search, search, suggest
from app.search.writing import follow
from tests.search.libraries import Library, make_document

DAY = dt.date(2024, 1, 1)


def find(documents: list[SearchDocument], query: str, **request: object) -> list[int]:
    return plain_search(documents, query, Request(**request)).ids


def test_a_title_counts_more_than_a_tldr_more_than_a_name_more_than_a_body() -> None:
    filler = "some other words that stand here for their length"
    documents = [
        SearchDocument(1, "one", tldr=filler, body=f"{filler} dropout"),
        SearchDocument(2, "two", tldr=filler, body=filler, tags=(Label("dropout", "dropout"),)),
        SearchDocument(3, "six", tldr=f"{filler} dropout", body=filler),
        SearchDocument(4, "dropout", tldr=filler, body=filler),
        SearchDocument(5, "ten", tldr=filler, body=filler),
    ]
    assert find(documents, "dropout") == [4, 3, 2, 1]


def test_a_superseded_summary_goes_below_its_like_and_equals_go_newest_first() -> None:
    documents = [
        SearchDocument(1, "adam", published=DAY),
        SearchDocument(2, "adam", published=DAY + dt.timedelta(days=1)),
        SearchDocument(3, "adam", published=DAY),
        SearchDocument(4, "adam", published=DAY + dt.timedelta(days=9), freshness="superseded"),
    ]
    assert find(documents, "adam") == [2, 3, 1, 4]
    assert find(documents, "") == [4, 2, 3, 1]


def test_who_types_a_title_finds_it_first_even_superseded_and_a_summary_of_that_paper_alone_before_one_of_several() -> (
    None
):
    title, other = "Sequence to Sequence Learning with Neural Networks", "Learning: What It Is"
    long = f"{title}. " * 9
    documents = [
        SearchDocument(1, "Two recurrent networks", paper_titles=(title,), freshness="superseded"),
        SearchDocument(2, "Learning sequence networks", tldr=long, body=long),
        SearchDocument(3, "From sequence to sequence", paper_titles=(title, other), body=long),
        SearchDocument(4, "Neural networks learning: a sequence", tldr=long, paper_titles=(other,)),
    ]
    for query in (title, title.lower(), "sequence-to-sequence learning, neural networks", f'"{title}"'):
        assert find(documents, query)[:2] == [1, 3], query
    assert find(documents, "neural networks learning")[0] == 4
    assert find(documents, f"{title} year:2014 OR sequence")[0] != 1
    assert find(documents, "learning")[0] == 4
    assert find(documents, "the what is it learning")[0] != 3


def test_where_no_summary_has_every_word_those_with_two_thirds_of_them_are_shown_and_a_note_says_so() -> None:
    documents = [
        SearchDocument(1, "Learning on phones", tldr="The data stay where they are.", years=(2017,)),
        SearchDocument(2, "Learning on phones, again", tldr="Without data."),
        SearchDocument(3, "Learning"),
    ]
    results = plain_search(documents, "learning on phones without collecting data")
    assert results.ids == [2]
    assert EASED in results.notes
    assert EASED not in plain_search(documents, "learning phones data").notes
    assert find(documents, "learning phones collecting") == [1, 2]
    assert find(documents, "learning phones collecting year:2017") == [1]
    assert find(documents, "learning phones collecting -again") == [1]
    assert find(documents, '"learning phones collecting"') == find(documents, "phones collecting") == []


def test_filters_combine_with_the_query_and_facets_count_what_is_left() -> None:
    a, b = Label("a", "A"), Label("b", "B")
    documents = [
        SearchDocument(1, "adam", tags=(a,), years=(2015,)),
        SearchDocument(2, "adam", tags=(a, b), years=(2016,)),
        SearchDocument(3, "sgd", tags=(b,), years=(2016, 2017)),
    ]
    results = plain_search(documents, "adam", Request(Filters(tag=("a",), year=(2016,))))
    assert results.ids == [2]
    assert results.facets["tag"] == {"a": 1, "b": 1}
    everything = plain_search(documents, "")
    assert everything.total == 3
    assert everything.facets["year"] == {"2016": 2, "2015": 1, "2017": 1}


def test_a_misspelt_word_brings_a_suggestion_that_finds_something() -> None:
    documents = [SearchDocument(1, "Attention and optimization", body="convolutional networks")]
    for query, suggestion in (
        ("atention", "attention"),
        ("attnetion", "attention"),
        ("title:optimisation", "title:optimization"),
        ('"convolutinal networks"', '"convolutional networks"'),
        ("konvolutional", "convolutional"),
    ):
        assert plain_search(documents, query).suggestion == suggestion
    assert plain_search(documents, "attention").suggestion is None
    assert plain_search(documents, "qqqqqqq").suggestion is None


def test_a_star_for_too_many_words_is_refused_with_a_sentence() -> None:
    body = " ".join(f"zz{number:03}" for number in range(600))
    with pytest.raises(QueryTooComplex, match="stands for more than"):
        plain_search([SearchDocument(1, "x", body=body)], "zz*")
    assert plain_search([SearchDocument(1, "x", body=body)], "zz1*").ids == [1]


def test_typing_completes_titles_at_the_beginning_of_words(tmp_path: Path) -> None:
    library = Library([
        SearchDocument(1, "Deep learning", published=DAY), SearchDocument(2, "On deep-sea fish"),
        SearchDocument(3, "Adeept"), SearchDocument(4, "Déep Learning II", published=DAY),
    ])  # fmt: skip
    index = SearchIndex(tmp_path / "search", b"k")
    assert suggest(index, "de") == []
    follow(index, library)
    assert [id_ for id_, _ in suggest(index, "DE")] == [4, 1, 2]
    assert suggest(index, "learn dee", limit=1) == [(4, "Déep Learning II")]
    assert suggest(index, "  ") == suggest(index, "zzz") == []
    library.remove(4)
    follow(index, library)
    assert [id_ for id_, _ in suggest(index, "de")] == [1, 2]


def test_without_an_index_the_fallback_answers_in_the_same_order_and_says_so(tmp_path: Path) -> None:
    r = random.Random(2)
    library = Library([make_document(r, id_) for id_ in range(1, 60)])
    index = SearchIndex(tmp_path / "search", b"k")
    with pytest.raises(SearchUnavailable):
        search(index, "model")
    plain = search(index, "model OR train", fallback=library.all_documents)
    assert plain.degraded
    assert any("rebuilt" in note for note in plain.notes)
    follow(index, library)
    real = search(index, "model OR train", fallback=library.all_documents)
    assert not real.degraded
    assert real.library_version == library.version
    assert plain.hits == real.hits
    assert plain.facets == real.facets


def test_a_plain_look_at_a_large_library_stops_in_time_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [SearchDocument(id_, "adam", body="kingma " * 10) for id_ in range(1, 30)]
    monkeypatch.setattr("app.search.query.PLAIN_CHARACTERS", 700)
    results = plain_search(documents, "kingma")
    assert results.total == 10
    assert len(results.notes) == 2
    monkeypatch.setattr("app.search.query.PLAIN_DOCUMENTS", 20)
    assert plain_search(iter(documents), "adam").total == 20
