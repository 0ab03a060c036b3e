from app.markup import highlight_css, render
from app.markup.highlight import LANGUAGES, code_block


def test_every_language_that_is_promised_is_known() -> None:
    for language in LANGUAGES:
        assert code_block("x = 1 # y\n", language, [1_000]).startswith("<pre")


def test_highlighting_uses_classes_only() -> None:
    shown = render("```python\nx = 'a'  # b\n```\n").html
    assert "style=" not in shown
    assert '<code class="language-python">' in shown


def test_code_keeps_its_lines() -> None:
    code = "\n\n  a <b> & c\n\n\n"
    assert code_block(code, "", [0]) == code_block(code, "text", [0]).replace(' class="language-text"', "")
    assert "\n\n  a &lt;b&gt; &amp; c\n\n\n" in code_block(code, "", [0])


def test_what_exceeds_the_budget_is_shown_without_colours() -> None:
    budget = [150]
    assert "<span" in code_block("x = 1\n", "python", budget)
    assert "<span" not in code_block("x" * 100, "python", budget)


def test_the_style_sheet_has_light_and_dark_rules() -> None:
    css = highlight_css()
    assert "prefers-color-scheme: dark" in css
    assert '[data-theme="dark"] .highlight .k' in css
    assert "--" not in css
