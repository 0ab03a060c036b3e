import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.markup import FoundLink, find_citations, find_links, find_media
from app.markup.parser import markdown

BARE = MarkdownIt("commonmark", {"html": False})

PLAIN = [
    "# A *heading* with `code`\n\nand a paragraph\nover two lines.  \nHard break\\\nhere.\n",
    "Setext\n===\n\nAnother\n---\n\n***\n",
    "- a\n- b\n\n  more\n  - nested\n    1. deep\n    2. deeper\n\n+ other\n* third\n",
    "10) ten\n11) eleven\n\ntext\n2. not a list\n",
    "> quote\nlazy\n> > nested\n\n    code\n    more\n",
    "```sh\nfence\n```\n\n~~~~\n```\n~~~~\n\n    indented\n",
    "*a* **b** ***c*** _d_ __e__ a_b_c *a **b** c*\n",
    "[l](/u) [l](<u v> \"t\") [r] [r][] [x][r] ![i](/i 't')\n\n[r]: /ref 'title'\n",
    "<https://a.example> <a@b.example> &amp; &copy; &#35; \\* \\# \\`\n",
    "`` a`b `` ` c ` `d\n",
    "a\n\n\n\nb \n c\n\td\n",
    "1. a\n\n   b\n2. c\n\n- \n- x\n",
    "<div>\nraw\n</div>\n\n<b>x</b> <!-- c -->\n",
    "[a](b(c)d) [a](b\\)c) [[a] [b]](c)\n",
    "Costs $5, a $ b, 3 $ and US$ 4.\n",
    "foo@bar.example and [email] at @somebody\n",
]


@pytest.mark.parametrize("source", PLAIN)
def test_plain_commonmark_is_read_as_ever(source: str) -> None:
    ours = markdown()
    assert ours.renderer.render(ours.parse(source), ours.options, {}) == BARE.render(source)


# Everything that opens one of our forms is left out: what remains is CommonMark and nothing else.
TOKENS = st.sampled_from(
    ["a", "b", "word", " ", "  ", "\n", "\n\n", "    ", "\t", "*", "**", "_", "`", "```\n", "#",
     "# ", "> ", "- ", "1. ",
     "[a]", "(b)", "](c)", "![", "<", ">", "&amp;", "&", "\\*", "\\\\", "---\n", "===\n", "!", ".", "é", "[a]: /b\n",
     "<b>", "\n\n[a]: c\n\n", "$5 ", "+ ", "~"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, max_size=40).map("".join).map(lambda source: re.sub("~+", "~", source)))
def test_generated_commonmark_is_read_as_ever(source: str) -> None:
    ours = markdown()
    assert ours.renderer.render(ours.parse(source), ours.options, {}) == BARE.render(source)


def test_links_are_found_in_every_form() -> None:
    source = (
        "[[attention]]\n\n- [[ adam | *Adam* ]]\n\n> [[builds-on: arxiv:1706.03762]]\n\n"
        "[[Contradicts: DOI:10.1000/x y | that]] [[@key2017]] [[foo: bar]]\n"
    )
    assert find_links(source) == [
        FoundLink("attention", None, 1, None),
        FoundLink("adam", None, 3, "*Adam*"),
        FoundLink("arxiv:1706.03762", "builds-on", 5, None),
        FoundLink("doi:10.1000/x y", "contradicts", 7, "that"),
        FoundLink("@key2017", None, 7, None),
        FoundLink("foo: bar", None, 7, None),
    ]


HIDDEN = [
    "`{}`", "``{} ` ``", "```\n{}\n```", "    {}", "$x {} y$", "$$\n{}\n$$", "\\({}\\)", "\\[{}\\]",
    "\\begin{{align}}\n{}\n\\end{{align}}", "~~~\n{}", "- item\n\n      {}",
]  # fmt: skip


@pytest.mark.parametrize("around", HIDDEN)
def test_nothing_is_found_in_code_or_formulas(around: str) -> None:
    assert find_links(around.format("[[attention]]")) == []
    assert find_citations(around.format("[@key]")) == []
    assert find_media(around.format("![a](../media/x.svg)")) == []


def test_escaped_links_are_text() -> None:
    assert find_links("\\[[attention]] and \\[@key]") == []
    assert find_citations("\\[@key]") == []


def test_links_stand_in_tables_notes_and_headings() -> None:
    source = "# [[a]]\n\n| x |\n|---|\n| [[b \\| label]] |\n\nt[^1]\n\n[^1]: [[c]]\n"
    assert [(link.target, link.line, link.label) for link in find_links(source)] == [
        ("a", 1, None),
        ("b", 5, "label"),
        ("c", 9, None),
    ]


def test_citations_are_found_once_each() -> None:
    assert find_citations("[@a2017] [@b:x, p. 3; @a2017] [@c](/x) [@d-e.]") == ["a2017", "b:x", "d-e"]


def test_relative_images_are_found() -> None:
    source = "![a](../media/x.svg) ![b](https://a.example/y.png) [c](../media/z.pdf) ![d](/media/q.png)\n\n![e][1]\n\n"
    assert find_media(source + "[1]: ../media/w.webp\n![a](../media/x.svg)") == ["../media/x.svg", "../media/w.webp"]
