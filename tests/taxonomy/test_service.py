"""Shelves: made, changed, left alone; slugs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.database import Database, library_version
from app.errors import ShelfNotFound
from app.taxonomy.queries import get_category, get_series, get_tag, list_category_records, list_series_records
from app.taxonomy.service import find_or_add_tags, save_category, save_series
from app.taxonomy.slugs import is_slug, make_slug
from tests.factories import make_category, make_series


def test_shelves_read_back_are_the_ones_saved_in_their_order(store: Database) -> None:
    shelves = [make_category(slug="b", position=1), make_category(slug="a", position=2)]
    with store.writing() as session:
        assert {save_category(session, shelf) for shelf in shelves} == {"added"}
        assert save_series(session, make_series()) == "added"
    with store.writing() as session:
        before = library_version(session)
        assert {save_category(session, shelf) for shelf in shelves} == {"unchanged"}
        assert library_version(session) == before
        assert save_category(session, make_category(slug="a", name="Renamed", position=2)) == "changed"
        assert library_version(session) == before + 1
    with store.reading() as session:
        assert [record.slug for record in list_category_records(session)] == ["b", "a"]
        assert list_series_records(session) == [make_series()]


def test_tags_of_one_slug_are_one_tag_with_its_first_spelling(store: Database) -> None:
    with store.writing() as session:
        assert [tag.name for tag in find_or_add_tags(session, ["Few Shot", "GAN", "few-shot"])] == ["Few Shot", "GAN"]
        assert [tag.name for tag in find_or_add_tags(session, ["few shot"])] == ["Few Shot"]


@pytest.mark.parametrize("get", [get_category, get_tag, get_series])
def test_a_shelf_that_is_not_there_is_not_found(database: Database, get) -> None:
    with database.reading() as session, pytest.raises(ShelfNotFound, match="nowhere"):
        get(session, "nowhere")


@given(st.text(max_size=200))
def test_every_slug_that_is_made_is_a_slug(name: str) -> None:
    slug = make_slug(name)
    assert slug == "" or is_slug(slug)


@pytest.mark.parametrize(("name", "slug"), [("Few-Shot Learning", "few-shot-learning"), ("Œuvre d’été", "oeuvre-dete")])
def test_slugs_are_plain_ascii(name: str, slug: str) -> None:
    assert make_slug(name) == slug


@pytest.mark.parametrize("change", [{"name": "a\0b"}, {"description": "\0"}, {"slug": "A b"}, {"name": " "}])
def test_a_shelf_that_cannot_be_kept_is_refused(change: dict) -> None:
    with pytest.raises(ValueError, match=r"NUL|slug|at least 1"):
        make_category(**change)
