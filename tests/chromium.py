"""The real browser, started once for the whole test run: two of Playwright's loops cannot live in one process."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = Path(shutil.which("chromium") or "/usr/bin/chromium")
MISSING = "There is no Chromium on this machine; install Debian's package chromium to run the browser's tests too."
ARGUMENTS = """--no-sandbox --disable-gpu --disable-background-networking --no-first-run --disable-component-update
    --disable-sync""".split()
PATIENCE = 60_000  # milliseconds that a page may take to come to what is expected: the machine may be busy


@contextmanager
def running_chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(MISSING)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
