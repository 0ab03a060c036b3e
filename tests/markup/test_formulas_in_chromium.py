"""The corpus of formulas as Chromium shows it: geometry and ink say whether a formula looks as it should.

The sheet of ``formula_sheet`` is laid out once; each test asks one thing of every box of every formula. Not here:
how beautiful it is. For that a person looks at ``docs/formulas/index.html``.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser

from tests.markup.formula_sheet import sheet
from tests.markup.formulas import read_corpus
from tests.markup.layout import Box, Layout, Place

pytestmark = pytest.mark.browser

CORPUS = [formula for _, formulas in read_corpus() for formula in formulas]
# What MathML Core has a layout for, and menclose, which static/css/math.css draws.
KNOWN = set(
    """math mi mn mo mtext ms mspace mpadded mphantom mrow mstyle mfrac msqrt mroot msub msup msubsup mmultiscripts
    mprescripts none mover munder munderover mtable mtr mtd menclose""".split()
)
IN_TEXT = {"span", "b", "i", "code", "a"}
FENCES = set("()[]{}|‖⟨⟩⌊⌋⌈⌉⟦⟧")
STRETCHED = set("→←⇒⇔↩↪↦⇌⏞⏟⎴⎵¯_‾\u0305\u0332")
# What the source asks for: signs that stretch over a width, and delimiters that stretch to a height.
SPANNING = re.compile(r"\\(?:over|under)(?:brace|bracket|line|rightarrow|leftarrow)|\\x[A-Za-z]*(?:arrow|to|harpoons)")
HOLDING = re.compile(r"\\(?:left|right|middle)\s*(?!\.)(?:\\[lr]?(?:[Vv]ert|angle|floor|ceil|\|)|[()\[\]|]|\\[{}])")
SCRIPTS = {"msub": ("below",), "msup": ("above",), "msubsup": ("below", "above")}
LIMITS = {"munder": ("below",), "mover": ("above",), "munderover": ("below", "above")}
# Commands and arguments that are instructions, not letters to be seen.
INSTRUCTIONS = re.compile(
    r"""%[^\n]*(?:\n|$) | \\begin\{(?:array|subarray)\}\{(?:[^{}]|\{[^{}]*\})*\} | \\begin\{align(?:ed)?at\*?\}\{\d\}
    | \\(?:begin|end)\{[^}]*\}(?:\[[a-z]\])? | \\label\{[^}]*\} | \\hspace\{[^}]*\} | \\genfrac(?:\{[^}]*\}){4}
    | \\(?:mkern|mskip|kern)\ ?\d+(?:mu|em|pt) | \\(?:cfrac|smash)\[[a-z]\] | \\\\\*?\[[^\]]*\] | \\[A-Za-z]+ | \\.""",
    re.VERBOSE,
)


@pytest.fixture(scope="module")
def layout(formula_browser: Browser) -> Iterator[Layout]:
    layout = Layout(formula_browser, sheet(), CORPUS)
    yield layout
    layout.close()


def of_kind(layout: Layout, *tags: str) -> list[Box]:
    """List what is to be seen of some elements; there has to be something."""
    found = [box for boxes in layout.formulas for box in boxes if box.tag in tags and not box.hidden]
    assert found, tags
    return found


def letters(text: str) -> Counter[str]:
    """Count letters and digits, the base of an accented one as itself."""
    plain = unicodedata.normalize("NFKD", text)
    return Counter(letter for letter in plain if letter.isascii() and letter.isalnum())


def test_every_formula_takes_up_room(layout: Layout) -> None:
    assert [boxes[0] for boxes in layout.formulas if boxes[0].width < 4 or boxes[0].height < 4] == []


def test_every_element_is_one_that_is_laid_out(layout: Layout) -> None:
    for boxes in layout.formulas:
        assert {box.tag for box in boxes if box.mathml} <= KNOWN, boxes[0]
        assert {box.tag for box in boxes if not box.mathml} <= IN_TEXT, boxes[0]
    assert all(box.drawn for box in of_kind(layout, "menclose"))


def test_no_command_is_shown_as_its_name_and_no_letter_is_lost(layout: Layout) -> None:
    for boxes in layout.formulas:
        assert not re.search(r"\\[A-Za-z]|[\ue000-\uf8ff\ufffd]|cairn", boxes[0].text), boxes[0]
        lost = letters(INSTRUCTIONS.sub(" ", boxes[0].formula)) - letters(boxes[0].text)
        assert not lost, (boxes[0], lost)


def test_every_sign_leaves_ink(layout: Layout) -> None:
    signs = of_kind(layout, "mi", "mn", "mo", "mtext")
    seen = [box for box in signs if re.sub(r"[\s\u2061-\u2064\u200b\ufe00]", "", box.text)]
    drawn = layout.ink([(box.left, box.top - 1, box.right, box.bottom + 1) for box in seen])
    assert [box for box, ink in zip(seen, drawn, strict=True) if ink.span == 0] == []


def test_a_numerator_stands_over_its_bar_and_denominator(layout: Layout) -> None:
    fractions = of_kind(layout, "mfrac")
    for box in fractions:
        above, below = box.children
        assert above.bottom + 0.5 <= below.top, box
        assert abs(above.left + above.right - below.left - below.right) < 3, box
    places: list[Place] = [(box.left, box.children[0].bottom, box.right, box.children[1].top) for box in fractions]
    for box, ink in zip(fractions, layout.ink(places), strict=True):
        if box.attributes.get("linethickness") == "0":
            assert ink.line < 0.5, (box, ink)
        else:
            assert ink.line > 0.7, (box, ink)


def test_a_fraction_has_the_size_that_was_asked_for(layout: Layout) -> None:
    small, large = Counter[str](), Counter[str]()
    for box in of_kind(layout, "mfrac"):
        shrinks = box.children[0].size < 0.95 * box.size
        assert shrinks != box.display, box
        (small if shrinks else large)[box.formula] += 1
    for shown, asked in ((small, r"\\tfrac|\\tbinom"), (large, r"\\dfrac|\\dbinom|\\cfrac")):
        wanted = Counter({formula: len(re.findall(asked, formula)) for formula in CORPUS})
        assert wanted.total() > 3
        assert not wanted - shown


def test_a_root_covers_what_stands_under_it(layout: Layout) -> None:
    roots = of_kind(layout, "msqrt", "mroot")
    places: list[Place] = []
    for box in roots:
        first, last = box.children[0], box.children[0 if box.tag == "mroot" else -1]
        assert box.left + 2 < first.left, box
        assert box.top < min(first.top, last.top), box
        places.append((first.left, box.top, last.right, min(first.top, last.top) + 1))
        if box.tag == "mroot":
            assert box.children[1].middle < first.middle, box
            assert box.children[1].size < box.size, box
    for box, ink in zip(roots, layout.ink(places), strict=True):
        assert ink.line > 0.8, (box, ink)


def test_scripts_are_smaller_and_raised_or_lowered(layout: Layout) -> None:
    for box in of_kind(layout, *SCRIPTS):
        base, *scripts = box.children
        for side, script in zip(SCRIPTS[box.tag], scripts, strict=True):
            assert script.size < 0.95 * box.size, script
            if not base.is_empty:
                assert (script.middle < base.middle) == (side == "above"), (base, script)
        if len(scripts) == 2:
            assert scripts[1].bottom <= scripts[0].top + 0.5, box


def test_limits_stand_over_and_under_in_displays_and_beside_in_lines(layout: Layout) -> None:
    beside = 0
    for box in of_kind(layout, *LIMITS):
        base, *limits = box.children
        for side, limit in zip(LIMITS[box.tag], limits, strict=True):
            if box.display or base.right > limit.left + 1:
                apart = limit.top - base.bottom if side == "below" else base.top - limit.bottom
                assert apart > -1, (base, limit)
                off = abs(limit.left + limit.right - base.left - base.right) / 2
                assert off < max(0.4 * box.size, 0.1 * base.width), (base, limit)
            else:
                beside += 1
                assert (limit.middle < base.middle) == (side == "above"), (base, limit)
    assert beside > 5


def test_a_stretched_sign_is_as_wide_as_what_it_spans(layout: Layout) -> None:
    spans = [
        (box, child)
        for box in of_kind(layout, *LIMITS)
        for child in box.children
        if child.tag == "mo" and child.text in STRETCHED and child.attributes.get("stretchy") != "false"
    ]
    asked = Counter({formula: len(SPANNING.findall(formula)) for formula in CORPUS})
    assert asked.total() > 15
    assert not asked - Counter(box.formula for box, _ in spans)
    places: list[Place] = [(box.left, sign.top - 1, box.right, sign.bottom + 1) for box, sign in spans]
    for (box, sign), ink in zip(spans, layout.ink(places), strict=True):
        assert ink.span > 0.85, (box, sign, ink)


def test_a_delimiter_is_as_high_as_what_it_holds(layout: Layout) -> None:
    held: Counter[str] = Counter()
    for row in of_kind(layout, "mrow"):
        highest = max((box.height for box in row.children if box.tag != "mo"), default=0)
        for box in row.children:
            stretches = box.attributes.get("stretchy") != "false" and "minsize" not in box.attributes
            if box.tag == "mo" and box.text in FENCES and stretches:
                held[box.formula] += 1
                assert box.height >= 0.9 * highest, (box, highest)
    asked = Counter({formula: len(HOLDING.findall(formula)) for formula in CORPUS})
    assert asked.total() > 100
    assert not asked - held


def test_a_sized_delimiter_has_its_size(layout: Layout) -> None:
    sized = [box for boxes in layout.formulas for box in boxes if "minsize" in box.attributes]
    assert len(sized) > 30
    for box in sized:
        asked = float(box.attributes["minsize"].removesuffix("em")) * box.size
        assert 0.95 * asked < box.height < 1.35 * asked, (box, asked)


def test_a_matrix_has_its_rows_and_columns(layout: Layout) -> None:
    counted = 0
    for boxes in layout.formulas:
        tables = [box for box in boxes if box.tag == "mtable"]
        for table in tables:
            rows = table.children
            for above, below in pairwise(rows):
                assert above.bottom <= below.top + 0.5, table
            for row in rows:
                for left, right in pairwise(row.children):
                    assert left.right <= right.left + 0.5, table
            for column in zip(*(row.children for row in rows), strict=False):
                assert max(cell.left for cell in column) - min(cell.left for cell in column) < 1, table
        written = grids(boxes[0].formula)
        if len(written) == len(tables):
            shown = [(len(table.children), max(len(row.children) for row in table.children)) for table in tables]
            assert shown == written, boxes[0]
            counted += len(tables)
    assert counted > 30


def grids(source: str) -> list[tuple[int, int]]:
    """Count rows and columns of the unnumbered environments of a formula, in the order they begin."""
    found: list[list[int]] = []
    open_: list[int] = []
    for match in re.finditer(r"\\begin\{([A-Za-z*]+)\}|\\end\{|\\\\|\\&|&", source):
        if match[0].startswith(r"\begin"):
            found.append([1, 1, 1, match[1] in NUMBERED])
            open_.append(len(found) - 1)
        elif match[0].startswith(r"\end"):
            open_.pop()
        elif open_ and match[0] == "&":
            grid = found[open_[-1]]
            grid[2] += 1
            grid[1] = max(grid[1], grid[2])
        elif open_ and match[0] == "\\\\":
            found[open_[-1]][0] += 1
            found[open_[-1]][2] = 1
    return [(rows, columns) for rows, columns, _, numbered in found if not numbered]


NUMBERED = {"equation", "equation*", "align", "align*", "gather", "gather*", "multline", "multline*", "alignat",
            "alignat*", "flalign", "flalign*", "eqnarray", "eqnarray*", "displaymath"}  # fmt: skip
