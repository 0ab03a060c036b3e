from app.markup import combine, parse_macros, render
from app.markup.tex import Formula, convert_formulas

FORMULA_SET = r"""
% letters
\newcommand{\R}{\mathbb{R}}   % the reals
\newcommand{\norm}[2][2]{\left\lVert #2 \right\rVert_{#1}}
\renewcommand{\vec}[1]{\mathbf{#1}}
\providecommand{\R}{\mathrm{R}}
\DeclareMathOperator{\sign}{sign}
\DeclareMathOperator*{\argmin}{arg\,min}
\DeclareMathOperator\E{\mathbb{E}}
\newcommand\half{\frac12}
"""


def mathml(source: str, macros: str) -> str:
    result = convert_formulas([Formula(source, True)], combine([parse_macros(macros, "test")]))[0]
    assert result.error is None, result.error
    assert result.mathml is not None
    return result.mathml


def test_every_form_of_definition_is_read() -> None:
    parsed = parse_macros(FORMULA_SET, "ml")
    assert parsed.problems == []
    assert set(parsed.definitions) == {
        r"\R", r"\norm", r"\vec", r"\sign", r"\argmin", r"\E", r"\half",
    }  # fmt: skip
    assert parsed.name == "ml"
    assert parsed.source == FORMULA_SET


def test_a_macro_with_arguments_and_a_default_is_expanded() -> None:
    assert mathml(r"\norm{x}", FORMULA_SET) == mathml(r"\left\lVert x \right\rVert_{2}", "")
    assert mathml(r"\norm[1]{x}", FORMULA_SET) == mathml(r"\left\lVert x \right\rVert_{1}", "")
    assert mathml(r"\half", FORMULA_SET) == mathml(r"\frac12", "")


def test_a_built_in_command_can_be_redefined() -> None:
    assert mathml(r"\vec{x}", FORMULA_SET) == mathml(r"\mathbf{x}", "")


def test_providing_a_command_keeps_the_one_that_exists() -> None:
    assert mathml(r"\R", FORMULA_SET) == mathml(r"\mathbb{R}", "")


def test_an_operator_around_a_command_is_shown_with_its_limits() -> None:
    assert "𝔼" in mathml(r"\E_{x}[f]", FORMULA_SET)
    assert "<munder>" in mathml(r"\argmin_x f(x)", FORMULA_SET)


def test_loops_are_reported_by_name_with_their_line() -> None:
    parsed = parse_macros("\\newcommand{\\a}{\\b}\n\\newcommand{\\b}{\\c + \\a}\n\\newcommand{\\c}{c}\n", "loops")
    (problem,) = parsed.problems
    assert problem.line == 1
    assert r"\a -> \b -> \a" in problem.message
    assert set(parsed.definitions) == {r"\c"}


def test_a_macro_that_uses_itself_is_a_loop() -> None:
    (problem,) = parse_macros(r"\newcommand{\x}{1 + \x}", "self").problems
    assert r"\x is defined through itself" in problem.message


def test_a_loop_across_two_sets_shows_the_source_and_names_the_macro() -> None:
    macros = combine([parse_macros(r"\newcommand{\p}{\q}", "one"), parse_macros(r"\newcommand{\q}{\p}", "two")])
    rendered = render(r"$\p$", macros=macros)
    assert 'class="tex-error"' in rendered.html
    assert "defined through itself" in rendered.problems[0].message


def test_malformed_definitions_are_reported_with_line_and_column_and_the_rest_is_read() -> None:
    source = (
        "\\newcommand{\\ok}{1}\nwords\n  \\newcommand{\\bad}[x]{2}\n\\newcommand{\\far}{#3}\n\\newcommand{\\last}{4}\n"
    )
    parsed = parse_macros(source, "m")
    assert set(parsed.definitions) == {r"\ok", r"\last"}
    assert [(one.line, one.column) for one in parsed.problems] == [(2, 1), (3, 3), (4, 19)]


def test_structural_commands_may_not_be_redefined() -> None:
    for name in (r"\begin", r"\left", r"\text", r"\newcommand"):
        assert "may not be redefined" in parse_macros(rf"\newcommand{{{name}}}{{x}}", "m").problems[0].message


def test_a_set_that_is_too_long_is_not_read() -> None:
    parsed = parse_macros(r"\newcommand{\x}{y}" + " " * 300_000, "long")
    assert parsed.definitions == {}
    assert "longer than" in parsed.problems[0].message


def test_a_definition_without_its_end_is_reported() -> None:
    (problem,) = parse_macros("\n\\newcommand{\\x}{y", "m").problems
    assert (problem.line, "never closed" in problem.message) == (2, True)


def test_the_fingerprint_follows_the_definitions_and_not_the_comments() -> None:
    plain = parse_macros(r"\newcommand{\x}{y}", "a")
    commented = parse_macros("% words\n\\newcommand{\\x}{y} % more\n", "b")
    other = parse_macros(r"\newcommand{\x}{z}", "a")
    assert plain.fingerprint == commented.fingerprint != other.fingerprint
    assert combine([plain]).fingerprint == combine([commented]).fingerprint != combine([other]).fingerprint


def test_the_later_of_two_sets_counts() -> None:
    one, two = parse_macros(r"\newcommand{\x}{a}", "1"), parse_macros(r"\newcommand{\x}{b}", "2")
    assert "<mi>b</mi>" in render(r"$\x$", macros=combine([one, two])).html
    assert "<mi>a</mi>" in render(r"$\x$", macros=combine([two, one])).html


def test_a_bomb_of_macros_ends_in_a_sentence() -> None:
    lines = [r"\newcommand{\xa}{y}"]
    for before, name in zip("abcdefghij", "bcdefghijk", strict=True):
        lines.append(rf"\newcommand{{\x{name}}}{{" + rf"\x{before} " * 10 + "}")
    macros = combine([parse_macros("\n".join(lines), "bomb")])
    rendered = render("\n\n".join([r"$\xk$"] * 50), macros=macros)
    assert rendered.html.count("tex-error") == 50
    assert len(rendered.html) < 50_000


def test_a_definition_inside_a_formula_holds_from_there_on() -> None:
    rendered = render("$\\newcommand{\\w}{\\omega}\\w$ and $\\w^2$\n")
    assert rendered.problems == ()
    assert rendered.html.count("ω") == 2
