"""Merging what two people made of one revision: laws that hold for any texts, and what a person gets to see."""

import datetime as dt
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.summaries.differing import matching_blocks
from app.summaries.documents import SummaryDocument
from app.summaries.merging import MIDDLE, MINE, THEIRS, marker_lines, merge, show_marks
from tests.factories import make_document

lines = st.lists(st.sampled_from(["a", "b", "c", "d", "", "$x$", "=======", "> e"]), max_size=8)
names = st.lists(st.sampled_from(["p", "q", "r", "s", "t"]), max_size=4, unique=True)


@st.composite
def documents(draw: Any) -> SummaryDocument:
    series = draw(st.sampled_from([(None, None), ("one", 1), ("one", 2)]))
    return make_document(
        title=draw(st.sampled_from(["A", "B", "C"])),
        status=draw(st.sampled_from(["draft", "in-review"])),
        published=draw(st.sampled_from([None, dt.datetime(2024, 1, 1, tzinfo=dt.UTC)])),
        tldr=draw(st.sampled_from(["", "x", "x\ny", "z\ny"])),
        body="\n".join(draw(lines)),
        tags=tuple(draw(names)),
        papers=tuple(draw(names)),
        requires=tuple(draw(names)),
        updates=tuple({"date": dt.date(2024, 1, 1), "text": text} for text in draw(names)),
        provenance={
            "read": draw(st.sampled_from([None, "full", "abstract"])),
            "model": draw(st.sampled_from(["", "m"])),
        },
        series=series[0],
        part=series[1],
    )


@given(documents(), documents())
@settings(max_examples=60, deadline=None)
def test_what_only_one_side_changed_is_that_sides(base: SummaryDocument, other: SummaryDocument) -> None:
    assert merge(base, base, other).document == other
    assert merge(base, other, base).document == other
    assert merge(base, other, other).document == other
    for merged in (merge(base, base, other), merge(base, other, base), merge(base, other, other)):
        assert merged.conflicts == ()


@given(documents(), documents(), documents())
@settings(max_examples=150, deadline=None)
def test_nothing_that_either_side_wrote_is_lost(
    base: SummaryDocument, mine: SummaryDocument, theirs: SummaryDocument
) -> None:
    merged = merge(base, mine, theirs)
    for name in ("body", "tldr"):
        there = Counter(getattr(merged.document, name).split("\n"))
        for side in (mine, theirs):
            written = Counter(getattr(side, name).split("\n")) - Counter(getattr(base, name).split("\n"))
            assert not (set(written) - {""}) - set(there)
    for name in ("tags", "papers", "requires", "updates"):
        for side in (mine, theirs):
            assert set(getattr(side, name)) - set(getattr(base, name)) <= set(getattr(merged.document, name))
    clashed = {clash.field for clash in merged.conflicts}
    if len({base.title, mine.title, theirs.title}) == 3:
        assert "title" in clashed
    places = {(side.series, side.part) for side in (base, mine, theirs)}
    assert (merged.document.series, merged.document.part) in places


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12))
@settings(max_examples=200, deadline=None)
def test_matching_blocks_are_the_same_on_both_sides_and_in_order(a: list[str], b: list[str]) -> None:
    at_a = at_b = 0
    for block in matching_blocks(a, b):
        assert block.a >= at_a
        assert block.b >= at_b
        assert a[block.a : block.a + block.size] == b[block.b : block.b + block.size]
        at_a, at_b = block.a + block.size, block.b + block.size
    assert matching_blocks(a, a) == ([(0, 0, len(a))] if a else [])


def test_changes_in_different_places_are_both_kept() -> None:
    base = make_document(body="one\n\ntwo\n\nthree", tags=("a", "b"), title="T")
    mine = base.model_copy(update={"body": "ONE\n\ntwo\n\nthree", "tags": ("a", "b", "mine"), "title": "Mine"})
    theirs = base.model_copy(update={"body": "one\n\ntwo\n\nTHREE\n\nfour", "tags": ("theirs", "b"), "tldr": "Theirs."})
    merged = merge(base, mine, theirs)
    assert merged.conflicts == ()
    assert merged.document.body == "ONE\n\ntwo\n\nTHREE\n\nfour"
    assert merged.document.tags == ("theirs", "b", "mine")
    assert (merged.document.title, merged.document.tldr) == ("Mine", "Theirs.")


def test_where_both_changed_the_same_both_stand_and_the_clash_is_told() -> None:
    base = make_document(body="one\ntwo\nthree", title="T")
    mine = base.model_copy(update={"body": "one\nmine\nthree", "title": "M"})
    theirs = base.model_copy(update={"body": "one\ntheirs\nthree", "title": "H"})
    merged = merge(base, mine, theirs)
    assert merged.document.body == f"one\n{MINE}\nmine\n{MIDDLE}\ntheirs\n{THEIRS}\nthree"
    title, body = merged.conflicts
    assert (title.field, title.base, title.mine, title.theirs, title.line) == ("title", "T", "M", "H", None)
    assert (body.field, body.base, body.mine, body.theirs, body.line) == ("body", "two", "mine", "theirs", 2)
    assert merged.document.title == "M"
    assert marker_lines(merged.document.body) == [2, 6]
    assert marker_lines("A heading\n=======\n<<<<<<< mine, said he") == []


def test_marks_are_shown_as_marks_line_for_line_but_in_code_and_formulas() -> None:
    open_merge = f"{MINE}\na\n{MIDDLE}\nb\n{THEIRS}"
    assert show_marks(f"one\n{open_merge}\ntwo") == f"one  \n`{MINE}`  \na  \n`{MIDDLE}`  \nb  \n`{THEIRS}`  \ntwo"
    for begin, end in (("```text", "```"), ("$$", "$$"), ("~~~", "~~~")):
        within = f"{begin}\n{open_merge}\n{end}"
        assert show_marks(within) == within
        assert show_marks(f"{within}\n\n{MINE}").endswith(f"`{MINE}`  ")
    assert show_marks("$$x$$\n" + MINE) == f"$$x$$  \n`{MINE}`  "
    for plain in (f"A heading\n{MIDDLE}\n", "> a quote", ""):
        assert show_marks(plain) == plain


def test_a_megabyte_is_merged_within_bounds() -> None:
    base = make_document(body="\n".join(f"line {n % 700} of the text" for n in range(40_000)))
    mine = base.model_copy(update={"body": base.body.replace("line 7 ", "line seven ")})
    theirs = base.model_copy(update={"body": base.body.replace("line 350 ", "line 3-5-0 ")})
    merged = merge(base, mine, theirs)
    assert "line seven " in merged.document.body
    assert "line 3-5-0 " in merged.document.body
