import re
from pathlib import Path

import pytest

from app.markup import EMPTY_MACROS, render
from app.markup.tex import Converted, Formula, convert_formulas
from tests.markup.formula_sheet import sheet
from tests.markup.formulas import read_corpus

CORPUS = [formula for _, formulas in read_corpus() for formula in formulas]


def convert(source: str, *, display: bool = True) -> Converted:
    return convert_formulas([Formula(source, display)], EMPTY_MACROS)[0]


def mathml(source: str, *, display: bool = True) -> str:
    result = convert(source, display=display)
    assert result.error is None, f"{source}: {result.error}"
    assert result.mathml is not None
    return result.mathml


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CORPUS) >= 300


@pytest.mark.parametrize("formula", CORPUS)
def test_a_formula_of_the_corpus_renders(formula: str) -> None:
    result = convert(formula)
    assert result.error is None, f"{formula}: {result.error}"
    assert result.mathml is not None
    assert result.mathml.startswith("<math")
    assert " style=" not in result.mathml
    assert not any("\ue000" <= letter <= "\uf8ff" for letter in result.mathml)
    assert "cairn.tag" not in result.mathml


@pytest.mark.parametrize(
    ("mended", "equal"),
    [
        (r"\mathds{1}", r"\mathbb{1}"),
        (r"\begin{split} a &= b \\ &= c \end{split}", r"\begin{aligned} a &= b \\ &= c \end{aligned}"),
        (r"\begin{alignedat}{2} a &= b \end{alignedat}", r"\begin{aligned} a &= b \end{aligned}"),
        (r"a \\[2ex] b", r"a \\ b"),
        (r"a \newline b", r"\begin{gathered} a \\ b \end{gathered}"),
        (r"\operatorname{sign}\limits_x", r"\operatorname*{sign}_x"),
        (r"\begin{array}{*{2}{c}} a & b \end{array}", r"\begin{array}{cc} a & b \end{array}"),
        (r"\begin{array}{@{}l|r@{}} a & b \end{array}", r"\begin{array}{l|r} a & b \end{array}"),
        (r"\root 3 \of {x}", r"\sqrt[3]{x}"),
        (r"\cases{a & b \cr c & d}", r"\begin{cases}a & b \\ c & d\end{cases}"),
        (r"\ensuremath{x}", r"{x}"),
        (r"\smash[b]{x}", r"{x}"),
        (r"\mbox{a}", r"\text{a}"),
        (r"x % a comment", "x"),
    ],
)
def test_what_the_converter_lacks_is_mended(mended: str, equal: str) -> None:
    assert mathml(mended) == mathml(equal)


def test_text_holds_mathematics() -> None:
    shown = mathml(r"\text{if $x > 0$ or \(y\)}")
    assert "<mtext>if\u00a0</mtext><mrow><mi>x</mi><mo>&gt;</mo>" in shown
    assert shown.count("<mtext>") == 2


def test_an_operator_around_a_command_keeps_its_limits() -> None:
    shown = mathml(r"\operatorname*{\mathbb{E}}_{x \sim p}")
    assert "<munder>" in shown
    assert "𝔼" in shown
    assert "<msub>" in mathml(r"\operatorname*{\mathbb{E}}_{x \sim p}", display=False)


def test_a_small_matrix_is_small() -> None:
    assert 'class="m-small"' in mathml(r"\begin{smallmatrix} a & b \end{smallmatrix}")
    assert 'class="m-small"' in mathml(r"\sum_{\substack{i \\ j}} x")


def test_colours_and_sizes_are_left_out_with_a_warning() -> None:
    for source in (r"\color{red} x", r"\textcolor{#f00}{x}", r"\colorbox{red}{x}", r"\large x"):
        result = convert(source)
        assert result.error is None
        assert "left out" in result.warnings[0][1]
        assert "<mi>x</mi>" in (result.mathml or "") or "<mtext>x</mtext>" in (result.mathml or "")


@pytest.mark.parametrize(
    ("source", "offset", "words"),
    [
        (r"a + \foo", 4, r"\foo is not known"),
        (r"\alhpa", 0, r"did you mean \alpha?"),
        (r"a + \frac{1}{", 12, "reached end of input"),
        (r"x_1_2", 3, "Duplicate subscript"),
        (r"\begin{foo} x \end{foo}", 0, "environment foo is not known"),
        (r"\begin{align} x", 0, "never closed"),
        (r"\begin{align} x \end{gather}", 16, r"\begin{align} is closed by \end{gather}"),
        (r"x \end{align}", 2, r"has no \begin"),
        (r"\href{javascript:alert(1)}{x}", 0, "links belong outside"),
        (r"a \let\b\c", 2, r"write \newcommand"),
        (r"\text{a $x}", 8, "never closed"),
        ("x \\", 2, "backslash stands alone"),
        (r"\left( x", 6, ""),
    ],
)
def test_an_error_says_what_and_where(source: str, offset: int, words: str) -> None:
    error = convert(source).error
    assert error is not None
    assert words in error.message
    if words:
        assert error.offset == offset


def test_an_error_in_a_macro_points_to_where_the_macro_was_used() -> None:
    rendered = render("$\\newcommand{\\m}{\\nope}$\n\nLine three: $a + \\m$\n")
    (problem,) = rendered.problems
    assert (problem.line, problem.column) == (3, 18)


def test_equations_are_numbered_through_and_referred_to() -> None:
    source = (
        "See \\eqref{eq:b} and $\\eqref{eq:a}$.\n\n$$a = 1 \\label{eq:a}$$\n\n"
        "\\begin{align}\nb &= 1 \\label{eq:b} \\\\\nc &= 2 \\tag{C}\n\\end{align}\n"
    )
    rendered = render(source)
    assert rendered.problems == ()
    assert '<a href="#eq-eq:b">(2)</a>' in rendered.html
    assert '<a href="#eq-eq:a">(1)</a>' in rendered.html
    assert 'id="eq-eq:b"' in rendered.html
    assert "(C)" in rendered.html


def test_a_reference_shows_the_words_of_a_tag() -> None:
    rendered = render("\\eqref{b} \\eqref{a}\n\n$$x \\tag{$*$}\\label{a}$$\n\n$$y \\tag{<i>}\\label{b}$$\n")
    assert '<a href="#eq-b">(&lt;i&gt;)</a>' in rendered.html
    assert '<a href="#eq-a">(*)</a>' in rendered.html


def test_a_reference_to_no_equation_is_a_problem() -> None:
    (problem,) = render("As in \\eqref{nothing}.").problems
    assert (problem.line, problem.column) == (1, 7)
    assert "No equation is labelled nothing" in problem.message


def test_a_label_given_twice_is_a_problem_and_stands_once() -> None:
    rendered = render("$$x \\label{a}$$\n\n$$y \\label{a}$$\n\nAs in \\eqref{a}.\n")
    (problem,) = rendered.problems
    assert (problem.line, problem.column) == (1, 12)
    assert "A later equation is labelled a too" in problem.message
    assert rendered.html.count('id="eq-a"') == 1
    assert 'id="eq-a"><mtext>(2)<' in rendered.html
    assert '<a href="#eq-a">(2)</a>' in rendered.html


def test_a_tag_outside_a_displayed_equation_is_refused() -> None:
    assert "displayed equation" in render(r"$x \tag{1}$").problems[0].message


@pytest.mark.parametrize(
    "source",
    [
        "{" * 5_000 + "}" * 5_000,
        r"\sqrt" * 2_000,
        r"\left(" * 1_500,
        r"x^{" * 3_000,
        r"\begin{matrix}" * 700,
        r"\hat" * 2_000 + "x",
        r"\frac1" * 1_500,
        r"\sum_1^2" * 1_200,
        r"\displaystyle x" * 600,
        "(" * 9_000,
        r"\bigl( \langle [" * 500,
        r"f(x " * 2_000,
        r"\text{" * 1_500,
        r"\operatorname{\mathbf{" * 400,
        r"\ldots " * 1_400,
        "x" * 10_001,
        "&" * 5_000,
        "\\\\" * 4_000,
        "'" * 9_000,
        r"\not" * 2_500,
    ],
    ids=lambda source: source[:12],
)
def test_hostile_formulas_neither_end_the_process_nor_hang(source: str) -> None:
    result = convert(source)
    assert (result.mathml is None) != (result.error is None)


def test_markup_in_a_formula_is_only_text() -> None:
    shown = mathml(r"\text{<script>alert(1)</script><img src=x onerror=alert(1)>}")
    assert "<script" not in shown
    assert "<img" not in shown


def test_a_private_character_cannot_stand_for_a_piece_of_ours() -> None:
    assert convert("\ue100 + \\operatorname{\\mathbf{x}}").error is not None
    assert convert("\\text{\ue001}").error is not None


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\tfrac12", '<mstyle displaystyle="false"><mfrac><mn>1</mn><mn>2</mn></mfrac></mstyle>'),
        (r"\cfrac1x", '<mstyle displaystyle="true" scriptlevel="0"><mfrac class="m-pt-thin">'),
        (r"\textstyle x", '<mstyle displaystyle="false" scriptlevel="0"><mi>x</mi></mstyle>'),
        (r"\begin{matrix} a \end{matrix}", '<mtable displaystyle="false"><mtr><mtd><mi>a</mi></mtd></mtr></mtable>'),
        (r"x_{\begin{matrix} a \end{matrix}}", '<mstyle scriptlevel="0"><mtable displaystyle="false">'),
        (r"a\hspace{2pt}b", '<mspace width="0.2em"/>'),
        (r"a\hspace{-2pt}b\hspace{-1ex}c", '<mspace class="m-n4"/><mi>b</mi><mspace class="m-n9"/>'),
    ],
)
def test_style_and_lengths_are_written_as_the_schema_of_mathml_has_them(source: str, shown: str) -> None:
    assert shown in mathml(source)


@pytest.mark.parametrize("formula", CORPUS)
def test_no_row_fraction_or_table_asks_for_a_style_itself(formula: str) -> None:
    for display in (True, False):
        shown = convert(formula, display=display).mathml or ""
        assert not re.search(r"<(mrow|mfrac)[^>]* (displaystyle|scriptlevel)=|<mtable[^>]* scriptlevel=", shown)
        assert not re.search(r'="[^"]*[0-9]rem"', shown)
        opened, closed = re.findall(r"<(m[a-z]+)[^>]*(?<!/)>", shown), re.findall(r"</(m[a-z]+)>", shown)
        assert sorted(opened) == sorted(closed)


@pytest.mark.parametrize(
    ("source", "same"),
    [
        (r"\left< x \middle> y \right>", r"\left\langle x \middle\rangle y \right\rangle"),
        (r"\bigl<x\bigr>", r"\bigl\langle x\bigr\rangle"),
        (r"a \dotsb b \dotsc c", r"a \cdots b \ldots c"),
        (r"\begin{align} a &= b \\ c &= d \\[1ex] \end{align}", r"\begin{align} a &= b \\ c &= d \end{align}"),
        (r"\begin{multline} a \\ b \\ \end{multline}", r"\begin{multline} a \\ b \end{multline}"),
        (r"\underbracket[1pt][2pt]{x}", r"\underbracket{x}"),
        (r"\begin{displaymath} x \tag{1} \end{displaymath}", r"x \tag{1}"),
    ],
)
def test_what_tex_understands_in_two_ways_is_one(source: str, same: str) -> None:
    assert mathml(source) == mathml(same)


def test_the_converters_words_name_commands_as_one_types_them() -> None:
    told = convert(r"\begin{aligned} a \tag{1} \end{aligned}").error
    assert told is not None
    assert told.message.startswith('Found "\\tag", ')


def test_the_sheet_in_the_documents_shows_what_the_renderer_makes_today() -> None:
    written = (Path(__file__).parents[2] / "docs" / "formulas" / "index.html").read_text("utf-8")
    # Its style sheet is a copy too, but may lag behind a change that has nothing to do with formulas.
    assert written.partition("</style>")[2] == sheet().partition("</style>")[2], (
        "run: python -m tests.markup.formula_sheet docs/formulas/index.html"
    )
