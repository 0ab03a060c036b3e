"""What some of these tests need from Debian: the examples of CommonMark's specification, and Chromium.

Where one is missing, its tests fail in CI and are deselected elsewhere, with a sentence.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

GO_SOURCES = Path("/usr/share/gocode/src")
EXAMPLES = next(GO_SOURCES.glob("*/yuin/goldmark/_test/spec.json"), GO_SOURCES / "goldmark" / "spec.json")
EXAMPLES_MISSING = (
    f"There is no {EXAMPLES}; the examples of CommonMark's specification come with Debian's package "
    "golang-github-yuin-goldmark-dev."
)
# Without a font that has a table for mathematics no browser can stretch a sign.
MATH_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuMathTeXGyre.ttf")
MATH_FONT_MISSING = f"There is no {MATH_FONT}; these tests need Debian's package fonts-dejavu-extra."


TOLD = pytest.StashKey[list[str]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("CI"):
        return
    for needed, name, missing in (
        (EXAMPLES, "test_commonmark_spec.py", EXAMPLES_MISSING),
        (MATH_FONT, "test_formulas_in_chromium.py", MATH_FONT_MISSING),
    ):
        away = [] if needed.exists() else [item for item in items if item.path.name == name]
        if away:
            config.hook.pytest_deselected(items=away)
            items[:] = [item for item in items if item not in away]
            config.stash.setdefault(TOLD, []).append(missing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    # Not as a warning: those are errors here.
    for sentence in config.stash.get(TOLD, []):
        terminalreporter.write_line(sentence)


@pytest.fixture(scope="session")
def formula_browser(chromium: Browser) -> Browser:
    if not MATH_FONT.exists():
        pytest.fail(MATH_FONT_MISSING)
    return chromium
