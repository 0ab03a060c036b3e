from hypothesis import given
from hypothesis import strategies as st

from app.pictures.words import shorten, width, wrap

TITLES = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), max_size=120).map(
    lambda text: " ".join(text.split())
)


@given(TITLES, st.floats(60, 400))
def test_a_shortened_title_fits(title: str, room: float) -> None:
    assert width(shorten(title, 12, room), 12) <= room


@given(TITLES, st.floats(60, 400), st.integers(1, 4))
def test_every_line_of_a_wrapped_title_fits(title: str, room: float, lines: int) -> None:
    wrapped = wrap(title, 12, room, lines)
    assert len(wrapped) <= lines
    assert all(width(line, 12) <= room for line in wrapped)


def test_a_title_is_cut_at_its_colon_before_it_is_cut_between_words() -> None:
    title = "Attention Is All You Need: a translation model without recurrence"
    assert shorten(title, 12, 1000) == title
    assert shorten(title, 12, 200) == "Attention Is All You Need"
    assert shorten(title, 12, 100) == "Attention Is All…"
    assert shorten("Unsplittableword", 12, 60) == "Unsplitt…"


def test_a_title_takes_as_many_lines_as_it_needs() -> None:
    assert wrap("Optimization and Training Techniques", 12, 100, 3) == ("Optimization and", "Training", "Techniques")
    assert wrap("Optimization and Training Techniques", 12, 100, 2) == ("Optimization and", "Training…")
    assert wrap("", 12, 120, 2) == ()
