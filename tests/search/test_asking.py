"""Questions: which words only ask, what is found where few have every word, in which order, and what is said."""

import pytest

from app.search.asking import ENOUGH, is_question
from app.search.documents import SearchDocument
from app.search.grammar import parse
from app.search.query import EASED, FEW_ANSWERS, NO_ANSWER, NOTICES, Request, plain_search

LORA = SearchDocument(1, "LoRA: a thin slice", body="It freezes the weights.")
LONG = SearchDocument(2, "Serving models", body="What works for LoRA and dropout, and a point about the weights.")
DROPOUT = SearchDocument(3, "Dropout", tldr="Switch units off.")
DOCUMENTS = [LORA, LONG, DROPOUT]


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        ("how does attention work", True),
        ("What's LoRA’s point", True),
        ("LoRA or adapters?", True),
        ("LoRA or adapters ?", True),
        ("dropout？", True),
        ("attention heads", False),
        ("what:attention heads", False),
        ('"how to train" your network', False),
        ("author:who tag:why?", False),
        ("-how attention", False),
        ("(how OR why) attention", False),
        ("papers about attention", False),
        ("", False),
        ("?", False),
    ],
)
def test_a_question_begins_with_a_word_that_asks_or_ends_in_a_question_mark(query: str, asks: bool) -> None:
    assert is_question(parse(query).node) is asks


@pytest.mark.parametrize("query", ["what is LoRA's point?", "What’s LoRA ?", "tell me about LoRA", "explain LoRA"])
def test_a_summary_called_what_the_rest_of_a_question_says_comes_first(query: str) -> None:
    assert plain_search(DOCUMENTS, query).ids[0] == 1


def test_what_has_every_word_of_a_question_comes_before_what_has_half_of_those_that_say_something() -> None:
    results = plain_search(DOCUMENTS, "how do weights work with dropout?")
    assert (results.ids, results.notes[0]) == ([2, 3, 1], FEW_ANSWERS)
    assert results.suggestion is None
    page = plain_search(DOCUMENTS, "how do weights work with dropout?", Request(limit=1))
    assert page.total == 3
    assert plain_search(DOCUMENTS, "how do weights work with dropout?", Request(after=page.next)).ids == [3, 1]
    nothing = plain_search(DOCUMENTS, "why do thin weights overfit?")
    assert (set(nothing.ids), nothing.notes[0]) == ({1}, NO_ANSWER)


def test_a_question_that_enough_summaries_answer_is_answered_by_them_alone() -> None:
    documents = [SearchDocument(id_, "Attention", body="how it works") for id_ in range(1, ENOUGH + 1)]
    others = [SearchDocument(100, "Another look at attention")]
    asked = plain_search([*documents, *others], "how does attention work?")
    assert (asked.total, asked.notes) == (ENOUGH, NOTICES[:1])
    assert plain_search([*documents[1:], *others], "how does attention work?").total == ENOUGH


def test_words_that_only_ask_are_set_aside_outside_a_question_only_where_nothing_has_them_all() -> None:
    assert plain_search(DOCUMENTS, "lora point").ids == [2]
    about = plain_search(DOCUMENTS, "papers about LoRA")
    assert (about.ids, about.notes[0]) == ([1, 2], EASED)
    assert plain_search([SearchDocument(1, "x", years=(2015,))], "papers about year:2015").ids == [1]
    assert plain_search(DOCUMENTS, "papers about quarks").ids == []
    assert plain_search(DOCUMENTS, "lora quarks").ids == []


def test_a_question_of_nothing_but_asking_words_is_searched_as_it_stands() -> None:
    assert plain_search(DOCUMENTS, "what works?").ids == [2]
    assert plain_search(DOCUMENTS, "how does it work").ids == [2]


def test_fields_exclusions_and_phrases_bind_in_a_question_too() -> None:
    assert plain_search(DOCUMENTS, "how does dropout work -switch").ids == [2]
    assert plain_search(DOCUMENTS, "how does title:dropout work").ids == [3]
    assert plain_search(DOCUMENTS, 'how does "thin slice" work').ids == [1]


def test_a_lone_question_mark_is_dropped_without_a_word() -> None:
    assert parse("dropout ? works").notes == ()
    assert parse("how does dropout work ?").node == parse("how does dropout work?").node
    assert parse("?").notes != ()
