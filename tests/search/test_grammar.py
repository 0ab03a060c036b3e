import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import QueryTooComplex
from app.search.grammar import MAX_LENGTH, parse
from app.search.plan import make_plan
from app.search.syntax import And, Everything, Not, Or, Phrase, Prefix, Word, Years


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", Everything()),
        ("   ", Everything()),
        ("attention", Word("attention")),
        ("self attention", And((Word("self"), Word("attention")))),
        ("self AND attention", And((Word("self"), Word("attention")))),
        ("a b OR c", Or((And((Word("a"), Word("b"))), Word("c")))),
        ("a (b OR c)", And((Word("a"), Or((Word("b"), Word("c")))))),
        ("bert -squad", And((Word("bert"), Not(Word("squad"))))),
        ("bert NOT (a b)", And((Word("bert"), Not(And((Word("a"), Word("b"))))))),
        ("NOT NOT bert", Word("bert")),
        ('"is all you  need"', Phrase("is all you need")),
        ("“smart quotes”", Phrase("smart quotes")),
        ("transf*", Prefix("transf")),
        ("and or not", And((Word("and"), Word("or"), Word("not")))),
        ('author:"Le Cun"', Phrase("Le Cun", "author")),
        ("Author: hinton", Word("hinton", "author")),
        ("author:(lecun OR hinton)", Or((Word("lecun", "author"), Word("hinton", "author")))),
        ("title:att*", Prefix("att", "title")),
        ("year:2017", Years(2017, 2017)),
        ("year:2017..2019", Years(2017, 2019)),
        ("year:2019..2017", Years(2017, 2019)),
        ("year:..2019", Years(None, 2019)),
        ("year:2017..", Years(2017, None)),
        ("-year:2017", Not(Years(2017, 2017))),
        ("fine-tuning", Word("fine-tuning")),
        ("https://example.org/x", Word("https://example.org/x")),
        ("Adam: a method", And((Word("Adam:"), Word("a"), Word("method")))),
    ],
)
def test_a_well_formed_query_is_read_without_a_note(query: str, tree: object) -> None:
    parsed = parse(query)
    assert parsed.node == tree
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("query", "tree", "note"),
    [
        ('"unbalanced quote', And((Word("unbalanced"), Word("quote"))), "partner"),
        ("(a b", And((Word("a"), Word("b"))), "not closed"),
        ("a) b", And((Word("a"), Word("b"))), "closing"),
        ("OR a", Word("a"), "OR"),
        ("a AND", Word("a"), "AND"),
        ("a NOT", Word("a"), "NOT"),
        ("a OR OR b", Or((Word("a"), Word("b"))), "OR"),
        ("colour:red", Word("colour:red"), "no field"),
        ("author:", Word("author"), "Nothing follows"),
        ("year:soon", Word("soon"), "not a year"),
        ('year:"next year"', Phrase("next year"), "not a year"),
        ("a*", Word("a"), "at least 2"),
        ("… attention", Word("attention"), "no letters"),
    ],
)
def test_what_does_not_fit_is_read_as_text_with_a_note(query: str, tree: object, note: str) -> None:
    parsed = parse(query)
    assert parsed.node == tree
    assert any(note in sentence for sentence in parsed.notes)


PIECES = st.sampled_from(
    ["(", ")", '"', "-", "+", "*", " ", "  ", ":", "..", "OR", "AND", "NOT", "author:", "year:", "2017", "tag:",
     "kind:", "foo:", "word", "be", "naïve", "注意力", "x-y", "@", "''", "~", "\x00", "\ud800", "½", "//", "'s", "_"]
)  # fmt: skip


def test_a_sign_that_only_holds_a_letter_is_no_word() -> None:
    """A letter in a circle is one when its form is taken apart, and none as it stands in a text."""
    make_plan(parse("adam \u3260").node)
    assert parse("\u3260").node == parse("…").node


@given(st.lists(PIECES | st.text(max_size=4), max_size=60).map("".join))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused_and_what_was_read_prints_back_to_the_same_query(text: str) -> None:
    try:
        node = parse(text).node
        make_plan(node)
    except QueryTooComplex:
        return
    printed = str(node)
    if len(printed) <= MAX_LENGTH:
        assert parse(printed).node == node
        assert str(parse(printed).node) == printed


BOMBS = {
    "ten thousand words": "word " * 10_000,
    "ten thousand parentheses": "(" * 10_000,
    "too many words": "a1 " * 60,
    "deep parentheses": "(" * 9 + "a" + ")" * 9,
    "many stars": "aa* bb* cc* dd* ee*",
    "many ranges": "year:1900..2100 " * 30 + "year:1900.. " * 20,
    "a long phrase": '"' + "a " * 200 + '"',
    "a long chain of fields": "a:" * 200,
    "a long chain": "-".join("ab" for _ in range(150)),
}


@pytest.mark.parametrize("query", BOMBS.values(), ids=BOMBS)
def test_a_query_that_costs_too_much_is_refused_with_one_sentence(query: str) -> None:
    with pytest.raises(QueryTooComplex) as caught:
        make_plan(parse(query).node)
    assert caught.value.status == 400
    assert caught.value.detail.endswith(".")
    assert len(caught.value.detail) < 200
    assert caught.value.problems[0].field == "q"


@pytest.mark.parametrize("query", ["-" * 400 + "a", "NOT " * 100 + "a", "*" * 400, '"' * 400, "a:" * 20, "OR " * 150])
def test_a_pile_of_operators_is_read_within_bounds(query: str) -> None:
    make_plan(parse(query).node)
