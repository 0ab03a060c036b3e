"""Blocks of a preview say which line of the source they came from; what is stored never does."""

import re

from app.markup import render, render_inline

SOURCE = r"""# A heading

A paragraph
of two lines $$x^2$$ and more.

- one
- two
  - three

| a | b |
|---|---|
| 1 | 2 |

```python
code
```

$$
\frac{a}{b}
$$

![What it shows](../media/x.png "Its caption")

> A quote

    indented

***

A note.[^1]

$$\frac{1}{$$

[^1]: Its text.
"""
LINES = re.compile(r' data-line="(\d+)"')


def test_every_kind_of_block_says_its_line() -> None:
    html = render(SOURCE, lines=True).html
    for line, beginning in (
        (1, "<h2"), (3, "<p"), (4, '<div class="math'), (6, "<ul"), (7, "<li"), (8, "<li"), (12, "<tr"), (14, "<pre"),
        (18, '<div class="math'), (22, "<figure"), (24, "<blockquote"), (26, "<pre"), (28, "<hr"), (32, "<p"),
    ):  # fmt: skip
        assert re.search(rf'{beginning}[^>]* data-line="{line}"', html), (line, beginning)


def test_lines_are_all_that_a_preview_adds() -> None:
    made, preview = render(SOURCE), render(SOURCE, lines=True)
    assert not LINES.search(made.html)
    assert LINES.sub("", preview.html) == made.html
    assert preview.problems == made.problems
    assert "data-line" not in render_inline("A *point*.\n\n- and another").html


def test_an_author_cannot_write_lines_of_their_own() -> None:
    html = render('<p data-line="7">x</p>\n\n[a](b "data-line")', lines=True).html
    assert re.findall(r'<[^>]* data-line="(\d+)"', html) == ["1", "3"]
