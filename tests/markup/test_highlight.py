from app.markup import render
from app.markup.highlight import LANGUAGES, code_block
from app.markup.highlight_css import DARK_GROUND, LIGHT_GROUND, LOOKS, highlight_css


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


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_colour_of_code_is_readable() -> None:
    for _, light, dark, _ in LOOKS:
        if light:
            assert contrast(light, LIGHT_GROUND) >= 4.5
            assert contrast(dark, DARK_GROUND) >= 4.5


def test_a_language_is_read_with_its_escapes_and_entities() -> None:
    assert '<code class="language-c+&amp;">' in render("``` c\\+&amp;\nx\n```\n").html
