import re
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.grammar import parse
from app.search.plan import make_plan
from app.search.snippets import excerpt, highlight, marks_of

WORDS = st.sampled_from(
    "attention trained & <script> \"quoted\" &amp; <b>bold</b> 'x' transformer naïve θ² a<b AT&T 注意力".split()
)
TEXTS = st.lists(WORDS | st.text(max_size=6), max_size=150).map(" ".join)


def marks(query: str):
    return marks_of(make_plan(parse(query).node).scored)


def test_the_words_found_are_marked_whatever_their_form() -> None:
    found = highlight("Training the Naïve fine-tuned BigBird", marks("trained naive tune* OR bird"))
    assert found == "<mark>Training</mark> the <mark>Naïve</mark> fine-<mark>tuned</mark> <mark>BigBird</mark>"


def test_what_was_excluded_or_asked_of_another_field_is_not_marked() -> None:
    assert highlight("adam sgd kingma", marks("adam -sgd author:kingma")) == "<mark>adam</mark> sgd kingma"


def test_an_excerpt_shows_the_stretch_that_has_most_of_the_query() -> None:
    text = "adam. " + "filler words here. " * 60 + "the adam optimizer is here. " + "more filler. " * 60
    found = excerpt(("", text), marks("adam optimizer"))
    assert "<mark>adam</mark> <mark>optimizer</mark>" in found
    assert found.startswith("… ")
    assert found.endswith(" …")
    assert len(re.sub("<.*?>", "", found)) < 300


def test_an_excerpt_begins_with_a_sentence_and_is_not_cut_beside_a_sign_of_a_formula() -> None:
    text = "Some words come first. " * 9 + "Here momentum helps. " + "It follows that x" + " = a + b" * 60
    found = excerpt(("", text), marks("momentum"))
    assert found.startswith(("… Some words", "… Here"))
    assert re.search(r"follows that …$", found)


def test_where_the_title_shows_as_much_the_first_text_is_shown_from_its_beginning() -> None:
    texts = ("Freeze the weights.", "LoRA has 1.6% error.", "With LoRA and dropout it has less.")
    assert excerpt(texts, marks("lora"), "LoRA: a thin slice") == "Freeze the weights."
    assert excerpt(texts, marks("lora weights"), "LoRA") == "Freeze the <mark>weights</mark>."
    assert "<mark>dropout</mark>" in excerpt(texts, marks("lora dropout"), "LoRA")
    assert excerpt(texts, marks("error"), "LoRA") == "LoRA has 1.6% <mark>error</mark>."


def test_an_excerpt_without_a_hit_is_the_beginning() -> None:
    assert excerpt(("", "Some text"), marks("nothing")) == "Some text"
    assert excerpt(("TLDR", "body"), marks("tag:x")) == "TLDR"
    assert excerpt(("", ""), marks("x")) == ""


@given(TEXTS, TEXTS, st.sampled_from(["attention", "train*", "script OR bold", '"a b"', "naive x", "θ", ""]))
@settings(max_examples=300, deadline=None)
def test_an_excerpt_is_escaped_text_with_marks_and_never_cuts_an_entity(tldr: str, body: str, query: str) -> None:
    for found in (excerpt((tldr, body), marks(query)), highlight(tldr, marks(query))):
        bare = re.sub("</?mark>", "", found)
        assert not re.search(r"[<>\"]", bare)
        assert not re.search(r"&(?!(?:amp|lt|gt|quot|#x27);)", bare)
        assert found.count("<mark>") == found.count("</mark>")
        plain = unescape(bare).removeprefix("… ").removesuffix(" …")
        assert any(plain in " ".join(text.split()) for text in (tldr, body))
