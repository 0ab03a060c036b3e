from app import markup
from app.markup.plain import count_words, plain_text
from app.summaries.excerpts import HEAD_WORDS, LIST_WORDS, for_head, for_lists


def test_a_tldr_of_a_few_sentences_is_shown_whole() -> None:
    html = markup.render_inline("Drop units with probability $p$. " * 10).html
    assert for_lists(html) == html


def test_a_long_tldr_is_cut_between_words_with_every_element_closed() -> None:
    html = markup.render_inline("Some *words and more words* in a row. " * 40).html
    shown = for_lists(html)
    words = shown.partition("…")[0]
    assert html.startswith(words)
    assert shown.removeprefix(words) in ("…</p>", "…</em></p>")
    assert count_words(plain_text(shown)) == LIST_WORDS


def test_a_formula_is_shown_whole_or_not_at_all() -> None:
    formula = r"$\alpha + \beta + \gamma + \delta$"
    whole = markup.render_inline(formula).html.strip().removeprefix("<p>").removesuffix("</p>")
    for before in range(LIST_WORDS - 3, LIST_WORDS + 3):
        shown = for_lists(markup.render_inline("word " * before + formula + " word" * 30).html)
        assert shown.count("<math") == shown.count("</math>") == (whole in shown), before


def test_a_description_is_a_line_or_two_of_plain_text() -> None:
    words = for_head(markup.render_inline("A “word” & $x^2$ <b> " * 30).html)
    assert words.startswith("A “word” & x² <b> A")
    assert words.endswith("…")
    assert "\n" not in words
    assert len(words.split()) <= 3 * HEAD_WORDS
