"""Pages and cursors."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput, PageNotFound
from app.pagination import Page, check_page, decode_cursor, encode_cursor

STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(STORABLE, st.integers(-(2**62), 2**62), STORABLE)
def test_a_cursor_gives_back_its_key(first: str, number: int, last: str) -> None:
    assert decode_cursor(encode_cursor(first, number, last), str, int, str) == (first, number, last)


@given(st.text(max_size=300))
def test_a_text_is_a_cursor_or_is_refused_by_name(text: str) -> None:
    with contextlib.suppress(BadInput):
        assert decode_cursor(text, str, int)


@pytest.mark.parametrize("key", [("a", True), ("a", 1.5), (1, 1), ("a",), ("a", 2**63)])
def test_a_cursor_of_other_types_is_refused(key: tuple) -> None:
    with pytest.raises(BadInput):
        decode_cursor(encode_cursor(*key), str, int)


def test_the_last_page_exists_and_the_next_does_not() -> None:
    check_page(3, total=41, size=20)
    with pytest.raises(PageNotFound, match="has 3"):
        check_page(4, total=41, size=20)
    check_page(1, total=0)
    with pytest.raises(PageNotFound):
        check_page(0, total=10)


def test_a_page_knows_its_place() -> None:
    page = Page(items=[0], number=3, size=20, total=41)
    assert (page.pages, page.first_position, page.last_position) == (3, 41, 41)
