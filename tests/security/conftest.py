"""The world with its secrets: one for all tests that only look, a new one for each that changes it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.world import World, made


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[World]:
    """Give a world that its tests leave as it was; they prove so themselves."""
    with made(tmp_path_factory.mktemp("security") / "data", empty_store) as it:
        yield it


@pytest.fixture
def own_world(tmp_path: Path, empty_store: Path) -> Iterator[World]:
    """Give a world to change."""
    with made(tmp_path / "own", empty_store) as it:
        yield it
