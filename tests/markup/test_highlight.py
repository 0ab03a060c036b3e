import re

from app.markup import render
from app.markup.highlight import LANGUAGES, code_block
from app.web.static_files import STATIC


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


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_colour_of_words_and_code_is_readable_on_every_ground() -> None:
    sheet = (STATIC / "css" / "tokens.css").read_text("utf-8")
    colours = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", sheet)}
    words = ["ink", "quiet", "accent", *(name for name in colours if name.startswith("code-"))]
    assert len(words) >= 7
    for name in words:
        for ground in ("paper", "tint"):
            for colour, behind in zip(colours[name], colours[ground], strict=True):
                assert contrast(colour, behind) >= 4.5, (name, ground)


def test_a_language_is_read_with_its_escapes_and_entities() -> None:
    assert '<code class="language-c+&amp;">' in render("``` c\\+&amp;\nx\n```\n").html
