"""Every example of the CommonMark specification beside what ``render`` makes of it.

The examples are not ours and not in this repository: an installed package brings them (``conftest``).

What ``render`` writes differently on purpose, everywhere, is undone before comparing: the levels and addresses of
headings, attributes and coloured words of code, the manner of loading pictures, a titled picture alone in its
paragraph as a figure. Whole forms that are read differently on purpose are in ``DIFFERENCES``, with their examples.
"""

import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt

from app.markup import render
from app.markup.headings import HeadingLevels
from app.markup.sanitise import is_safe_address
from tests.markup.conftest import EXAMPLES, EXAMPLES_MISSING

WITHOUT_HTML = MarkdownIt("commonmark", {"html": False})
NUMBER_OF_EXAMPLES = 652
# The specification's versions whose examples were gone through, by a digest of them.
VERSIONS = {"0.30": "533a2167ca066d0b", "0.31.2": "90c7c577d43f78e5"}
BLOCKS = {"", "p", "pre", "blockquote", "ul", "ol", "li", "hr", "heading", "div", "section"}
VOID = {"img", "br", "hr"}
FIGURE = re.compile(r"<figure>(<img[^>]*)><figcaption>(.*?)</figcaption></figure>", re.DOTALL)

Piece = str | tuple[str, ...]


class Example(NamedTuple):
    number: int
    markdown: str
    html: str


class Reading(HTMLParser):
    """HTML as a list of tags and words, without what is written differently on purpose everywhere."""

    def __init__(self, levels: HeadingLevels | None) -> None:
        super().__init__()
        self.pieces: list[Piece] = []
        self.levels = levels
        self.in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        left_out: set[str] = set()
        if re.fullmatch("h[1-6]", tag):
            level = self.levels.level(int(tag[1])) if self.levels else int(tag[1])
            tag, attrs = "heading", [("level", str(level))]
        elif tag == "pre":
            self.in_code, attrs = True, []
        elif tag == "img":
            left_out = {"loading", "decoding"}
        elif tag == "span" and self.in_code:
            return
        self.pieces.append((tag, *sorted(f"{name}={value}" for name, value in attrs if name not in left_out)))

    def handle_endtag(self, tag: str) -> None:
        if (tag == "span" and self.in_code) or tag in VOID:
            return
        self.in_code = self.in_code and tag != "pre"
        self.pieces.append(("/heading" if re.fullmatch("h[1-6]", tag) else f"/{tag}",))

    def handle_data(self, data: str) -> None:
        if self.pieces and isinstance(self.pieces[-1], str):
            data = str(self.pieces.pop()) + data
        self.pieces.append(data)


def reading(html: str, *, expected: bool) -> list[Piece]:
    """Read HTML; in an expected one headings get the levels they would have on a page."""
    reader = Reading(HeadingLevels() if expected else None)
    reader.feed(html)
    reader.close()
    kept: list[Piece] = []
    names = [piece[0].lstrip("/") if isinstance(piece, tuple) else "words" for piece in reader.pieces]
    for before, piece, after in zip(["", *names], reader.pieces, [*names[1:], ""], strict=False):
        if isinstance(piece, str):
            piece = piece.lstrip("\n") if before in BLOCKS else piece
            piece = piece.rstrip("\n") if after in BLOCKS else piece
        if piece:
            kept.append(piece)
    return kept


def shown(example: Example) -> str:
    html = render(example.markdown).html
    return FIGURE.sub(lambda figure: f'<p>{figure[1]} title="{figure[2]}"></p>', html)


def is_without_html(example: Example) -> bool:
    plain = WITHOUT_HTML.render(example.markdown)
    return "&lt;" in plain and reading(shown(example), expected=False) == reading(plain, expected=True)


def is_without_refused_links(example: Example) -> bool:
    plain = re.sub(
        r'<a href="([^"]*)">(.*?)</a>',
        lambda link: link[0] if is_safe_address(link[1]) else link[2],
        example.html,
    )
    return reading(shown(example), expected=False) == reading(plain, expected=True)


def has_a_formula(example: Example) -> bool:
    return r'data-tex="\\"' in shown(example)


def has_wiki_links(example: Example) -> bool:
    inner = re.findall(r"\[\[([^\[\]]+)\]\]", example.markdown)
    return bool(inner) and re.findall(r'<span class="missing-link">([^<]*)</span>', shown(example)) == inner


class Difference(NamedTuple):
    """A form read differently on purpose: why, what then holds, and its examples in each version."""

    why: str
    holds: Callable[[Example], bool]
    examples: dict[str, str]


DIFFERENCES = {
    "raw HTML": Difference(
        "HTML in a text is shown as text: what is written is what is seen, and nobody else's markup reaches a page",
        is_without_html,
        {
            "0.30": "21 31 148-191 201 308 309 344 474-476 490 493 523 535 612-616 622 624 627-631 642 643",
            "0.31.2": "21 31 148-191 201 308 309 344 475-477 491 494 524 536 613-617 623 625-631 642 643",
        },
    ),
    "refused addresses": Difference(
        "a link may lead to http, https, mailto or within the site; any other is shown as its words",
        is_without_refused_links,
        {"0.30": "595 597 598 600", "0.31.2": "596 598 599 601"},
    ),
    "mathematics": Difference(r"\[ and \] stand around a formula", has_a_formula, {"0.30": "12", "0.31.2": "12"}),
    "wiki links": Difference(
        "[[ and ]] stand around the name of a summary or a paper",
        has_wiki_links,
        {"0.30": "547 558 589", "0.31.2": "548 559 590"},
    ),
}


def numbers(written: str) -> list[int]:
    ranges = [part.split("-") for part in written.split()]
    return [number for ends in ranges for number in range(int(ends[0]), int(ends[-1]) + 1)]


@pytest.fixture(scope="module")
def specification() -> tuple[str, list[Example]]:
    """Give the version of the installed specification and its examples."""
    if not EXAMPLES.exists():
        pytest.fail(EXAMPLES_MISSING)
    read = [Example(one["example"], one["markdown"], one["html"]) for one in json.loads(EXAMPLES.read_text("utf-8"))]
    digest = hashlib.sha256(json.dumps(read).encode()).hexdigest()[:16]
    version = next((version for version, known in VERSIONS.items() if known == digest), None)
    if version is None:
        pytest.fail(f"These examples ({digest}) are of a version that nobody went through: do, and add it to VERSIONS.")
    return version, read


def test_every_example_is_read_as_the_specification_says(specification: tuple[str, list[Example]]) -> None:
    version, examples = specification
    assert len(examples) == NUMBER_OF_EXAMPLES
    apart = {number for one in DIFFERENCES.values() for number in numbers(one.examples[version])}
    wrong = [
        example
        for example in examples
        if example.number not in apart
        and reading(shown(example), expected=False) != reading(example.html, expected=True)
    ]
    assert wrong == []


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_form_read_differently_on_purpose_is_read_as_meant(
    specification: tuple[str, list[Example]], name: str
) -> None:
    version, examples = specification
    difference = DIFFERENCES[name]
    for number in numbers(difference.examples[version]):
        example = examples[number - 1]
        assert example.number == number
        assert difference.holds(example), example
        # An example that is read as the specification says has no place in the list.
        assert reading(shown(example), expected=False) != reading(example.html, expected=True), example
