import pytest

from app.search.analysis import tokenise
from app.search.documents import Label, SearchDocument
from app.search.query import plain_search


def stems(text: str) -> list[str]:
    return [token.stem for token in tokenise(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("training", "trained"),
        ("naïve", "NAIVE"),
        ("Müller", "muller"),
        ("Łukasz Kaiser", "lukasz kaiser"),
        ("BERT's", "bert"),
        ("don’t", "don't"),
        ("e\u0301cole", "école"),
    ],
)
def test_words_that_people_take_for_the_same_are_the_same(one: str, other: str) -> None:
    assert stems(one) == stems(other)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("fine-tuning", "we are fine tuning it"),
        ("fine tuning", "fine-tuning"),
        ("finetuning", "fine-tuning"),
        ("fine-tuning", "finetuning"),
        ("GPT-2", "about GPT2 and others"),
        ("gpt2", "about GPT-2."),
        ("big bird", "BigBird"),
        ("bigbird", "BigBird"),
        ('"the rise of the machines"', "The Rise of the Machines"),
        ("注意", "多头注意力机制"),
        ("1706.03762", "see arXiv 1706.03762."),
        ("encoder/decoder", "the encoder decoder"),
        ("self-*", "self-attention"),
        ("self-att*", "self-attention"),
        ("optimiz*", "optimization"),
    ],
)
def test_a_query_finds_other_spellings(query: str, text: str) -> None:
    assert plain_search([SearchDocument(1, "x", body=text)], query).ids == [1]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("fine-tuning", "tuning is fine"),
        ('"attention need"', "attention is all you need"),
        ("tune*", "tuning"),
        ("gpt-2", "gpt 3 and 2"),
        ('"one two"', "one"),
    ],
)
def test_a_query_does_not_find_what_only_looks_alike(query: str, text: str) -> None:
    assert plain_search([SearchDocument(1, "x", tldr="two", body=text)], query).ids == []


def test_a_phrase_does_not_reach_from_one_name_into_the_next() -> None:
    authors = (Label("ada-king", "Ada King"), Label("lee-wu", "Lee Wu"))
    document = SearchDocument(1, "x", authors=authors)
    assert plain_search([document], '"king lee"').ids == []
    assert plain_search([document], 'author:"king lee"').ids == []
    assert plain_search([document], 'author:"ada king" author:wu').ids == [1]


def test_a_common_word_beside_others_does_not_narrow_a_search_but_counts_in_a_phrase_and_alone() -> None:
    documents = [SearchDocument(1, "attention of transformers"), SearchDocument(2, "attention transformers")]
    assert set(plain_search(documents, "the attention of transformers").ids) == {1, 2}
    assert plain_search(documents, '"attention of transformers"').ids == [1]
    assert plain_search(documents, "of").ids == [1]
    assert plain_search(documents, "of -nothing").ids == [1]
