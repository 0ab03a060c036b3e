"""Titles of papers: their formulas are set, everything else is text, whatever it looks like."""

import pytest

from app.markup import title_html, title_text

SQUARED = (
    '<span class="math inline" data-tex="^2" role="math" aria-label="²">'
    "<math><msup><mrow></mrow><mn>2</mn></msup></math></span>"
)


def test_a_formula_in_a_title_is_mathml_and_its_letters_as_words() -> None:
    assert title_html("The RL$^2$ & $") == f'The <span class="together">RL{SQUARED}</span> &amp; $'
    assert title_text("RL$^2$: Fast & slow") == "RL²: Fast & slow"
    assert title_text("A Value for $n$-Person Games") == "A Value for n-Person Games"
    assert title_text(r"In $O(n \log n)$, or $(\log n)$") == "In O(n log n), or (log n)"


@pytest.mark.parametrize("title", ["*Stars* stay", "From $5 to $10", "A lone $", "$$twice$$", "Attention [is] <b>all"])
def test_everything_else_in_a_title_is_text(title: str) -> None:
    assert "<" not in title_html(title)
    assert title_text(title) == title


def test_an_escaped_dollar_is_a_dollar() -> None:
    assert title_html(r"For \$5 or \$6") == title_text(r"For \$5 or \$6") == "For $5 or $6"


def test_a_formula_that_is_wrong_stands_as_typed() -> None:
    assert title_html(r"Of $\nosuchthing{x}$ & $n$").startswith(r"Of $\nosuchthing{x}$ &amp; <span")
    assert title_text(r"Of $\nosuchthing{x}$ & $n$") == r"Of $\nosuchthing{x}$ & n"


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert(1)</script> $x$",
        "$</span></math><script>alert(1)</script>$",
        r"$\text{<img src=x onerror=alert(1)>}$",
        r"$\href{javascript:alert(1)}{x}$ and $n$",
        r"$\begin{equation}x\label{q}\end{equation}$",
    ],
)
def test_no_title_makes_markup_of_its_own(title: str) -> None:
    made = title_html(title)
    assert not [sign for sign in ("<script", "<img", "<a ", " id=", " style=") if sign in made]
