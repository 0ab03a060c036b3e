"""`python -m benchmarks.lighthouse`: Lighthouse's four scores and the times behind the first, one table.

Lighthouse is a program of its own (`npm install lighthouse` in any folder, then `--lighthouse FOLDER/node_modules/
.bin/lighthouse`); it needs Node and Chromium. It looks at the seeded library, served in a temporary folder, or at what
`--base` names. Scores but the first are the same on any machine; times want a quiet one. NOT here: what `make bench`
measures.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import servers

PAGES = {
    "home": "/",
    "list": "/summaries",
    "search": "/search",
    "search, results": "/search?q=attention",
    "summary, 40 formulas and more": "/summaries/first-order-methods-for-non-convex-problems",
    "404": "/nowhere",
    "login": "/login",
}
PROFILES = {"mobile": [], "desktop": ["--preset=desktop"]}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMES = ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time")
HEAD = (("perf", 5), ("a11y", 5), ("best", 5), ("seo", 5), ("LCP ms", 8), ("CLS", 7), ("TBT ms", 8))
CHROMIUM = "--headless=new --no-sandbox --disable-gpu"
# Meant so: a page that is not there says so in its status, which the console repeats; results are not for engines.
MEANT = {"404": {"http-status-code", "errors-in-console"}, "search, results": {"is-crawlable"}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Look at every page in both profiles; 0 where every score but performance is 100."""
    asked = _options().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="cairn-lighthouse-") as work:
        folder = Path(work)
        if asked.base:
            return _table(asked.lighthouse, asked.base, folder)
        with servers.cairn(folder / "library", folder / "log") as server:
            return _table(asked.lighthouse, f"http://127.0.0.1:{server.port}", folder)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lighthouse", description=__doc__)
    parser.add_argument("--lighthouse", default="lighthouse", help="the program (default: the one on the path)")
    parser.add_argument("--base", help="the address of a server that runs already")
    return parser


def _table(lighthouse: str, base: str, folder: Path) -> int:
    """Print a line for each page and profile as it comes."""
    short = 0
    numbers = "".join(f"{word:>{width}}" for word, width in HEAD)
    _say(f"{'page':32}{'profile':9}{numbers}  less than all")
    for name, path in PAGES.items():
        for profile, flags in PROFILES.items():
            report = _report(lighthouse, base + path, flags, folder)
            scores = [round(100 * (report["categories"][one]["score"] or 0)) for one in CATEGORIES]
            lcp, cls, tbt = (report["audits"][one].get("numericValue", float("nan")) for one in TIMES)
            missed = _missed(report)
            short += any(audit not in MEANT.get(name, ()) for audit in missed)
            numbers = "".join(f"{score:5}" for score in scores)
            _say(f"{name:32}{profile:9}{numbers}{lcp:8.0f}{cls:7.3f}{tbt:8.0f}  {' '.join(missed)}")
    return 1 if short else 0


def _report(lighthouse: str, url: str, flags: list[str], folder: Path) -> dict[str, Any]:
    to = folder / "report.json"
    command = [
        lighthouse, url, "--quiet", "--output=json", f"--output-path={to}", f"--chrome-flags={CHROMIUM}",
        "--ignore-status-code", *flags,
    ]  # fmt: skip
    environment = {"CHROME_PATH": shutil.which("chromium") or "", **os.environ}
    subprocess.run(command, check=True, env=environment, timeout=180, stdout=subprocess.DEVNULL)
    report: dict[str, Any] = json.loads(to.read_text())
    return report


def _missed(report: dict[str, Any]) -> list[str]:
    """Return the audits that count in a score other than performance and are not met in full."""
    weighed = [
        each["id"]
        for category in CATEGORIES[1:]
        for each in report["categories"][category]["auditRefs"]
        if each["weight"]
    ]
    return [one for one in weighed if (report["audits"][one]["score"] or 0) < 1 and _counts(report["audits"][one])]


def _counts(audit: dict[str, Any]) -> bool:
    return audit["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")


def _say(line: str) -> None:
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
