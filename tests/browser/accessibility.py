"""axe-core over pages: `violations(page)` for a test, and all of it at once as a program.

`python -m tests.browser.accessibility http://127.0.0.1:8000 / /summaries ...` looks at the addresses given in light and
dark at 320, 768 and 1280 pixels, with everything unfolded, and prints what it found; the suite looks at fewer of the
combinations. NOT here: which pages there are (`places.py`).
"""

import sys
from collections.abc import Sequence
from itertools import product

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

from tests.chromium import running_chromium

WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
UNFOLD = "for (const each of document.querySelectorAll('details')) each.open = true;"
# What scripts do once a layout is known, like letting Tab stop at what scrolls, is done two frames later.
RUN = """async (rules) => {
  await document.fonts.ready;
  for (const _ of [1, 2]) await new Promise((done) => requestAnimationFrame(done));
  const found = await axe.run({runOnly: rules, resultTypes: ["violations"]});
  const places = (nodes) => nodes.slice(0, 5).map((node) => node.target.join(" "));
  return found.violations.map((each) => [each.id, each.help, places(each.nodes)]);
}"""


def open_for_axe(page: Page, path: str) -> None:
    """Go to a page, unfold what is folded and put axe into it; a security policy does not bind the tester.

    Make the page with `reduced_motion="reduce"`, so that no colour is on its way to another while axe looks.
    """
    page.goto(path)
    page.evaluate(UNFOLD)
    page.evaluate(AXE_FILE_PATH.read_text("utf-8"))


def violations(page: Page) -> list[str]:
    """Return what axe says against the page as it stands (`open_for_axe` first): rule, sentence, places."""
    return [f"{rule}: {sentence}: {', '.join(places)}" for rule, sentence, places in page.evaluate(RUN, RULES)]


def seen_as(page: Page, scheme: str, width: int) -> list[str]:
    """Return what axe says against the page in these colours at this width."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    return violations(page)


def main(base: str, paths: Sequence[str]) -> int:
    bad = 0
    with running_chromium() as browser:
        page = browser.new_context(base_url=base, reduced_motion="reduce").new_page()
        for path in paths or ["/"]:
            open_for_axe(page, path)
            for scheme, width in product(SCHEMES, WIDTHS):
                for violation in seen_as(page, scheme, width):
                    bad += 1
                    sys.stdout.write(f"{path} {scheme} {width}: {violation}\n")
    sys.stdout.write(f"{bad} violations\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
