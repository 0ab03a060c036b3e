import pytest

from app.markup import render
from app.markup.prose import prose_of

SOURCE = """## The problem

Deep nets forget
, slowly. See $a + b$.

```python
adam = forget(nets)
```

| nets | error |
|---|---|
| deep | 1 |

- One point.
- The problem

![A net](../media/net.svg "Nets in a row")

After it.
"""


def test_prose_is_what_stands_between_headings_code_tables_and_captions() -> None:
    made = render(SOURCE)
    assert "adam = forget" in made.text
    assert prose_of(made.html, made.text)[0] == "Deep nets forget, slowly. See a + b."
    prose = "\n".join(prose_of(made.html, made.text)[1:])
    assert "One point.\nThe problem" in prose
    assert prose.endswith("After it.")
    for aside in ("adam", "error", "Nets in a row"):
        assert aside not in prose


def test_references_are_no_prose() -> None:
    html = '<p>Words.</p><section class="references"><h2>References</h2><ol><li>Ann Lee.</li></ol></section><p>End.</p>'
    assert prose_of(html, "Words.\nReferences\nAnn Lee.\nEnd.") == ["Words.", "End."]


@pytest.mark.parametrize("text", ["", "Something else than the HTML has."])
def test_a_text_that_does_not_fit_its_html_is_taken_as_it_is(text: str) -> None:
    assert prose_of("<h2>A heading</h2><p>x</p>", text) == [text] * bool(text)
