import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.markup import excerpt, render, render_inline
from app.markup.sanitise import sanitise
from tests.markup.formulas import read_corpus
from tests.markup.test_attacks import inspect


def test_an_excerpt_is_cut_between_words_with_balanced_tags() -> None:
    html = render_inline("One *two three **four five*** six").html
    assert excerpt(html, words=3) == "<p>One <em>two three…</em></p>"
    assert excerpt(html, words=4) == "<p>One <em>two three <strong>four…</strong></em></p>"
    assert excerpt(html, words=100) == html


def test_an_excerpt_never_cuts_a_formula() -> None:
    html = render_inline("It costs $\\frac{a + b}{c}$ in all").html
    for words in range(1, 7):
        cut = excerpt(html, words=words)
        assert cut.count("<math>") == cut.count("</math>")
        assert ("<mfrac>" in cut) == (words >= 3)
        assert ("<span" in cut) == ("<math>" in cut)


@pytest.mark.parametrize("formula", [formula for _, formulas in read_corpus() for formula in formulas])
def test_an_excerpt_keeps_a_formula_as_it_is(formula: str) -> None:
    html = render_inline(f"Before $${formula}$$ and after").html
    kept = excerpt(html, words=10_000)
    inspect(kept)
    assert sanitise(kept) == html


def test_an_excerpt_ends_with_an_ellipsis_only_where_something_is_missing() -> None:
    assert excerpt("<p>One two.</p>", words=2) == "<p>One two.</p>"
    assert excerpt("<p>One two.</p><p>Three</p>", words=2) == "<p>One two.</p>…"
    assert excerpt("", words=3) == ""


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab *_$[]()`\n&<>x^1", max_size=60), st.integers(0, 9))
def test_an_excerpt_of_anything_is_sound(source: str, words: int) -> None:
    inspect(excerpt(render_inline(source).html, words=words))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a $n^2$ b", "a n² b"),
        ("$x_1 + y_{ij}$", "x₁ + y_(ij)"),
        ("$\\frac{1}{2}$", "1/2"),
        ("$\\sqrt{x}$", "√x"),
        ("$a = b$", "a = b"),
        ("`x = 1`", "x = 1"),
        ("[link](/x) & <b>", "link & <b>"),
        ("a\\\nb", "a\nb"),
        ("$$x$$", ""),
        ("- one\n- two", "one\ntwo"),
        ("note[^1]\n\n[^1]: words", "note\nwords"),
    ],
)
def test_plain_text_reads_well(source: str, text: str) -> None:
    assert render(source).text == text


def test_words_are_counted_as_people_do() -> None:
    assert render("It's a state-of-the-art 3.5 model.").word_count == 5
